"""Profiles of programs of one task on the same requests, by all the profilers in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.model import Build, Candidate, Profile, ProfileState
from pytest_aiopt.profiling.base import Profiler, Subject
from pytest_aiopt.profiling.cache import ProfileCache
from pytest_aiopt.prompts.render import render
from pytest_aiopt.tasks.loader import Task

ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class ProfilerSession:
    """Made by ``Bench.profiling``. ``requests``: descriptor of the requests that every program runs on."""

    task: Task
    build: Callable[..., Build]
    sandbox: Sandbox
    profilers: tuple[Profiler, ...]
    workload: str
    requests: int
    cache: ProfileCache

    def profile(self, source: str) -> tuple[Profile, ...]:
        """Return one profile per profiler; without any, one that is UNAVAILABLE."""
        candidate = Candidate(source)
        build = self.build(candidate)
        if not self.profilers:
            return (Profile("none", "", ProfileState.UNAVAILABLE, build.binary_sha or "", self.workload),)
        dynamic = partial(self.build, candidate, static=False)
        subject = Subject(build, self.requests, self.workload, self.task.limits, self.sandbox, dynamic)
        return tuple(self._taken(profiler, subject) for profiler in self.profilers)

    def text(self, source: str) -> str:
        """Return the text that a treated track shows for ``source``; raises ValueError without data."""
        return render(self.profile(source), source)

    def _taken(self, profiler: Profiler, subject: Subject) -> Profile:
        """Return the profile, or after a second failure the state FAILED."""
        for _ in range(ATTEMPTS):
            profile = self.cache.profile(profiler, subject)
            if profile.state is not ProfileState.FAILED:
                break
        return profile
