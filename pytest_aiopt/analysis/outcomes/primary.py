"""The outcomes of a cell, one of which decides the study; a missing outcome is None."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from pytest_aiopt.analysis.outcomes.curves import area
from pytest_aiopt.analysis.outcomes.diversity import valid
from pytest_aiopt.analysis.outcomes.effective import effective_rate
from pytest_aiopt.analysis.trajectory import Trajectory, confirm
from pytest_aiopt.model import Primary


def gain(trajectory: Trajectory) -> float | None:
    """Return the champion's confirmed log2 speedup as a share of the frontier's; None if either is missing.

    Above 1 if the champion is faster than all known programs.
    """
    confirmed, frontier = confirm(trajectory), trajectory.frontier
    if confirmed is None or frontier is None or frontier.confirmed is None or frontier.confirmed <= 0:
        return None
    return confirmed.log2_speedup / frontier.confirmed


def gained(trajectory: Trajectory) -> float | None:
    """Return the mean best-so-far over the calls as a share of the frontier; None without a frontier."""
    frontier = trajectory.frontier
    return None if frontier is None else area(trajectory, frontier.log2_speedup)


def depth(trajectory: Trajectory) -> float | None:
    """Return the mean depth of the valid mutations; None without any, or if one has no depth."""
    depths = [child.mutation.depth if child.mutation else None for child in valid(trajectory)]
    known = [each for each in depths if each is not None]
    return fmean(known) if known and len(known) == len(depths) else None


def rate(trajectory: Trajectory) -> float | None:
    """Return the effective structural mutations per call; None if they are not on record."""
    found = effective_rate(trajectory)
    return None if found is None else found.value


OUTCOMES: Mapping[Primary, Callable[[Trajectory], float | None]] = {
    Primary.GAIN: gain,
    Primary.AREA: gained,
    Primary.DEPTH: depth,
    Primary.EFFECTIVE: rate,
}


def registered(trajectories: Sequence[Trajectory]) -> Primary:
    """Return the deciding outcome recorded by most cells; the default if none is recorded."""
    counts = Counter(t.outcome for t in trajectories)
    return max(counts, key=lambda each: counts[each], default=Primary.GAIN)
