"""A comparison of two programs by paired runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log2


class Quality(StrEnum):
    """The trustworthiness of a measurement."""

    QUIET = "quiet"
    NOISY = "noisy"
    DRIFTING = "drifting"


class Decision(StrEnum):
    """The decision of a comparison at the level of its sequential rule; EQUAL is within half a percent."""

    FASTER = "faster"
    SLOWER = "slower"
    EQUAL = "equal"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of runs on the same fresh input; seconds on the task's clock (of CPU where that is COST).

    ``costs``: of the baseline's and the candidate's decisions, where they are what is compared.
    ``placement``: the number, within the comparison, of the placement of both sides.
    """

    baseline_s: float
    candidate_s: float
    baseline_first: bool
    costs: tuple[float, float] | None = None
    placement: int = 0

    @property
    def log2_ratio(self) -> float:
        """Return log2 of baseline over candidate, of the costs where there are any."""
        baseline, candidate = self.costs or (self.baseline_s, self.candidate_s)
        return log2(baseline / candidate)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Speedup over the baseline: mean of paired log2 ratios (> 0 is faster) with its interval.

    ``counted``: the name of the costs that were compared; empty where it was time (by a trimmed mean).

    ``p``: two-sided, of no difference. ``dropped``: pairs set aside because the machine was disturbed.
    ``placements``: the mean log2 ratio of each placement of the code, where there were several; their scatter
    makes the interval. ``instructions``: of baseline and candidate on one input, where they were counted; no
    part of the score.
    ``implausible``: why a human should look at it before it is believed; empty where nothing is odd.
    """

    workload: str
    log2_speedup: float
    low: float
    high: float
    pairs: tuple[Pair, ...]
    quality: Quality
    seconds: float = 0.0
    decision: Decision = Decision.UNDECIDED
    p: float | None = None
    dropped: int = 0
    placements: tuple[float, ...] = ()
    instructions: tuple[int, int] | None = None
    implausible: str = ""
    counted: str = ""

    def faster_than(self, delta: float) -> bool:
        """Whether the whole interval lies above ``delta`` (a log2 ratio); the only rule for "faster"."""
        return self.low > delta

    @property
    def speedup(self) -> float:
        """Return baseline time over candidate time, or baseline cost over candidate cost."""
        return float(2.0**self.log2_speedup)


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """A/A of one task on one machine: sd of log2 ratios and ``delta``, the threshold for "faster".

    ``drift``: log2 of the slowest over the fastest evaluation of the one program; a stored baseline may be so
    wrong. ``notes``: floors of other machines that were refused. ``placements``: of the code in which either
    side was measured; 1 is as compiled.
    """

    task: str
    fingerprint: str
    log2_ratios: tuple[float, ...]
    sd: float
    delta: float
    drift: float | None = None
    pairs: int | None = None
    seconds: float | None = None
    notes: tuple[str, ...] = ()
    placements: int = 1


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The log2 speedup of a program on held-out workloads with its 95 % interval.

    ``by_identity``: it is the starting program, so log2 speedup and interval are 0 by definition
    and nothing was measured; ``workloads`` is then empty.
    """

    log2_speedup: float
    low: float
    high: float
    workloads: tuple[str, ...]
    by_identity: bool = False

    def faster_than(self, delta: float) -> bool:
        """Whether the whole interval lies above ``delta`` (a log2 ratio)."""
        return self.low > delta


def pool(measurements: Sequence[Measurement]) -> Confirmed:
    """Mean of the workloads' log2 speedups, with equal weights.

    Interval by MOVER (Zou & Donner, Stat. Med. 27, 2008): with k independent workloads low = mean -
    sqrt(sum((m_i - low_i)**2)) / k, and high likewise. For symmetric intervals this adds standard errors in
    quadrature. It applies to these workloads, not to others that could be drawn.
    """
    k = len(measurements)
    mean = math.fsum(m.log2_speedup for m in measurements) / k
    below = math.hypot(*(m.log2_speedup - m.low for m in measurements)) / k
    above = math.hypot(*(m.high - m.log2_speedup for m in measurements)) / k
    return Confirmed(mean, mean - below, mean + above, workloads=tuple(m.workload for m in measurements))
