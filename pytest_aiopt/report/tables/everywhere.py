"""Tables of the results that hold on every machine."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_aiopt.analysis.statistics.ranks import NotEstimable
from pytest_aiopt.report.everywhere import Comparison, Everywhere, Found
from pytest_aiopt.report.tables.base import (
    MISSING,
    Entry,
    Section,
    Table,
    chance,
    column,
    number,
    word,
)

COMPARISONS = (
    column("outcome", text=True),
    column("contrast", "treated", "control", text=True),
    column("machine", text=True),
    column("n", "n_treated", "n_control"),
    column("shift"),
    column("interval", "interval_low", "interval_high", "coverage"),
    column("p", "p", "p_refused"),
    column("verdict", text=True),
)
LEGEND = (
    "Each machine is analysed alone, and nothing is pooled over machines. shift: in units of the primary "
    "outcome, or in log2 of the confirmed speedup. p of speedups is adjusted. A result holds where every "
    "machine gives the same verdict, one that claims something. Second table: cells whose champion is faster "
    "than the start beyond the noise floor, of the confirmed ones; everywhere: on every machine, of those "
    "that are confirmed on all."
)


def section(found: Everywhere | None) -> list[Section]:
    """Lay out the comparison of machines; nothing if there is one machine."""
    if found is None:
        return []
    rows = tuple(_row(one, each) for one in found.comparisons for each in one.found)
    tables = (
        Table("everywhere", "comparisons on each machine", COMPARISONS, rows),
        _faster(found),
    )
    return [Section("everywhere", "What holds on every machine", tables, tuple(notes(found)), LEGEND)]


def notes(found: Everywhere) -> Iterator[str]:
    """Yield one sentence per comparison, and one on settings that differ."""
    machines = len(found.machines)
    for one in found.comparisons:
        name = f"{one.treated} - {one.control}, {one.outcome}"
        words = ", ".join(f"{each.word} on {each.machine}" for each in one.found)
        if one.holds:
            yield f"{name}: {one.found[0].word} on all {machines} machines"
        elif one.contradicts:
            yield f"{name}: the machines contradict each other ({words})"
        else:
            yield f"{name}: holds on no more than a part of the machines ({words})"
    if found.differing:
        yield f"other settings than the machine differ between machines: {', '.join(found.differing)}"


def _row(one: Comparison, found: Found) -> tuple[Entry, ...]:
    shift, p = found.shift, found.p
    known = None if isinstance(shift, NotEstimable) else shift.interval
    interval = None if isinstance(known, NotEstimable) else known
    return (
        word(one.outcome),
        Entry(f"{one.treated} - {one.control}", (one.treated, one.control)),
        word(found.machine),
        Entry(f"{found.n_treated} v {found.n_control}", (found.n_treated, found.n_control)),
        number(None if isinstance(shift, NotEstimable) else shift.estimate, "{:+.3f}"),
        Entry(MISSING, ())
        if interval is None
        else Entry(
            f"{interval.low:+.3f} to {interval.high:+.3f} ({interval.coverage:.1%})",
            (interval.low, interval.high, interval.coverage),
        ),
        Entry(p.reason, (None, p.reason)) if isinstance(p, NotEstimable) else Entry(chance(p), (p, None)),
        word(found.word),
    )


def _faster(found: Everywhere) -> Table:
    columns = (
        column("task", text=True, widest=28),
        column("track", text=True),
        *(column(machine, f"faster_{machine}", f"of_{machine}") for machine in found.machines),
        column("everywhere", "faster_everywhere", "of_everywhere"),
    )
    rows = tuple(
        (word(row.task), word(row.track), *(_share(each) for each in (*row.by_machine, row.everywhere)))
        for row in found.faster
    )
    return Table("everywhere_faster", "cells faster than the start, by machine", columns, rows)


def _share(share: tuple[int, int]) -> Entry:
    return Entry(f"{share[0]}/{share[1]}" if share[1] else MISSING, share)
