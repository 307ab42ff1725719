"""The instruments of one task on this machine: build, judge, measure, profile, floor and confirm."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from pytest_aiopt.campaign.profiler_session import ProfilerSession, costliest_case
from pytest_aiopt.campaign.sources import surroundings
from pytest_aiopt.campaign.sources.surroundings import Surroundings
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.evaluation.build.original_errors import does_not_compile
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.gate.examiner import Examiner
from pytest_aiopt.evaluation.gate.gate import Gate
from pytest_aiopt.evaluation.gate.settling import F_, settled
from pytest_aiopt.evaluation.host import machine, sharing
from pytest_aiopt.evaluation.host.cores import timing_cpu
from pytest_aiopt.evaluation.host.lock import MachineLock
from pytest_aiopt.evaluation.meter import baseline, plausibility
from pytest_aiopt.evaluation.meter.cost_meter import CostMeter
from pytest_aiopt.evaluation.meter.inputs import Draw, fresh
from pytest_aiopt.evaluation.meter.meter import Meter
from pytest_aiopt.evaluation.meter.sides import Side, Unplaceable, Use, numbers
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.allowance import VERDICT_S
from pytest_aiopt.evaluation.sandbox.device import device_of
from pytest_aiopt.evaluation.sandbox.runner import Unsettled
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import (
    Build,
    Candidate,
    Examination,
    Measurement,
    Metric,
    NoiseFloor,
    Profile,
    ProfileState,
    Stage,
    Status,
    Verdict,
    Workload,
)
from pytest_aiopt.profiling.base import NONE, Choice, Profiler
from pytest_aiopt.profiling.cache import ProfileCache
from pytest_aiopt.profiling.quiet import Quiet, measures_time
from pytest_aiopt.profiling.registry import suited
from pytest_aiopt.profiling.valgrind.callgrind import Callgrind
from pytest_aiopt.tasks.loader import Task


class Bench:
    """The instruments of a task on this machine. Builds are content-addressed, so none is made twice."""

    def __init__(
        self,
        task: Task,
        *,
        toolchain: Toolchain,
        sandbox: Sandbox,
        profilers: Choice = NONE,
        meter: MeterSpec,
        store: Store,
        sanitize: bool = False,
    ) -> None:
        self.task = task
        self.toolchain = toolchain
        self.sandbox = sandbox.beside(device_of(task.root, store.cache))
        self.machine = machine.describe(toolchain.identity, sandbox.level)
        self._choice = profilers
        self._spec = meter
        self.store = store
        self._sanitize = sanitize
        self._draw: Draw = fresh
        self._least_s: dict[str, float | None] = {}

    @cached_property
    def gate(self) -> Gate:
        """The gate over the task's frozen corpus."""
        return Gate(self.task, corpus.load(self.task), self.sandbox)

    @cached_property
    def examiner(self) -> Examiner:
        """Hidden corpus and checked builds."""
        return Examiner(self.task, self.toolchain, self.sandbox, self.store.cache / "hidden")

    @cached_property
    def meter(self) -> Meter | CostMeter:
        """The paired meter: on the timing core, or of what decisions cost."""
        if self.task.metric is Metric.COST:
            return CostMeter(self.task, self.sandbox)
        return Meter(self.task, self.sandbox, MachineLock(), timing_cpu(), self._draw)

    def drawing(self, draw: Draw) -> Bench:
        """Return the same instruments with other inputs of timed runs."""
        other = copy(self)
        other.__dict__.pop("meter", None)
        other._draw = draw
        return other

    def surroundings(self) -> Surroundings:
        """Describe this machine, its profilers and its gate."""
        seen = self.machine, self._choice
        return surroundings.here(*seen, sanitize=self._sanitize, sandbox=self.sandbox.warning)

    def build(self, candidate: Candidate, *, static: bool = True) -> Build:
        """Compile ``candidate`` with the flags of its task, or fetch the build from the cache."""
        return self.toolchain.build(
            source=candidate.source,
            task_dir=self.task.root,
            entry=self.task.entry,
            flags=self.task.flags,
            static=static,
        )

    def binary(self, candidate: Candidate) -> Path:
        """Return the path of the binary of a candidate that compiles."""
        build = self.build(candidate)
        if build.path is None and candidate.sha == self.task.program.sha:
            raise does_not_compile(self.task, build)
        if build.path is None:
            problem = f"candidate {candidate.sha[:12]} of {self.task.name} does not compile: {build.detail}"
            remedy = "see its diagnostics in the journal; was the compiler changed?"
            raise Unsettled(problem, remedy, Status.COMPILE_ERROR)
        return Path(build.path)

    def side(self, candidate: Candidate, use: Use) -> Side:
        """Return a candidate that compiles as a side of a comparison made for that use."""
        return self._side(candidate, numbers(use, self._placements))

    def judge(self, candidate: Candidate) -> Verdict:
        """Return the gate's verdict; where every candidate is sanitized, also on the checked builds."""
        return self._settled(candidate, self._judged)

    def hidden(self, candidate: Candidate) -> Verdict:
        """Return the verdict on the hidden corpus."""
        return self._settled(candidate, lambda each: self.examiner.hidden(self.binary(each)))

    def examine(self, candidate: Candidate) -> Examination:
        """Return the verdicts of the hidden corpus and of the checked builds."""
        found = self._settled(candidate, self._examined)
        return Examination(found) if isinstance(found, Verdict) else found

    def measure(self, candidate: Candidate) -> Measurement | Verdict:
        """Return the paired measurement on the scored workload."""
        return self._settled(candidate, self._measured, self._spec.budget_s)

    def against(self, candidate: Candidate, parent: Candidate) -> Measurement | Verdict:
        """Return the paired measurement of a candidate and its parent on the scored workload.

        In fresh placements: those of the search may be what made the candidate look good.
        """

        def ask(each: Candidate) -> Measurement | Verdict:
            before = self.side(parent if each is candidate else each, Use.CONFIRMATION)
            after = self.side(each, Use.CONFIRMATION)
            return self._compare(before, after, self.task.scored, self._spec.budget_s)

        return self._settled(candidate, ask, self._spec.budget_s)

    def confirm(self, candidate: Candidate) -> tuple[Measurement, ...] | Verdict:
        """Return one measurement per held-out workload, or the verdict on a wrong answer there."""
        return self._settled(candidate, self._confirmed, self._spec.confirm_s * len(self.task.held_out))

    def _settled(
        self, candidate: Candidate, ask: Callable[[Candidate], F_], seconds: float = 0
    ) -> F_ | Verdict:
        return settled(candidate, self.task.program, ask, max(seconds, VERDICT_S))

    def _judged(self, candidate: Candidate) -> Verdict:
        binary = self.binary(candidate)
        with sharing.room_for(self.task.limits.threads):
            verdict = self.gate.check(binary)
            if not self._sanitize or verdict.status is not Status.PASSED:
                return verdict
            return self.examiner.sanitized(candidate, self.gate).verdict

    def _examined(self, candidate: Candidate) -> Examination:
        binary = self.binary(candidate)
        with sharing.room_for(self.task.limits.threads):
            return self.examiner.examine(candidate, binary, self.gate)

    def _measured(self, candidate: Candidate) -> Measurement | Verdict:
        found = self.compare(candidate, self.task.scored, self._spec.budget_s)
        if isinstance(found, Measurement) and self._spec.instructions:
            found = replace(found, instructions=self._instructions(candidate))
        return found

    def _confirmed(self, candidate: Candidate) -> tuple[Measurement, ...] | Verdict:
        found = []
        for workload in self.task.held_out:
            one = self.compare(candidate, workload, self._spec.confirm_s, fresh=True)
            if isinstance(one, Verdict):
                return one
            found.append(one)
        return tuple(found)

    def compare(
        self, candidate: Candidate, workload: Workload, budget_s: float, *, fresh: bool = False
    ) -> Measurement | Verdict:
        """Measure on ``workload`` within ``budget_s`` seconds; ``fresh``: in placements new to the search."""
        use = Use.CONFIRMATION if fresh else Use.SEARCH
        before, after = self.side(self.task.program, use), self.side(candidate, use)
        return self._compare(before, after, workload, budget_s)

    def floor(self) -> NoiseFloor:
        """Return the stored noise floor, or measure and store it; floors of other machines are refused."""
        with baseline.only_once(self.store.floors, self.task.label):  # other workers need it too
            known = self.known_floor()
            evaluations = 1 if self.task.metric is Metric.COST else self._spec.floor_evaluations
            if known is not None and len(known.log2_ratios) >= evaluations:
                return known
            return self.keep_floor(self.equals(evaluations))

    def known_floor(self) -> NoiseFloor | None:
        """Return this machine's stored noise floor, unless it is of fewer placements than are used now."""
        found = baseline.stored(self.store.floors, self.task.label, self.task.digest, self.machine)
        return found if found is not None and found.placements >= self._placements else None

    def equals(self, evaluations: int) -> list[Measurement]:
        """Compare the baseline with itself in the way candidates are compared with it.

        Each time placements are dealt anew, other ones to each side: the floor holds what they do to a
        program of which no function stays the same.
        """
        return baseline.measure(self.task.name, self._equal, evaluations)

    def keep_floor(self, found: Sequence[Measurement]) -> NoiseFloor:
        """Store and return the noise floor that A/A comparisons show."""
        where = self.store.floors, self.task.label, self.task.digest
        floor = baseline.floor_of(
            self.task.label, self.machine, found, baseline.refused(*where, self.machine)
        )
        floor = replace(floor, placements=self._placements)
        baseline.store(self.store.floors, self.task.digest, floor, self.machine)
        return floor

    @property
    def _placements(self) -> int:
        return 1 if self.task.metric is Metric.COST else self._spec.placements

    @property
    def waits(self) -> bool:
        """Whether programs of the task may wait, for another thread or for a device."""
        return self.task.limits.threads > 1 or self.task.metric is Metric.WALL

    @property
    def profilers(self) -> tuple[Profiler, ...]:
        """The profilers suited to programs of the task."""
        return suited(self._choice.profilers, waits=self.waits)

    def profile(
        self,
        candidate: Candidate,
        on: Workload | None = None,
        profilers: Sequence[Profiler] | None = None,
    ) -> tuple[Profile, ...]:
        """Return one profile per profiler on a workload, default the scored one; one UNAVAILABLE if none.

        Where a profiler of the study fails on the program, another one takes its place; ``profilers`` given
        are used alone.
        """
        used = self.profilers if profilers is None else profilers
        with self.profiling(on, seed=int(candidate.sha[:8], 16), profilers=used) as session:
            if profilers is not None:
                return session.profile(candidate.source)
            return replace(session, instead=self._instead, further=self._further).profile(candidate.source)

    def profile_twin(self, candidate: Candidate, workload: str) -> tuple[Profile, ...]:
        """Return one profile per profiler on a twin workload."""
        return self.profile(candidate, next(each for each in self.task.twins if each.name == workload))

    def costliest(self, candidate: Candidate) -> Profile:
        """Return which case of the gate's corpus costs the candidate most."""
        return costliest_case(self.task, self.build(candidate), self.sandbox)

    @contextmanager
    def profiling(
        self,
        workload: Workload | None = None,
        seed: int = 0,
        profilers: Sequence[Profiler] | None = None,
    ) -> Iterator[ProfilerSession]:
        """Profile programs on one input. Defaults: the scored workload, all profilers."""
        used = self._quiet(self._choice.profilers if profilers is None else profilers)
        on = workload or self.task.scored
        requests = wire.sealed_file(wire.encode_requests(self.task.requests(on, seed)))
        try:
            yield ProfilerSession(self.task, self.build, self.sandbox, used, on.name, requests, self._cache)
        finally:
            os.close(requests)

    def _quiet(self, profilers: Iterable[Profiler]) -> tuple[Profiler, ...]:
        """Return the profilers, those of time with the machine to themselves."""
        waits = self.waits
        return tuple(Quiet(each) if measures_time(each, waits=waits) else each for each in profilers)

    @property
    def _instead(self) -> dict[str, tuple[Profiler, ...]]:
        return {name: self._quiet(others) for name, others in self._choice.instead.items()}

    @property
    def _further(self) -> tuple[Profiler, ...]:
        """The profilers that work here and are used on other tasks alone."""
        return self._quiet(each for each in self._choice.profilers if each not in self.profilers)

    @property
    def _cache(self) -> ProfileCache:
        return ProfileCache(self.store.cache / "profiles", machine.fingerprint(self.machine))

    def _side(self, candidate: Candidate, placements: tuple[int, ...]) -> Side:
        if placements == (0,):
            return Side.alone(self.binary(candidate))
        return Side.placed(self.toolchain, self.task, candidate, placements)

    def _equal(self) -> Measurement | Verdict:
        half = self._placements
        dealt = numbers(Use.SEARCH, 2 * half) if half > 1 else (0, 0)
        dealt = tuple(random.sample(dealt, 2 * half))
        sides = self._side(self.task.program, dealt[:half]), self._side(self.task.program, dealt[half:])
        return self._compare(*sides, self.task.scored, self._spec.budget_s)

    def _compare(
        self, before: Side, after: Side, workload: Workload, budget_s: float
    ) -> Measurement | Verdict:
        try:
            found = self.meter.compare(before, after, workload, budget_s)
        except Unplaceable as error:
            return Verdict(Status.COMPILE_ERROR, str(error), stage=Stage.TIMED)
        return self._flagged(found, workload) if isinstance(found, Measurement) else found

    def _instructions(self, candidate: Candidate) -> tuple[int, int] | None:
        """Count both programs on one input under callgrind; None if that fails."""
        with self.profiling(seed=int(candidate.sha[:8], 16), profilers=(Callgrind(),)) as session:
            pair = [session.profile(each.source)[0] for each in (self.task.program, candidate)]
        taken = all(profile.state is ProfileState.TAKEN for profile in pair)
        return (pair[0].samples, pair[1].samples) if taken else None

    def _flagged(self, found: Measurement, workload: Workload) -> Measurement:
        if workload.name not in self._least_s:
            self._least_s[workload.name] = plausibility.bound_of(self.task, workload)
        return plausibility.flagged(found, self._least_s[workload.name])
