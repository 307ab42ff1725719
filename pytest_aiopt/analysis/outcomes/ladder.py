"""A cell held against the measured ladder of its task: headroom, and the rungs that it got past."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.analysis.trajectory import Trajectory, best_so_far
from pytest_aiopt.tasks.ladders import Ladder, RungGain
from pytest_aiopt.tasks.loader import PROGRAM

__all__ = ["Ladder", "RungGain", "headroom", "ladder_of", "rungs_reached", "steps"]


def ladder_of(trajectory: Trajectory, ladders: Sequence[Ladder]) -> Ladder | None:
    """Return the ladder measured as the cell ran: task, machine, scored workload, from the task's program.

    None where nobody measured it so.
    """
    if trajectory.identity.get("start", PROGRAM) != PROGRAM:
        return None
    wanted = (trajectory.cell.task, trajectory.identity.get("task"), trajectory.identity.get("machine"))
    same = (one for one in ladders if (one.task, one.digest, one.machine) == wanted)
    scored = trajectory.scored
    return next((one for one in same if not one.workload or not scored or one.workload == scored), None)


def steps(ladder: Ladder) -> tuple[RungGain, ...]:
    """Return the rungs that count: structural ones that are no decoys."""
    return tuple(rung for rung in ladder.rungs if rung.structural and not rung.decoy)


def headroom(ladder: Ladder) -> float | None:
    """Return the log2 speedup of the best step; None where no step is faster than the start."""
    best = max((rung.log2_speedup for rung in steps(ladder)), default=0.0)
    return best if best > 0 else None


def rungs_reached(trajectory: Trajectory, ladder: Ladder) -> int:
    """Count the steps that are no faster than the cell's best measurement during the search."""
    curve = best_so_far(trajectory)
    best = curve[-1] if curve else 0.0
    return sum(rung.log2_speedup <= best for rung in steps(ladder))
