"""The paired meter: baseline and candidate interleaved on the same fresh secret input, every run verified.

A run is a fresh process, from its start to its end: start-up, static initialisation and leftover work are in
the span. All runs of a comparison take place in one sandbox, whose supervisor gets the next pair while one is
running, so that nearly all of the budget is spent in the two programs. estimate.py has the statistics.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.evaluation.host import cores, sharing
from pytest_aiopt.evaluation.host.lock import MachineLock
from pytest_aiopt.evaluation.meter.estimate import FIRST_LOOK, Looks, estimate, ratios
from pytest_aiopt.evaluation.meter.stretches import Clock, Stretches
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.processes import Ended
from pytest_aiopt.evaluation.sandbox.runner import ATTEMPTS, Run
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.evaluation.sandbox.series import Series
from pytest_aiopt.model import Decision, Measurement, Metric, Pair, Stage, Status, Verdict, Workload
from pytest_aiopt.tasks.loader import Task

CLOCK_STEP_S = 1e-6  # resolution of rusage: no run is credited with less
BASELINE, CANDIDATE = 0, 1


@dataclass(frozen=True, slots=True)
class _Started:
    """A pair whose runs were asked for."""

    requests: list[bytes]
    replies: tuple[int, int]
    baseline_first: bool


@dataclass(frozen=True, slots=True)
class _Runs:
    """A pair as it ended."""

    baseline: Run
    candidate: Run
    baseline_first: bool

    @property
    def cpu_s(self) -> float:
        return self.baseline.outcome.cpu_s + self.candidate.outcome.cpu_s

    @property
    def stalled(self) -> bool:
        return self.baseline.outcome.stalled_s + self.candidate.outcome.stalled_s > 0


class Meter:
    """Compares binaries of one task on this machine; timed runs hold the machine-wide lock."""

    def __init__(self, task: Task, sandbox: Sandbox, lock: MachineLock, cpu: int | None) -> None:
        self._task = task
        self._sandbox = sandbox
        self._lock = lock
        self._cpu = cpu if task.metric is Metric.CPU else None  # threads need all processors

    def compare(
        self, baseline: Path, candidate: Path, workload: Workload, budget_s: float
    ) -> Measurement | Verdict:
        """Measure ``candidate`` against ``baseline``; a wrong answer in a timed run is a Verdict instead.

        Raise InfrastructureError where the machine, or the baseline, fails again and again.
        """
        with self._lock, self._elsewhere_idle():
            comparison = _Comparison(self._task, workload, self._cpu, budget_s)
            for _ in range(ATTEMPTS):
                with self._series(baseline, candidate) as series:
                    found = comparison.go_on(series)
                if found is not None:
                    return found
        raise InfrastructureError(
            f"timed runs of {baseline} failed {ATTEMPTS} times without fault of the candidate",
            "see that the machine is not stalled or out of memory, then run the same command again",
        )

    def _elsewhere_idle(self) -> contextlib.AbstractContextManager[None]:
        """Runs on all cores share them with nobody; those on the timing core have it alone anyway."""
        return sharing.nobody_works() if self._cpu is None else contextlib.nullcontext()

    @contextlib.contextmanager
    def _series(self, *binaries: Path) -> Iterator[Series]:
        """Open a series whose supervisor lives on the timing core, idle while that is used; keep us off it.

        Anywhere else the supervisor would have to wait for us before it could start the next run.
        """
        usual = os.sched_getaffinity(0)
        timing = cores.usable() if self._cpu is None else {self._cpu}
        with contextlib.ExitStack() as stack:
            stack.callback(os.sched_setaffinity, 0, usual)
            os.sched_setaffinity(0, timing)
            series = self._sandbox.series(binaries, limits=self._task.limits, cpu=self._cpu)
            running = stack.enter_context(series)
            os.sched_setaffinity(0, usual - timing or usual)
            yield running


class _Comparison:
    """The pairs of one comparison; goes on in a new series where the machine broke one off."""

    def __init__(self, task: Task, workload: Workload, cpu: int | None, budget_s: float) -> None:
        self._task = task
        self._workload = workload
        self._pipelined = cpu is not None  # else preparing the next pair would disturb this one
        self._clock = Clock(budget_s)
        self._looks = Looks()
        self._kept = Stretches(cpu)

    def go_on(self, series: Series) -> Measurement | Verdict | None:
        """Run pairs until the rule or the budget ends the comparison; None where the series broke."""
        under_way: deque[_Started] = deque()
        try:
            while True:
                while len(under_way) < self._room():
                    under_way.append(self._start(series))
                runs = self._finish(series, under_way.popleft())
                if runs is None:
                    return None
                verdict = self._wrong(runs)
                if verdict is not None:
                    return verdict
                self._clock.paired()
                self._kept.add(self._pair(runs), runs.cpu_s, stalled=runs.stalled)
                if self._kept.hopeless:
                    return None
                decision = self._decision()
                if decision is not None:
                    return self._measurement(decision)
        finally:
            for started in under_way:
                _close(*started.replies)

    def _room(self) -> int:
        """Return how many pairs may be under way: two, so that one is always ready, but none for nothing."""
        alone = not self._pipelined or self._clock.nearly_spent
        return 1 if alone else min(2, self._looks.pairs_until_next(self._kept.count))

    def _start(self, series: Series) -> _Started:
        requests = self._task.requests(self._workload, secrets.randbits(63))
        baseline_first = random.SystemRandom().random() < 0.5
        replies = (wire.empty_file(), wire.empty_file())
        fd = wire.sealed_file(wire.encode_requests(requests))
        try:
            for which in (BASELINE, CANDIDATE) if baseline_first else (CANDIDATE, BASELINE):
                series.submit(which, stdin=fd, stdout=replies[which])
        finally:
            os.close(fd)
        return _Started(requests, replies, baseline_first)

    def _finish(self, series: Series, started: _Started) -> _Runs | None:
        """Collect a pair; None where the machine failed, or the baseline, which runs alone."""
        try:
            first, second = series.collect(), series.collect()
            outcomes = (first, second) if started.baseline_first else (second, first)
            baseline, candidate = (
                Run(outcome, wire.decode_replies(wire.contents(fd)))
                for outcome, fd in zip(outcomes, started.replies, strict=True)
            )
        finally:
            _close(*started.replies)
        if Ended.INFRASTRUCTURE in (first.ended, second.ended):
            return None
        if baseline.fault is not None or len(baseline.replies.payloads) != len(started.requests):
            return None
        return _Runs(baseline, candidate, started.baseline_first)

    def _wrong(self, runs: _Runs) -> Verdict | None:
        want, have = runs.baseline.replies.payloads, runs.candidate.replies
        if runs.candidate.fault is not None:
            return Verdict(runs.candidate.fault, "in a timed run", len(want))
        same = len(want) == len(have.payloads) and not have.torn
        same = same and all(map(self._task.same, want, have.payloads))
        return None if same else Verdict(Status.WRONG_ANSWER, "in a timed run", len(want), stage=Stage.TIMED)

    def _pair(self, runs: _Runs) -> Pair:
        return Pair(self._seconds(runs.baseline), self._seconds(runs.candidate), runs.baseline_first)

    def _seconds(self, run: Run) -> float:
        cpu = self._task.metric is Metric.CPU
        return max(run.outcome.cpu_s if cpu else run.outcome.wall_s, CLOCK_STEP_S)

    def _decision(self) -> Decision | None:
        """Settle what was run where a look or the end is due, and ask the rule."""
        spent = self._clock.spent
        if not (spent or self._kept.full or self._looks.due(self._kept.count)):
            return None
        self._clock.settled(kept=self._kept.settle())
        found = ratios(self._kept.pairs)
        if self._looks.due(len(found)) and (decision := self._looks.decide(found)):
            return decision
        return self._looks.conclude(found) if spent and len(found) >= FIRST_LOOK else None

    def _measurement(self, decision: Decision) -> Measurement:
        found = estimate(ratios(self._kept.pairs))
        return Measurement(
            workload=self._workload.name,
            log2_speedup=found.mean,
            low=found.low,
            high=found.high,
            pairs=tuple(self._kept.pairs),
            quality=self._kept.quality(),
            seconds=self._clock.elapsed_s,
            decision=decision,
            p=found.p,
            dropped=self._kept.dropped,
        )


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
