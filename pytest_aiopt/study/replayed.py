"""Instruments and models that answer from recorded events and fail on a miss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from pytest_aiopt.errors import ReplayMiss
from pytest_aiopt.model import (
    Build,
    Candidate,
    Completion,
    Examination,
    Measurement,
    NoiseFloor,
    Profile,
    Prompt,
    Status,
    Verdict,
)
from pytest_aiopt.study.bench import Instruments
from pytest_aiopt.study.events import AnyEvent, Confirmed, Floored, Measured, Profiled, Proposed

T = TypeVar("T")
REMEDY = "replay the recording with the design, tasks and version that made it"


class ReplayedModel:
    """Answers the prompts of a recorded cell under the name of the model that was recorded."""

    def __init__(self, events: Sequence[AnyEvent]) -> None:
        self._calls = {(e.prompt.sha, e.call_seed): e.completion for e in events if isinstance(e, Proposed)}
        names = {completion.model for completion in self._calls.values()}
        self.name = names.pop() if len(names) == 1 else "replay"

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return the recorded completion; raises ReplayMiss."""
        try:
            return replace(self._calls[prompt.sha, seed], seconds=0.0)
        except KeyError:
            raise ReplayMiss(f"no recorded reply to prompt {prompt.sha[:12]} (seed {seed})", REMEDY) from None


class ReplayedMeasurements:
    """Builds and judges for real; measurements, profiles, floor and confirmation come from a recording."""

    def __init__(self, events: Sequence[AnyEvent], live: Instruments) -> None:
        self._live = live
        self._measured = {e.candidate: e for e in events if isinstance(e, Measured)}
        self._profiles = {e.candidate: e.profiles for e in events if isinstance(e, Profiled)}
        self._confirmed = {e.candidate: e for e in events if isinstance(e, Confirmed)}
        self._floors = [e.floor for e in events if isinstance(e, Floored)]

    def build(self, candidate: Candidate) -> Build:
        """Build for real."""
        return self._live.build(candidate)

    def judge(self, candidate: Candidate) -> Verdict:
        """Judge for real."""
        return self._live.judge(candidate)

    def measure(self, candidate: Candidate) -> Measurement | Verdict:
        """Return what was measured for this very source."""
        found = self._find(self._measured, candidate, "measurement")
        return found.measurement or _given(found.verdict)

    def profile(self, candidate: Candidate) -> tuple[Profile, ...]:
        """Return the profiles taken of this very source."""
        return self._find(self._profiles, candidate, "profile")

    def floor(self) -> NoiseFloor:
        """Return the recorded noise floor."""
        if not self._floors:
            raise ReplayMiss("the recording holds no noise floor", REMEDY)
        return self._floors[0]

    def examine(self, candidate: Candidate) -> Examination:
        """Return what the recording says of this very source, as its confirmation hangs on it."""
        found = self._find(self._confirmed, candidate, "confirmation")
        refused = found.refused if not found.measurements else None
        return Examination(refused or Verdict(Status.PASSED), found.examined, found.unexamined)

    def confirm(self, candidate: Candidate) -> tuple[Measurement, ...] | Verdict:
        """Return the recorded confirmation of this very source."""
        found = self._find(self._confirmed, candidate, "confirmation")
        return found.refused or found.measurements

    def _find(self, known: dict[str, T], candidate: Candidate, what: str) -> T:
        if candidate.sha not in known:
            raise ReplayMiss(f"no recorded {what} of candidate {candidate.sha[:12]}", REMEDY)
        return known[candidate.sha]


def _given(verdict: Verdict | None) -> Verdict:
    if verdict is None:
        raise ReplayMiss("a recorded measurement holds neither numbers nor a verdict", REMEDY)
    return verdict
