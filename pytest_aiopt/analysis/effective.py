"""The primary outcome of a cell: effective structural mutations per model call."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_aiopt.analysis.character import Class
from pytest_aiopt.analysis.funnel import gain
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.model import Measurement, Status

UNRECORDED = "some cells are of an older version that checked no mutation again on hidden inputs"


@dataclass(frozen=True, slots=True)
class Rate:
    """Distinct children of one cell that count, and its model calls.

    ``structural``: by the codebook. ``effective``: also right on both corpora, and faster than the parent by
    more than the noise floor when measured afresh. ``checked``: that was looked at; where it was not, the
    search's own measurements have to do.
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

    Children with the tokens or the machine code of an earlier one are counted once. One known to be wrong on
    hidden inputs or unclean under a sanitizer is not effective.
    """
    floor, attempts = trajectory.floor, trajectory.attempts
    classed = [a for a in attempts if a.changed and a.status is not Status.EDIT_ERROR]
    if floor is None or not attempts or any(a.mutation is None for a in classed):
        return None
    measured = _measurements(trajectory)
    seen: set[str] = set()
    structural, effective, checked = 0, 0, True
    for attempt in classed:
        if not _is_new(attempt, seen) or attempt.mutation is None:
            continue
        if attempt.mutation.kind is not Class.STRUCTURAL:
            continue
        structural += 1
        if _is_effective(attempt, measured, floor.delta):
            effective += 1
            checked = checked and attempt.rechecked
    return Rate(len(attempts), structural, effective, checked)


def _measurements(trajectory: Trajectory) -> dict[str, Measurement | None]:
    """Measurements by candidate; None for the start and its machine code."""
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
    if attempt.status is not Status.PASSED or attempt.measurement is None or wrong:
        return False
    if attempt.rechecked:
        return attempt.again is not None and attempt.again.low > delta
    if attempt.parent not in measured:
        return False  # the parent's own measurement is not on record
    return gain(attempt.measurement, measured[attempt.parent])[1] > delta
