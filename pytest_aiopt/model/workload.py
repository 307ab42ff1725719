"""Parts of a task besides its code: workloads, limits, rungs of its ladder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Stratum(StrEnum):
    """The nature of a task's bottleneck, which decides what a profile can show.

    UNINFORMATIVE: a check has shown that knowing the scored workload does not pay.
    """

    CONFIRMATORY = "confirmatory"
    CPU = "cpu"
    NOISE_FREE = "noise_free"
    UNINFORMATIVE = "uninformative"


class Metric(StrEnum):
    """The quantity that the score compares: CPU time (one thread), wall time (many), or cost of decisions.

    COST is a number that the task's oracle finds by replaying the replies: no clock, so no noise.
    """

    CPU = "cpu"
    WALL = "wall"
    COST = "cost"


class Split(StrEnum):
    """Whether a workload is scored during the search or only at confirmation."""

    VISIBLE = "visible"
    HELD_OUT = "held_out"


class Scored(StrEnum):
    """Which workload scores the cells of a block: the task's first one, or another for each seed."""

    FIRST = "first"
    ROTATE = "rotate"


@dataclass(frozen=True, slots=True)
class Workload:
    """A timed input family. A visible twin has another distribution than ``twin_of``.

    A held-out workload confirms gains on ``twin_of``, by default the first workload. ``words`` describe its
    inputs in a sentence.
    """

    name: str
    split: Split
    params: Mapping[str, int | float | str] = field(default_factory=dict)
    twin_of: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The resources of one run of a candidate: CPU seconds, MB of address space, MB written, threads.

    ``wall_s``: seconds in all; None leaves them to the sandbox, which is generous. ``cpu_ratio``: CPU time of
    measured runs over the original program's, at most; only where the metric is COST.
    """

    cpu_s: float = 10.0
    memory_mb: int = 1024
    output_mb: int = 16
    threads: int = 1
    wall_s: float | None = None
    cpu_ratio: float = 20.0


@dataclass(frozen=True, slots=True)
class Plausible:
    """Times that no correct program of a task can undercut: nanoseconds per request byte and per request."""

    ns_per_byte: float = 0.0
    ns_per_request: float = 0.0


@dataclass(frozen=True, slots=True)
class Rung:
    """A known version of a task's program, labelled by construction; never shown to a model."""

    file: str
    structural: bool
    labels: tuple[str, ...] = ()
    decoy: bool = False
    note: str = ""
