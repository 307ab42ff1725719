"""What pairs say: Yuen's trimmed mean of log2 ratios, and the sequential rule that says when to stop.

Estimate: 20 %-trimmed mean with Yuen's t on the winsorised variance (Yuen 1974). Rule (Haybittle-Peto): looks
at fixed numbers of pairs stop only at p < INTERIM; what the looks did not spend of FAMILY is left for the end
of the budget. By Bonferroni's inequality a comparison of equals is then called a difference in at most FAMILY
of all cases, however the looks are correlated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pytest_aiopt.model import Decision, Measurement, Pair, Quality

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


@dataclass(frozen=True, slots=True)
class Estimate:
    """A trimmed mean with its 95 % interval and the two-sided p of "no difference" (log2 units)."""

    mean: float
    low: float
    high: float
    p: float


def estimate(log_ratios: Sequence[float]) -> Estimate:
    """Yuen's one-sample trimmed t; raises ValueError under three values, which carry no interval."""
    values = np.sort(np.asarray(log_ratios, dtype=float))
    n = len(values)
    if n < RACE_PAIRS:
        raise ValueError(f"{n} pairs carry no interval")
    cut = int(TRIM * n)
    kept = values[cut : n - cut]
    mean = float(kept.mean())
    winsorised = np.clip(values, kept[0], kept[-1])
    error = float(winsorised.std(ddof=1)) / ((1 - 2 * TRIM) * sqrt(n)) if cut else _plain_error(values)
    freedom = len(kept) - 1
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


def over_layouts(found: Sequence[Measurement]) -> Measurement:
    """Return the mean over measurements of one workload in several memory layouts (at least two).

    The interval is Student's over the layouts' estimates, so that it holds what the layout does to the speed.
    """
    pairs = tuple(pair for one in found for pair in one.pairs)
    whole = student([one.log2_speedup for one in found])
    return Measurement(
        workload=found[0].workload,
        log2_speedup=whole.mean,
        low=whole.low,
        high=whole.high,
        pairs=pairs,
        quality=next((one.quality for one in found if one.quality is not Quality.QUIET), Quality.QUIET),
        seconds=sum(one.seconds for one in found),
        decision=_direction(whole)
        if whole.p < FAMILY
        else Decision.EQUAL
        if _equal(whole)
        else Decision.UNDECIDED,
        p=whole.p,
        dropped=sum(one.dropped for one in found),
        layouts=tuple(one.log2_speedup for one in found),
    )


def ratios(pairs: Sequence[Pair]) -> list[float]:
    """Return log2(baseline / candidate) of each pair."""
    return [pair.log2_ratio for pair in pairs]


class Looks:
    """The sequential rule over one comparison; asked after every pair, it looks where a look is due."""

    def __init__(self, estimator: Callable[[Sequence[float]], Estimate] = estimate) -> None:
        self._estimate = estimator
        self._taken = 0
        self._next = FIRST_LOOK

    def pairs_until_next(self, count: int) -> int:
        """Return how many pairs after ``count`` the next look is (one races at three); at least 1."""
        return max(1, (RACE_PAIRS if count < RACE_PAIRS else self._next) - count)

    def due(self, count: int) -> bool:
        """Whether ``decide`` looks at so many pairs."""
        return count == RACE_PAIRS or count >= self._next

    def decide(self, log_ratios: Sequence[float]) -> Decision | None:
        """Return the decision that ends the comparison here, or None to go on."""
        n = len(log_ratios)
        if n == RACE_PAIRS and max(log_ratios) < HOPELESS:
            return Decision.SLOWER
        if n < self._next:
            return None
        self._taken += 1
        while self._next <= n:
            self._next = int(self._next * GROWTH) + 1
        found = self._estimate(log_ratios)
        if found.p < INTERIM:
            return _direction(found)
        return Decision.EQUAL if _equal(found) else None

    def conclude(self, log_ratios: Sequence[float]) -> Decision:
        """Return the decision at the end of the budget."""
        found = self._estimate(log_ratios)
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
    found = np.array(ratios(pairs))
    spread = 1.4826 * float(np.median(np.abs(found - np.median(found))))
    return Quality.NOISY if spread > NOISY_LOG2 else Quality.QUIET
