"""Exact rank statistics for a few seeds per track, blocked by task, without normal approximation.

The null distribution of U is enumerated exactly, including ties, by the shift algorithm (Streitberg &
Roehmel, EDV in Medizin und Biologie 17, 1986) and convolved over the blocks, so nothing is simulated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control, rankdata

ALPHA = 0.05

Floats = NDArray[np.float64]

NOTHING = "nothing to compare"
"""Reason if all outcomes of every block are equal: a test needs scatter."""
TOO_FEW_DIFFER = "too few outcomes differ"
"""Reason if so many outcomes are equal that no relabelling gives p <= 0.05."""


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """Replaces a value that cannot be estimated, and gives the reason."""

    reason: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"not estimable: {self.reason}{detail}"


@dataclass(frozen=True, slots=True)
class Block:
    """Outcomes of two arms within one block (a task); values are compared only within a block."""

    treated: tuple[float, ...]
    control: tuple[float, ...]

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in self.treated + self.control):
            raise ValueError("outcomes must be finite; leave missing ones out")

    @property
    def size(self) -> tuple[int, int]:
        """Number of outcomes (treated, control)."""
        return len(self.treated), len(self.control)


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval with its exact coverage, at least the requested one."""

    low: float
    high: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Shift:
    """Hodges-Lehmann shift of treated over control, in the outcomes' unit."""

    estimate: float
    interval: Interval | NotEstimable


def sum_u(blocks: Sequence[Block]) -> float:
    """Pairs within blocks where treated exceeds control, a tie counting half (Mann-Whitney U)."""
    return math.fsum(_u(block) for block in blocks)


def _u(block: Block) -> float:
    difference = _differences(block)
    return float(np.count_nonzero(difference > 0) + 0.5 * np.count_nonzero(difference == 0))


def _differences(block: Block) -> Floats:
    treated, control = np.asarray(block.treated, float), np.asarray(block.control, float)
    differences: Floats = np.subtract.outer(treated, control).ravel()
    return differences


def a12(blocks: Sequence[Block]) -> float | NotEstimable:
    """Probability that treated exceeds control within a block (Vargha & Delaney), in 0..1."""
    if reason := _too_few(blocks) or all_equal(blocks):
        return reason
    return sum_u(blocks) / _pairs(blocks)


def cliffs_delta(blocks: Sequence[Block]) -> float | NotEstimable:
    """Cliff's delta, 2 * A12 - 1, in -1..1."""
    probability = a12(blocks)
    return probability if isinstance(probability, NotEstimable) else 2 * probability - 1


def hodges_lehmann(blocks: Sequence[Block], alpha: float = ALPHA) -> Shift | NotEstimable:
    """Return the median within-block difference, and the shifts that the blocked exact test does not reject.

    With M pairs and critical value c the interval is [D(c+1), D(M-c)] of the ordered differences; ties only
    widen its coverage. An interval of zero width is refused: it would suggest an exact value although the
    outcomes are small counts or have no scatter.
    """
    if reason := _too_few(blocks) or all_equal(blocks):
        return reason
    differences = np.sort(np.concatenate([_differences(block) for block in _complete(blocks)]))
    return Shift(float(np.median(differences)), _order_interval(differences, blocks, alpha))


def _order_interval(ordered: Floats, blocks: Sequence[Block], alpha: float) -> Interval | NotEstimable:
    sizes = [block.size for block in _complete(blocks)]
    critical = critical_value(sizes, alpha)
    if critical is None:
        return NotEstimable("n too small", f"no interval covers {1 - alpha:.0%}")
    low, high = float(ordered[critical]), float(ordered[-1 - critical])
    if low == high:
        return NotEstimable("too few different values", "the interval has no width")
    tail = float(untied_null(sizes)[: critical + 1].sum())
    return Interval(low, high, coverage=1 - 2 * tail)


def exact_p(blocks: Sequence[Block]) -> float | NotEstimable:
    """Two-sided exact p of the sum of U over blocks: twice the smaller tail over all relabellings.

    Refused if all outcomes are equal, or if no relabelling of these outcomes gives p <= 0.05 because there
    are too few of them or too many ties.
    """
    blocks = _complete(blocks)
    if same := all_equal(blocks):
        return same
    least = smallest_p([block.size for block in blocks])
    if least > ALPHA:
        return NotEstimable("n too small", f"no p below {least:.2f} is possible")
    null = reduce(np.convolve, [_null_of_doubled_u(block) for block in blocks])
    possible = np.flatnonzero(null)
    attainable = 2 * float(min(null[possible[0]], null[possible[-1]]))
    if attainable > ALPHA * (1 + 1e-12):
        return NotEstimable(TOO_FEW_DIFFER, f"no p below {min(1.0, attainable):.2f} is possible")
    observed = round(2 * sum_u(blocks))
    smaller_tail = min(null[: observed + 1].sum(), null[observed:].sum())
    return min(1.0, 2 * float(smaller_tail))


def upper_tail(blocks: Sequence[Block]) -> float:
    """One-sided exact p that treated exceeds control: share of relabellings with at least this sum of U."""
    blocks = _complete(blocks)
    null = reduce(np.convolve, [_null_of_doubled_u(block) for block in blocks], np.ones(1))
    return min(1.0, float(null[round(2 * sum_u(blocks)) :].sum()))


def smallest_p(sizes: Sequence[tuple[int, int]]) -> float:
    """Two-sided p of complete separation for arms of these sizes (treated, control) by block."""
    return min(1.0, 2 / math.prod(math.comb(m + n, m) for m, n in sizes))


def critical_value(sizes: Sequence[tuple[int, int]], alpha: float = ALPHA) -> int | None:
    """Largest c with 2 * P(sum of U <= c) <= ``alpha`` without ties; None if there is none."""
    tail = 2 * np.cumsum(untied_null(sizes))
    rejected = int(np.count_nonzero(tail <= alpha * (1 + 1e-12)))
    return rejected - 1 if rejected else None


def untied_null(sizes: Sequence[tuple[int, int]]) -> Floats:
    """Probabilities of sum of U = 0, 1, 2, ... under exchangeable labels without ties."""
    if not sizes:
        return np.ones(1)
    blocks = [Block(tuple(range(m)), tuple(range(m, m + n))) for m, n in sizes]
    return reduce(np.convolve, [_null_of_doubled_u(block)[::2] for block in blocks])


def _null_of_doubled_u(block: Block) -> Floats:
    """Probabilities of 2U = 0, 1, ..., 2mn given the block's values: doubled midranks are integers."""
    m, n = block.size
    doubled_ranks = np.rint(2 * rankdata(block.treated + block.control)).astype(int)
    counts = np.zeros((m + 1, int(doubled_ranks.sum()) + 1))
    counts[0, 0] = 1
    for rank in doubled_ranks:
        counts[1:, rank:] += counts[:-1, :-rank]
    least = m * (m + 1)
    return np.asarray(counts[m, least : least + 2 * m * n + 1] / math.comb(m + n, m))


def holm(p_values: Sequence[float | NotEstimable]) -> tuple[float | NotEstimable, ...]:
    """Holm-adjusted p values in the given order; the family keeps its planned size.

    A test that is not estimable stays so, and counts as not rejecting.
    """
    plain = [1.0 if isinstance(p, NotEstimable) else p for p in p_values]
    adjusted = dict.fromkeys(range(len(plain)), 1.0)
    running = 0.0
    for position, index in enumerate(sorted(adjusted, key=plain.__getitem__)):
        running = max(running, min(1.0, (len(plain) - position) * plain[index]))
        adjusted[index] = running
    return tuple(p if isinstance(p, NotEstimable) else adjusted[i] for i, p in enumerate(p_values))


def benjamini_hochberg(p_values: Sequence[float | NotEstimable]) -> tuple[float | NotEstimable, ...]:
    """BH-adjusted p values in the given order (scipy's); a test that is not estimable counts as p = 1."""
    plain = [1.0 if isinstance(p, NotEstimable) else p for p in p_values]
    adjusted = false_discovery_control(plain) if plain else []
    return tuple(
        p if isinstance(p, NotEstimable) else float(q) for p, q in zip(p_values, adjusted, strict=True)
    )


def all_equal(blocks: Sequence[Block]) -> NotEstimable | None:
    """Return a refusal if outcomes are equal within every block; None if some differ or there are none."""
    complete = _complete(blocks)
    outcomes = sum(sum(block.size) for block in complete)
    if not complete or any(len(set(block.treated + block.control)) > 1 for block in complete):
        return None
    return NotEstimable(NOTHING, f"all {outcomes} outcomes are equal within their task")


def _complete(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with outcomes in both arms; other blocks allow no comparison."""
    return [block for block in blocks if block.treated and block.control]


def _pairs(blocks: Sequence[Block]) -> int:
    return sum(m * n for m, n in (block.size for block in blocks))


def _too_few(blocks: Sequence[Block]) -> NotEstimable | None:
    complete = _complete(blocks)
    least = min(sum(len(block.treated) for block in complete), sum(len(block.control) for block in complete))
    return NotEstimable(f"n={least}") if least < 2 else None
