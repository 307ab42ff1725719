"""A treatment that cannot be made: an error with its reason before the first call, and in the audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from pytest_aiopt.campaign.task_check.original import require_text
from pytest_aiopt.errors import TaskError
from pytest_aiopt.model import Candidate, Feedback, Profile, ProfileItem, ProfileState, Track
from pytest_aiopt.prompts.notes import missing

TAKEN = Profile(
    "perf", "6", ProfileState.TAKEN, "sha", "w0", "CPU time", items=(ProfileItem(1, "f", 0.9, 0.8, 1.0),)
)
WHY = "the profiled run did not end well (output_limit)"
FAILED = Profile("perf", "6", ProfileState.FAILED, "sha", "w1", detail=WHY)


@dataclass
class Bench:
    """Profiles that were taken, or not."""

    scored: Profile
    twin: Profile
    task: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(root=Path("tasks/x"), name="x", program=Candidate("int f();"))
    )

    def profile(self, candidate: Candidate) -> tuple[Profile, ...]:
        return (self.scored,)

    def profile_twin(self, candidate: Candidate, workload: str) -> tuple[Profile, ...]:
        return (self.twin,)


def track(feedback: Feedback) -> Track:
    return Track("X", "local", feedback)


@pytest.mark.parametrize(
    ("feedback", "bench", "workload"),
    [
        (Feedback.PLACEBO, Bench(TAKEN, FAILED), "w1"),
        (Feedback.PLACEBO, Bench(FAILED, TAKEN), "w1"),
        (Feedback.PROFILE, Bench(FAILED, TAKEN), "w1"),
    ],
)
def test_a_cell_stops_with_the_reason(feedback: Feedback, bench: Bench, workload: str) -> None:
    with pytest.raises(TaskError, match=rf"no profile of {workload} names a line; perf: .*output_limit"):
        require_text(bench, track(feedback), "w1")  # type: ignore[arg-type]


@pytest.mark.parametrize("feedback", [Feedback.PROFILE, Feedback.NONE])
def test_a_twin_that_no_text_is_made_of_may_fail(feedback: Feedback) -> None:
    require_text(Bench(TAKEN, FAILED), track(feedback), "w1")  # type: ignore[arg-type]


def test_a_text_that_can_be_made_lacks_nothing() -> None:
    assert missing(track(Feedback.PLACEBO), (TAKEN,), (TAKEN,)) == ""
    assert WHY in missing(track(Feedback.PLACEBO), (TAKEN,), (FAILED,))
