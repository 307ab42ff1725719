"""From profiles to the text a prompt may hold: facts with intervals, no advice, at most 1.2 KB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_aiopt.model import ItemKind, Profile, ProfileState, Verbosity
from pytest_aiopt.prompts import sections
from pytest_aiopt.prompts.sections import STATES, Section, Style
from pytest_aiopt.prompts.text import name

RENDER_VERSION = 2
"""Raised whenever the same profiles would render to other bytes."""

_TITLE = "measured on the current program"


@dataclass(frozen=True, slots=True)
class Size:
    """How long a text may become: rows of one part, bytes in all."""

    rows: int
    bytes: int


SIZES: Mapping[Verbosity, Size] = {
    Verbosity.BRIEF: Size(2, 600),
    Verbosity.STANDARD: Size(5, 1200),
    Verbosity.FULL: Size(12, 3600),
}
STANDARD = SIZES[Verbosity.STANDARD]
MAX_ROWS, MAX_BYTES = STANDARD.rows, STANDARD.bytes

Maker = Callable[[Profile, Style], Section]

PARTS: Mapping[ItemKind, Maker] = {
    ItemKind.CAUSAL: sections.causal,
    ItemKind.D1_MISSES: sections.simulated,
    ItemKind.ALLOCATIONS: sections.heap,
    ItemKind.COUNTER: sections.counters,
    ItemKind.CASE: sections.costliest,
}
"""The part made from a profile that holds items of a kind, in the order of the text, after that on time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text: the profile it tells of and ``make``, which writes it in a style."""

    profile: Profile
    make: Maker

    def section(self, style: Style) -> Section:
        """Return the part as rows."""
        return self.make(self.profile, style)


def render(
    profiles: Sequence[Profile], source: str, version: int = RENDER_VERSION, size: Size = STANDARD
) -> str:
    """Return the profiles of ``source`` as text; raises ValueError if none was taken.

    The first profile with shares of time makes the table of time; other ones of its kind are left out. Parts
    take turns in adding a row, time and causal effects two, until each has all or the bytes are used up.
    """
    known = taken(profiles)
    if version != RENDER_VERSION:
        raise ValueError(f"no text of version {version} is known")
    style = Style(lines_of(source))
    found = parts(known, style)
    return document(found, style, rows(found, style, size))


def taken(profiles: Sequence[Profile]) -> list[Profile]:
    """Return the profiles with data; raises ValueError if there is none."""
    known = [profile for profile in profiles if profile.state is ProfileState.TAKEN]
    if not known:
        raise ValueError(f"nothing was taken: {'; '.join(profile.detail for profile in profiles)}")
    return known


def lines_of(source: str) -> list[str]:
    """Return the lines as the compiler counts them."""
    return source.split("\n")


def parts(profiles: Sequence[Profile], style: Style) -> list[Part]:
    """Return the parts of the text, in its order, that have rows."""
    timed = [profile for profile in profiles if any(item.kind in STATES for item in profile.items)][:1]
    found = [Part(profile, sections.time_table) for profile in timed]
    for kind, make in PARTS.items():
        of_kind = [profile for profile in profiles if any(item.kind is kind for item in profile.items)][:1]
        found += [Part(profile, make) for profile in of_kind]
    return [part for part in found if part.section(style).size]


def rows(found: Sequence[Part], style: Style, size: Size) -> list[int]:
    """Return how many rows each part has."""
    made = [part.section(style) for part in found]
    counts = [0] * len(made)
    for index in _turns(made, size.rows):
        more = [count + (at == index) for at, count in enumerate(counts)]
        if more[index] <= size.rows and len(document(found, style, more).encode()) <= size.bytes:
            counts = more
    return counts


def _turns(made: Sequence[Section], most: int) -> Iterator[int]:
    """Yield which part may add a row next."""
    for turn in range(most):
        for index, section in enumerate(made):
            times = 2 if section.first else 1
            yield from [index] * min(times, max(0, section.size - times * turn))


def document(found: Sequence[Part], style: Style, counts: Sequence[int]) -> str:
    """Return the text of some parts with so many rows each; a part without any is left out."""
    shown = [(part, count) for part, count in zip(found, counts, strict=True) if count]
    tools = dict.fromkeys(f"{name(p.profile.profiler)} {name(p.profile.version)}".rstrip() for p, _ in shown)
    by = [f"by {', '.join(tools)}"] if tools else []
    lines = [line for part, count in shown for line in part.section(style).lines(count)]
    return "\n".join([_TITLE, *lines, *by])
