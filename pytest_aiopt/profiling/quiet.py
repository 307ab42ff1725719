"""Give profilers that measure time exclusive use of the machine."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_aiopt.evaluation.host import sharing
from pytest_aiopt.model import Profile
from pytest_aiopt.profiling.base import WITHOUT_PLACES, Profiler, Subject
from pytest_aiopt.profiling.registry import WAITING

SIMULATED = {"callgrind", "cachegrind", "allocations"}
"""Profilers that count in a simulation, with the same result every time."""


def measures_time(profiler: Profiler, *, waits: bool) -> bool:
    """Whether concurrent work would affect the profile of a run.

    CPU-time shares of a single thread exclude the time of other processes and need no exclusive machine.
    """
    return profiler.name == WITHOUT_PLACES or (waits and profiler.name not in SIMULATED)


@dataclass(frozen=True, slots=True)
class Quiet:
    """A profiler whose runs have exclusive use of the machine."""

    profiler: Profiler

    @property
    def name(self) -> str:
        """The name of the wrapped profiler."""
        return self.profiler.name

    @property
    def version(self) -> str:
        """The version of the wrapped profiler."""
        return self.profiler.version

    def available(self) -> str | None:
        """Delegate to the wrapped profiler."""
        return self.profiler.available()

    def profile(self, subject: Subject) -> Profile:
        """Build in advance, then profile with exclusive use of the machine."""
        if subject.dynamic is not None and self.name in WAITING:
            subject.dynamic()  # cached by content
        with sharing.whole_machine():
            return self.profiler.profile(subject)
