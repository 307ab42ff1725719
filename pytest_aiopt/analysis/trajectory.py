"""Cells as read from their journals, and quantities computed from a single cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pytest_aiopt.analysis.outcomes.claims import claim_gap
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.codebook.validated import VALIDATED
from pytest_aiopt.journal.treatment import Gap
from pytest_aiopt.model import (
    Cell,
    Confirmed,
    Declared,
    Feedback,
    Hint,
    Measurement,
    NoiseFloor,
    Primary,
    Status,
    Strategy,
    Usage,
    pool,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """Classification of a child by its code alone, and the claims of its reply.

    ``tokens``: digest of the child's tokens without names. ``size``: number of tokens; ``storage``: places
    that make containers. ``depth`` (0 to 4), ``storage``: None if the mutation is unclassed. ``id``: its name
    for raters; ``raters``: number of raters who gave depth and labels, 0 if the codebook did. ``targeting``,
    ``uptake``: see mechanism.py; None without a profile of the parent.
    """

    kind: Class
    depth: int | None
    labels: tuple[str, ...]
    claimed: tuple[str, ...]
    tokens: str
    size: int
    storage: int | None
    targeting: float | None
    uptake: bool | None
    id: str = ""
    raters: int = 0

    @property
    def findings(self) -> tuple[str, ...]:
        """The labels that count as findings: by raters, and by rules that agree with raters."""
        return self.labels if self.raters else tuple(code for code in self.labels if code in VALIDATED)

    @property
    def gap(self) -> float | None:
        """Share of the claimed methodologies that are absent from the change; None without claims.

        Only verifiable claims count: those that can become a finding.
        """
        checked = [code for code in self.claimed if self.raters or code in VALIDATED]
        return claim_gap(checked, self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One model call and its outcome; ``candidate`` and ``parent`` are sha256 of sources.

    ``responded``: the reply contains text; ``parsed``: it also contains an edit. ``hidden_correct`` and
    ``sanitizer_clean`` are None if not checked. ``mutation`` is None without a changed program,
    ``causal_fitness`` without a causal profile of the candidate. ``rechecked``: measured again after the
    search; ``again`` is then its fresh measurement against the parent, None if there was no gain.
    ``new_tokens``: number of tokens added to the parent; None if it is not on record.
    """

    step: int
    status: Status
    changed: bool
    candidate: str | None
    parent: str
    measurement: Measurement | None
    seconds: float
    usage: Usage
    responded: bool = True
    parsed: bool = True
    binary: str | None = None
    mutation: Mutation | None = None
    hidden_correct: bool | None = None
    sanitizer_clean: bool | None = None
    causal_fitness: float | None = None
    rechecked: bool = False
    again: Measurement | None = None
    new_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconfirmation:
    """A champion measured again in a later session. ``refused``: the verdict if it was not confirmed.

    ``visible``: the measurement that the search selected it by; ``machine``: the machine of the new
    measurement.
    """

    candidate: str
    visible: Measurement | None
    measurements: tuple[Measurement, ...]
    machine: Mapping[str, str]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Frontier:
    """The log2 speedup of the fastest program known for a cell's scored workload, over its start.

    ``confirmed``: its mean over the held-out workloads; None if that was not measured.
    """

    log2_speedup: float
    confirmed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """A cell as recorded in its journal. ``journal`` is relative to the results directory.

    ``confirmations`` re-measure the champion in a fresh session, one Measurement per held-out workload.
    ``variant`` names the factors of its track, except model and feedback, that are not at their defaults;
    ``declared`` are the contrasts of the study file. ``scored``: the scored workload, "" if it is not on
    record. ``outcome``: the outcome that decides. ``frontier``: the frontier as measured on the cell's
    machine; None without a measurement. ``model``: the spec; ``alias``: its name in tables, if any. ``gaps``:
    prompts of a treated cell without their treatment, by reason; ``cut``: prompts that the endpoint
    truncated. ``answered``: the models that endpoints report. ``identity``, ``machine``: as in the journal's
    first event.
    """

    cell: Cell
    model: str
    feedback: Feedback
    study: str
    journal: str
    iterations: int
    finished: bool
    attempts: tuple[Attempt, ...]
    floor: NoiseFloor | None
    champion: str | None
    confirmations: tuple[Measurement, ...]
    profiles_taken: int
    profiles_failed: int
    notes: tuple[str, ...]
    variant: str = ""
    declared: tuple[Declared, ...] = ()
    stage: int = 1
    stratum: str = ""
    scored: str = ""
    outcome: Primary = Primary.EFFECTIVE
    frontier: Frontier | None = None
    strategy: Strategy = Strategy.EVOLUTION
    hint: Hint = Hint.NONE
    description: str = ""
    identity: Mapping[str, str] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=dict)
    answered: tuple[str, ...] = ()
    reconfirmations: tuple[Reconfirmation, ...] = ()
    alias: str = ""
    gaps: Mapping[str, int] = field(default_factory=dict)
    cut: int = 0

    @property
    def undelivered(self) -> int:
        """Number of prompts of a treated cell that lacked their treatment."""
        return sum(self.gaps.values())

    @property
    def untreated(self) -> bool:
        """Whether every prompt of a treated cell lacked its treatment."""
        return bool(self.attempts) and self.gaps.get(Gap.UNPROFILED.value, 0) >= len(self.attempts)

    @property
    def shown(self) -> str:
        """The model's name in tables."""
        return self.alias or self.model

    @property
    def baseline(self) -> str | None:
        """The starting program's sha256: the parent of the first attempt; None without attempts."""
        return self.attempts[0].parent if self.attempts else None

    @property
    def kept_baseline(self) -> bool:
        """Whether the finished cell's champion is its starting program."""
        return self.finished and (self.champion is None or self.champion == self.baseline)


def with_aliases(trajectories: Sequence[Trajectory]) -> list[Trajectory]:
    """Return the cells with the latest alias of their track, which may be set after some cells end."""
    known = {(t.study, t.cell.track, t.model): t.alias for t in sorted(trajectories, key=_age) if t.alias}
    return [replace(t, alias=known.get((t.study, t.cell.track, t.model), "")) for t in trajectories]


def _age(trajectory: Trajectory) -> tuple[int, str]:
    return trajectory.cell.seed, trajectory.cell.task


def best_so_far(trajectory: Trajectory) -> tuple[float, ...]:
    """Best measured log2 speedup up to each call, from 0 (the starting program against itself).

    These are single measurements of the search: the maximum of many is biased upwards.
    """
    best = 0.0
    curve = []
    for attempt in trajectory.attempts:
        if attempt.status is Status.PASSED and attempt.measurement is not None:
            best = max(best, attempt.measurement.log2_speedup)
        curve.append(best)
    return tuple(curve)


def confirm(trajectory: Trajectory) -> Confirmed | None:
    """Pool the champion's confirmations; None if the cell is unfinished or has none."""
    if trajectory.kept_baseline:
        return Confirmed(0.0, 0.0, 0.0, workloads=(), by_identity=True)
    if not trajectory.finished or not trajectory.confirmations:
        return None
    return pool(trajectory.confirmations)
