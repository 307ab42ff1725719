"""How fast the tracks improve, as one table a task."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pytest_aiopt.report.pace import Milestone, PaceRow
from pytest_aiopt.report.tables.base import MISSING, Column, Entry, Section, Table, column, number, word

LEGEND = (
    "a call, token, second, unit of money: the area, mean of best-so-far over what was spent, as a share "
    "of the log2 speedup of the task's ladder (1.25 at most). floor, 25%, 50%, 75%: cells whose best so "
    "far got past the noise floor and to these shares of the ladder, and the mean number of calls until "
    "then, a cell that did not get there counting with all its calls. rungs: steps of the ladder no faster "
    "than the best so far, median over cells. All of it is by the search's own measurements, whose best is "
    "biased upwards. -: not recorded."
)
NO_LADDER = "no ladder is measured of {tasks} on this machine; measure it: aiopt task check"


def sections(rows: Sequence[PaceRow]) -> list[Section]:
    """Lay out areas and milestones."""
    if not any(row.cells for row in rows):
        return []
    tables = tuple(_table(task, list(group)) for task, group in groupby(rows, key=lambda row: row.task))
    bare = sorted({row.task for row in rows if row.of_rungs is None})
    notes = (NO_LADDER.format(tasks=", ".join(bare)),) if bare else ()
    return [Section("pace", "Pace of improvement", tables, notes, LEGEND)]


def _table(task: str, rows: Sequence[PaceRow]) -> Table:
    columns = (
        column("track", text=True),
        *(column(f"a {name}", f"area_{cost}") for name, cost in _AREAS),
        *map(_milestone_column, rows[0].milestones),
        column("rungs", "rungs", "of_rungs"),
    )
    return Table(f"pace_{task}", f"pace on {task}", columns, tuple(map(_row, rows)))


_AREAS = (("call", "calls"), ("token", "tokens"), ("second", "seconds"), ("unit", "money"))


def _milestone_column(milestone: Milestone) -> Column:
    key = f"to_{milestone.name}".replace("%", "").strip()
    return column(milestone.name, f"{key}_reached", f"{key}_cells", f"{key}_calls")


def _row(row: PaceRow) -> tuple[Entry, ...]:
    return (
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
