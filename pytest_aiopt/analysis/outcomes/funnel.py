"""The funnel of model calls by stage. A stage missing from the journals is None, never assumed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from pytest_aiopt.analysis.trajectory import Attempt, Trajectory, confirm
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.model import Measurement, NoiseFloor, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Model calls that reached each stage; every stage counts only calls that passed all earlier stages.

    ``edited``: the edit applies and changes the text; ``allowed``: the program keeps the stated rules;
    ``rewritten``: more than names, comments and layout changed; ``new_binary``: the machine code differs from
    the parent's. ``passed``: right on the visible corpus. ``faster``: the measured interval lies above the
    noise floor's delta. ``confirmed``: faster again in a fresh session, measured for champions only. None:
    not recorded.
    """

    calls: int
    responded: int
    parsed: int
    edited: int
    allowed: int
    rewritten: int | None
    compiled: int
    new_binary: int | None
    passed: int
    hidden_correct: int | None
    sanitizer_clean: int | None
    faster: int | None
    confirmed: int | None

    @property
    def valid(self) -> float | None:
        """Fraction of calls whose changed program passed the gate; None without a call."""
        return self.passed / self.calls if self.calls else None


STAGES = tuple(field.name for field in fields(Funnel))
"""Stages in order."""


def funnel(trajectory: Trajectory) -> Funnel:
    """Count the attempts stage by stage; an edit without effect does not count as an edit."""
    left: Sequence[Attempt] = trajectory.attempts
    counts: dict[str, int | None] = {"calls": len(left)}
    binaries = _binaries(trajectory)
    for stage, passes in _TESTS.items():
        results = [passes(attempt, binaries) for attempt in left]
        if any(each is None for each in results) or (not left and stage in _OPTIONAL):
            counts[stage] = None if left or stage in _UNRECORDED else 0
            continue
        left = [attempt for attempt, through in zip(left, results, strict=True) if through]
        counts[stage] = len(left)
    counts["faster"] = _count_faster(left, trajectory.floor)
    counts["confirmed"] = _count_confirmed(left, trajectory)
    return Funnel(**counts)  # type: ignore[arg-type]


def _binaries(trajectory: Trajectory) -> dict[str, str | None]:
    return {a.candidate: a.binary for a in trajectory.attempts if a.candidate is not None}


_Test = Callable[[Attempt, dict[str, str | None]], bool | None]


def _new_binary(attempt: Attempt, binaries: dict[str, str | None]) -> bool | None:
    """Whether the child's machine code differs from the parent's; never so for a null mutation."""
    if attempt.mutation is not None and attempt.mutation.kind is Class.NULL:
        return False
    parent = binaries.get(attempt.parent)
    if attempt.binary is None or (parent is None and attempt.mutation is None):
        return None
    return attempt.binary != parent


_TESTS: dict[str, _Test] = {
    "responded": lambda a, _: a.responded,
    "parsed": lambda a, _: a.parsed,
    "edited": lambda a, _: a.status is Status.RULE or (a.changed and a.status is not Status.EDIT_ERROR),
    "allowed": lambda a, _: a.status is not Status.RULE,
    "rewritten": lambda a, _: None if a.mutation is None else a.mutation.kind is not Class.NULL,
    "compiled": lambda a, _: a.status not in (Status.COMPILE_ERROR, Status.RULE),
    "new_binary": _new_binary,
    "passed": lambda a, _: a.status is Status.PASSED,
    "hidden_correct": lambda a, _: a.hidden_correct,
    "sanitizer_clean": lambda a, _: a.sanitizer_clean,
}
_UNRECORDED = ("hidden_correct", "sanitizer_clean")
_OPTIONAL = ("rewritten", "new_binary", *_UNRECORDED)


def _count_faster(passed: Sequence[Attempt], floor: NoiseFloor | None) -> int | None:
    if floor is None:
        return None
    return sum(a.measurement is not None and a.measurement.faster_than(floor.delta) for a in passed)


def _count_confirmed(passed: Sequence[Attempt], trajectory: Trajectory) -> int | None:
    confirmed = confirm(trajectory)
    if confirmed is None or trajectory.floor is None:
        return None
    is_faster = confirmed.faster_than(trajectory.floor.delta)
    return int(is_faster and any(a.candidate == trajectory.champion for a in passed))


def gain(child: Measurement, parent: Measurement | None) -> tuple[float, float]:
    """Return (log2 speedup of a child over its parent, lower bound), both measured against the baseline.

    MOVER for a difference (Zou & Donner, Stat. Med. 27, 2008). A parent with the machine code of the baseline
    (None) is 0 by definition.
    """
    if parent is None:
        return child.log2_speedup, child.low
    estimate = child.log2_speedup - parent.log2_speedup
    below = math.hypot(child.log2_speedup - child.low, parent.high - parent.log2_speedup)
    return estimate, estimate - below
