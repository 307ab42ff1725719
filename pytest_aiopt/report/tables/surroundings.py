"""Tracks, machines and models of a study, and champions measured again, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.report.surroundings import AgainRow, DesignRow, FloorRow, MachineRow, ModelRow, TaskRow
from pytest_aiopt.report.tables.base import MISSING, Entry, Section, Table, column, count, number, word

DESIGN = (
    column("track", text=True),
    column("model", text=True, widest=24),
    column("feedback", text=True),
    column("strategy", text=True),
    column("hint", text=True),
    column("cells"),
    column("description", text=True, widest=34),
)
TASKS = (
    column("stratum", text=True),
    column("task", text=True),
    column("cells"),
)
MODELS = (
    column("model", text=True, widest=24),
    column("answered as", "answered", text=True, widest=30),
    column("calls"),
    column("prompt tokens", "prompt_tokens"),
    column("reply tokens", "completion_tokens"),
    column("seconds"),
    column("cost", "money", "currency"),
)
MACHINES = (
    column("machine", text=True),
    column("cells"),
    column("facts", text=True, widest=72),
)
FLOORS = (
    column("task", text=True),
    column("machine", text=True),
    column("cells"),
    column("evaluations"),
    column("sd"),
    column("faster from", "faster_from"),
    column("drift"),
)
AGAIN = (
    column("cell", text=True, widest=34),
    column("confirmed", "then", "then_low", "then_high"),
    column("again", "now", "now_low", "now_high"),
    column("visible/held-out", "gap"),
    column("refused", text=True),
    column("machine", "same_machine", text=True),
)
FLOOR_LEGEND = (
    "The starting program measured against itself: number of evaluations, their standard deviation, the "
    "smallest speedup that counts as faster, and the difference between slowest and fastest evaluation "
    "(drift)."
)
COST_LEGEND = (
    "Tokens as the endpoint counts them (-: some call was not counted). Seconds of answered requests. "
    "Cost by the price table (-: no price)."
)
AGAIN_LEGEND = (
    "Champions measured in a later session (experiments/test_champions.py) on held-out workloads: the "
    "speedup confirmed in the study and the later one, each with its 95 % interval. visible/held-out: the "
    "search's own measurement over the later one."
)


def design(rows: Sequence[DesignRow], tasks: Sequence[TaskRow]) -> Section:
    """Lay out the factor levels of the tracks, and the strata of the tasks if they are on record."""
    shown = tuple(
        (*map(word, (r.track, r.model, r.feedback, r.strategy, r.hint)), count(r.cells), word(r.description))
        for r in rows
    )
    tables = [Table("design", "tracks", DESIGN, shown)]
    if any(row.stratum for row in tasks):
        strata = tuple((word(row.stratum), word(row.task), count(row.cells)) for row in tasks)
        tables.append(Table("strata", "tasks by stratum", TASKS, strata))
    return Section("design", "Design", tuple(tables))


def models(rows: Sequence[ModelRow]) -> Section:
    """Lay out calls, tokens and costs."""
    table = Table("models", "models and costs", MODELS, tuple(map(_model, rows)))
    return Section("models", "Models and costs", (table,), legend=COST_LEGEND)


def _model(row: ModelRow) -> tuple[Entry, ...]:
    return (
        word(row.model),
        word(", ".join(row.answered)),
        count(row.calls),
        count(row.prompt_tokens),
        count(row.completion_tokens),
        number(row.seconds, "{:.1f}"),
        Entry(MISSING, ())
        if row.money is None
        else Entry(f"{row.money:.2f} {row.currency}", (row.money, row.currency)),
    )


def machines(rows: Sequence[MachineRow], floors: Sequence[FloorRow]) -> Section:
    """Lay out machines and noise floors."""
    facts = [", ".join(f"{key.replace('_', ' ')} {value}" for key, value in row.facts) for row in rows]
    shown = tuple(
        (word(row.fingerprint), count(row.cells), word(fact)) for row, fact in zip(rows, facts, strict=True)
    )
    tables = [Table("machines", "machines", MACHINES, shown)]
    if floors:
        tables.append(Table("floors", "noise floors", FLOORS, tuple(map(_floor, floors))))
    return Section("machines", "Machine and noise", tuple(tables), legend=FLOOR_LEGEND if floors else "")


def _floor(row: FloorRow) -> tuple[Entry, ...]:
    floor = row.floor
    return (
        word(floor.task),
        word(floor.fingerprint),
        count(row.cells),
        count(len(floor.log2_ratios)),
        number(2.0**floor.sd - 1, "{:.2%}"),
        number(2.0**floor.delta, "{:.3f}"),
        number(None if floor.drift is None else 2.0**floor.drift - 1, "{:.1%}"),
    )


def again(rows: Sequence[AgainRow]) -> list[Section]:
    """Lay out champions measured again; nothing if there are none."""
    if not rows:
        return []
    table = Table("reconfirmed", "champions measured again", AGAIN, tuple(map(_again, rows)))
    return [Section("reconfirmed", "Champions measured again", (table,), legend=AGAIN_LEGEND)]


def _again(row: AgainRow) -> tuple[Entry, ...]:
    return (
        word(row.cell),
        *(
            Entry(MISSING, ())
            if found is None
            else Entry(
                f"{2.0**found.log2_speedup:.3f} {2.0**found.low:.3f}-{2.0**found.high:.3f}",
                (2.0**found.log2_speedup, 2.0**found.low, 2.0**found.high),
            )
            for found in (row.then, row.now)
        ),
        number(None if row.gap is None else 2.0**row.gap, "{:.3f}"),
        word(row.refused),
        Entry("same" if row.same_machine else "another", (row.same_machine,)),
    )
