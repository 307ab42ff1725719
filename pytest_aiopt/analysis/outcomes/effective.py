"""The primary outcome of a cell: effective structural mutations per model call."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_aiopt.analysis.outcomes.funnel import gain
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.model import Measurement, Status

UNRECORDED = "some cells are of an older version that checked no mutation again on hidden inputs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The criteria for effective and structural children, as data that can be registered.

    ``distinct_by``: a child that shares one of these with an earlier child does not count. ``must_hold``:
    checks that must not have failed; a check that was not made does not fail. ``low_above``: the threshold
    for the lower bound of the child's speedup over its parent.
    """

    kind: Class
    status: Status
    distinct_by: tuple[str, ...]
    must_hold: tuple[str, ...]
    low_above: str


RULE = Rule(
    kind=Class.STRUCTURAL,
    status=Status.PASSED,
    distinct_by=("tokens", "machine code"),
    must_hold=("hidden corpus", "sanitizers"),
    low_above="delta",
)


@dataclass(frozen=True, slots=True)
class Rate:
    """Distinct counted children of one cell, and its model calls.

    ``structural``: by the codebook. ``effective``: also right on both corpora, and faster than the parent by
    more than the noise floor when measured again. ``checked``: whether this recheck was made; without it, the
    search's own measurements count.
    """

    calls: int
    structural: int
    effective: int
    checked: bool

    @property
    def value(self) -> float:
        """Effective structural mutations per call, in 0..1."""
        return self.effective / self.calls


def effective_rate(trajectory: Trajectory) -> Rate | None:
    """Count a cell's effective structural mutations; None without calls, noise floor or classes.

    Children with the tokens or the machine code of an earlier one count once. A child that fails on hidden
    inputs or under a sanitizer is not effective.
    """
    structural, effective = structural_children(trajectory), effective_children(trajectory)
    if structural is None or effective is None or not trajectory.attempts:
        return None
    checked = all(attempt.rechecked for attempt in effective)
    return Rate(len(trajectory.attempts), len(structural), len(effective), checked)


def structural_children(trajectory: Trajectory) -> tuple[Attempt, ...] | None:
    """Return a cell's distinct structural children; None if any change is not classified."""
    changed = [a for a in trajectory.attempts if a.changed and a.status is not Status.EDIT_ERROR]
    if any(a.mutation is None for a in changed):
        return None
    seen: set[str] = set()
    distinct = [a for a in changed if _is_new(a, seen)]
    return tuple(a for a in distinct if a.mutation is not None and a.mutation.kind is RULE.kind)


def effective_children(trajectory: Trajectory) -> tuple[Attempt, ...] | None:
    """Return the effective ones of the structural children; None without noise floor or classes."""
    structural = structural_children(trajectory)
    if structural is None or trajectory.floor is None:
        return None
    measured, delta = _measurements(trajectory), trajectory.floor.delta
    return tuple(a for a in structural if _is_effective(a, measured, delta))


def over_parent(trajectory: Trajectory) -> dict[int, tuple[float, float]]:
    """Return the log2 speedup over the parent and its lower bound by step, if both are on record."""
    measured = _measurements(trajectory)
    return {
        a.step: gain(a.measurement, measured[a.parent])
        for a in trajectory.attempts
        if a.status is Status.PASSED and a.measurement is not None and a.parent in measured
    }


def _measurements(trajectory: Trajectory) -> dict[str, Measurement | None]:
    """Return measurements by candidate; None for the start and for candidates with its machine code."""
    found: dict[str, Measurement | None] = {}
    if trajectory.baseline is not None:
        found[trajectory.baseline] = None
    for attempt in trajectory.attempts:
        if attempt.candidate is not None and attempt.status is Status.PASSED:
            found.setdefault(attempt.candidate, attempt.measurement)
    return found


def _is_new(attempt: Attempt, seen: set[str]) -> bool:
    keys = {attempt.binary or "", attempt.mutation.tokens if attempt.mutation else ""} - {""}
    new = not keys & seen
    seen |= keys
    return new


def _is_effective(attempt: Attempt, measured: dict[str, Measurement | None], delta: float) -> bool:
    wrong = attempt.hidden_correct is False or attempt.sanitizer_clean is False
    if attempt.status is not RULE.status or attempt.measurement is None or wrong:
        return False
    if attempt.rechecked:
        return attempt.again is not None and attempt.again.faster_than(delta)
    if attempt.parent not in measured:
        return False  # the parent's own measurement is not on record
    return gain(attempt.measurement, measured[attempt.parent])[1] > delta
