"""Measures the jitter of the timing core: a fixed loop, repeated, and the time that others took meanwhile."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from pytest_aiopt.evaluation.host.load import Taken, taken

LOOPS = 200
_TURNS = 60_000


@dataclass(frozen=True, slots=True)
class Jitter:
    """Fractions: the scatter of a fixed loop's CPU time (MAD over median, scaled to a sd), and of the core's
    wall time what other processes and the hypervisor took."""

    scatter: float
    others: float
    stolen: float


def observe(cpu: int | None, loops: int = LOOPS, clock: Callable[[], float] = time.thread_time) -> Jitter:
    """Run the loop on ``cpu`` (None: anywhere), some milliseconds a time."""
    usual = os.sched_getaffinity(0)
    watched = usual if cpu is None else {cpu}
    try:
        os.sched_setaffinity(0, watched)
        before = taken(watched)
        times = [_timed(clock) for _ in range(loops)]
        after = taken(watched)
    finally:
        os.sched_setaffinity(0, usual)
    return _jitter(times, before, after, len(watched))


def _timed(clock: Callable[[], float]) -> float:
    started = clock()
    for _ in range(_TURNS):
        pass
    return clock() - started


def _jitter(times: list[float], before: Taken, after: Taken, cpus: int) -> Jitter:
    middle = statistics.median(times)
    spread = 1.4826 * statistics.median(abs(each - middle) for each in times)
    wall = (after.wall_s - before.wall_s) * cpus
    busy = after.busy_s - before.busy_s - (after.own_s - before.own_s)
    stolen = after.stolen_s - before.stolen_s
    return Jitter(spread / middle, _share(busy, wall), _share(stolen, wall))


def _share(part: float, whole: float) -> float:
    """Return a share of the wall time; counters of a hundredth of a second exceed a very short one."""
    return min(1.0, max(0.0, part / whole))
