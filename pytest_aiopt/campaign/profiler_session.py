"""Profiles of programs of one task on the same requests, by all the profilers in use."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from pytest_aiopt.cpp.functions import by_line
from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.sandbox import allowance, wire
from pytest_aiopt.evaluation.sandbox.runner import Unsettled
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.model import Build, Candidate, Profile, ProfileState
from pytest_aiopt.profiling.base import Profiler, Subject, blank
from pytest_aiopt.profiling.cache import ProfileCache
from pytest_aiopt.profiling.valgrind.cases import CostliestCase
from pytest_aiopt.prompts.notes import locates
from pytest_aiopt.prompts.render import render
from pytest_aiopt.tasks.loader import Task

ATTEMPTS = 2
PROFILE_S = 60.0
"""Seconds of a program's runs for one profile, by the wall clock."""

_DETAIL = "the profiled runs were ended again and again, and those of the original program are not"


@dataclass(frozen=True, slots=True)
class ProfilerSession:
    """Made by ``Bench.profiling``. ``requests``: descriptor of the requests that every program runs on.

    ``instead``: by profiler, those to try on a program that it fails on; ``further``: those to try on a
    program of which none of ``profilers`` can say where its time goes.
    """

    task: Task
    build: Callable[..., Build]
    sandbox: Sandbox
    profilers: tuple[Profiler, ...]
    workload: str
    requests: int
    cache: ProfileCache
    instead: Mapping[str, tuple[Profiler, ...]] = field(default_factory=dict)
    further: tuple[Profiler, ...] = ()

    def profile(self, source: str) -> tuple[Profile, ...]:
        """Return one profile per profiler; without any, one that is UNAVAILABLE."""
        candidate = Candidate(source)
        build = self.build(candidate)
        if not self.profilers:
            return (Profile("none", "", ProfileState.UNAVAILABLE, build.binary_sha or "", self.workload),)
        subject = self._subject(candidate)
        taken = [self._taken(profiler, subject) for profiler in self.profilers]
        for profiler in self.further:
            if locates(taken):
                break
            taken.append(self._taken(profiler, subject))
        return tuple(named(profile, source) for profile in taken)

    def text(self, source: str) -> str:
        """Return the text that a treated track shows for ``source``; raises ValueError without data."""
        return render(self.profile(source), source)

    def _subject(self, candidate: Candidate) -> Subject:
        dynamic = partial(self.build, candidate, static=False)
        build = self.build(candidate)
        return Subject(build, self.requests, self.workload, self.task.limits, self.sandbox, dynamic)

    def _taken(self, profiler: Profiler, subject: Subject) -> Profile:
        """Return the profile, of another profiler where this one fails, or the state FAILED."""
        first = self._attempted(profiler, subject)
        if first.state is not ProfileState.FAILED:
            return first
        for other in self.instead.get(profiler.name, ()):
            if other.available() is None:
                found = self._attempted(other, subject)
                if found.state is ProfileState.TAKEN:
                    reason = f"in place of {first.profiler}, which failed: {first.detail}"
                    return replace(found, detail="; ".join(filter(None, (found.detail, reason))))
        return first

    def _attempted(self, profiler: Profiler, subject: Subject) -> Profile:
        """Return the profile, or after a second failure the state FAILED.

        Where runs keep failing in a way that may be the machine's fault, the original program settles it.
        """
        try:
            with allowance.verdict(PROFILE_S):
                return self._repeated(profiler, subject)
        except Unsettled:
            original = self._subject(self.task.program)
            if original.build.binary_sha == subject.build.binary_sha:
                raise
            self.cache.profile(profiler, original)
            return blank(profiler, subject, ProfileState.FAILED, _DETAIL)

    def _repeated(self, profiler: Profiler, subject: Subject) -> Profile:
        for _ in range(ATTEMPTS):
            profile = self.cache.profile(profiler, subject)
            if profile.state is not ProfileState.FAILED:
                break
        return profile


def costliest_case(task: Task, build: Build, sandbox: Sandbox) -> Profile:
    """Return which case of the gate's corpus costs a build of ``task`` most; UNAVAILABLE without a corpus."""
    try:
        frozen = corpus.load(task)
    except TaskError as error:
        said = str(error).split("\n")[0]
        return Profile(CostliestCase.name, "", ProfileState.UNAVAILABLE, "", "corpus", detail=said)
    profiler = CostliestCase(len(frozen.requests), lambda case: task.describe(frozen.requests[case]))
    requests = wire.sealed_file(wire.encode_requests(frozen.requests))
    try:
        return profiler.profile(Subject(build, requests, "corpus", task.limits, sandbox))
    finally:
        os.close(requests)


def named(profile: Profile, source: str) -> Profile:
    """Return a profile whose lines are in the functions that a reader of ``source`` sees them in.

    Debug information names the caller of an inlined function, and a lambda by its operator.
    """
    functions = by_line(source)
    items = (
        replace(item, function=functions[item.line - 1]) if 0 < item.line <= len(functions) else item
        for item in profile.items
    )
    return replace(profile, items=tuple(items))
