"""The instruments of one task on this machine: build, judge, measure, profile, floor and confirm."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.evaluation import baseline, corpus, machine, wire
from pytest_aiopt.evaluation.estimate import over_layouts
from pytest_aiopt.evaluation.gate import Gate
from pytest_aiopt.evaluation.layout import LAYOUTS
from pytest_aiopt.evaluation.lock import MachineLock, timing_cpu
from pytest_aiopt.evaluation.meter import Meter
from pytest_aiopt.evaluation.sandbox import Sandbox
from pytest_aiopt.evaluation.toolchain import Toolchain
from pytest_aiopt.model import (
    Build,
    Candidate,
    Measurement,
    NoiseFloor,
    Profile,
    ProfileState,
    Verdict,
    Workload,
)
from pytest_aiopt.profiling.base import Profiler
from pytest_aiopt.study.design import MeterSpec
from pytest_aiopt.study.store import Store
from pytest_aiopt.tasks.loader import Task

PROFILE_ATTEMPTS = 2


class Instruments(Protocol):
    """What a campaign asks of the world beside the model."""

    def build(self, candidate: Candidate) -> Build:
        """Compile, or say why not."""

    def judge(self, candidate: Candidate) -> Verdict:
        """Run the gate."""

    def measure(self, candidate: Candidate) -> Measurement | Verdict:
        """Measure against the baseline on the scored workload."""

    def profile(self, candidate: Candidate) -> Profile:
        """Take a profile on the scored workload; a failure is a state of it."""

    def floor(self) -> NoiseFloor:
        """Return this machine's noise floor of the task, measuring it when it is missing."""

    def confirm(self, candidate: Candidate) -> tuple[Measurement, ...] | Verdict:
        """Measure on every held-out workload."""


class Bench:
    """Real instruments. Builds are content-addressed, so a candidate may be asked about at any time."""

    def __init__(
        self,
        task: Task,
        *,
        toolchain: Toolchain,
        sandbox: Sandbox,
        profiler: Profiler | None,
        meter: MeterSpec,
        store: Store,
    ) -> None:
        self.task = task
        self.toolchain = toolchain
        self.sandbox = sandbox
        self.machine = machine.describe(toolchain.identity, sandbox.level)
        self._profiler = profiler
        self._spec = meter
        self._store = store

    @cached_property
    def gate(self) -> Gate:
        """The gate over the task's frozen corpus."""
        return Gate(self.task, corpus.load(self.task), self.sandbox)

    @cached_property
    def meter(self) -> Meter:
        """The paired meter on the timing core."""
        return Meter(self.task, self.sandbox, MachineLock(), timing_cpu())

    def build(self, candidate: Candidate, layout: int = 0) -> Build:
        """Compile ``candidate`` as the task says, or fetch the build from the cache."""
        return self.toolchain.build(
            source=candidate.source,
            task_dir=self.task.root,
            entry=self.task.entry,
            flags=self.task.flags,
            layout=layout,
        )

    def binary(self, candidate: Candidate, layout: int = 0) -> Path:
        """Return the path of a candidate that is known to compile."""
        build = self.build(candidate, layout)
        if build.path is None:
            problem = f"candidate {candidate.sha[:12]} of {self.task.name} does not compile: {build.detail}"
            raise InfrastructureError(
                problem, "see its diagnostics in the journal; was the compiler changed?"
            )
        return Path(build.path)

    def judge(self, candidate: Candidate) -> Verdict:
        """Return the gate's verdict."""
        return self.gate.check(self.binary(candidate))

    def measure(self, candidate: Candidate) -> Measurement | Verdict:
        """Return the paired measurement on the scored workload."""
        return self._compare(candidate, self.task.scored, self._spec.budget_s)

    def confirm(self, candidate: Candidate) -> tuple[Measurement, ...] | Verdict:
        """Return one measurement a held-out workload, or the verdict a wrong answer there earned."""
        found = []
        for workload in self.task.held_out:
            one = self.over_layouts(candidate, workload, self._spec.confirm_s)
            if isinstance(one, Verdict):
                return one
            found.append(one)
        return tuple(found)

    def over_layouts(
        self, candidate: Candidate, workload: Workload, budget_s: float
    ) -> Measurement | Verdict:
        """Measure in every layout, ``budget_s`` seconds in all, so that where code lies cannot decide."""
        found = []
        for layout in LAYOUTS:
            one = self._compare(candidate, workload, budget_s / len(LAYOUTS), layout)
            if isinstance(one, Verdict):
                return one
            found.append(one)
        return over_layouts(found)

    def floor(self) -> NoiseFloor:
        """Return the stored noise floor of this machine, or measure and store it; others' are refused."""
        known = baseline.stored(self._store.floors, self.task.name, self.task.digest, self.machine)
        if known is not None and len(known.log2_ratios) >= self._spec.floor_evaluations:
            return known
        return self.keep_floor(self.equals(self._spec.floor_evaluations))

    def equals(self, evaluations: int) -> list[Measurement]:
        """Compare the baseline with itself, as candidates are compared with it."""
        return baseline.measure(self.task.name, lambda: self.measure(self.task.program), evaluations)

    def keep_floor(self, found: Sequence[Measurement]) -> NoiseFloor:
        """Store and return the noise floor that A/A comparisons show."""
        where = self._store.floors, self.task.name, self.task.digest
        floor = baseline.floor_of(self.task.name, self.machine, found, baseline.refused(*where, self.machine))
        baseline.store(self._store.floors, self.task.digest, floor, self.machine)
        return floor

    def profile(self, candidate: Candidate, on: Workload | None = None) -> Profile:
        """Return a profile on a workload (the scored one), or after a second failure the state FAILED."""
        build, workload = self.build(candidate), on or self.task.scored
        if self._profiler is None:
            return Profile("none", "", ProfileState.UNAVAILABLE, build.binary_sha or "", workload.name)
        payloads = self.task.requests(workload, int(candidate.sha[:8], 16))
        requests = wire.sealed_file(wire.encode_requests(payloads))
        try:
            for _ in range(PROFILE_ATTEMPTS):
                profile = self._profiler.profile(
                    build, requests, workload.name, self.task.limits, self.sandbox
                )
                if profile.state is ProfileState.TAKEN:
                    break
            return profile
        finally:
            os.close(requests)

    def _compare(
        self, candidate: Candidate, workload: Workload, budget_s: float, layout: int = 0
    ) -> Measurement | Verdict:
        baseline_binary, binary = self.binary(self.task.program, layout), self.binary(candidate, layout)
        return self.meter.compare(baseline_binary, binary, workload, budget_s)
