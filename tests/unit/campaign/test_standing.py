"""Where a cell stands, against counts made from its events by hand."""

import pytest

from pytest_aiopt import testing
from pytest_aiopt.campaign.standing import Tracker, line
from pytest_aiopt.journal.events import Asked, Built, Edited, Finished, Floored, Measured, Opened, Proposed
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Cell, Completion, Feedback, Prompt, Track, Usage


def proposed(step, usage=None):
    completion = Completion("r" * 40, "stop", "m") if usage is None else Completion("r", "stop", "m", usage)
    return Proposed(step, "p", Prompt("s" * 40, "u" * 40), {}, step, completion)


def edited(step):
    return Edited(step, f"c{step}", f"source {step}")


def built(step, binary):
    return Built(step, f"c{step}", binary is not None, "k", binary)


def measured(step, speed):
    instruments = testing.FakeInstruments(speed=lambda source: speed)
    return Measured(step, f"c{step}", instruments.measure(testing.Candidate("x")))


def test_a_cell_is_followed_from_call_to_call():
    now = [100.0]
    tracker = Tracker("one-track_A-seed_1", 4, clock=lambda: now[0])
    tracker.add(built(0, "base"))
    assert tracker.standing().best is None
    assert tracker.standing().eta_s is None
    now[0] = 150.0
    tracker.add(Floored(testing.FakeInstruments().floor()))  # 50 s that no later step takes again
    now[0] = 160.0
    tracker.add(proposed(1, Usage(700, 300)))
    tracker.add(edited(1))
    tracker.add(built(1, "b1"))
    standing = tracker.add(measured(1, 1.5))
    assert (standing.step, standing.valid, standing.tokens, standing.estimated) == (1, 1, 1000, False)
    assert standing.best == pytest.approx(1.5, rel=0.01)
    assert standing.eta_s == pytest.approx(30.0)  # three more of 10 s
    tracker.add(proposed(2))
    tracker.add(edited(2))
    tracker.add(built(2, None))  # does not compile
    tracker.add(proposed(3))
    tracker.add(edited(3))
    tracker.add(built(3, "b1"))  # the machine code of a valid candidate
    standing = tracker.add(proposed(4))  # of which nothing is known yet
    assert (standing.step, standing.decided, standing.valid, standing.estimated) == (4, 3, 2, True)
    assert "4/4  best 1.5" in line(standing)
    assert "valid 67 %" in line(standing)
    assert "~1.1k tokens" in line(standing)  # 1000 counted, three times 30 estimated
    assert tracker.add(Finished(4, "c1")).finished


def test_what_earlier_sessions_did_counts_but_not_their_time():
    opened = Opened(Cell("t", "A", 1), Track("A", "m", Feedback.NONE), "m", "s", 9, "old", {}, {})
    stored = CellRecord.of(
        [opened, built(0, "base"), proposed(1), edited(1), built(1, "b1"), measured(1, 2.0)]
    )
    now = [0.0]
    tracker = Tracker("c", 11, stored, clock=lambda: now[0])
    assert tracker.standing().step == 1
    assert tracker.standing().valid == 1
    assert tracker.standing().eta_s is None
    now[0] = 5.0
    assert tracker.add(proposed(2)).eta_s == pytest.approx(9 * 5.0)


def test_what_comes_now_is_said():
    tracker = Tracker("c", 3)
    assert tracker.add(Asked(1, "p", 1, 10, None)).doing == "asking"
    assert tracker.add(proposed(1)).doing == "editing"
    assert tracker.add(built(1, "b")).doing == "judging"
