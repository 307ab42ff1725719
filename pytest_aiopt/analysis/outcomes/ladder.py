"""The measured ladder and frontier of a cell's task on the cell's machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pytest_aiopt.analysis.trajectory import Frontier, Trajectory, best_so_far
from pytest_aiopt.model import Cell
from pytest_aiopt.tasks.ladders import Ladder, RungGain
from pytest_aiopt.tasks.loader import FRONTIER, PROGRAM

__all__ = ["Ladder", "RungGain", "frontier", "ladder_of", "rungs_reached", "steps", "with_frontier"]


def frontier(
    cell: Cell, identity: Mapping[str, str], scored: str, ladders: Sequence[Ladder]
) -> Frontier | None:
    """Return the measured frontier of a scored workload relative to the cell's start.

    None if the task's known programs were not measured on that workload and machine, if none of them is
    faster than the start, or if the campaign starts at the frontier. A campaign that starts at a rung has no
    confirmed frontier, because only the fastest program is confirmed.
    """
    start = identity.get("start", PROGRAM)
    ladder = _measured(cell, identity, scored, ladders)
    if ladder is None or ladder.best is None or start == FRONTIER:
        return None
    if start == PROGRAM:
        return Frontier(ladder.best, ladder.confirmed)
    name = start.partition(":")[2]
    begun = [r.log2_speedup for r in ladder.rungs if name in (stem := r.file[:-4], stem.partition("_")[0])]
    left = ladder.best - begun[0] if len(begun) == 1 else 0.0
    return Frontier(left) if left > 0 else None


def with_frontier(trajectory: Trajectory, ladders: Sequence[Ladder]) -> Trajectory:
    """Return the cell with the frontier measured on its machine."""
    t = trajectory
    return replace(t, frontier=frontier(t.cell, t.identity, t.scored, ladders))


def ladder_of(trajectory: Trajectory, ladders: Sequence[Ladder]) -> Ladder | None:
    """Return the ladder measured for the cell's task, machine and scored workload.

    None without such a measurement, or if the cell does not start at the task's program.
    """
    if trajectory.identity.get("start", PROGRAM) != PROGRAM:
        return None
    return _measured(trajectory.cell, trajectory.identity, trajectory.scored, ladders)


def _measured(
    cell: Cell, identity: Mapping[str, str], scored: str, ladders: Sequence[Ladder]
) -> Ladder | None:
    wanted = cell.task, identity.get("task"), identity.get("machine")
    same = [one for one in ladders if (one.task, one.digest, one.machine) == wanted]
    fit = [one for one in same if not one.workload or not scored or one.workload == scored]
    return max(fit, key=lambda one: one.confirmed is not None, default=None)


def steps(ladder: Ladder) -> tuple[RungGain, ...]:
    """Return the rungs that count: structural rungs except decoys."""
    return tuple(rung for rung in ladder.rungs if rung.structural and not rung.decoy)


def rungs_reached(trajectory: Trajectory, ladder: Ladder) -> int:
    """Count the steps that the cell's best measurement during the search reached."""
    curve = best_so_far(trajectory)
    best = curve[-1] if curve else 0.0
    return sum(rung.log2_speedup <= best for rung in steps(ladder))
