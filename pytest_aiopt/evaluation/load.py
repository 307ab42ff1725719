"""What else the machine did during timed runs: other processes and time stolen by the hypervisor.

Read from /proc/stat (proc(5)), which a candidate can neither see nor change. Its unit is a hundredth of a
second, so only stretches of many pairs can be judged.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_IDLE, _IOWAIT, _STEAL, _GUEST = 3, 4, 7, 8
_SLACK_TICKS = 3


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """Seconds since boot: used by anybody, stolen, and of the wall clock."""

    busy_s: float
    stolen_s: float
    wall_s: float


class LoadGuard:
    """Watches the processors of timed runs; ``allowed`` is the share of their time that others may have."""

    def __init__(self, cpus: frozenset[int], allowed: float) -> None:
        self._names = {f"cpu{number}" for number in cpus}
        self._allowed = allowed
        self._last = self._snapshot()

    def disturbed(self, own_s: float) -> bool:
        """Whether others took too much since the last call, in which we used ``own_s`` CPU seconds."""
        now, last = self._snapshot(), self._last
        self._last = now
        foreign = now.busy_s - last.busy_s - own_s + now.stolen_s - last.stolen_s
        slack = _SLACK_TICKS * TICK_S  # each counter may lag by a tick
        return foreign - slack > self._allowed * (now.wall_s - last.wall_s) * len(self._names)

    def _snapshot(self) -> _Snapshot:
        busy = stolen = 0
        for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
            name, *words = line.split()
            if name in self._names:
                ticks = [int(word) for word in words[:_GUEST]]
                stolen += ticks[_STEAL]
                busy += sum(ticks) - ticks[_IDLE] - ticks[_IOWAIT] - ticks[_STEAL]
        return _Snapshot(busy * TICK_S, stolen * TICK_S, time.monotonic())
