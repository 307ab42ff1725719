"""Limits the wall time of a candidate's timed run, relative to the original program's.

CPU time does not see a candidate that sleeps, and each of its runs holds the timing lock.
"""

from __future__ import annotations

from dataclasses import dataclass

from pytest_aiopt.evaluation.sandbox import allowance
from pytest_aiopt.evaluation.sandbox.processes import RunOutcome
from pytest_aiopt.model import Stage, Status, Verdict

SLOWEST = 20.0
"""Times the slowest run of the original program so far: a run that takes longer is stopped."""

LEAST_S = 1.0
"""No run is stopped before, however fast the original program is."""


@dataclass(slots=True)
class Patience:
    """Learns from the baseline's runs of one comparison how long those of the candidate may take."""

    _slowest_s: float = 0.0

    @property
    def limit_s(self) -> float:
        """The wall limit of the candidate's next run."""
        return allowance.bounded(max(LEAST_S, SLOWEST * self._slowest_s))

    def learn(self, baseline: RunOutcome) -> None:
        """Take note of a run of the baseline."""
        self._slowest_s = max(self._slowest_s, baseline.taken_s)


def late() -> Verdict | None:
    """Return the verdict if the candidate's runs have used up their time."""
    if not allowance.exhausted():
        return None
    return Verdict(Status.TIMEOUT, "its timed runs take too long to be compared", stage=Stage.TIMED)
