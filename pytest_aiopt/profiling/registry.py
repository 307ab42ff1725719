"""The profilers of a session: groups of alternatives; the first available one of each group is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_aiopt.errors import DesignError
from pytest_aiopt.profiling.base import Profiler
from pytest_aiopt.profiling.coz.bcoz import Bcoz
from pytest_aiopt.profiling.coz.coz import Coz
from pytest_aiopt.profiling.lull.profiler import VirtualSpeedup
from pytest_aiopt.profiling.perf.blocked import BlockedSamples
from pytest_aiopt.profiling.perf.bperf import Bperf
from pytest_aiopt.profiling.perf.counters import Counters
from pytest_aiopt.profiling.perf.hotlines import HotLines
from pytest_aiopt.profiling.valgrind.allocations import Allocations
from pytest_aiopt.profiling.valgrind.cachegrind import Cachegrind
from pytest_aiopt.profiling.valgrind.callgrind import Callgrind

WAITING = {"blocked samples", "bperf", "bcoz", "lull", "coz"}
"""Profilers that add information only for programs with waiting threads."""

CAUSAL = {"bcoz", "lull", "coz"}
"""Profilers that predict the effect of a faster line instead of measuring time."""

QUICK = ("blocked samples", "perf cpu-clock", "callgrind")
"""Profilers that take no run of many seconds."""


def groups() -> Sequence[Sequence[Profiler]]:
    """Return all profilers, best first within a group; earlier groups come first."""
    return (
        (Bcoz(), VirtualSpeedup(), Coz()),
        (Bperf(),),
        (BlockedSamples(),),
        (HotLines(), Callgrind()),
        (Cachegrind(),),
        (Allocations(),),
        (Counters(),),
    )


def only(every: Sequence[Sequence[Profiler]], names: Sequence[str]) -> list[list[Profiler]]:
    """Return only the groups with the named profilers, or all groups if none is named; raises DesignError."""
    known = [profiler.name for group in every for profiler in group]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise DesignError(f"profilers: there is no {unknown[0]!r}", f"there are: {', '.join(known)}")
    return [[profiler for profiler in group if not names or profiler.name in names] for group in every]


def suited(profilers: Iterable[Profiler], *, waits: bool) -> tuple[Profiler, ...]:
    """Return the profilers worth running on a program: a single busy thread has no waits to follow."""
    return tuple(profiler for profiler in profilers if waits or profiler.name not in WAITING)
