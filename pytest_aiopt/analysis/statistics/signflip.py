"""Effects by task: the exact sign-flip test and its interval. The unit is the task; no simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pytest_aiopt.analysis.statistics.ranks import ALPHA, NOTHING, Floats, Interval, NotEstimable, Shift

MOST_TASKS = 20
"""Maximum number of tasks: 2**20 sign patterns are enumerated within a second."""


def sign_flip_p(effects: Sequence[float]) -> float | NotEstimable:
    """Two-sided exact p that effects (one per task) are symmetric about 0: share of sign patterns as extreme.

    Refused if all effects are 0, or if even effects of equal sign could not give p <= 0.05 (fewer than six
    tasks that differ).
    """
    values = _checked(effects)
    if len(values) and not values.any():
        return NotEstimable(NOTHING, f"the effect is 0 on all {len(values)} tasks")
    differing = int(np.count_nonzero(values))
    least = 2.0 ** (1 - differing) if differing else 1.0
    if least > ALPHA:
        return NotEstimable("too few tasks", f"no p below {least:.2f} is possible")
    sums = _subset_sums(values)
    total = float(values.sum())
    flipped = np.abs(total - 2 * sums)
    return float(np.mean(flipped >= abs(total) - 1e-9 * max(1.0, float(np.abs(values).sum()))))


def mean_effect(effects: Sequence[float], alpha: float = ALPHA) -> Shift | NotEstimable:
    """Mean effect with the interval of the values that the sign-flip test does not reject.

    The means of the 2**K - 1 subsets of K tasks divide the line into 2**K equally likely parts (Hartigan,
    JASA 64, 1969); the interval excludes floor(alpha / 2 * 2**K) of them on each side.
    """
    values = _checked(effects)
    if len(values) < 2:
        return NotEstimable(f"tasks={len(values)}")
    parts = 2 ** len(values)
    outside = math.floor(alpha / 2 * parts + 1e-9)
    mean = float(values.mean())
    if outside < 1:
        return Shift(mean, NotEstimable("too few tasks", f"no interval covers {1 - alpha:.0%}"))
    counts = _subset_sums(np.ones_like(values))[1:]
    means = np.sort(_subset_sums(values)[1:] / counts)
    low, high = float(means[outside - 1]), float(means[parts - 1 - outside])
    if low == high:
        return Shift(mean, NotEstimable("too few different values", "the interval has no width"))
    return Shift(mean, Interval(low, high, coverage=1 - 2 * outside / parts))


def _checked(effects: Sequence[float]) -> Floats:
    values = np.asarray(effects, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError("effects must be finite; leave missing ones out")
    if len(values) > MOST_TASKS:
        raise ValueError(f"{len(values)} tasks are more than can be enumerated ({MOST_TASKS})")
    return values


def _subset_sums(values: Floats) -> Floats:
    """Sums of all subsets, the empty one first."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums
