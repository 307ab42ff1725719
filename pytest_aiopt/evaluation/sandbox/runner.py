"""One run of a candidate on given requests, with a retry where the machine and not the candidate failed."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.sandbox import Ended, RunOutcome, Sandbox
from pytest_aiopt.model import Limits, Status

ATTEMPTS = 3
_FAULTS = {
    Ended.SIGNALLED: Status.CRASH,
    Ended.TIMEOUT: Status.TIMEOUT,
    Ended.CPU_LIMIT: Status.TIMEOUT,
    Ended.MEMORY: Status.MEMORY,
    Ended.OUTPUT_LIMIT: Status.TAMPERED,
}


@dataclass(frozen=True, slots=True)
class Run:
    """How a process ended and what it had answered by then."""

    outcome: RunOutcome
    replies: wire.Replies

    @property
    def fault(self) -> Status | None:
        """The verdict its ending earns, or None for a normal exit."""
        if self.outcome.ended is Ended.EXITED:
            return Status.CRASH if self.outcome.code else None
        return _FAULTS[self.outcome.ended]


def run(
    sandbox: Sandbox,
    binary: Path,
    requests: int,
    limits: Limits,
    cpu: int | None = None,
    *,
    tool: Sequence[str] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Run:
    """Run ``binary`` on a sealed request file (descriptor); raises InfrastructureError after three stalls.

    ``tool`` goes in front of the binary and ``environment`` into its environment; see ``Sandbox.run``.
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
            )
            answered = wire.decode_replies(wire.contents(replies))
            if outcome.ended is not Ended.INFRASTRUCTURE:
                return Run(outcome, answered)
        finally:
            os.close(replies)
    if outcome.code == signal.SIGKILL and sandbox.works():
        return Run(replace(outcome, ended=Ended.SIGNALLED), answered)
    raise InfrastructureError(
        f"running {binary} failed {ATTEMPTS} times without its own fault ({outcome.stderr.strip()[:200]})",
        "see that the machine is not stalled or out of processes, then run the same command again",
    )
