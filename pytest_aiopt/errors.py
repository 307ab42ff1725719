"""Errors shown to users: one line that names the thing and the remedy."""

from __future__ import annotations


class AioptError(Exception):
    """A fault outside the candidate, shown as ``problem; remedy``. ``usage`` faults exit pytest with 4.

    ``fault``: the problem without the place, for callers that name the place themselves.
    """

    usage = False

    def __init__(self, problem: str, remedy: str = "", *, fault: str = "") -> None:
        super().__init__(f"{problem}; {remedy}" if remedy else problem)
        self.problem = problem
        self.remedy = remedy
        self.fault = fault or problem


class TaskError(AioptError):
    """A task folder that is missing, incomplete or inconsistent."""

    usage = True


class DesignError(AioptError):
    """A study file that is missing or invalid."""

    usage = True


class ToolMissing(AioptError):
    """A program this command needs is not installed."""

    usage = True


class StoreError(AioptError):
    """The results directory cannot be used."""

    usage = True


class InUse(StoreError):
    """Another session has the journal open."""


class JournalError(AioptError):
    """A journal that cannot be read, or that contradicts the code replaying it.

    ``line``: where, from 1; None if it is no single line's.
    """

    def __init__(self, problem: str, remedy: str = "", line: int | None = None, *, fault: str = "") -> None:
        super().__init__(problem, remedy, fault=fault)
        self.line = line


class ReplayMiss(AioptError):
    """A recording has no answer for the request."""


class ModelError(AioptError):
    """The model endpoint failed for good; running the same command again resumes."""


class BudgetReached(AioptError):
    """The next model call does not fit into what a cell or its study may use; resumable with more."""


class InfrastructureError(AioptError):
    """The machine failed us (sandbox, stalled VM, full disk); never a verdict about a candidate."""
