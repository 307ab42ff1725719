"""Assigns cores: timed runs have the last one to themselves, everything else stays off it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

from pytest_aiopt.evaluation.host import topology

_ours = threading.local()
_process: list[frozenset[int]] = []  # the cores of a process that keeps off the timing core for good


def usable() -> frozenset[int]:
    """Return the cores of this thread, those it keeps off at the moment included."""
    found: frozenset[int] | None = getattr(_ours, "usable", None)
    if found is None and _process:
        return _process[0]
    return frozenset(os.sched_getaffinity(0)) if found is None else found


def timing_cpu() -> int | None:
    """Return the core for timed runs: the last of the fastest we may use, None if there is only one."""
    cores = usable()
    return max(cores - topology.slow_cores(cores)) if len(cores) > 1 else None


def others() -> frozenset[int]:
    """Return the cores that are not for timed runs; the only one where there is one.

    The timing core's hyperthreads are kept free, too, unless there are no other cores.
    """
    timing = timing_cpu()
    rest = usable() - {timing}
    return rest if timing is None else rest - topology.siblings(timing) or rest


def kept_free() -> frozenset[int]:
    """Return the hyperthreads beside the timing core that stay idle."""
    timing = timing_cpu()
    return frozenset() if timing is None else topology.siblings(timing) - others()


@contextlib.contextmanager
def off_the_timing_core() -> Iterator[None]:
    """Keep this thread, and processes that it starts meanwhile, off the core of timed runs."""
    before = getattr(_ours, "usable", None)
    _ours.usable = usable()
    try:
        with on(others()):
            yield
    finally:
        _ours.usable = before


def process_off_the_timing_core() -> None:
    """Keep every thread of this process off it from now on; for servers that have threads of their own."""
    if not _process:
        _process.append(usable())
    for thread in os.listdir("/proc/self/task"):
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread), others())


@contextlib.contextmanager
def on(cores: frozenset[int]) -> Iterator[None]:
    """Keep this thread, and processes that it starts meanwhile, on ``cores``."""
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, usual)
