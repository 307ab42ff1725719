"""Gives profilers that measure time the machine to themselves."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_aiopt.evaluation.host import sharing
from pytest_aiopt.model import Profile
from pytest_aiopt.profiling.base import WITHOUT_PLACES, Profiler, Subject
from pytest_aiopt.profiling.registry import WAITING

SIMULATED = {"callgrind", "cachegrind", "allocations"}
"""Profilers that count in a simulation, the same every time."""


def measures_time(profiler: Profiler, *, waits: bool) -> bool:
    """Whether work beside a profiled run would show in its profile.

    Shares of the CPU time of a single thread, which is not charged for what others use, need no quiet.
    """
    return profiler.name == WITHOUT_PLACES or (waits and profiler.name not in SIMULATED)


@dataclass(frozen=True, slots=True)
class Quiet:
    """A profiler whose runs have the machine to themselves."""

    profiler: Profiler

    @property
    def name(self) -> str:
        """The profiler's."""
        return self.profiler.name

    @property
    def version(self) -> str:
        """The profiler's."""
        return self.profiler.version

    def available(self) -> str | None:
        """Ask the profiler."""
        return self.profiler.available()

    def profile(self, subject: Subject) -> Profile:
        """Build in advance, then profile with exclusive use of the machine."""
        if subject.dynamic is not None and self.name in WAITING:
            subject.dynamic()  # kept by its content
        with sharing.whole_machine():
            return self.profiler.profile(subject)
