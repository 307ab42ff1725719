"""The parts of the text: each says what some of the profiles hold in as many rows as it is given room for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_aiopt.model import Effect, ItemKind, Profile, ProfileItem
from pytest_aiopt.prompts.text import name, percent, plain, quote, tenths

LETTERS, FEWER_LETTERS = 56, 28
"""Letters of a line that are quoted, in the table of time and in the other parts."""

CASE_LETTERS = 240
"""Letters of a case that are told."""

NOTABLE = 0.1
"""The least fraction of all misses, mispredictions or allocations that is told of a line."""

STATES = {
    ItemKind.CPU: "runs",
    ItemKind.INSTRUCTIONS: "runs",
    ItemKind.IO: "waits: I/O",
    ItemKind.LOCK: "waits: lock",
    ItemKind.SCHEDULING: "ready, no CPU",
    ItemKind.OTHER: "waits: sleep",
    ItemKind.OFF_CPU: "waits",
}
_SIMULATED = {
    ItemKind.D1_MISSES: "L1 data misses",
    ItemKind.LL_MISSES: "last-level misses",
    ItemKind.MISPREDICTIONS: "branch mispredictions",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How parts are written: the lines they quote, and what a text made to the shape of another changes.

    ``more``: letters that quotations of a line are longer (shorter where negative). ``waits``: whether there
    is a column for the state of threads; None where the profile decides. ``notable``: see NOTABLE.
    """

    source: Sequence[str]
    more: Mapping[int, int] = field(default_factory=dict)
    waits: bool | None = None
    notable: float = NOTABLE

    def quote(self, line: int, letters: int) -> str:
        """Return the quotation of a line (1-based)."""
        return quote(self.source, line, letters, self.more.get(line, 0))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the text with up to ``size`` rows; ``lines(n)`` is the part with n of them.

    ``first``: it says where time goes, and is served before the others.
    """

    size: int
    lines: Callable[[int], list[str]]
    first: bool = False


def time_table(profile: Profile, style: Style) -> Section:
    """Where time (or instructions) went, by line; with the state of the thread where threads wait."""
    items = sorted((i for i in profile.items if i.kind in STATES), key=lambda i: (-i.value, i.line, i.kind))
    waits = any(item.kind.off_cpu for item in items) if style.waits is None else style.waits
    columns = ["line", "function", "share", "95 % interval", *(["state"] if waits else []), "source"]
    outside = tenths(profile.outside)

    def row(item: ProfileItem) -> str:
        interval = f"{percent(tenths(item.low))}-{percent(tenths(item.high))} %"
        state = [_state(item)] if waits else []
        cells = [
            str(item.line or "-"),
            name(item.function),
            f"{percent(tenths(item.value))} %",
            interval,
            *state,
        ]
        return " | ".join([*cells, style.quote(item.line, LETTERS)]).rstrip()

    def lines(count: int) -> list[str]:
        shown = items[:count]
        other = max(0, 1000 - outside - sum(tenths(item.value) for item in shown if item.line))
        return [
            f"share of {name(profile.unit)} by source line (library code counts for the line that calls it)",
            " | ".join(columns),
            *map(row, shown),
            f"other lines {percent(other)} %, outside the program {percent(outside)} %",
        ]

    return Section(len(items), lines, first=True)


def _state(item: ProfileItem) -> str:
    return (
        f"{STATES[item.kind]} in {name(item.site)}" if item.kind.off_cpu and item.site else STATES[item.kind]
    )


def causal(profile: Profile, style: Style) -> Section:
    """What the whole run would gain if one line took less time."""
    items = [item for item in profile.items if item.kind is ItemKind.CAUSAL and item.curve]
    items.sort(key=lambda item: (-max(point.value for point in item.curve), item.line))

    def row(item: ProfileItem) -> str:
        effects = "; ".join(map(_effect, item.curve))
        where = name(item.site) if item.site and not item.line else name(item.function)
        return f"{item.line}, {where}: {effects} | {style.quote(item.line, FEWER_LETTERS)}".rstrip(" |")

    def lines(count: int) -> list[str]:
        return [
            "virtual speedups: time at a line -> time of the run (95 % interval)",
            *map(row, items[:count]),
        ]

    return Section(len(items), lines, first=True)


def _effect(point: Effect) -> str:
    saved, low, high = (round(-100 * x) or 0 for x in (point.value, point.high, point.low))
    return f"-{round(100 * point.at)} % -> {saved:+d} % ({low:+d} to {high:+d})"


def simulated(profile: Profile, style: Style) -> Section:
    """Cache misses and mispredictions on the reference machine: in all, and by line."""
    totals = {item.kind: item for item in profile.items if not item.line}
    thousands = max(profile.samples, 1) / 1000
    whole = [f"{_SIMULATED[k]} {totals[k].value / thousands:.2f}" for k in _SIMULATED if k in totals]
    rows = _by_line(
        (item.line, item.value, f"{percent(tenths(item.value))} % of {_SIMULATED[item.kind]}")
        for item in profile.items
        if item.line and item.kind in _SIMULATED and item.value >= style.notable
    )

    def lines(count: int) -> list[str]:
        head = f"per 1000 instructions ({name(profile.detail.partition(':')[0])}): {', '.join(whole)}"
        return [head, *(_named(line, text, style) for line, text in rows[:count])]

    return Section(len(rows) if whole else 0, lines)


def heap(profile: Profile, style: Style) -> Section:
    """Blocks and bytes allocated, and bytes at the peak: in all, and by line."""
    totals = {item.unit: item for item in profile.items if not item.line}
    rows = _by_line(
        (item.line, item.value, f"{percent(tenths(item.value))} % of {_SHORT.get(item.unit, item.unit)}")
        for item in profile.items
        if item.line and item.kind is ItemKind.ALLOCATIONS and item.value >= style.notable
    )

    def lines(count: int) -> list[str]:
        whole = "; ".join(f"{item.samples} {_SHORT.get(unit, unit)}" for unit, item in totals.items())
        return [f"heap: {whole}", *(_named(line, text, style) for line, text in rows[:count])]

    return Section(len(rows) if totals else 0, lines)


_SHORT = {"heap blocks": "blocks", "heap bytes": "bytes", "heap bytes at the peak": "bytes at the peak"}


def _by_line(facts: Iterable[tuple[int, float, str]]) -> list[tuple[int, str]]:
    """Return the facts of each line together, the line with the largest one first."""
    found: dict[int, list[tuple[float, str]]] = {}
    for line, value, text in facts:
        found.setdefault(line, []).append((value, text))
    ranked = sorted(found.items(), key=lambda entry: (-max(value for value, _ in entry[1]), entry[0]))
    return [(line, ", ".join(text for _, text in texts)) for line, texts in ranked]


def _named(line: int, text: str, style: Style) -> str:
    return f"{line}: {text} | {style.quote(line, FEWER_LETTERS)}".rstrip(" |")


def counters(profile: Profile, style: Style) -> Section:
    """What the kernel counted of a whole run, each with its range over the runs."""
    known = {item.site: item for item in profile.items if item.kind is ItemKind.COUNTER}
    shown = [
        f"{site} {_amount(known[site].low)}-{_amount(known[site].high)} {unit}".rstrip()
        for site, unit in _COUNTERS.items()
        if site in known
    ]
    calls = [i for i in known.values() if i.site.startswith(_CALL) and i.value >= _MANY_CALLS]
    shown += [f"{name(item.site)} {_amount(item.value)}" for item in calls[:_CALLS_SHOWN]]
    return Section(1 if shown else 0, lambda count: [f"a whole run: {', '.join(shown)}"] * count)


def costliest(profile: Profile, style: Style) -> Section:
    """The case of the corpus that takes most instructions: its share, the median case, and its text."""
    item = next(item for item in profile.items if item.kind is ItemKind.CASE)
    share = percent(tenths(item.value / max(profile.samples, 1)))

    def lines(count: int) -> list[str]:
        said = plain(f"the costliest case takes {share} % of the instructions of all ({profile.detail})")
        return [said, plain(item.site)[:CASE_LETTERS]] * count

    return Section(1, lines)


_COUNTERS = {"wall time": "s", "page faults": "", "peak memory": "MB"}
_CALL = "system call "
_MANY_CALLS, _CALLS_SHOWN = 100, 2


def _amount(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
