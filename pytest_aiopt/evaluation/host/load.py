"""Disturbance of timed runs: other processes and time stolen by the hypervisor.

Read from /proc/stat (proc(5)), which a candidate can neither see nor change. Its unit is a hundredth of a
second, so only stretches of many pairs can be judged.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.evaluation.host.topology import cpu_list

STAT = Path("/proc/stat")
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_IDLE, _IOWAIT, _STEAL, _GUEST = 3, 4, 7, 8
_SLACK_TICKS = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds since boot: used by anybody, stolen, of the wall clock; and our own CPU seconds.

    ``counted``: whether each processor has a line with counters that ever moved.
    """

    busy_s: float
    stolen_s: float
    wall_s: float
    own_s: float
    counted: bool = True


def taken(cpus: Collection[int], stat: Path = STAT) -> Taken:
    """Return the time taken of ``cpus`` so far."""
    names = {f"cpu{number}" for number in cpus}
    busy = stolen = 0
    counting = set()
    for line in stat.read_text(encoding="ascii").splitlines():
        name, *words = line.split()
        if name in names:
            ticks = [int(word) for word in words[:_GUEST]]
            counting |= {name} if any(ticks) else set()
            stolen += ticks[_STEAL]
            busy += sum(ticks) - ticks[_IDLE] - ticks[_IOWAIT] - ticks[_STEAL]
    all_count = counting == names
    return Taken(busy * TICK_S, stolen * TICK_S, time.monotonic(), time.process_time(), all_count)


def present(root: Path = Path("/")) -> frozenset[int]:
    """Return the processors that are switched on."""
    try:
        text = (root / "sys/devices/system/cpu/online").read_text(encoding="ascii")
    except OSError:
        return frozenset()
    return cpu_list(text)


def counted(cpus: Collection[int], stat: Path = STAT) -> bool:
    """Whether /proc/stat counts these processors; those of some containers show none or zeros."""
    try:
        return taken(cpus, stat).counted
    except (OSError, ValueError, IndexError):
        return False


class LoadGuard:
    """Watches the processors of timed runs; ``allowed`` is the share of their time that others may have."""

    def __init__(self, cpus: frozenset[int], allowed: float) -> None:
        self._cpus = cpus
        self._allowed = allowed
        self._last = taken(cpus)

    def disturbed(self, own_s: float) -> bool:
        """Whether others took too much since the last call, in which we used ``own_s`` CPU seconds."""
        now, last = taken(self._cpus), self._last
        self._last = now
        foreign = now.busy_s - last.busy_s - own_s + now.stolen_s - last.stolen_s
        slack = _SLACK_TICKS * TICK_S  # each counter may lag by a tick
        return foreign - slack > self._allowed * (now.wall_s - last.wall_s) * len(self._cpus)
