"""The contract of a campaign's instruments."""

from __future__ import annotations

from typing import Protocol

from pytest_aiopt.campaign.sources.surroundings import Surroundings
from pytest_aiopt.model import Build, Candidate, Examination, Measurement, NoiseFloor, Profile, Verdict


class Instruments(Protocol):
    """Everything a campaign needs besides the model."""

    def surroundings(self) -> Surroundings:
        """Describe the place where these instruments measure."""

    def build(self, candidate: Candidate) -> Build:
        """Compile, or say why not."""

    def judge(self, candidate: Candidate) -> Verdict:
        """Run the gate."""

    def measure(self, candidate: Candidate) -> Measurement | Verdict:
        """Measure against the baseline on the scored workload."""

    def profile(self, candidate: Candidate) -> tuple[Profile, ...]:
        """Take a profile with every profiler on the scored workload; a failure is a state of it."""

    def profile_twin(self, candidate: Candidate, workload: str) -> tuple[Profile, ...]:
        """Take the same profiles on the twin workload of this name."""

    def floor(self) -> NoiseFloor:
        """Return this machine's noise floor of the task; measure it if it is missing."""

    def hidden(self, candidate: Candidate) -> Verdict:
        """Run the gate on the hidden corpus."""

    def against(self, candidate: Candidate, parent: Candidate) -> Measurement | Verdict:
        """Measure against another candidate on the scored workload."""

    def examine(self, candidate: Candidate) -> Examination:
        """Check a possible champion on hidden inputs and with checked builds."""

    def confirm(self, candidate: Candidate) -> tuple[Measurement, ...] | Verdict:
        """Measure on every held-out workload."""
