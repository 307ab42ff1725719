"""Accepts pairs in stretches: a disturbed stretch is dropped, counted and repeated."""

from __future__ import annotations

import time

from pytest_aiopt.evaluation.host import cores, quota
from pytest_aiopt.evaluation.host.load import LoadGuard
from pytest_aiopt.evaluation.meter.estimate import FIRST_LOOK, quality
from pytest_aiopt.model import Pair, Quality

STRETCH_PAIRS = 16
FOREIGN_CPU = 0.25
"""Share of the timing core that others may take in a stretch; the CPU clock does not count them."""
FOREIGN_WALL = 0.05
"""The same over all cores, where the wall clock does count them."""


class Stretches:
    """The pairs of one comparison, on the processor ``cpu`` or on all."""

    def __init__(self, cpu: int | None) -> None:
        cpus = cores.usable() if cpu is None else frozenset({cpu})
        self._guard = LoadGuard(cpus, FOREIGN_WALL if cpu is None else FOREIGN_CPU)
        beside = frozenset() if cpu is None else cores.kept_free()
        self._beside = LoadGuard(beside, FOREIGN_WALL) if beside else None
        self._throttled = quota.throttled()
        self._counts_ours = cpu is None  # pinned runs have their processor without us
        self._own_s = -self._ours_s()
        self._open: list[Pair] = []
        self._marred = False
        self.pairs: list[Pair] = []
        """The pairs that were kept."""
        self.dropped = 0
        """The number of pairs that were dropped."""

    def resume(self) -> None:
        """Go on after an interruption between stretches: what happened meanwhile disturbed nothing."""
        self._guard.disturbed(0.0)
        if self._beside is not None:
            self._beside.disturbed(0.0)
        self._was_throttled()
        self._own_s = -self._ours_s()

    @property
    def count(self) -> int:
        """Pairs kept so far and those of the open stretch."""
        return len(self.pairs) + len(self._open)

    @property
    def full(self) -> bool:
        """Whether the open stretch should be settled."""
        return len(self._open) >= STRETCH_PAIRS

    @property
    def hopeless(self) -> bool:
        """Whether so much was dropped and so little kept that the machine must be at fault."""
        return self.dropped > 4 * STRETCH_PAIRS and len(self.pairs) < FIRST_LOOK

    def add(self, pair: Pair, cpu_s: float, *, stalled: bool) -> None:
        """Take a pair that used ``cpu_s``; drop it where the machine stood still or a quota stopped it."""
        self._own_s += cpu_s
        if self._was_throttled() or stalled:
            self.dropped += 1
        else:
            self._open.append(pair)

    def settle(self) -> bool:
        """Keep the open stretch, or drop it if it was disturbed; return whether it was kept.

        As much as was kept may be dropped. A machine that stays busy is measured as it is and called noisy.
        """
        disturbed = self._guard.disturbed(self._own_s + self._ours_s())
        if self._beside is not None:
            disturbed |= self._beside.disturbed(0.0)
        self._own_s = -self._ours_s()
        kept = not disturbed or self.dropped >= max(STRETCH_PAIRS, len(self.pairs))
        if kept:
            self._marred |= disturbed
            self.pairs += self._open
        else:
            self.dropped += len(self._open)
        self._open = []
        return kept

    def quality(self) -> Quality:
        """Return the verdict on the kept pairs."""
        found = quality(self.pairs)
        return Quality.NOISY if self._marred and found is Quality.QUIET else found

    def _was_throttled(self) -> bool:
        if self._throttled is None:
            return False
        before, self._throttled = self._throttled, quota.throttled()
        return self._throttled != before

    def _ours_s(self) -> float:
        return time.process_time() if self._counts_ours else 0.0


class Clock:
    """The budget of one comparison in seconds; dropped stretches are given back, up to as much again.

    It stands still until it is started, and again while it is stopped.
    """

    def __init__(self, budget_s: float) -> None:
        self._budget_s = budget_s
        self._began: float | None = None
        self._ran_s = self._settled_s = 0.0
        self._extra_s = 0.0
        self._pairs = 0

    def start(self) -> None:
        """Let it run."""
        self._began = time.monotonic()

    def stop(self) -> None:
        """Let it stand still."""
        self._ran_s, self._began = self.elapsed_s, None

    @property
    def elapsed_s(self) -> float:
        """The seconds that the clock ran."""
        return self._ran_s + (0.0 if self._began is None else time.monotonic() - self._began)

    @property
    def spent(self) -> bool:
        """Whether the budget is used up."""
        return self.elapsed_s >= self._budget_s + self._extra_s

    @property
    def nearly_spent(self) -> bool:
        """Whether a second pair after the next would come too late."""
        each = self.elapsed_s / self._pairs if self._pairs else 0.0
        return self.elapsed_s + 2 * each > self._budget_s + self._extra_s

    def paired(self) -> None:
        """Count a pair."""
        self._pairs += 1

    def settled(self, *, kept: bool) -> None:
        """Record the end of a stretch; give its time back if it was dropped."""
        now_s = self.elapsed_s
        if not kept:
            self._extra_s = min(self._extra_s + now_s - self._settled_s, self._budget_s)
        self._settled_s = now_s
