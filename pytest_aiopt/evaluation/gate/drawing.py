"""Draws the requests of a corpus by hypothesis: by task and seed alone, bounded in size and time."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from pytest_aiopt.errors import TaskError
from pytest_aiopt.tasks import contract
from pytest_aiopt.tasks.loader import Task

MAX_BYTES = 8 << 20
"""Size of all requests of a corpus."""
MAX_S = 60.0
"""CPU seconds that a function of a task may take for all cases of a corpus."""
LOOK_S = 1.5
"""CPU seconds after which the time for all cases is predicted from those so far."""
_SMALLER = "draw smaller requests in cases(), and leave large ones to workload()"


@dataclass(slots=True)
class Allowance:
    """The time and size that cases may take. ``what``: the function of ``path`` that is timed."""

    path: Path
    what: str
    cases: int
    remedy: str = _SMALLER
    size: int = 0
    started: float = field(default_factory=time.process_time)

    def charge(self, done: int, size: int = 0) -> None:
        """Raise TaskError once ``done`` cases show that all of them will be too large or too slow.

        ``size``: bytes of the latest case.
        """
        self.size += size
        if self.size > MAX_BYTES:
            raise TaskError(
                f"{self.path}: {done} of {self.cases} cases hold {self.size / (1 << 20):.1f} MB; a corpus "
                f"may hold {MAX_BYTES >> 20} MB, {MAX_BYTES // self.cases >> 10} kB per case",
                self.remedy,
            )
        spent = time.process_time() - self.started
        each = spent / max(1, done)
        if spent > LOOK_S and each * self.cases > MAX_S:
            raise TaskError(
                f"{self.path}: {self.what} takes {each:.2f} s per case, {each * self.cases:.0f} s for "
                f"{self.cases} cases; {MAX_S:.0f} s are allowed",
                self.remedy,
            )


class _RefusedError(BaseException):
    """Ends a drawing at once: hypothesis would repeat and print a case that raises an Exception."""

    def __init__(self, error: TaskError) -> None:
        self.error = error


def generate(task: Task, cases: int, seed: int, exclude: Collection[bytes] = ()) -> list[bytes]:
    """Return ``cases`` distinct request payloads drawn from the task's strategy, in drawing order.

    Raise TaskError if the strategy holds fewer, or if they are too large or take too long.
    """
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis.errors import HypothesisException

    path, found = task.root / "inputs.py", dict[bytes, None]()
    excluded = set(exclude)
    allowance = Allowance(path, "drawing from cases()", cases)

    @seeded(seed)
    @settings(
        max_examples=4 * cases,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(_strategy(task, path))
    def collect(case: bytes) -> None:
        if not isinstance(case, bytes):
            raise contract.wrong_type("cases", path, case, "a strategy of bytes")
        if len(found) < cases and case not in excluded:
            new = case not in found
            found.setdefault(case)
            try:
                allowance.charge(len(found), len(case) if new else 0)
            except TaskError as error:
                raise _RefusedError(error) from error

    try:
        with constants_of(task):
            collect()
    except _RefusedError as refused:
        raise refused.error from None
    except TaskError:
        raise
    except HypothesisException as error:
        raise TaskError(f"{path}: cases() gives no case: {error}", "widen its strategy") from error
    except Exception as error:
        raise contract.raised(error, path, "cases") from error
    if len(found) < cases:
        raise TaskError(
            f"{path}: cases() gave {len(found)} different cases in {4 * cases} draws, not {cases}",
            "widen its strategy",
        )
    return list(found)


def answers(task: Task, requests: list[bytes]) -> list[bytes]:
    """Return the oracle's replies; raises TaskError if they take too long."""
    remedy = "make solve() faster, or draw smaller requests in cases()"
    allowance, found = Allowance(task.root / "reference.py", "solve()", len(requests), remedy), list[bytes]()
    for request in requests:
        found.append(task.answer(request))
        allowance.charge(len(found))
    return found


def _strategy(task: Task, path: Path) -> Any:
    from hypothesis.strategies import SearchStrategy

    strategy = task.cases()
    if not isinstance(strategy, SearchStrategy):
        raise contract.wrong_type("cases", path, strategy, "a hypothesis strategy of bytes")
    return strategy


@contextmanager
def constants_of(task: Task) -> Iterator[None]:
    """Let hypothesis draw constants from the files of this task alone.

    By default it takes them from every module that happens to be loaded: other tasks and this package.
    """
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants, constants_from_module

    own = Constants()
    for name in ("inputs.py", "reference.py"):
        module = ModuleType(name)
        module.__file__ = str(task.root / name)
        own |= constants_from_module(module)
    with (
        patch.object(providers, "_get_local_constants", lambda: own),
        patch.object(providers, "CONSTANTS_CACHE", {}),
    ):
        yield
