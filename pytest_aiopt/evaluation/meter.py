"""The paired meter: baseline and candidate interleaved on the same fresh secret input, every run verified.

Estimate: 20 %-trimmed mean of log2(baseline / candidate) over pairs; interval: Yuen's t on the winsorised
variance (Yuen 1974). Looks at fixed numbers of pairs; each look tests at ALPHA_LOOK, which keeps the family
of six looks near 5 %.
"""

from __future__ import annotations

import os
import random
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pytest_aiopt.evaluation import wire
from pytest_aiopt.evaluation.lock import MachineLock
from pytest_aiopt.evaluation.runner import Run, run
from pytest_aiopt.evaluation.sandbox import Sandbox
from pytest_aiopt.model import Measurement, Metric, Pair, Quality, Status, Verdict, Workload
from pytest_aiopt.tasks.loader import Task

LOOKS = (6, 10, 16, 24, 36, 48)
ALPHA_LOOK = 0.0165
RACE_PAIRS = 3
HOPELESS = -log2(1.25)
EQUAL = log2(1.005)
TRIM = 0.2
NOISY_LOG2 = 0.1
DRIFT = 0.05
ALPHA_DRIFT = 0.01
CLOCK_STEP_S = 1e-6  # resolution of rusage: no run is credited with less


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


class Meter:
    """Compares binaries of one task on this machine; timed runs hold the machine-wide lock."""

    def __init__(self, task: Task, sandbox: Sandbox, lock: MachineLock, cpu: int | None) -> None:
        self._task = task
        self._sandbox = sandbox
        self._lock = lock
        self._cpu = cpu

    def compare(
        self, baseline: Path, candidate: Path, workload: Workload, budget_s: float
    ) -> Measurement | Verdict:
        """Measure ``candidate`` against ``baseline``; a wrong answer in a timed run is a Verdict instead."""
        started = time.monotonic()
        pairs: list[Pair] = []
        with self._lock:
            while not _decided(pairs) and not _spent(pairs, time.monotonic() - started, budget_s):
                pair = self._pair(baseline, candidate, workload)
                if isinstance(pair, Verdict):
                    return pair
                pairs.append(pair)
        found = estimate(_ratios(pairs))
        return Measurement(
            workload=workload.name,
            log2_speedup=found.mean,
            low=found.low,
            high=found.high,
            pairs=tuple(pairs),
            quality=quality(pairs),
            seconds=time.monotonic() - started,
        )

    def _pair(self, baseline: Path, candidate: Path, workload: Workload) -> Pair | Verdict:
        requests = self._task.requests(workload, secrets.randbits(63))
        baseline_first = random.SystemRandom().random() < 0.5
        order = (baseline, candidate) if baseline_first else (candidate, baseline)
        fd = wire.sealed_file(wire.encode_requests(requests))
        try:
            runs = [run(self._sandbox, binary, fd, self._task.limits, self._cpu) for binary in order]
        finally:
            os.close(fd)
        reference, timed = runs if baseline_first else reversed(runs)
        fault = self._verify(reference, timed, requests)
        return fault or Pair(self._clock(reference), self._clock(timed), baseline_first)

    def _clock(self, finished: Run) -> float:
        outcome = finished.outcome
        seconds = outcome.cpu_s if self._task.metric is Metric.CPU else outcome.wall_s
        return max(seconds, CLOCK_STEP_S)

    def _verify(self, reference: Run, timed: Run, requests: list[bytes]) -> Verdict | None:
        if timed.fault is not None:
            return Verdict(timed.fault, "in a timed run", len(requests))
        want, have = reference.replies.payloads, timed.replies.payloads
        if len(want) != len(requests):
            return Verdict(Status.TAMPERED, "the baseline did not answer a timed run", len(requests))
        same = len(want) == len(have) and all(map(self._task.same, want, have))
        return None if same else Verdict(Status.WRONG_ANSWER, "in a timed run", len(requests))


def quality(pairs: Sequence[Pair]) -> Quality:
    """Drifting: the baseline moved > 5 % between halves, beyond chance; noisy: robust sd of a pair > 7 %."""
    times = np.array([pair.baseline_s for pair in pairs])
    early, late = times[: len(times) // 2], times[len(times) // 2 :]
    moved = abs(np.median(late) / np.median(early) - 1) > DRIFT
    if moved and stats.mannwhitneyu(early, late).pvalue < ALPHA_DRIFT:
        return Quality.DRIFTING
    ratios = np.array(_ratios(pairs))
    spread = 1.4826 * float(np.median(np.abs(ratios - np.median(ratios))))
    return Quality.NOISY if spread > NOISY_LOG2 else Quality.QUIET


def _ratios(pairs: Sequence[Pair]) -> list[float]:
    return [log2(pair.baseline_s / pair.candidate_s) for pair in pairs]


def _decided(pairs: Sequence[Pair]) -> bool:
    """Whether the sequential rule stops here: a clear loser, a clear difference, or clear equality."""
    ratios = _ratios(pairs)
    if len(pairs) == RACE_PAIRS and max(ratios) < HOPELESS:
        return True
    if len(pairs) not in LOOKS:
        return False
    found = estimate(ratios)
    return found.p < ALPHA_LOOK or (found.low > -EQUAL and found.high < EQUAL) or len(pairs) == LOOKS[-1]


def _spent(pairs: Sequence[Pair], seconds: float, budget_s: float) -> bool:
    return len(pairs) >= LOOKS[0] and seconds >= budget_s
