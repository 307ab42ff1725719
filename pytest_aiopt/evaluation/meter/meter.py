"""The paired meter: baseline and candidate interleaved on the same fresh secret input, every run verified.

A run is a fresh process, from its start to its end: start-up, static initialisation and leftover work are in
the span. Each pair runs in another placement of the code, on both sides; placements are used in turn, and
more of them are built while the comparison is open. All runs take place in sandboxes whose supervisor gets
the next pair while one is running, so that nearly all of the budget is spent in the two programs. estimate.py
has the statistics.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.build.original_errors import unfinished
from pytest_aiopt.evaluation.host import cores, sharing
from pytest_aiopt.evaluation.host.lock import MachineLock
from pytest_aiopt.evaluation.meter.estimate import FIRST_LOOK, Looks, by_placement, estimate
from pytest_aiopt.evaluation.meter.inputs import Draw, fresh
from pytest_aiopt.evaluation.meter.patience import Patience, late
from pytest_aiopt.evaluation.meter.sides import Side, stages
from pytest_aiopt.evaluation.meter.stretches import Clock, Stretches
from pytest_aiopt.evaluation.sandbox import allowance, wire
from pytest_aiopt.evaluation.sandbox.endings import ending
from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome
from pytest_aiopt.evaluation.sandbox.runner import ATTEMPTS, Run, Unsettled, unsettled
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.evaluation.sandbox.series import Series
from pytest_aiopt.model import Decision, Measurement, Metric, Pair, Stage, Status, Verdict, Workload
from pytest_aiopt.tasks.loader import Task

CLOCK_STEP_S = 1e-6  # resolution of rusage: no run is credited with less
BASELINE, CANDIDATE = 0, 1


class _Paused(Enum):
    """Why a comparison that is not decided stopped."""

    BROKEN = auto()
    PLACEMENTS_USED = auto()


@dataclass(frozen=True, slots=True)
class _Started:
    """A pair whose runs were asked for."""

    requests: list[bytes]
    replies: tuple[int, int]
    baseline_first: bool
    placement: int


@dataclass(frozen=True, slots=True)
class _Runs:
    """A pair as it ended."""

    baseline: Run
    candidate: Run
    baseline_first: bool
    placement: int

    @property
    def cpu_s(self) -> float:
        return self.baseline.outcome.cpu_s + self.candidate.outcome.cpu_s

    @property
    def stalled(self) -> bool:
        return self.baseline.outcome.stalled_s + self.candidate.outcome.stalled_s > 0


class Meter:
    """Compares binaries of one task on this machine; timed runs hold the machine-wide lock.

    ``draw``: gives the input of each pair.
    """

    def __init__(
        self, task: Task, sandbox: Sandbox, lock: MachineLock, cpu: int | None, draw: Draw = fresh
    ) -> None:
        self._draw = draw
        self._task = task
        self._sandbox = sandbox
        self._lock = lock
        self._cpu = cpu if task.metric is Metric.CPU else None  # threads need all processors

    def compare(
        self, baseline: Path | Side, candidate: Path | Side, workload: Workload, budget_s: float
    ) -> Measurement | Verdict:
        """Measure ``candidate`` against ``baseline``; a wrong answer in a timed run is a Verdict instead.

        Both sides have as many placements; a path is a program as it was compiled. Raise Unsettled where runs
        fail again and again without a verdict, TaskError where the baseline's do, Unplaceable where a side
        cannot be built.
        """
        sides = [Side.alone(each) if isinstance(each, Path) else each for each in (baseline, candidate)]
        comparison = _Comparison(self._task, workload, self._cpu, budget_s, self._draw)
        planned = stages(len(sides[CANDIDATE].numbers))
        for placements in planned:
            binaries = [path for side in sides for path in side.first(placements)]
            found = self._stage(comparison, binaries, last=placements == planned[-1])
            if found is not _Paused.PLACEMENTS_USED:
                break
        if isinstance(found, _Paused):
            raise self._broken(comparison, workload)
        return found

    def _broken(self, comparison: _Comparison, workload: Workload) -> TaskError | Unsettled:
        """Return the error for a comparison that was broken off in every attempt."""
        failed = comparison.failed_baseline
        if failed is not None:
            how = ending(failed.outcome, len(failed.replies.payloads), self._task.limits)
            return unfinished(self._task, workload, how)
        what = f"timed runs of {self._task.name} on workload {workload.name}"
        return unsettled(what, comparison.latest, Stage.TIMED)

    def _stage(
        self, comparison: _Comparison, binaries: Sequence[Path], *, last: bool
    ) -> Measurement | Verdict | _Paused:
        """Go on with so many placements of each side; BROKEN where the machine failed again and again."""
        with self._lock, self._elsewhere_idle():
            for _ in range(ATTEMPTS):
                with self._series(binaries) as series:
                    found = comparison.go_on(series, len(binaries) // 2, last=last)
                if found is not _Paused.BROKEN:
                    break
        return found

    def _elsewhere_idle(self) -> contextlib.AbstractContextManager[None]:
        """Runs on all cores share them with nobody; those on the timing core have it alone anyway."""
        return sharing.nobody_works() if self._cpu is None else contextlib.nullcontext()

    @contextlib.contextmanager
    def _series(self, binaries: Sequence[Path]) -> Iterator[Series]:
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
    """The pairs of one comparison; continues in a new series if the machine broke one off."""

    def __init__(self, task: Task, workload: Workload, cpu: int | None, budget_s: float, draw: Draw) -> None:
        self._task = task
        self._workload = workload
        self._draw = draw
        self._pipelined = cpu is not None  # else preparing the next pair would disturb this one
        self._clock = Clock(budget_s)
        self._looks = Looks()
        self._kept = Stretches(cpu)
        self._uses: Counter[int] = Counter()
        self._placements = 1
        self._patience = Patience()
        self.latest: RunOutcome | None = None
        """The latest run, of two that of the machine's fault."""
        self.failed_baseline: Run | None = None
        """The baseline's run that broke the latest series off by its own fault."""

    def go_on(self, series: Series, placements: int, *, last: bool) -> Measurement | Verdict | _Paused:
        """Run pairs until the rule or the budget ends the comparison, or until it must be paused.

        The series has the binaries of ``placements`` baselines, then those of as many candidates. Unless they
        are the ``last``, it is paused when each of them was used.
        """
        under_way: deque[_Started] = deque()
        self._placements = placements
        self.failed_baseline = None
        if not self._acquainted(series):
            return _Paused.BROKEN
        self._kept.resume()
        self._clock.start()
        try:
            while True:
                while len(under_way) < self._room():
                    under_way.append(self._start(series))
                runs = self._finish(series, under_way.popleft())
                if runs is None:
                    return _Paused.BROKEN
                self._patience.learn(runs.baseline.outcome)
                verdict = self._wrong(runs)
                if verdict is not None:
                    return verdict
                self._clock.paired()
                self._kept.add(self._pair(runs), runs.cpu_s, stalled=runs.stalled)
                if self._kept.hopeless:
                    return _Paused.BROKEN
                decision = self._decision()
                if decision is not None:
                    return self._measurement(decision)
                if overdue := late():
                    return overdue
                if not last and len(self._kept.pairs) >= placements:
                    return _Paused.PLACEMENTS_USED
        finally:
            self._clock.stop()
            for started in under_way:
                _close(*started.replies)

    def _acquainted(self, series: Series) -> bool:
        """Run the baseline once alone, so that the series is up and the candidate's first run is bounded."""
        fd, replies = (
            wire.sealed_file(wire.encode_requests(self._draw(self._task, self._workload))),
            wire.empty_file(),
        )
        try:
            series.submit(BASELINE, stdin=fd, stdout=replies)
            outcome = series.collect()
        finally:
            _close(fd, replies)
        self._patience.learn(outcome)
        self.latest = outcome
        return outcome.ended is not Ended.INFRASTRUCTURE

    def _room(self) -> int:
        """Return how many pairs may be under way: two, so that one is always ready, but none for nothing."""
        alone = not self._pipelined or self._clock.nearly_spent
        return 1 if alone else min(2, self._looks.pairs_until_next(self._kept.count))

    def _start(self, series: Series) -> _Started:
        requests = self._draw(self._task, self._workload)
        baseline_first = random.SystemRandom().random() < 0.5
        placement = min(range(self._placements), key=self._uses.__getitem__)
        self._uses[placement] += 1
        replies = (wire.empty_file(), wire.empty_file())
        fd = wire.sealed_file(wire.encode_requests(requests))
        try:
            for which in (BASELINE, CANDIDATE) if baseline_first else (CANDIDATE, BASELINE):
                binary = which * self._placements + placement
                limit_s = self._patience.limit_s if which == CANDIDATE else None
                series.submit(binary, stdin=fd, stdout=replies[which], wall_s=limit_s)
        finally:
            os.close(fd)
        return _Started(requests, replies, baseline_first, placement)

    def _finish(self, series: Series, started: _Started) -> _Runs | None:
        """Collect a pair; None if the machine failed, or the baseline, which runs alone."""
        try:
            first, second = series.collect(), series.collect()
            outcomes = (first, second) if started.baseline_first else (second, first)
            baseline, candidate = (
                Run(outcome, wire.replies_in(fd))
                for outcome, fd in zip(outcomes, started.replies, strict=True)
            )
        finally:
            _close(*started.replies)
        disturbed = [each for each in (second, first) if each.ended is Ended.INFRASTRUCTURE]
        self.latest = disturbed[0] if disturbed else candidate.outcome
        allowance.charge(candidate.outcome.taken_s)
        if disturbed:
            return None
        if baseline.fault is not None or len(baseline.replies.payloads) != len(started.requests):
            self.failed_baseline = baseline
            return None
        return _Runs(baseline, candidate, started.baseline_first, started.placement)

    def _wrong(self, runs: _Runs) -> Verdict | None:
        want, have = runs.baseline.replies.payloads, runs.candidate.replies
        if runs.candidate.fault is not None:
            return Verdict(runs.candidate.fault, "in a timed run", len(want))
        same = len(want) == len(have.payloads) and not have.torn
        same = same and all(map(self._task.same, want, have.payloads))
        return None if same else Verdict(Status.WRONG_ANSWER, "in a timed run", len(want), stage=Stage.TIMED)

    def _pair(self, runs: _Runs) -> Pair:
        return Pair(
            self._seconds(runs.baseline),
            self._seconds(runs.candidate),
            runs.baseline_first,
            placement=runs.placement,
        )

    def _seconds(self, run: Run) -> float:
        cpu = self._task.metric is Metric.CPU
        return max(run.outcome.cpu_s if cpu else run.outcome.wall_s, CLOCK_STEP_S)

    def _decision(self) -> Decision | None:
        """Process the runs so far if a test or the end is due, and ask the rule."""
        spent = self._clock.spent
        if not (spent or self._kept.full or self._looks.due(self._kept.count)):
            return None
        self._clock.settled(kept=self._kept.settle())
        pairs = self._kept.pairs
        self._uses = Counter(pair.placement for pair in pairs)
        values = by_placement(pairs)
        if self._looks.due(len(pairs)) and (decision := self._looks.decide(values, len(pairs))):
            return decision
        return self._looks.conclude(values) if spent and len(pairs) >= FIRST_LOOK else None

    def _measurement(self, decision: Decision) -> Measurement:
        values = by_placement(self._kept.pairs)
        found = estimate(values)
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
            placements=tuple(values) if self._placements > 1 else (),
        )


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
