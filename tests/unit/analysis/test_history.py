"""What a journal's events tell of each call's mutation."""

from __future__ import annotations

import pytest

from pytest_aiopt import testing
from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.journal.events import (
    AnyEvent,
    Built,
    Confirmed,
    Edited,
    Floored,
    Judged,
    Measured,
    Opened,
    Profiled,
    Proposed,
    Rechecked,
)
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import (
    Candidate,
    Cell,
    Completion,
    EditReason,
    Feedback,
    Measurement,
    NoiseFloor,
    Profile,
    ProfileItem,
    ProfileState,
    Prompt,
    Quality,
    Stage,
    Status,
    Track,
    Verdict,
)

START = "int cold() {\n    return 1;\n}\n\n\n\n\n\nint hot(int n) {\n    int x = n;\n    return x;\n}\n"
RENAMED = START.replace("x", "y")
DEEPER = START.replace("int x = n;", "int x = 0;\n    for (int i = 0; i < n; ++i) x += i;")
ITEM = ProfileItem(10, "hot(int)", 0.9, 0.8, 1.0)


def call(
    step: int, parent: str, child: str | None, reply: str, reason: EditReason | None = None
) -> list[AnyEvent]:
    sha = None if child is None else Candidate(child).sha
    proposed = Proposed(step, Candidate(parent).sha, Prompt("s", "u"), {}, 1, Completion(reply, "stop", "m"))
    return [proposed, Edited(step, sha, child, reason=reason)]


def built(step: int, source: str, binary: str) -> Built:
    return Built(step, Candidate(source).sha, True, "key", binary)


def passed(step: int, source: str, log2: float) -> list[AnyEvent]:
    sha = Candidate(source).sha
    measured = Measurement("w0", log2, log2 - 0.01, log2 + 0.01, (), Quality.QUIET)
    return [Judged(step, sha, Verdict(Status.PASSED)), Measured(step, sha, measured)]


def events() -> list[AnyEvent]:
    profile = Profile("perf", "1", ProfileState.TAKEN, "b0", "w0", "CPU time", 9, 1.0, 0.0, (ITEM,))
    return [
        Opened(
            Cell("t", "C", 1), Track("C", "local", Feedback.PROFILE), "m", "study", 5, START, {}, {}
        ),
        Floored(NoiseFloor("t", "machine", (), 0.01, 0.03)),
        built(0, START, "b0"),
        Profiled(Candidate(START).sha, profile),
        *call(1, START, DEEPER, "hot is slow: I precompute it."),
        built(1, DEEPER, "b1"),
        *passed(1, DEEPER, 0.5),
        *call(2, START, RENAMED, "Other names."),
        built(2, RENAMED, "b0"),
        *call(3, START, None, "  ", EditReason.NO_EDIT),
        *call(4, START, None, "SEARCH...", EditReason.NO_MATCH),
    ]  # fmt: skip


def test_mutations_are_classed_with_what_the_reply_said() -> None:
    first, second, third, fourth = trajectory(CellRecord.of(events()), "j").attempts
    assert first.mutation is not None
    assert (first.mutation.kind, first.mutation.claimed) == (Class.STRUCTURAL, ("P",))
    assert (first.mutation.targeting, first.mutation.uptake) == (1.0, True)
    assert first.binary == "b1"
    assert second.mutation is not None
    assert (second.mutation.kind, second.mutation.uptake) == (Class.NULL, False)
    assert (third.mutation, third.responded, third.parsed) == (None, False, False)
    assert (fourth.mutation, fourth.responded, fourth.parsed) == (None, True, True)


def test_what_was_checked_again_goes_with_the_machine_code() -> None:
    fresh = testing.measurement(1.3)
    checks: list[AnyEvent] = [
        Rechecked(1, Candidate(DEEPER).sha, Candidate(START).sha, Verdict(Status.PASSED), fresh),
        Confirmed(Candidate(DEEPER).sha, (), Verdict(Status.CRASH, "in a timed run"), ("9 hidden cases",)),
    ]
    first, second, *_ = trajectory(CellRecord.of([*events(), *checks]), "j").attempts
    assert (first.rechecked, first.hidden_correct, first.again) == (True, True, fresh)
    assert (second.rechecked, second.hidden_correct) == (False, None)


@pytest.mark.parametrize(
    ("event", "hidden", "clean"),
    [
        (Confirmed("c", ()), None, None),
        (
            Confirmed("c", (), Verdict(Status.CRASH, "case 3", stage=Stage.HIDDEN), ("9 hidden cases",)),
            False,
            None,
        ),
        (Confirmed("c", (), Verdict(Status.CRASH, "in a timed run"), ("9 hidden cases",)), False, None),
        (
            Confirmed(
                "c",
                (),
                Verdict(Status.CRASH, "case 3", stage=Stage.SANITIZER, sanitizer="address"),
                ("9 hidden cases", "address sanitizer"),
                sanitizers=("address",),
            ),
            True,
            False,
        ),
        (
            Confirmed("c", (), None, ("9 hidden cases", "address sanitizer"), sanitizers=("address",)),
            True,
            True,
        ),
        (Confirmed("c", (), None, ("9 hidden cases",), ("address sanitizer: none",)), True, None),
    ],
)
def test_a_confirmation_says_what_was_right(
    event: Confirmed, hidden: bool | None, clean: bool | None
) -> None:
    assert (event.hidden_correct, event.sanitizer_clean) == (hidden, clean)


def test_nothing_is_claimed_that_the_journal_does_not_hold() -> None:
    shown = trajectory(CellRecord.of(events()), "j")
    assert all(a.hidden_correct is None and a.sanitizer_clean is None for a in shown.attempts)
    bare = CellRecord.of([e for e in events() if not isinstance(e, Profiled)])
    unprofiled = trajectory(bare, "j").attempts[0].mutation
    assert unprofiled is not None
    assert (unprofiled.targeting, unprofiled.uptake) == (None, None)
