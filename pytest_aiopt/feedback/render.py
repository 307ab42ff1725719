"""From profiles to the text a prompt may hold: facts with intervals, no advice, at most 1.2 KB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pytest_aiopt.feedback import render_v1, sections
from pytest_aiopt.feedback.sections import STATES, Section
from pytest_aiopt.feedback.text import name
from pytest_aiopt.model import ItemKind, Profile, ProfileState

RENDER_VERSION = 2
"""Raised whenever the same profiles would render to other bytes. 1: one profile; 2: several together."""

MAX_ROWS = 5
"""Rows of one part."""

MAX_BYTES = 1200
_TITLE = "measured on the current program"

PARTS: Mapping[ItemKind, Callable[[Profile, Sequence[str]], Section]] = {
    ItemKind.CAUSAL: sections.causal,
    ItemKind.D1_MISSES: sections.simulated,
    ItemKind.ALLOCATIONS: sections.heap,
    ItemKind.COUNTER: sections.counters,
    ItemKind.CASE: sections.costliest,
}
"""The part made from a profile that holds items of a kind, in the order of the text, after that on time."""


def render(profiles: Sequence[Profile], source: str, version: int = RENDER_VERSION) -> str:
    """Return the profiles of ``source`` as text; raises ValueError if none was taken.

    The first profile with shares of time makes the table of time; other ones of its kind are left out. Parts
    take turns in adding a row, time and causal effects two, until each has MAX_ROWS or MAX_BYTES are used up.
    """
    known = [profile for profile in profiles if profile.state is ProfileState.TAKEN]
    if not known:
        raise ValueError(f"nothing was taken: {'; '.join(profile.detail for profile in profiles)}")
    if version == 1:
        return render_v1.render(known[0], source)
    if version != RENDER_VERSION:
        raise ValueError(f"no text of version {version} is known")
    return _composed(_parts(known, source.split("\n")))  # lines as the compiler counts them


def _parts(profiles: Sequence[Profile], source: Sequence[str]) -> list[tuple[Profile, Section]]:
    timed = [profile for profile in profiles if any(item.kind in STATES for item in profile.items)][:1]
    parts = [(profile, sections.time_table(profile, source)) for profile in timed]
    for kind, make in PARTS.items():
        found = [profile for profile in profiles if any(item.kind is kind for item in profile.items)][:1]
        parts += [(profile, make(profile, source)) for profile in found]
    return [(profile, part) for profile, part in parts if part.size]


def _composed(parts: Sequence[tuple[Profile, Section]]) -> str:
    counts = [0] * len(parts)
    for index in _turns([part for _, part in parts]):
        more = [count + (at == index) for at, count in enumerate(counts)]
        if more[index] <= MAX_ROWS and len(_document(parts, more).encode()) <= MAX_BYTES:
            counts = more
    return _document(parts, counts)


def _turns(parts: Sequence[Section]) -> Iterator[int]:
    """Yield which part may add a row next."""
    for turn in range(MAX_ROWS):
        for index, part in enumerate(parts):
            times = 2 if part.first else 1
            yield from [index] * min(times, max(0, part.size - times * turn))


def _document(parts: Sequence[tuple[Profile, Section]], counts: Sequence[int]) -> str:
    shown = [
        (profile, part.lines(count)) for (profile, part), count in zip(parts, counts, strict=True) if count
    ]
    tools = dict.fromkeys(f"{name(p.profiler)} {name(p.version)}".rstrip() for p, _ in shown)
    by = [f"by {', '.join(tools)}"] if tools else []
    return "\n".join([_TITLE, *(line for _, lines in shown for line in lines), *by])
