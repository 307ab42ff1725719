"""Power of the blocked exact test by simulation, and the required size of a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from pytest_aiopt.analysis.statistics.ranks import ALPHA, Floats, critical_value, smallest_p

STUDIES = 4000
EFFECT = 1.0
"""The difference between tracks that a study should detect, in standard deviations between seeds."""
WANTED = 0.8
"""Target power."""
MARGIN = 0.015
"""Margin added to the target power: over two standard errors of a share of STUDIES simulated studies."""
MOST = 60
"""Maximum number of seeds or blocks that is tried."""

Draw = Callable[[Generator, tuple[int, ...]], Floats]
"""Outcomes of the given shape, in standard deviations."""


def power(
    control: Draw,
    treated: Draw,
    seeds: int,
    tasks: int,
    *,
    studies: int = STUDIES,
    alpha: float = ALPHA,
    rng: Generator,
) -> float:
    """Share of simulated studies that the blocked exact test (sum of U, no ties) rejects."""
    least = critical_value([(seeds, seeds)] * tasks, alpha)
    if least is None:
        return 0.0
    new, old = treated(rng, (studies, tasks, seeds)), control(rng, (studies, tasks, seeds))
    difference = new[..., :, None] - old[..., None, :]
    u = (
        np.count_nonzero(difference > 0, axis=(1, 2, 3))
        + np.count_nonzero(difference == 0, axis=(1, 2, 3)) / 2
    )
    return float(np.mean(np.minimum(u, tasks * seeds**2 - u) <= least))


def normal(shift: float = 0.0) -> Draw:
    """Normal scatter of sd 1 about ``shift``."""
    return lambda rng, shape: rng.normal(shift, 1.0, shape)


def resampled(residuals: Sequence[float], shift: float = 0.0) -> Draw:
    """The pilot's scatter about ``shift``, smoothed by a tenth of its sd."""
    values = np.asarray(residuals)
    return lambda rng, shape: rng.choice(values, shape) + rng.normal(0.0, 0.1, shape) + shift


def jackpots(chance: float, size: float) -> Draw:
    """Normal scatter of sd 1, plus an improvement of ``size`` sd with this probability."""
    return lambda rng, shape: rng.normal(0.0, 1.0, shape) + size * (rng.random(shape) < chance)


@lru_cache(maxsize=64)
def seeds_needed(blocks: int) -> int | None:
    """Return the seeds per track needed to detect EFFECT on this many blocks; None above MOST."""
    return next((seeds for seeds in range(1, MOST + 1) if _detects(seeds, blocks)), None)


@lru_cache(maxsize=64)
def blocks_needed(seeds: int) -> int | None:
    """Return the blocks needed to detect EFFECT with this many seeds per track; None above MOST."""
    return next((blocks for blocks in range(1, MOST + 1) if _detects(seeds, blocks)), None)


def _detects(seeds: int, blocks: int) -> bool:
    """Whether the power to detect a difference of EFFECT between tracks is at least WANTED."""
    if smallest_p([(seeds, seeds)] * blocks) > ALPHA:
        return False
    rng = np.random.default_rng(1_000 * seeds + blocks)
    return power(normal(), normal(EFFECT), seeds, blocks, rng=rng) >= WANTED + MARGIN
