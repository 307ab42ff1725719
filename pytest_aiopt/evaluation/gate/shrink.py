"""Smaller counterexamples, by hypothesis: the frozen corpus is drawn again and what fails is shrunk.

Equal seeds give equal draws only under equal versions and constants; where the failing case does not come
again, the smallest one that does fail is shrunk, and if none fails the known one stays.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.gate.drawing import constants_of
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.runner import run
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.tasks.loader import Task

BUDGET_S = 5.0


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest failing request found, from which it was shrunk, and how many runs that took."""

    request: bytes
    before: bytes
    runs: int


class _FailsError(Exception):
    pass


def shrink(
    task: Task,
    fails: Callable[[bytes], bool],
    start: bytes,
    *,
    passed: Collection[bytes] = (),
    seed: int = corpus.SEED,
    budget_s: float = BUDGET_S,
) -> Shrunk:
    """Minimise ``start``, which fails; ``passed`` need not be tried. Ends soon after ``budget_s`` seconds."""
    from hypothesis import HealthCheck, Phase, Verbosity, given, settings
    from hypothesis import seed as seeded
    from hypothesis.errors import HypothesisException

    known = dict.fromkeys(passed, False) | {start: True}
    best, runs, deadline = start, 0, time.monotonic() + budget_s

    def failing(case: bytes) -> bool:
        nonlocal best, runs
        if case not in known:
            if time.monotonic() > deadline:
                return False  # not remembered, and nothing new is tried: hypothesis stops by itself
            runs += 1
            known[case] = fails(case)
        if known[case]:
            best = min(best, case, key=_size)
        return known[case]

    @seeded(seed)
    @settings(
        max_examples=4 * corpus.CASES,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(task.cases())
    def attempt(case: bytes) -> None:
        if failing(case):
            raise _FailsError  # from one line only: two would be two bugs

    with constants_of(task), suppress(_FailsError, HypothesisException):
        attempt()
    return Shrunk(best, start, runs)


def failing_alone(task: Task, sandbox: Sandbox, binary: Path) -> Callable[[bytes], bool]:
    """Return a predicate: whether ``binary`` answers one request wrongly in a fresh process."""

    def fails(request: bytes) -> bool:
        sealed = wire.sealed_file(wire.encode_requests([request]))
        try:
            finished = run(sandbox, binary, sealed, task.limits)
        finally:
            os.close(sealed)
        answers = finished.replies.payloads
        right = len(answers) == 1 and task.accepts(request, task.answer(request), answers[0])
        return finished.fault is not None or finished.replies.torn or not right

    return fails


def _size(request: bytes) -> tuple[int, bytes]:
    return len(request), request
