"""Models and instruments that answer from recorded events and fail on a miss."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import replace
from typing import TypeVar

from pytest_aiopt.campaign.sources.instruments import Instruments
from pytest_aiopt.campaign.sources.surroundings import PLACE, Surroundings
from pytest_aiopt.errors import ReplayMiss
from pytest_aiopt.journal.events import (
    Built,
    Confirmed,
    Judged,
    Measured,
    Profiled,
    Rechecked,
)
from pytest_aiopt.journal.record import CellRecord
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

T = TypeVar("T", Built, Judged, Measured, Profiled, Rechecked, Confirmed)
REMEDY = "replay the recording with the design, tasks and version that made it"


class ReplayedModel:
    """Answers the prompts of a recorded cell under the name of the model that was recorded."""

    def __init__(self, record: CellRecord) -> None:
        self._calls = {(e.prompt.sha, e.call_seed): e.completion for e in record.proposals}
        names = {completion.model for completion in self._calls.values()}
        self.name = names.pop() if len(names) == 1 else "replay"

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return the recorded completion; raises ReplayMiss."""
        try:
            return replace(self._calls[prompt.sha, seed], seconds=0.0)
        except KeyError:
            raise ReplayMiss(f"no recorded reply to prompt {prompt.sha[:12]} (seed {seed})", REMEDY) from None


class Recording:
    """Instruments that answer from a recorded cell alone; they need no compiler, profiler or clock.

    Repeated questions about a source get the recorded answers in order, then the last one again.
    """

    def __init__(self, record: CellRecord) -> None:
        self._record = record
        self._builds = _by_candidate(record, Built)
        self._judged = _by_candidate(record, Judged)
        self._measured = _by_candidate(record, Measured)
        self._profiles = _by_candidate(record, Profiled)
        self._last_profiled: dict[str, Profiled] = {}
        self._rechecked = _by_candidate(record, Rechecked)
        self._confirmed = _by_candidate(record, Confirmed)

    def surroundings(self) -> Surroundings:
        """Return where the cell was recorded."""
        first = self._record.opened
        identity = {name: first.identity.get(name, "") for name in PLACE}
        return Surroundings(identity, first.machine | {"replayed": "true"}, first.missing, twin=first.twin)

    def build(self, candidate: Candidate) -> Build:
        """Return the recorded outcome; its binary has a hash but no file."""
        e = _next(self._builds, candidate, "build")
        path = e.binary_sha if e.ok else None
        return Build(e.key, e.candidate, path, e.binary_sha, e.diagnostics, e.detail, e.seconds, e.rule)

    def judge(self, candidate: Candidate) -> Verdict:
        """Return the recorded verdict on this source."""
        return _next(self._judged, candidate, "verdict").verdict

    def measure(self, candidate: Candidate) -> Measurement | Verdict:
        """Return the recorded measurement of this source."""
        found = _next(self._measured, candidate, "measurement")
        return found.measurement or _given(found.verdict)

    def profile(self, candidate: Candidate) -> tuple[Profile, ...]:
        """Return the recorded profiles of this source."""
        self._last_profiled[candidate.sha] = _next(self._profiles, candidate, "profile")
        return self._last_profiled[candidate.sha].profiles

    def profile_twin(self, candidate: Candidate, workload: str) -> tuple[Profile, ...]:
        """Return the recorded profiles on the twin; call ``profile`` first."""
        found = self._last_profiled.get(candidate.sha)
        if found is None or not found.twin or any(each.workload != workload for each in found.twin):
            raise ReplayMiss(f"no recorded profile of {candidate.sha[:12]} on {workload}", REMEDY)
        return found.twin

    def floor(self) -> NoiseFloor:
        """Return the recorded noise floor."""
        if self._record.floor is None:
            raise ReplayMiss("the recording holds no noise floor", REMEDY)
        return self._record.floor

    def hidden(self, candidate: Candidate) -> Verdict:
        """Return the recorded verdict of the recheck of this source."""
        return _known(self._rechecked, candidate, "recheck")[0].verdict  # against() takes the measurement

    def against(self, candidate: Candidate, parent: Candidate) -> Measurement | Verdict:
        """Return the recorded measurement of this source against its parent."""
        found = _next(self._rechecked, candidate, "recheck")
        return found.measurement or _given(found.verdict)

    def examine(self, candidate: Candidate) -> Examination:
        """Return the recorded examination of this source."""
        found = _known(self._confirmed, candidate, "confirmation")[0]  # confirm() takes it
        refused = found.refused if not found.measurements else None
        return Examination(
            refused or Verdict(Status.PASSED), found.examined, found.unexamined, found.sanitizers
        )

    def confirm(self, candidate: Candidate) -> tuple[Measurement, ...] | Verdict:
        """Return the recorded confirmation of this source."""
        found = _next(self._confirmed, candidate, "confirmation")
        return found.refused or found.measurements


class ReplayedMeasurements(Recording):
    """Builds and judges for real; measurements, profiles, floor and confirmation come from a recording."""

    def __init__(self, record: CellRecord, live: Instruments) -> None:
        super().__init__(record)
        self._live = live

    def surroundings(self) -> Surroundings:
        """Return those of the live instruments; profiles and their twin come from the recording."""
        return replace(self._live.surroundings(), unprofiled="", twin=self._record.opened.twin)

    def build(self, candidate: Candidate) -> Build:
        """Build for real."""
        return self._live.build(candidate)

    def judge(self, candidate: Candidate) -> Verdict:
        """Judge for real."""
        return self._live.judge(candidate)


def _by_candidate(record: CellRecord, kind: type[T]) -> dict[str, deque[T]]:
    found: dict[str, deque[T]] = defaultdict(deque)
    for event in record.all(kind):
        found[event.candidate].append(event)
    return dict(found)


def _known(known: dict[str, deque[T]], candidate: Candidate, what: str) -> deque[T]:
    if candidate.sha not in known:
        raise ReplayMiss(f"no recorded {what} of candidate {candidate.sha[:12]}", REMEDY)
    return known[candidate.sha]


def _next(known: dict[str, deque[T]], candidate: Candidate, what: str) -> T:
    answers = _known(known, candidate, what)
    return answers.popleft() if len(answers) > 1 else answers[0]


def _given(verdict: Verdict | None) -> Verdict:
    if verdict is None:
        raise ReplayMiss("a recorded measurement holds neither numbers nor a verdict", REMEDY)
    return verdict
