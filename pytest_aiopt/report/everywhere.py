"""One study on several machines: results that hold on every machine, without pooling over machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_aiopt.analysis.answer import answer
from pytest_aiopt.analysis.compare import ALL_TASKS, compare
from pytest_aiopt.analysis.statistics.ranks import NOTHING, NotEstimable, Shift
from pytest_aiopt.analysis.statistics.verdict import NOT_ENOUGH, UNDECIDED, verdict
from pytest_aiopt.analysis.trajectory import Trajectory, confirm

UNKNOWN = "unknown"
OPEN = (NOTHING, NOT_ENOUGH, UNDECIDED)
"""Verdicts without a claim."""
PRIMARY = "primary outcome"
SPEEDUP = "speedup"


@dataclass(frozen=True, slots=True)
class Found:
    """A comparison on one machine. ``shift``: in the outcome's unit, or log2 for a speedup."""

    machine: str
    n_treated: int
    n_control: int
    shift: Shift | NotEstimable
    p: float | NotEstimable
    word: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of two tracks on every machine."""

    outcome: str
    treated: str
    control: str
    found: tuple[Found, ...]

    @property
    def holds(self) -> bool:
        """Whether every machine gives the same verdict with a claim."""
        words = {each.word for each in self.found}
        return len(words) == 1 and not words & set(OPEN)

    @property
    def contradicts(self) -> bool:
        """Whether two machines give different verdicts with a claim."""
        return len({each.word for each in self.found} - set(OPEN)) > 1


@dataclass(frozen=True, slots=True)
class Faster:
    """Cells of a track on a task whose champion is faster than the start beyond the noise floor.

    ``by_machine``: with the number of confirmed cells, in the order of the machines. ``everywhere``: faster
    on every machine, with the number of cells confirmed on all.
    """

    task: str
    track: str
    by_machine: tuple[tuple[int, int], ...]
    everywhere: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Everywhere:
    """One study on several machines. ``machines``: fingerprints; ``differing``: settings by name."""

    machines: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    faster: tuple[Faster, ...]
    differing: tuple[str, ...]


def everywhere(trajectories: Sequence[Trajectory]) -> Everywhere | None:
    """Compare the machines of one study's cells; None if there is only one."""
    by_machine: dict[str, list[Trajectory]] = {}
    for t in sorted(trajectories, key=lambda t: (t.identity.get("machine", UNKNOWN), t.cell, t.journal)):
        by_machine.setdefault(t.identity.get("machine", UNKNOWN), []).append(t)
    if len(by_machine) < 2:
        return None
    found = [dict(_comparisons(machine, cells)) for machine, cells in by_machine.items()]
    shared = [key for key in found[0] if all(key in each for each in found)]
    return Everywhere(
        machines=tuple(by_machine),
        comparisons=tuple(Comparison(*key, tuple(each[key] for each in found)) for key in shared),
        faster=tuple(_faster(list(by_machine.values()))),
        differing=tuple(_differing(trajectories)),
    )


Key = tuple[str, str, str]


def _comparisons(machine: str, cells: Sequence[Trajectory]) -> Iterator[tuple[Key, Found]]:
    test = answer(cells).primary
    if not isinstance(test, NotEstimable):
        found = Found(machine, test.n_treated, test.n_control, test.shift, test.p, test.word)
        yield (PRIMARY, test.treated, test.control), found
    for one in compare(cells).contrasts:
        if one.scope == ALL_TASKS and not isinstance(one.differs, NotEstimable):
            word = verdict(one.p_holm, one.shift, one.p_equal, ("faster", "slower"))
            found = Found(machine, one.n_treated, one.n_control, one.shift, one.p_holm, word)
            yield (SPEEDUP, one.treated, one.control), found


def _faster(machines: Sequence[Sequence[Trajectory]]) -> Iterator[Faster]:
    by_cell = [
        {t.cell: is_faster for t in cells if (is_faster := _is_faster(t)) is not None} for cells in machines
    ]
    for task, track in sorted({(cell.task, cell.track) for each in by_cell for cell in each}):
        decided = [
            {cell: is_faster for cell, is_faster in each.items() if (cell.task, cell.track) == (task, track)}
            for each in by_cell
        ]
        shared = set(decided[0]).intersection(*decided[1:])
        on_all = sum(all(each[cell] for each in decided) for cell in shared)
        by_machine = tuple((sum(each.values()), len(each)) for each in decided)
        yield Faster(task, track, by_machine, (on_all, len(shared)))


def _is_faster(t: Trajectory) -> bool | None:
    confirmed = confirm(t)
    return None if confirmed is None or t.floor is None else confirmed.faster_than(t.floor.delta)


def _differing(trajectories: Sequence[Trajectory]) -> Iterator[str]:
    """Return settings of one track and task that differ between machines but should be equal."""
    values: dict[tuple[str, str, str], set[str]] = {}
    for t in trajectories:
        for name, value in t.identity.items():
            values.setdefault((name, t.cell.task, t.cell.track), set()).add(value)
    yield from sorted({name for (name, _, _), seen in values.items() if len(seen) > 1 and name != "machine"})
