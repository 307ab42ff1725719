"""The inputs of timed runs: secret, and new for each pair, or a few that are given in turn."""

from __future__ import annotations

import secrets
from collections import defaultdict, deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_aiopt.model import Workload
    from pytest_aiopt.tasks.loader import Task

COUNT = 12

Draw = Callable[["Task", "Workload"], list[bytes]]
"""Returns the requests of a run."""


def fresh(task: Task, workload: Workload) -> list[bytes]:
    """Generate an input that no run had before."""
    return task.requests(workload, secrets.randbits(63))


class InTurn:
    """Generates ``count`` inputs per workload, and gives them again and again.

    To generate an input can take longer than to run two programs on it. For many comparisons of programs that
    are known, as those of a task's ladder; candidates of campaigns never meet an input twice.
    """

    def __init__(self, count: int = COUNT) -> None:
        self._count = count
        self._made: defaultdict[str, deque[list[bytes]]] = defaultdict(deque)

    def __call__(self, task: Task, workload: Workload) -> list[bytes]:
        """Return the input whose turn it is."""
        made = self._made[workload.name]
        if len(made) < self._count:
            made.append(fresh(task, workload))
        else:
            made.rotate(-1)
        return made[-1]
