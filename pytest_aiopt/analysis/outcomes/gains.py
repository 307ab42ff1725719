"""Gain of a cell by the depth of its mutations."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.codebook.depth import Depth
from pytest_aiopt.model import Status


def gain_by_depth(trajectory: Trajectory) -> Mapping[Depth, float] | None:
    """Return the log2 speedup per call, split by the depth of the mutations that raised the best so far.

    The parts add up to the cell's best log2 speedup divided by its calls. They rest on the search's single
    measurements. None without calls, or if a mutation that raised the best has no depth.
    """
    if not trajectory.attempts:
        return None
    best, gained = 0.0, dict.fromkeys(Depth, 0.0)
    for attempt in trajectory.attempts:
        found = attempt.measurement
        if attempt.status is not Status.PASSED or found is None or found.log2_speedup <= best:
            continue
        if attempt.mutation is None or attempt.mutation.depth is None:
            return None
        gained[Depth(attempt.mutation.depth)] += found.log2_speedup - best
        best = found.log2_speedup
    return {depth: gain / len(trajectory.attempts) for depth, gain in gained.items()}
