"""What is known to be possible where a cell ran: the measured ladder and frontier of its task."""

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
    """Return what is known to be possible on a scored workload, over the start, by what was measured.

    None where nobody measured the task's known programs on that workload and machine, where none of them is
    faster than the start, and for campaigns that begin at the frontier. Of campaigns that begin at a rung
    no confirmed speedup is known, as only the fastest program is confirmed.
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
    """Return the cell with what is known to be possible where it ran."""
    t = trajectory
    return replace(t, frontier=frontier(t.cell, t.identity, t.scored, ladders))


def ladder_of(trajectory: Trajectory, ladders: Sequence[Ladder]) -> Ladder | None:
    """Return the ladder measured as the cell ran: task, machine, scored workload, from the task's program.

    None if nobody measured it so.
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
    """Return the rungs that count: structural ones that are no decoys."""
    return tuple(rung for rung in ladder.rungs if rung.structural and not rung.decoy)


def rungs_reached(trajectory: Trajectory, ladder: Ladder) -> int:
    """Count the steps that are no faster than the cell's best measurement during the search."""
    curve = best_so_far(trajectory)
    best = curve[-1] if curve else 0.0
    return sum(rung.log2_speedup <= best for rung in steps(ladder))
