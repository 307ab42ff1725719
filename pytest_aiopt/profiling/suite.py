"""The profilers of a session: groups of alternatives, of each of which the first that works here is used."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.profiling.base import Profiler
from pytest_aiopt.profiling.callgrind import Callgrind
from pytest_aiopt.profiling.hotlines import HotLines


def groups() -> Sequence[Sequence[Profiler]]:
    """Return all profilers, best first within a group."""
    return ((HotLines(), Callgrind()),)
