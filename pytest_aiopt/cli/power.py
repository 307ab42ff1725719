"""``aiopt power``: the power of the study, simulated from its stored cells."""

from __future__ import annotations

from pytest_aiopt.cli.base import stored
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.journal.store import Store


def power(store: Store, out: Output) -> int:
    """Write the table of power by seeds and tasks; return 1 if a journal is damaged."""
    from pytest_aiopt.analysis.history import trajectory
    from pytest_aiopt.analysis.outcomes.ladder import with_frontier
    from pytest_aiopt.analysis.statistics import power as simulation
    from pytest_aiopt.tasks import ladders

    read = stored.journals(store)
    known = ladders.stored(store.ladders)
    cells = [trajectory(record, name) for name, record in read.journals.items()]
    table = simulation.study_power([with_frontier(cell, known) for cell in cells])
    stored.write_damaged(read.damaged, out)
    for line in simulation.lines(table):
        out.line(line)
    out.result(simulation.as_json(table) | {"damaged": read.damaged})
    return int(bool(read.damaged))


def _run(call: Invocation) -> int:
    return power(call.store, call.out)


COMMAND = Command(
    "power",
    "simulate the study from the stored cells and show its power by seeds and tasks",
    "aiopt power --results pilot",
    _run,
)
