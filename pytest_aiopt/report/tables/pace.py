"""The pace of the tracks as one table."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.report.pace import Milestone, PaceRow
from pytest_aiopt.report.tables.base import MISSING, Column, Entry, Section, Table, column, number, word

LEGEND = (
    "area: the best speedup so far (log2), averaged over the calls, tokens, seconds or money spent, as a "
    "share of the log2 speedup of the best known program (the frontier); at most 1.25. floor: cells "
    "in which a program became faster than the start beyond noise. 25%, 50%, 75%: cells that reached this "
    "share of the frontier. Behind each, the mean number of calls until then; a cell that did not get there "
    "counts with all its calls. rungs: steps of the ladder that the best program equals or beats, median "
    "over cells. These figures are the search's own measurements, whose maximum is too high. -: not "
    "recorded."
)
NO_LADDER = (
    "The known programs of these tasks are not measured on this machine (aiopt task frontier): {tasks}"
)


def sections(rows: Sequence[PaceRow]) -> list[Section]:
    """Lay out areas and milestones in one table."""
    if not any(row.cells for row in rows):
        return []
    columns = (
        column("task", text=True, widest=28),
        column("track", text=True),
        *(column(f"area/{name}", f"area_{cost}") for name, cost in _AREAS),
        *map(_milestone_column, rows[0].milestones),
        column("rungs", "rungs", "of_rungs"),
    )
    table = Table("pace", "pace of improvement", columns, tuple(map(_row, rows)))
    bare = sorted({row.task for row in rows if row.cells and row.of_rungs is None})
    notes = (NO_LADDER.format(tasks=", ".join(bare)),) if bare else ()
    return [Section("pace", "Pace of improvement", (table,), notes, LEGEND)]


_AREAS = (("call", "calls"), ("token", "tokens"), ("second", "seconds"), ("money", "money"))


def _milestone_column(milestone: Milestone) -> Column:
    key = f"to_{milestone.name}".replace("%", "").strip()
    return column(milestone.name, f"{key}_reached", f"{key}_cells", f"{key}_calls")


def _row(row: PaceRow) -> tuple[Entry, ...]:
    return (
        word(row.task),
        word(row.track),
        *(number(row.areas[cost], "{:.3f}") for _, cost in _AREAS),
        *map(_milestone, row.milestones),
        Entry(MISSING, ())
        if row.rungs is None or row.of_rungs is None
        else Entry(f"{row.rungs:g} of {row.of_rungs}", (row.rungs, row.of_rungs)),
    )


def _milestone(milestone: Milestone) -> Entry:
    if not milestone.cells:
        return Entry(MISSING, ())
    calls = "" if milestone.calls is None else f" in {milestone.calls:.1f}"
    values = (milestone.reached, milestone.cells, milestone.calls)
    return Entry(f"{milestone.reached}/{milestone.cells}{calls}", values)
