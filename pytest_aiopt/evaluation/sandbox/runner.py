"""One run of a candidate on given requests, with a retry where the machine seems to have failed.

Where every retry fails, either may be at fault: the original program settles it (gate/settling.py).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.evaluation.sandbox import allowance, wire
from pytest_aiopt.evaluation.sandbox.endings import disturbance
from pytest_aiopt.evaluation.sandbox.sandbox import Ended, RunOutcome, Sandbox
from pytest_aiopt.model import Limits, Stage, Status

ATTEMPTS = 3
_FAULTS = {
    Ended.SIGNALLED: Status.CRASH,
    Ended.TIMEOUT: Status.TIMEOUT,
    Ended.CPU_LIMIT: Status.TIMEOUT,
    Ended.MEMORY: Status.MEMORY,
    Ended.OUTPUT_LIMIT: Status.TAMPERED,
}


class Unsettled(InfrastructureError):
    """Runs of a candidate failed again and again.

    ``status`` and ``stage`` are its verdict if those of the original program do not fail.
    """

    def __init__(
        self,
        problem: str,
        remedy: str = "",
        status: Status = Status.CRASH,
        stage: Stage = Stage.VISIBLE,
    ) -> None:
        super().__init__(problem, remedy)
        self.status = status
        self.stage = stage


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of a process, and the replies it wrote."""

    outcome: RunOutcome
    replies: wire.Replies

    @property
    def fault(self) -> Status | None:
        """The verdict its ending earns, or None for a normal exit."""
        if self.outcome.ended is Ended.EXITED:
            return Status.CRASH if self.outcome.code else None
        return _FAULTS[self.outcome.ended]


def unsettled(what: str, outcome: RunOutcome | None, stage: Stage = Stage.VISIBLE) -> Unsettled:
    """Return the error for ``what``, whose last run ended so; None where none was seen."""
    why, remedy = disturbance(outcome)
    return Unsettled(
        f"{what} failed again and again: {why}",
        remedy,
        _FAULTS.get(outcome.apparent, Status.CRASH) if outcome else Status.CRASH,
        stage,
    )


def run(
    sandbox: Sandbox,
    binary: Path,
    requests: int,
    limits: Limits,
    cpu: int | None = None,
    *,
    tool: Sequence[str] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
    tree_mb: int = 0,
) -> Run:
    """Run ``binary`` on a sealed request file (descriptor); raises Unsettled after three failures.

    ``tool`` goes in front of the binary and ``environment`` into its environment; see ``Sandbox.run``, also
    for ``tree_mb``.
    """
    for _ in range(ATTEMPTS):
        replies = wire.empty_file()
        try:
            outcome = sandbox.run(
                binary,
                stdin=requests,
                stdout=replies,
                limits=limits,
                cpu=cpu,
                tool=tool,
                environment=environment,
                tree_mb=tree_mb,
            )
            if outcome.ended is not Ended.INFRASTRUCTURE:
                return Run(outcome, wire.replies_in(replies))
        finally:
            os.close(replies)
        if allowance.exhausted():
            break
    raise unsettled(f"runs of {binary}", outcome)
