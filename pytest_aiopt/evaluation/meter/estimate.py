"""Estimates from pairs: Yuen's trimmed mean of log2 ratios, and the sequential stopping rule.

Estimate: 20 %-trimmed mean with Yuen's t on the winsorised variance (Yuen 1974), of one value per placement
of the code: the mean of its pairs. Placements are drawn independently of each other, on both sides, so that
their scatter holds all that placement, input and machine do to a pair. Rule (Haybittle-Peto): looks at fixed
numbers of pairs stop only at p < INTERIM; what the looks did not spend of FAMILY is left for the end of the
budget. By Bonferroni's inequality a comparison of equals is then called a difference in at most FAMILY of all
cases, however the looks are correlated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2, sqrt
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pytest_aiopt.model import Decision, Pair, Quality

TRIM = 0.2
FAMILY = 0.05
INTERIM = 0.001
FIRST_LOOK = 6
GROWTH = 1.5
EQUAL = log2(1.005)
RACE_PAIRS = 3
HOPELESS = -log2(1.25)
NOISY_LOG2 = 0.1
DRIFT = 0.05
ALPHA_DRIFT = 0.01
_TO_SIGMA = 1.4826  # of a normal distribution, from the median absolute deviation


@dataclass(frozen=True, slots=True)
class Estimate:
    """A trimmed mean with its 95 % interval and the two-sided p of "no difference" (log2 units)."""

    mean: float
    low: float
    high: float
    p: float


def estimate(log_ratios: Sequence[float]) -> Estimate:
    """Yuen's one-sample trimmed t; raises ValueError for fewer than three values."""
    values = np.sort(np.asarray(log_ratios, dtype=float))
    n = len(values)
    if n < RACE_PAIRS:
        raise ValueError(f"{n} values carry no interval")
    cut = int(TRIM * n)
    kept = values[cut : n - cut]
    mean = float(kept.mean())
    freedom = len(kept) - 1
    winsorised = np.clip(values, kept[0], kept[-1])
    error = float(winsorised.std()) * sqrt(n / (len(kept) * freedom))
    half = float(stats.t.ppf(0.975, freedom)) * error
    p = 2 * float(stats.t.sf(abs(mean) / error, freedom)) if error else float(mean == 0)
    return Estimate(mean, mean - half, mean + half, p)


def _plain_error(values: NDArray[np.float64]) -> float:
    return float(values.std(ddof=1)) / sqrt(len(values))


def student(log_ratios: Sequence[float]) -> Estimate:
    """Plain mean with Student's interval, of at least two values: where none is an accident of a clock."""
    values = np.asarray(log_ratios, dtype=float)
    mean, freedom, error = float(values.mean()), len(values) - 1, _plain_error(values)
    half = float(stats.t.ppf(0.975, freedom)) * error
    p = 2 * float(stats.t.sf(abs(mean) / error, freedom)) if error else float(mean == 0)
    return Estimate(mean, mean - half, mean + half, p)


def ratios(pairs: Sequence[Pair]) -> list[float]:
    """Return log2(baseline / candidate) of each pair."""
    return [pair.log2_ratio for pair in pairs]


def by_placement(pairs: Sequence[Pair]) -> list[float]:
    """Return the values of an estimate: each placement's mean log2 ratio, each pair's if there is but one."""
    groups: dict[int, list[float]] = {}
    for pair in pairs:
        groups.setdefault(pair.placement, []).append(pair.log2_ratio)
    return ratios(pairs) if len(groups) < 2 else [fmean(group) for group in groups.values()]


class Looks:
    """The sequential rule over one comparison; asked after every pair, it looks where a look is due.

    ``values`` are those of the estimate, ``count`` is the number of pairs that they are made of.
    """

    def __init__(self, estimator: Callable[[Sequence[float]], Estimate] = estimate) -> None:
        self._estimate = estimator
        self._taken = 0
        self._next = FIRST_LOOK

    def pairs_until_next(self, count: int) -> int:
        """Return how many pairs after ``count`` the next look is (one races at three); at least 1."""
        return max(1, (RACE_PAIRS if count < RACE_PAIRS else self._next) - count)

    def due(self, count: int) -> bool:
        """Whether ``decide`` tests at this number of pairs."""
        return count == RACE_PAIRS or count >= self._next

    def decide(self, values: Sequence[float], count: int) -> Decision | None:
        """Return the decision that ends the comparison here, or None to go on."""
        if count == RACE_PAIRS and max(values) < HOPELESS:
            return Decision.SLOWER
        if count < self._next:
            return None
        self._taken += 1
        while self._next <= count:
            self._next = int(self._next * GROWTH) + 1
        found = self._estimate(values)
        if found.p < INTERIM:
            return _direction(found)
        return Decision.EQUAL if _equal(found) else None

    def conclude(self, values: Sequence[float]) -> Decision:
        """Return the decision at the end of the budget."""
        found = self._estimate(values)
        if found.p < FAMILY - INTERIM * self._taken:
            return _direction(found)
        return Decision.EQUAL if _equal(found) else Decision.UNDECIDED


def _equal(found: Estimate) -> bool:
    return max(-found.low, found.high) < EQUAL


def _direction(found: Estimate) -> Decision:
    return Decision.FASTER if found.mean > 0 else Decision.SLOWER


def quality(pairs: Sequence[Pair]) -> Quality:
    """Drifting: the baseline moved > 5 % between halves, beyond chance; noisy: robust sd of a pair > 7 %."""
    times = np.array([pair.baseline_s for pair in pairs])
    early, late = times[: len(times) // 2], times[len(times) // 2 :]
    moved = abs(np.median(late) / np.median(early) - 1) > DRIFT
    if moved and stats.mannwhitneyu(early, late).pvalue < ALPHA_DRIFT:
        return Quality.DRIFTING
    return Quality.NOISY if _spread(pairs) > NOISY_LOG2 else Quality.QUIET


def _spread(pairs: Sequence[Pair]) -> float:
    """Return a robust sd of pairs: within placements where these have several pairs, else of all."""
    last: dict[int, float] = {}
    steps = []
    for pair in pairs:
        if pair.placement in last:
            steps.append((pair.log2_ratio - last[pair.placement]) / sqrt(2))
        last[pair.placement] = pair.log2_ratio
    if len(last) > 1 and len(steps) >= FIRST_LOOK:
        return _TO_SIGMA * float(np.median(np.abs(steps)))
    found = np.array(ratios(pairs))
    return _TO_SIGMA * float(np.median(np.abs(found - np.median(found))))
