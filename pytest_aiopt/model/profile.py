"""The vocabulary of profiles; exported by ``model``. No I/O, no imports of this package."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProfileState(StrEnum):
    """Whether a profile holds data; anything but TAKEN comes without items."""

    TAKEN = "taken"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"


class ItemKind(StrEnum):
    """The kind of fact in an item of a profile. The off-CPU kinds are time in which a thread did not run.

    START_UP to PAGE_FAULTS are time on the CPU outside the program's lines: before and after the calls, in
    the driver around them, and in the kernel on behalf of neither. They have no line.
    """

    CPU = "cpu"
    IO = "io"
    LOCK = "lock"
    SCHEDULING = "scheduling"
    OTHER = "other"
    OFF_CPU = "off_cpu"
    CAUSAL = "causal"
    CASE = "case"
    INSTRUCTIONS = "instructions"
    D1_MISSES = "d1_misses"
    LL_MISSES = "ll_misses"
    MISPREDICTIONS = "mispredictions"
    ALLOCATIONS = "allocations"
    COUNTER = "counter"
    START_UP = "start_up"
    DRIVER = "driver"
    KERNEL = "kernel"
    PAGE_FAULTS = "page_faults"

    @property
    def off_cpu(self) -> bool:
        """Whether it is time off the CPU, classified or not."""
        return self.value in ("io", "lock", "scheduling", "other", "off_cpu")


class Counter(StrEnum):
    """The counters of a whole run, by the ``site`` of their items. Requests and replies are the driver's."""

    CALLS = "calls"
    REQUEST = "request"
    REPLIES = "replies"
    WALL = "wall time"
    USER = "CPU time in the program"
    SYSTEM = "CPU time in the kernel"
    THREADS = "threads"
    FAULTS = "page faults"
    VOLUNTARY = "voluntary context switches"
    INVOLUNTARY = "involuntary context switches"
    PEAK = "peak memory"


@dataclass(frozen=True, slots=True)
class Effect:
    """One point of a causal curve: the fraction of run time saved if a line took ``at`` (0..1) less time.

    value = 1 - period(at) / period(0), with its 95 % interval. ``samples``: experiments behind it.
    """

    at: float
    value: float
    low: float
    high: float
    samples: int = 0


@dataclass(frozen=True, slots=True)
class ProfileItem:
    """A fact about one line of the candidate (1-based; 0: the whole program), with its 95 % interval.

    ``value``: a fraction in 0..1 of ``unit``, or of the profile's where that is empty; of line 0 an amount.
    ``site``: what the line called when it waited. ``samples``: observations. ``curve``: of causal items,
    whose value is the effect at the largest ``at`` on it that is to be trusted.
    """

    line: int
    function: str
    value: float
    low: float
    high: float
    kind: ItemKind = ItemKind.CPU
    unit: str = ""
    site: str = ""
    samples: int = 0
    curve: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadTime:
    """Where the wall time of one thread went, in seconds; the parts add up to ``wall_s``."""

    name: str
    wall_s: float
    cpu_s: float
    io_s: float = 0.0
    lock_s: float = 0.0
    scheduling_s: float = 0.0
    other_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of one binary on one workload by one profiler. ``outside``: fraction not due to any line.

    ``detail``: why it was not taken, or a remark. ``lost``: gaps in it, one line each. ``total_s``: the
    seconds that shares of time are fractions of; 0 if they were not measured.
    """

    profiler: str
    version: str
    state: ProfileState
    binary_sha: str
    workload: str
    unit: str = ""
    samples: int = 0
    seconds: float = 0.0
    outside: float = 0.0
    items: tuple[ProfileItem, ...] = ()
    detail: str = ""
    wall_s: float = 0.0
    threads: tuple[ThreadTime, ...] = ()
    lost: tuple[str, ...] = ()
    total_s: float = 0.0

    @property
    def timed(self) -> tuple[ProfileItem, ...]:
        """The items that state a line's share of time or instructions."""
        return tuple(item for item in self.items if item.line and (item.kind in _ON_CPU or item.kind.off_cpu))


_ON_CPU = (ItemKind.CPU, ItemKind.INSTRUCTIONS)
