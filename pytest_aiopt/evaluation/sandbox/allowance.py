"""Limits the total time of a candidate's runs until its verdict."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass

VERDICT_S = 20.0
"""Seconds of a candidate's runs until its verdict, by the wall clock. Time in which the machine stood still,
runs of the original program and waiting for locks do not count."""

_LEAST_S = 0.05


@dataclass(slots=True)
class Allowance:
    """The seconds that runs may take, and those that they took."""

    total_s: float
    spent_s: float = 0.0

    @property
    def left_s(self) -> float:
        """The time left; always enough for a program to start."""
        return max(self.total_s - self.spent_s, _LEAST_S)

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left."""
        return self.spent_s >= self.total_s


_current: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


@contextlib.contextmanager
def verdict(seconds: float = VERDICT_S) -> Iterator[Allowance]:
    """Let the runs in the block share ``seconds``, or the rest of an enclosing verdict's."""
    outer = _current.get()
    if outer is not None:
        yield outer
        return
    with apart(seconds) as allowance:
        yield allowance


@contextlib.contextmanager
def apart(seconds: float = VERDICT_S) -> Iterator[Allowance]:
    """Let the runs in the block share ``seconds`` of their own: for those of the original program."""
    allowance = Allowance(seconds)
    token = _current.set(allowance)
    try:
        yield allowance
    finally:
        _current.reset(token)


def bounded(wall_s: float) -> float:
    """Return ``wall_s``, or the time left until the verdict if that is less."""
    allowance = _current.get()
    return wall_s if allowance is None else min(wall_s, allowance.left_s)


def charge(seconds: float) -> None:
    """Note that a run of the candidate took ``seconds``."""
    allowance = _current.get()
    if allowance is not None:
        allowance.spent_s += seconds


def exhausted() -> bool:
    """Whether there is a bound and it is reached."""
    allowance = _current.get()
    return allowance is not None and allowance.exhausted
