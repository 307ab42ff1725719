"""The placebo: what profilers saw of the same program on another workload, in the shape of the true text.

The same renderer writes it: the same parts in the same order with as many rows each, and as many tokens. Rows
that the twin's profile lacks are filled with numbers of the true one at lines where they are false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pytest_aiopt.model import ItemKind, Profile, ProfileItem
from pytest_aiopt.prompts import sections, tokens
from pytest_aiopt.prompts.render import (
    RENDER_VERSION,
    STANDARD,
    Maker,
    Part,
    Size,
    document,
    lines_of,
    parts,
    rows,
    taken,
)
from pytest_aiopt.prompts.sections import NOTABLE, STATES, Style

_KINDS: Mapping[Maker, frozenset[ItemKind]] = {
    sections.time_table: frozenset(STATES),
    sections.causal: frozenset({ItemKind.CAUSAL}),
    sections.simulated: frozenset({ItemKind.D1_MISSES, ItemKind.LL_MISSES, ItemKind.MISPREDICTIONS}),
    sections.heap: frozenset({ItemKind.ALLOCATIONS}),
    sections.counters: frozenset({ItemKind.COUNTER}),
}
_THRESHOLDS = (NOTABLE, 0.05, 0.02, 0.01, 0.0)
_MOST_LETTERS = 4096


def placebo(
    profiles: Sequence[Profile],
    twin: Sequence[Profile],
    source: str,
    version: int = RENDER_VERSION,
    size: Size = STANDARD,
) -> str:
    """Return ``twin``, profiles of ``source`` on another workload, as long as the text of ``profiles``.

    Deterministic. Raises ValueError where nothing was taken on either workload.
    """
    if version != RENDER_VERSION:
        raise ValueError(f"no placebo of version {version} is known")
    style = Style(lines_of(source))
    true, other = parts(taken(profiles), style), taken(twin)
    counts = rows(true, style, size)
    wanted = tokens.count(document(true, style, counts))
    waits = any(
        item.kind.off_cpu for part in true if part.make is sections.time_table for item in part.profile.items
    )
    shape = replace(style, waits=waits, notable=0.0)
    shaped = [_shaped(part, count, other, shape) for part, count in zip(true, counts, strict=True)]
    return _as_long(shaped, counts, shape, wanted)


def _shaped(part: Part, count: int, twin: Sequence[Profile], style: Style) -> Part:
    """Return the twin's part of a kind with at least ``count`` rows."""
    kinds = _KINDS[part.make]
    base = _counterpart(part.profile, twin, kinds)
    mine = [item for item in base.items if item.kind in kinds]
    for least in _THRESHOLDS if part.make in (sections.simulated, sections.heap) else (0.0,):
        kept = [item for item in mine if not item.line or item.value >= least]
        found = Part(replace(base, items=tuple(kept)), part.make)
        if found.section(style).size >= count:
            return found
    for filler in _fillers(part, mine, twin, style):
        kept.append(filler)
        found = Part(replace(base, items=tuple(kept)), part.make)
        if found.section(style).size >= count:
            break
    return found


def _counterpart(true: Profile, twin: Sequence[Profile], kinds: frozenset[ItemKind]) -> Profile:
    """Return the twin's profile of these kinds, by the same profiler if there is one; else bare totals."""
    able = [profile for profile in twin if any(item.kind in kinds for item in profile.items)]
    same = [profile for profile in able if profile.profiler == true.profiler]
    if same or able:
        return (same or able)[0]
    return replace(true, items=tuple(item for item in true.items if not item.line and not item.function))


def _fillers(
    part: Part, mine: Sequence[ProfileItem], twin: Sequence[Profile], style: Style
) -> Iterator[ProfileItem]:
    """Yield the true items, the least first, each at a line that neither it nor the twin's part names."""
    true = sorted(
        (item for item in part.profile.items if item.line and item.kind in _KINDS[part.make]),
        key=lambda item: (item.value, item.line),
    )
    named = {item.line: item.function for profile in twin for item in profile.items if item.line}
    text = [number for number, line in enumerate(style.source, start=1) if line.strip(" \t{};")]
    taken_lines = {item.line for item in mine} | {item.line for item in true}
    free = [line for line in (*sorted(named), *text) if line not in taken_lines]
    for item, line in zip(true, dict.fromkeys(free), strict=False):
        yield replace(item, line=line, function=named.get(line, item.function))


def _as_long(found: Sequence[Part], counts: Sequence[int], style: Style, wanted: int) -> str:
    """Return the text with quotations lengthened or shortened evenly until it has ``wanted`` tokens."""
    quoted = sorted({item.line for part in found for item in part.profile.items if item.line})

    def text(letters: int) -> str:
        each, rest = divmod(abs(letters), max(1, len(quoted)))
        sign = 1 if letters > 0 else -1
        more = {line: sign * (each + (at < rest)) for at, line in enumerate(quoted)}
        return document(found, replace(style, more=more), counts)

    sign = 1 if tokens.count(text(0)) < wanted else -1
    low, high = 0, _MOST_LETTERS
    while low < high:  # the least number of letters that reaches the length; nearly monotone
        middle = (low + high) // 2
        if sign * (tokens.count(text(sign * middle)) - wanted) >= 0:
            high = middle
        else:
            low = middle + 1
    near = range(max(0, low - 2), low + 3)
    return min((text(sign * letters) for letters in near), key=lambda one: abs(tokens.count(one) - wanted))
