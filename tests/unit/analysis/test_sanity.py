"""What a few calls say of a model before a costly study."""

import datetime
from dataclasses import replace

import pytest

from pytest_aiopt import testing
from pytest_aiopt.analysis.sanity import Obstacle, sanity
from pytest_aiopt.campaign.ledger import Account
from pytest_aiopt.journal.events import (
    Asked,
    Built,
    Edited,
    Floored,
    Lost,
    Measured,
    Opened,
    Profiled,
    Proposed,
)
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import (
    Candidate,
    Cell,
    Completion,
    EditReason,
    Feedback,
    NoiseFloor,
    Profile,
    ProfileState,
    Prompt,
    Track,
    Usage,
)
from pytest_aiopt.models.prices import Price, Prices
from pytest_aiopt.report.text.sanity import lines

PROGRAM = "int f() { return 1; }\n"
SPEC = "http://h/v1#m"
PRICES = Prices(datetime.date(2026, 11, 30), "USD", {"m": Price(2.0, 10.0)})
BLOCK = testing.replace_line(PROGRAM.strip(), "int f() { return 2; }")


def cell(*steps, feedback=Feedback.PROFILE, floor=0.05):
    """The record of a cell; each step is (reply, what became of it): a reason, a rule or a log2 speedup."""
    track, sha = Track("C", "strong", feedback), Candidate(PROGRAM).sha
    opened = Opened(Cell("one", "C", 1), track, SPEC, "mini", 5, PROGRAM, {}, {})
    profile = Profile("perf", "1", ProfileState.TAKEN, "b0", "w0")
    events = [
        opened,
        Floored(NoiseFloor("one", "m", (0.0, 0.0), 0.01, floor)),
        Built(0, sha, True, "k", "b0"),
    ]
    events.append(Profiled(sha, profile))
    for step, (completion, became) in enumerate(steps, 1):
        notes = {"runtime_notes": "hot"} if feedback is not Feedback.NONE else {}
        prompt = Prompt("Go. " * 300, PROGRAM)
        events.append(Asked(step, "", 1, 9000, 0.1))
        events.append(Proposed(step, sha, prompt, notes, 1, completion))
        if isinstance(became, EditReason):
            events.append(Edited(step, None, None, "", "", became))
        elif isinstance(became, str):
            events.append(Edited(step, None, None, "", became, EditReason.RULE))
        else:
            child, binary = f"c{step}", f"b{step}"
            events += [Edited(step, child, PROGRAM + str(step)), Built(step, child, True, "k", binary)]
            one = testing.measurement(2.0**became)
            events.append(Measured(step, child, one))
    return CellRecord.of(events)


def said(text=BLOCK, reasoning="", prompt_tokens=400, completion_tokens=100):
    return Completion(text, "stop", "m", Usage(prompt_tokens, completion_tokens), reasoning=reasoning)


def check(record, prices=None, known=None):
    return sanity([record], lambda: Account(prices), known)


def texts(record, prices=None, known=None, calls=40):
    return list(lines(check(record, prices, known), calls, "USD"))


def test_what_is_counted():
    record = cell(
        (said(), 1.0),
        (said(f"<think>Hm.</think>{BLOCK}"), 0.01),
        (said(reasoning="Hm."), "growth"),
        (said(""), EditReason.EMPTY),
        (said(), "flags"),
    )
    found = check(record, PRICES, 2.0)
    assert (found.replies, found.read, found.thoughts) == (5, 4, 2)
    assert (found.errors, found.rules) == ({"empty": 1}, {"growth": 1, "flags": 1})
    assert (found.valid, found.changed, found.cut, found.untreated) == (2, 1, 0, 0)
    assert found.saturation.first_share == 0.5
    assert found.obstacle is None
    replies, cost, share, verdict = texts(record, PRICES, 2.0)
    assert replies == (
        "4 of 5 replies read; not read: 1 empty; refused by rules: 1 flags, 1 growth; thoughts set aside "
        "in 2; prompts cut by the endpoint: none"
    )
    assert cost == (
        "400 tokens of prompt and 100 of reply per call, 0.0018 USD; the study has 40 calls: about 20,000 "
        "tokens and 0.07 USD"
    )
    assert share == "the first valid reply takes 50% of the best known (4.00x), in log2"
    assert verdict == "the study is worth its cost, as far as 5 replies show"


@pytest.mark.parametrize(
    ("steps", "known", "obstacle", "word"),
    [
        ([], 2.0, Obstacle.NO_CALL, "no call was made"),
        ([(said(prompt_tokens=90), 1.0), (said(), 1.0)], 2.0, Obstacle.CUT, "larger context"),
        ([(said(), EditReason.NO_EDIT)] * 3 + [(said(), 1.0)], 2.0, Obstacle.UNREAD, "make no program"),
        ([(said(), 0.01), (said(), -0.02)], 2.0, Obstacle.NO_CHANGE, "stronger model"),
        ([(said(), 1.9), (said(), 1.0)], 2.0, Obstacle.SATURATED, "edit budget"),
        ([(said(), 3.0), (said(), 1.0)], 2.0, Obstacle.SATURATED, "nothing to steer"),
    ],
)
def test_what_speaks_against_the_study(steps, known, obstacle, word):
    record = cell(*steps)
    assert check(record, None, known).obstacle is obstacle
    verdict = texts(record, None, known)[-1]
    assert verdict.startswith("the study is not worth its cost as it is: ")
    assert word in verdict


def test_without_a_measured_ladder_saturation_is_unknown():
    record = cell((said(), 1.0), (said(), 1.01))
    assert check(record).obstacle is None
    share, verdict = texts(record)[-2:]
    assert "99% of the best of these calls" in share
    assert "the headroom of the task is unknown" in verdict


def test_a_treated_prompt_without_its_treatment_speaks_against_the_study():
    record = cell((said(), 1.0))
    bare = [
        Proposed(1, e.parent, e.prompt, {}, 1, e.completion) if isinstance(e, Proposed) else e
        for e in record.events
    ]
    assert check(CellRecord.of(bare)).obstacle is Obstacle.UNTREATED


def test_estimated_tokens_and_lost_calls():
    record = cell((replace(said(), usage=Usage()), 1.0))
    asked = next(e for e in record.events if isinstance(e, Asked))
    at = record.events.index(asked)
    lost = CellRecord.of([*record.events[: at + 1], Lost(1), *record.events[at:]])
    found = check(lost)
    assert (found.calls, found.estimated) == (1, 1)
    assert texts(lost)[1].startswith("about ")
