"""Decides whether repeated failures are the candidate's fault or the machine's, by the original program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from pytest_aiopt.evaluation.sandbox import allowance
from pytest_aiopt.evaluation.sandbox.runner import Unsettled
from pytest_aiopt.model import Candidate, Examination, Measurement, Status, Verdict

Finding = Verdict | Examination | Measurement | tuple[Measurement, ...]
F_ = TypeVar("F_", bound=Finding)

_DETAIL = "its runs fail or are disturbed again and again, and those of the original program are not"


def settled(
    candidate: Candidate,
    original: Candidate,
    ask: Callable[[Candidate], F_],
    seconds: float = allowance.VERDICT_S,
) -> F_ | Verdict:
    """Return what ``ask`` finds of ``candidate``, whose runs may take ``seconds`` in all.

    Where its runs fail in a way that may be the machine's fault, ``original`` is asked the same. If it does
    well, the candidate is refused; if not, raise InfrastructureError.
    """
    with allowance.verdict(seconds) as spent:
        try:
            found: F_ | Verdict = ask(candidate)
        except Unsettled as fault:
            if candidate.sha == original.sha:
                raise
            with allowance.apart():
                verdict = verdict_in(ask(original))
            if verdict is not None and verdict.status is not Status.PASSED:
                raise
            found = Verdict(fault.status, _DETAIL, stage=fault.stage)
    return _timed(found, round(spent.spent_s, 3))


def _timed(found: F_ | Verdict, seconds: float) -> F_ | Verdict:
    """Record in a verdict the seconds of the candidate's runs."""
    if isinstance(found, Verdict):
        return replace(found, seconds=seconds)
    if isinstance(found, Examination):
        return replace(found, verdict=replace(found.verdict, seconds=seconds))
    return found


def verdict_in(found: Finding) -> Verdict | None:
    """Return the verdict that was found, if one was."""
    if isinstance(found, Examination):
        return found.verdict
    return found if isinstance(found, Verdict) else None
