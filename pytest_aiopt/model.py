"""The vocabulary: frozen records and enums shared by every layer. No I/O, only two modules of ours."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import log2

from pytest_aiopt.factors import Declared as Declared
from pytest_aiopt.factors import EditFormat as EditFormat
from pytest_aiopt.factors import Feedback as Feedback
from pytest_aiopt.factors import Guidance as Guidance
from pytest_aiopt.factors import Hint as Hint
from pytest_aiopt.factors import Strategy as Strategy
from pytest_aiopt.factors import Track as Track
from pytest_aiopt.factors import Verbosity as Verbosity
from pytest_aiopt.observations import Effect as Effect
from pytest_aiopt.observations import ItemKind as ItemKind
from pytest_aiopt.observations import Profile as Profile
from pytest_aiopt.observations import ProfileItem as ProfileItem
from pytest_aiopt.observations import ProfileState as ProfileState
from pytest_aiopt.observations import ThreadTime as ThreadTime

# --- what is studied -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One (task, track, seed) of the grid; the unit of analysis."""

    task: str
    track: str
    seed: int

    @property
    def id(self) -> str:
        """Return the id used in pytest node ids and folder names."""
        return f"{self.task}-track_{self.track}-seed_{self.seed}"


class Stratum(StrEnum):
    """What a task's bottleneck is made of, and so what a profile can tell of it."""

    CONFIRMATORY = "confirmatory"
    CPU = "cpu"
    NOISE_FREE = "noise_free"


class Metric(StrEnum):
    """What the score compares: process CPU time (one thread), wall time (many), or the cost of decisions.

    COST is a number that the task's oracle finds by replaying the replies: no clock, so no noise.
    """

    CPU = "cpu"
    WALL = "wall"
    COST = "cost"


class Split(StrEnum):
    """Whether a workload is scored during the search or only at confirmation."""

    VISIBLE = "visible"
    HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True)
class Workload:
    """A timed input family. A twin has another distribution than ``twin_of`` and is never scored."""

    name: str
    split: Split
    params: Mapping[str, int | float | str] = field(default_factory=dict)
    twin_of: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run of a candidate may use: CPU seconds, MB of address space, MB written, threads.

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
    """What no correct program of a task can undercut: nanoseconds a request byte and a request."""

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


# --- what a model says -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prompt:
    """The exact text sent to a model."""

    system: str
    user: str

    @property
    def sha(self) -> str:
        """Return the sha256 of both parts."""
        return hashlib.sha256(f"{self.system}\0{self.user}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; None where the model does not count them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's reply to one prompt. ``seconds``: the answered request; ``faults``: the failed ones before.

    ``fingerprint`` is the endpoint's name for its configuration; ``error`` what it said in place of a reply.
    """

    text: str
    finish_reason: str
    model: str
    usage: Usage = Usage()
    seconds: float = 0.0
    fingerprint: str = ""
    faults: tuple[str, ...] = ()
    error: str = ""


# --- what becomes of it ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source text, identified by its sha256."""

    source: str

    @property
    def sha(self) -> str:
        """Return the sha256 of the source."""
        return hashlib.sha256(self.source.encode()).hexdigest()


class Status(StrEnum):
    """The verdicts on a candidate."""

    PASSED = "passed"
    EDIT_ERROR = "edit_error"
    COMPILE_ERROR = "compile_error"
    WRONG_ANSWER = "wrong_answer"
    CRASH = "crash"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    TAMPERED = "tampered"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One compiler message located in the candidate's source (1-based; 0 where unknown)."""

    line: int
    column: int
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Build:
    """A compiled candidate: the content-addressed ``key``, where it lies, or why it failed."""

    key: str
    candidate: str
    path: str | None
    binary_sha: str | None
    diagnostics: tuple[Diagnostic, ...] = ()
    detail: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether there is a binary."""
        return self.path is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found. ``case`` indexes the corpus; ``counterexample`` is size-bounded text."""

    status: Status
    detail: str = ""
    cases: int = 0
    case: int | None = None
    counterexample: str = ""


ON_HIDDEN, UNDER_SANITIZER = "on the hidden corpus", "under the {} sanitizer"
"""How the detail of a verdict begins that was not earned on the visible corpus."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What was checked of a would-be champion beyond the gate, and what could not be checked here."""

    verdict: Verdict
    done: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


class Quality(StrEnum):
    """How far a measurement can be trusted."""

    QUIET = "quiet"
    NOISY = "noisy"
    DRIFTING = "drifting"


class Decision(StrEnum):
    """What a comparison says at its sequential rule's level; EQUAL is within half a percent."""

    FASTER = "faster"
    SLOWER = "slower"
    EQUAL = "equal"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of runs on the same fresh input; seconds on the task's clock (of CPU where that is COST).

    ``costs``: of the baseline's and the candidate's decisions, where they are what is compared.
    """

    baseline_s: float
    candidate_s: float
    baseline_first: bool
    costs: tuple[float, float] | None = None

    @property
    def log2_ratio(self) -> float:
        """Return log2 of baseline over candidate, of the costs where there are any."""
        baseline, candidate = self.costs or (self.baseline_s, self.candidate_s)
        return log2(baseline / candidate)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Speedup over the baseline: mean of paired log2 ratios (> 0 is faster) with its interval.

    ``counted``: the name of the costs that were compared; empty where it was time (by a trimmed mean).

    ``p``: two-sided, of no difference. ``dropped``: pairs set aside because the machine was disturbed.
    ``layouts``: the estimate of each memory layout, where several were measured. ``instructions``: of
    baseline and candidate on one input, where they were counted; no part of the score.
    ``implausible``: why a human should look at it before it is believed; empty where nothing is odd.
    """

    workload: str
    log2_speedup: float
    low: float
    high: float
    pairs: tuple[Pair, ...]
    quality: Quality
    seconds: float = 0.0
    decision: Decision = Decision.UNDECIDED
    p: float | None = None
    dropped: int = 0
    layouts: tuple[float, ...] = ()
    instructions: tuple[int, int] | None = None
    implausible: str = ""
    counted: str = ""

    @property
    def speedup(self) -> float:
        """Return baseline time over candidate time, or baseline cost over candidate cost."""
        return float(2.0**self.log2_speedup)


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """A/A of one task on one machine: sd of log2 ratios and ``delta``, the threshold for "faster".

    ``drift``: log2 of the slowest over the fastest evaluation of the one program; a stored baseline may be so
    wrong. ``notes``: floors of other machines that were refused.
    """

    task: str
    fingerprint: str
    log2_ratios: tuple[float, ...]
    sd: float
    delta: float
    drift: float | None = None
    pairs: int | None = None
    seconds: float | None = None
    notes: tuple[str, ...] = ()
