"""Render profiles as prompt text: totals, facts by line with intervals, no advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_aiopt.model import Profile, Verbosity
from pytest_aiopt.prompts.facts.content import Content, read
from pytest_aiopt.prompts.facts.fitting import fitted

RENDER_VERSION = 3
"""Incremented when the same profiles would render to different bytes."""


@dataclass(frozen=True, slots=True)
class Size:
    """Length of a text: tokens per kind of facts, and maximum number of bytes."""

    tokens: int
    bytes: int


SIZES: Mapping[Verbosity, Size] = {
    Verbosity.BRIEF: Size(70, 1600),
    Verbosity.STANDARD: Size(110, 2400),
    Verbosity.FULL: Size(220, 5000),
}
STANDARD = SIZES[Verbosity.STANDARD]
MAX_BYTES = STANDARD.bytes


def render(
    profiles: Sequence[Profile], source: str, version: int = RENDER_VERSION, size: Size = STANDARD
) -> str:
    """Return the profiles of ``source`` as text; raises ValueError if none was taken.

    Its length depends on ``size`` and on the kinds of facts, not on the facts.
    """
    require(version)
    content = read(profiles, source)
    return content.document(fitted(content, length(content, size), size.bytes))


def length(content: Content, size: Size) -> int:
    """Return the number of tokens of a text; the totals of the run count as a kind of facts."""
    return size.tokens * (1 + len(content.places.profiles))


def require(version: int) -> None:
    """Raise ValueError for a version that this renderer does not support."""
    if version != RENDER_VERSION:
        raise ValueError(f"texts of version {version} cannot be made; this is version {RENDER_VERSION}")
