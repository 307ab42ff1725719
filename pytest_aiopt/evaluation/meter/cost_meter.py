"""The meter of decisions: their cost by the oracle's replay, on the same fresh secret inputs.

There is no clock, so no lock, no quiet machine and no placements: the cost of a run is decided by its input
alone, and the interval (Student's) is over inputs. The looks and their error rates are those of the timing
meter. CPU time is bounded relative to the baseline's: decisions must not be bought with any amount of work.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Sequence
from math import ceil
from pathlib import Path

from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.gate.foresight import Branches
from pytest_aiopt.evaluation.meter.estimate import FIRST_LOOK, Looks, ratios, student
from pytest_aiopt.evaluation.meter.patience import Patience, late
from pytest_aiopt.evaluation.meter.sides import Side
from pytest_aiopt.evaluation.sandbox import allowance, wire
from pytest_aiopt.evaluation.sandbox.endings import ending
from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome
from pytest_aiopt.evaluation.sandbox.runner import ATTEMPTS, Run, unsettled
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.evaluation.sandbox.series import Series
from pytest_aiopt.model import Decision, Measurement, Pair, Quality, Stage, Status, Verdict, Workload
from pytest_aiopt.tasks.loader import Task

MOST_INPUTS = 60
BRANCHES = 100
"""Minimum number of branched requests on which a cheaper policy must repeat its decisions."""
CPU_SLACK_S = 0.02
"""CPU seconds per run that the ratio leaves out: the cost of starting a process is not the program's."""
_CLOCK_STEP_S = 1e-6
_BASELINE, _CANDIDATE = 0, 1


class CostMeter:
    """Compares the decisions of binaries of one task."""

    def __init__(self, task: Task, sandbox: Sandbox) -> None:
        self._task = task
        self._sandbox = sandbox

    def compare(
        self, baseline: Path | Side, candidate: Path | Side, workload: Workload, budget_s: float
    ) -> Measurement | Verdict:
        """Measure the cost of ``candidate`` against ``baseline``; an invalid reply gives a Verdict instead.

        Costs do not depend on the placement of code: the first one of each side is used.

        At least six inputs and at most MOST_INPUTS, as many as ``budget_s`` seconds allow. Raise
        Unsettled where runs fail again and again without a verdict, TaskError where the baseline is wrong.
        """
        sides = [each if isinstance(each, Path) else each.first(1)[0] for each in (baseline, candidate)]
        comparison = _Comparison(self._task, workload, budget_s)
        for _ in range(ATTEMPTS):
            try:
                with self._sandbox.series(sides, limits=self._task.limits) as series:
                    return comparison.go_on(series)
            except _BrokenOff as error:
                latest = error.outcome
        raise unsettled(f"runs of {self._task.name} on workload {workload.name}", latest, Stage.TIMED)

    def totals(self, binaries: Sequence[Path], requests: Sequence[bytes]) -> list[float]:
        """Return the cost of each binary's decisions in one run; raises TaskError if one is not valid."""
        with self._sandbox.series(binaries, limits=self._task.limits) as series:
            try:
                runs = [_run(series, which, requests) for which in range(len(binaries))]
            except _BrokenOff as error:
                raise unsettled(f"a run of {self._task.name}", error.outcome) from error
        return [_valid(self._task, requests, run) for run in runs]


class _BrokenOff(Exception):
    """A run ended in a way that may be the machine's fault."""

    def __init__(self, outcome: RunOutcome) -> None:
        super().__init__()
        self.outcome = outcome


class _Comparison:
    """The inputs of one comparison; continues in a new series if the machine broke one off."""

    def __init__(self, task: Task, workload: Workload, budget_s: float) -> None:
        self._task = task
        self._workload = workload
        self._started = time.monotonic()
        self._budget_s = budget_s
        self._looks = Looks(student)
        self._pairs: list[Pair] = []
        self._patience = Patience()

    def go_on(self, series: Series) -> Measurement | Verdict:
        """Try inputs until the rule or the budget ends the comparison; raises _BrokenOff with the series."""
        while True:
            requests = self._task.requests(self._workload, secrets.randbits(63))
            baseline = _run(series, _BASELINE, requests)
            self._patience.learn(baseline.outcome)
            candidate = self._candidate(series, requests)
            pair = self._pair(requests, baseline, candidate)
            if isinstance(pair, Verdict):
                return pair
            self._pairs.append(pair)
            decision = self._decision()
            least = BRANCHES if decision is Decision.FASTER else 1
            if self._task.online and (foreseen := self._foreseen(series, requests, candidate, least)):
                return foreseen
            if decision is not None:
                return self._measurement(decision)
            if overdue := late():
                return overdue

    def _candidate(self, series: Series, requests: Sequence[bytes]) -> Run:
        return _run(series, _CANDIDATE, requests, self._patience.limit_s)

    def _pair(self, requests: Sequence[bytes], baseline: Run, candidate: Run) -> Pair | Verdict:
        before = _valid(self._task, requests, baseline)
        try:
            after = _cost(self._task, requests, candidate)
        except ValueError as invalid:
            status = candidate.fault or Status.WRONG_ANSWER
            return Verdict(status, f"in a measured run: {invalid}", len(requests), stage=Stage.TIMED)
        pair = Pair(_seconds(baseline), _seconds(candidate), baseline_first=True, costs=(before, after))
        return self._dear(pair) or pair

    def _foreseen(
        self, series: Series, requests: Sequence[bytes], candidate: Run, least: int
    ) -> Verdict | None:
        """Refuse a policy whose decisions before the branch change in one of ``least`` branched requests."""
        for _ in range(ceil(least / len(requests))):
            branches = Branches.of(self._task, requests, secrets.randbits(63))
            branched = self._candidate(series, branches.requests)
            if branched.fault is not None:
                return Verdict(branched.fault, "in a measured run", stage=Stage.TIMED)
            if not branches.all_agree(candidate.replies.payloads, branched.replies.payloads):
                why = "in a measured run: a decision depends on what comes later"
                return Verdict(Status.WRONG_ANSWER, why, len(requests), stage=Stage.TIMED)
        return None

    def _dear(self, latest: Pair) -> Verdict | None:
        """Refuse a program that needs too much CPU time for its decisions, over all runs so far."""
        pairs = [*self._pairs, latest]
        slack, most = CPU_SLACK_S * len(pairs), self._task.limits.cpu_ratio
        taken, given = sum(pair.candidate_s for pair in pairs), sum(pair.baseline_s for pair in pairs)
        if taken <= most * given + slack:
            return None
        detail = (
            f"its decisions take {taken / given:.0f} times the original's CPU time, {most:.0f} are allowed"
        )
        return Verdict(Status.TIMEOUT, detail, stage=Stage.TIMED)

    def _decision(self) -> Decision | None:
        count = len(self._pairs)
        found = ratios(self._pairs)
        if self._looks.due(count) and (decision := self._looks.decide(found, count)):
            return decision
        spent = time.monotonic() - self._started > self._budget_s or count >= MOST_INPUTS
        return self._looks.conclude(found) if spent and count >= FIRST_LOOK else None

    def _measurement(self, decision: Decision) -> Measurement:
        found = student(ratios(self._pairs))
        return Measurement(
            workload=self._workload.name,
            log2_speedup=found.mean,
            low=found.low,
            high=found.high,
            pairs=tuple(self._pairs),
            quality=Quality.QUIET,
            seconds=time.monotonic() - self._started,
            decision=decision,
            p=found.p,
            counted=self._task.counted,
        )


def _run(series: Series, which: int, requests: Sequence[bytes], wall_s: float | None = None) -> Run:
    asked, replies = wire.sealed_file(wire.encode_requests(requests)), wire.empty_file()
    try:
        series.submit(which, stdin=asked, stdout=replies, wall_s=wall_s)
        outcome = series.collect()
        if which == _CANDIDATE:
            allowance.charge(outcome.taken_s)
        if outcome.ended is Ended.INFRASTRUCTURE:
            raise _BrokenOff(outcome)
        return Run(outcome, wire.replies_in(replies))
    finally:
        os.close(asked)
        os.close(replies)


def _seconds(run: Run) -> float:
    return max(run.outcome.cpu_s, _CLOCK_STEP_S)


def _cost(task: Task, requests: Sequence[bytes], run: Run) -> float:
    """Return the cost of a run; raises ValueError if a reply is missing, too many or not valid."""
    replies = run.replies
    if run.fault is not None or replies.torn or len(replies.payloads) != len(requests):
        raise ValueError(f"{len(replies.payloads)} of {len(requests)} replies")
    return sum(map(task.cost, requests, replies.payloads))


def _valid(task: Task, requests: Sequence[bytes], run: Run) -> float:
    """Return the cost of a known program's run; raises TaskError if a reply is missing or not valid."""
    try:
        found = _cost(task, requests, run)
    except ValueError as invalid:
        how = f": {ending(run.outcome, len(run.replies.payloads), task.limits)}" if run.fault else ""
        problem = f"a known program of {task.root} breaks the rules: {invalid}{how}"
        raise TaskError(problem, f"make it agree with cost() in {task.root / 'reference.py'}") from invalid
    if found <= 0:
        problem = f"a run of {task.name} costs nothing"
        raise TaskError(problem, f"give workload() in {task.root / 'inputs.py'} something to count")
    return found
