"""Campaigns over HTTP against an endpoint that misbehaves: every answer has its place in the funnel."""

import itertools
import os
import random
from collections import Counter

import pytest
from endpoints import Action, completion, cut_off, half_a_body, hang, reply, reset, status

from pytest_aiopt import testing
from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.analysis.outcomes.funnel import funnel
from pytest_aiopt.campaign.audit import audit
from pytest_aiopt.campaign.campaign import Campaign
from pytest_aiopt.campaign.ledger import Account, Ledger, total
from pytest_aiopt.campaign.sources.recorded import Recording, ReplayedModel
from pytest_aiopt.errors import BudgetReached, ModelError
from pytest_aiopt.journal.events import (
    Asked,
    Edited,
    Faulted,
    Finished,
    Lost,
    Note,
    Opened,
    Paused,
    Proposed,
    read,
)
from pytest_aiopt.journal.journal import Journal, Recorder
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Candidate, Cell, EditReason, Feedback, Prompt, Status, Strategy, Track
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.budget import Allowance, Budget
from pytest_aiopt.models.registry import make
from pytest_aiopt.search.openevolve import Search, SearchSettings

KEY = "sk-secret-planted"
NO_BUDGET = Budget()
PROGRAM = "int first() { return 1; }\nint same() { return 0; }\nint same() { return 0; }\n"
FIRST, SAME = PROGRAM.splitlines()[:2]
GOOD = testing.replace_line(FIRST, "int first() { return 2; }")


def run(
    path,
    endpoint,
    *,
    iterations=1,
    strategy=Strategy.EVOLUTION,
    model=None,
    instruments=None,
    budget=NO_BUDGET,
    **settings,
):
    """Run or resume a cell whose model is behind ``endpoint``, and return its events."""
    cell, track = Cell("fake", "C", 1), Track("C", "local", Feedback.PROFILE, strategy=strategy)
    spec, journal = ModelSpec(f"{endpoint.url}#tiny", **settings), Journal(path)
    search = Search(system_message="Go.", settings=SearchSettings(), seed=1, iterations=iterations)
    made = Campaign(
        cell=cell,
        track=track,
        program=Candidate(PROGRAM),
        search=search,
        model=model or make(spec),
        instruments=instruments or testing.FakeInstruments(),
        recorder=Recorder(journal),
        opened=Opened(cell, track, spec.spec, "study", iterations, PROGRAM, {"study": "study"}, {}),
        iterations=iterations,
        reserve=Ledger(journal, path.parent, spec, budget, None).reserve,
    )
    try:
        made.run()
    finally:
        journal.close()
    return read(path)


def no_choice():
    action = reply("")
    action.body = completion("") | {"choices": []}
    return action


def edit(old, new):
    return reply(testing.replace_line(old, new))


def marked(chevrons):
    text = GOOD.replace("<" * 7, "<" * chevrons).replace(">" * 7, ">" * chevrons)
    return reply(text)


PASSED = {
    "good": (reply(GOOD), ""),
    "CRLF": (reply(GOOD.replace("\n", "\r\n")), ""),
    "fenced": (reply(f"```cpp\n{GOOD}```\n"), ""),
    "no usage": (reply(GOOD, usage=None), ""),
    "two places": (edit(SAME, "int other() { return 0; }"), "block 1 matches 2 places, the first is changed"),
}
REFUSED = {
    "a key": (edit(FIRST, f'const char* key = "{KEY}";'), "the reply holds a key"),
    "truncated": (reply(GOOD, "length"), "truncated reply"),
    "filtered": (reply("", "content_filter"), "content filter"),
    "refusal": (reply(None, refusal="I can't."), "refused"),
    "prose": (reply("Sorry, I can't do that."), "no complete SEARCH/REPLACE block"),
    "no choice": (no_choice(), "no choice"),
    "empty": (reply(""), "empty"),
    "no content": (reply(None), "empty"),
    "eight chevrons": (marked(8), "malformed reply"),
    "six chevrons": (marked(6), "malformed reply"),
    "a whole program": (reply(f"```c++\n{PROGRAM}```"), "no complete SEARCH/REPLACE block"),
    "an unclosed fence": (reply(f"```cpp\n{GOOD[: len(GOOD) // 2]}"), "malformed reply"),
    "empty SEARCH": (edit("", "int x;"), "empty SEARCH"),
    "unmatched": (edit("int third();", "int x;"), "does not match"),
    "look-alikes": (edit(FIRST.replace("i", "\u0456"), "int x;"), "does not match"),
    "no change": (edit(FIRST, FIRST), "changes nothing"),
    "1 MB": (reply("x" * 1_000_000), "1000000 characters"),
    "300 kB of markers": (reply("<<<<<<< SEARCH\n=======\n" * 13_000), "malformed reply"),
    "over context": (status(400, "maximum context length is 8192 tokens"), "context"),
}
UNBUILT = {"look-alike in REPLACE": edit(FIRST, "#error \u0456nt x;")}
FAULTS = {
    "429": status(429, retry_after=9),
    "500": status(500),
    "hang": hang(0.5),
    "half a body": half_a_body(),
    "cut off": cut_off(),
    "reset": reset(),
}


@pytest.mark.parametrize("name", PASSED)
def test_an_answer_with_an_edit_reaches_the_end_of_the_funnel(tmp_path, endpoint, name):
    action, detail = PASSED[name]
    endpoint.script(action)
    events = run(tmp_path / "j", endpoint)
    assert isinstance(events[-1], Finished)
    (edited,) = [e for e in events if isinstance(e, Edited)]
    assert edited.detail == detail
    assert funnel(trajectory(CellRecord.of(events), "j")).passed == 1
    assert KEY.encode() not in (tmp_path / "j").read_bytes()


@pytest.mark.parametrize("name", REFUSED)
def test_an_answer_without_an_edit_is_an_edit_error_and_says_why(tmp_path, endpoint, name):
    action, reason = REFUSED[name]
    endpoint.script(action)
    events = run(tmp_path / "j", endpoint)
    summary = trajectory(CellRecord.of(events), "j")
    assert [a.status for a in summary.attempts] == [Status.EDIT_ERROR]
    assert reason in next(e for e in events if isinstance(e, Edited)).detail
    parsed = name in ("empty SEARCH", "unmatched", "look-alikes", "no change")
    assert (funnel(summary).calls, funnel(summary).parsed, funnel(summary).edited) == (1, parsed, 0)
    assert summary.kept_baseline
    ended = next(e for e in events if isinstance(e, Proposed)).completion.finish_reason
    assert summary.notes == (
        () if ended == "stop" else (f"some replies were cut short, refused or empty: {ended}",)
    )
    assert audit(CellRecord.of(events)).problems == ()


@pytest.mark.parametrize("name", UNBUILT)
def test_an_answer_that_does_not_compile_is_a_compile_error(tmp_path, endpoint, name):
    endpoint.script(UNBUILT[name])
    summary = trajectory(CellRecord.of(run(tmp_path / "j", endpoint)), "j")
    assert [a.status for a in summary.attempts] == [Status.COMPILE_ERROR]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_before_the_answer_leaves_the_funnel_as_it_is(tmp_path, endpoint, waits, name):
    endpoint.script(FAULTS[name], reply(GOOD))
    events = run(tmp_path / "j", endpoint, timeout_s=0.3)
    assert funnel(trajectory(CellRecord.of(events), "j")).passed == 1
    (proposed,) = [e for e in events if isinstance(e, Proposed)]
    assert len(proposed.completion.faults) == len(waits) == 1
    (faulted,) = [e for e in events if isinstance(e, Faulted)]
    assert (faulted.detail, faulted.wait_s) == (proposed.completion.faults[0], waits[0])
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_lasts_stops_the_cell_where_it_resumes(tmp_path, endpoint, waits, name):
    endpoint.script(FAULTS[name])
    with pytest.raises(ModelError):
        run(tmp_path / "j", endpoint, iterations=2, timeout_s=0.05)
    paused = read(tmp_path / "j")
    assert (paused[-1].reason, paused[-1].step) == ("endpoint", 1)
    assert trajectory(CellRecord.of(paused), "j").notes == ("stopped because its endpoint failed",)
    endpoint.script(reply(GOOD))
    events = run(tmp_path / "j", endpoint, iterations=2)
    assert isinstance(events[-1], Finished)
    assert len(endpoint.paid) == 2


def test_secret_looking_text_that_is_no_key_of_ours_stays(tmp_path, endpoint):
    endpoint.script(edit(FIRST, "int token_sk_12345678901234567890123456789012() { return 1; }"))
    events = run(tmp_path / "j", endpoint)
    assert "sk_12345678901234567890123456789012" in next(e for e in events if isinstance(e, Edited)).source


def test_a_key_in_a_compilers_message_is_not_recorded(tmp_path, endpoint):
    class Leaky(testing.FakeInstruments):
        def judge(self, candidate):
            verdict = super().judge(candidate)
            return type(verdict)(Status.CRASH, f"stderr: {KEY}")

    endpoint.script(reply(GOOD))
    events = run(tmp_path / "j", endpoint, instruments=Leaky())
    assert KEY.encode() not in (tmp_path / "j").read_bytes()
    assert "stderr: [key]" in str(events)


def asked_and_lost(events):
    return [type(e).__name__ for e in events if isinstance(e, Asked | Lost | Paused | Proposed)]


def spent(events, prices=None):
    account = Account(prices)
    for event in events:
        account.book(event)
    return account.spent


@pytest.mark.parametrize("late", [hang(0.3), status(504, "upstream timed out"), status(524)])
def test_an_attempt_that_times_out_is_charged_at_its_most(tmp_path, endpoint, waits, late):
    endpoint.script(late, late, reply(GOOD))
    events = run(tmp_path / "j", endpoint, timeout_s=0.1)
    assert asked_and_lost(events) == ["Asked", "Lost", "Asked", "Lost", "Asked", "Proposed"]
    most = next(e for e in events if isinstance(e, Asked)).tokens
    found = spent(events)
    assert (found.calls, found.lost, found.lost_tokens, found.flying_tokens) == (1, 2, 2 * most, 0)
    assert found.used()["tokens"] == 2 * most + 10


def test_attempts_that_all_time_out_are_all_charged(tmp_path, endpoint, waits):
    endpoint.script(hang(0.2))
    with pytest.raises(ModelError):
        run(tmp_path / "j", endpoint, timeout_s=0.05)
    events = read(tmp_path / "j")
    assert asked_and_lost(events) == ["Asked", "Lost"] * 8 + ["Paused"]
    assert spent(events).lost == len(endpoint.requests) == 8


def test_attempts_that_time_out_use_up_the_budget(tmp_path, endpoint, waits):
    endpoint.script(hang(0.2))
    budget = Budget(cell=Allowance(tokens=25_000))  # two calls of at most about 9,000
    for _ in range(2):  # resuming finds nothing left either
        with pytest.raises(BudgetReached, match=r"budget\.cell\.tokens"):
            run(tmp_path / "j", endpoint, budget=budget, timeout_s=0.05)
        assert len(endpoint.requests) == 2
    assert read(tmp_path / "j")[-1].reason == "budget"


@pytest.mark.parametrize("fault", [reset(), status(500), status(429), status(408), half_a_body()])
def test_a_refused_or_broken_attempt_is_not_charged(tmp_path, endpoint, waits, fault):
    endpoint.script(fault, reply(GOOD))
    assert spent(run(tmp_path / "j", endpoint)).lost == 0


def test_an_endpoint_that_cannot_be_reached_costs_nothing(tmp_path, endpoint, waits):
    endpoint.stop()
    with pytest.raises(ModelError):
        run(tmp_path / "j", endpoint, timeout_s=0.1)
    assert spent(read(tmp_path / "j")).used()["tokens"] == 0


def test_reasoning_without_an_answer_counts_by_its_length(tmp_path, endpoint):
    nothing = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    endpoint.script(reply("", reasoning_content="Hm. " * 3000, usage=nothing))
    found = spent(run(tmp_path / "j", endpoint))
    assert (found.calls, found.estimated, found.completion_tokens) == (1, 1, 4000)
    assert found.prompt_tokens > 100


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CACHE_KEY", "unordered_map"),
        ("MY_TOKEN", "uint32_t"),
        ("PRIMARY_KEY", "finished"),
        ("FOREIGN_KEY", "completion"),
        ("SORT_KEY", "std::vector<std::uint64_t>"),
        ("ROW_KEY", "make_row_hash64_of_all_columns"),
        ("EMPTY_KEY", ""),
        ("ONE_TOKEN", "{"),
    ],
)
def test_a_variable_that_holds_no_secret_changes_nothing_on_record(
    tmp_path, endpoint, monkeypatch, name, value
):
    monkeypatch.setenv(name, value)
    line = f"int g() {{ return 2; }}  // {value}"
    endpoint.answer = lambda number, body: edit(FIRST, line) if number == 1 else reply("no block")
    events = run(tmp_path / "j", endpoint, iterations=2)
    written = [e.source for e in events if isinstance(e, Edited) and e.source]
    assert written == [PROGRAM.replace(FIRST, line)]
    assert isinstance(events[-1], Finished)
    again = run(tmp_path / "j", endpoint, iterations=2)  # replays: the record is what ran
    assert again == events
    assert len(endpoint.requests) == 2


def any_line_edited(body):
    """A reply that changes one of the shown program's lines; which and how depends on the call's seed."""
    prompt = Prompt(*(message["content"] for message in body["messages"]))
    draw = random.Random(body["seed"])
    old = draw.choice([x for x in testing.current_program(prompt).splitlines() if x.startswith("int")])
    return testing.replace_line(old, f"int f{draw.randrange(10**6)}() {{ return 1; }}")


REFUSALS = {  # answers that make no candidate, with their reason
    EditReason.CONTEXT_EXCEEDED: [
        status(400, "request (4390 tokens) exceeds the available context size (4096 tokens)"),
        status(413, "exceeds the available context size", type="exceed_context_size_error"),
        status(500, "Context size has been exceeded."),
    ],
    EditReason.FILTERED: [
        status(400, "no", code="content_filter"),
        status(400, "Output blocked by content filtering policy"),
    ],
    EditReason.TRUNCATED: [reply(GOOD, "length"), reply(GOOD, "MAX_TOKENS")],
    EditReason.ONLY_REASONING: [reply("", reasoning_content="Hm."), reply(None, reasoning="Hm.")],
}
FLEETING = [
    status(429, "slow down", retry_after=1),
    status(500, "boom"),
    status(503),
    half_a_body(),
    cut_off(),
    reset(),
    reply("half", "error"),
]
LATE = [status(504, "upstream timed out"), status(524)]
STOPS = [
    status(429, type="insufficient_quota", code=None),
    status(400, "Unrecognized request argument supplied: seed"),
    status(400, "This model only support stream mode, please enable the stream parameter"),
    status(400, "maximum context length is 8192 tokens. However, you requested 8192 output tokens"),
    Action(307, {}, headers={"Location": "/v1/chat/completions"}),
]
CALLS, CELLS = 1000, 4


def test_a_thousand_calls_with_forty_percent_faults_end_with_complete_journals_and_right_spending(
    tmp_path, endpoint, waits, monkeypatch
):
    """Each cell is run until it is complete; every run that a lasting fault stops is resumed."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)  # durability costs most of the time here
    draw = random.Random(19)
    given = Counter()

    def answer(number, body):
        if draw.random() >= 0.4:
            given["replies"] += 1
            return reply(any_line_edited(body))
        kind = draw.choices(["fleeting", "late", "refusal", "stop"], [60, 10, 25, 2])[0]
        if kind == "refusal":
            reason = draw.choice(list(REFUSALS))
            given[reason] += 1
            return draw.choice(REFUSALS[reason])
        given[kind] += 1
        return draw.choice({"fleeting": FLEETING, "late": LATE, "stop": STOPS}[kind])

    endpoint.answer = answer
    many = {"iterations": CALLS // CELLS, "strategy": Strategy.BEST_OF_N}
    stopped = 0
    for cell in range(CELLS):
        finished = False
        while not finished:
            try:
                run(tmp_path / f"cell{cell}", endpoint, **many)
                finished = True
            except ModelError:
                stopped += 1
    records = [CellRecord.of(read(tmp_path / f"cell{cell}")) for cell in range(CELLS)]
    proposed = [p for record in records for p in record.proposals]
    assert all(record.finished for record in records)
    assert [p.step for p in proposed] == list(range(1, CALLS // CELLS + 1)) * CELLS
    reasons = Counter(e.reason for record in records for e in record.all(Edited) if e.reason)
    assert {reason: reasons[reason] for reason in REFUSALS} == {reason: given[reason] for reason in REFUSALS}
    assert given["replies"] == CALLS - sum(given[reason] for reason in REFUSALS)
    assert sum(isinstance(e, Paused) for record in records for e in record.events) == stopped
    assert stopped >= 5
    spending = total([spent(record.events) for record in records])
    most = sum(e.tokens for record in records for e in lost_attempts(record.events))
    assert (spending.calls, spending.flying_tokens) == (CALLS, 0)
    assert spending.lost == given["late"] > 20
    assert spending.lost_tokens == most
    counted = [p.completion.usage for p in proposed if p.completion.usage.prompt_tokens is not None]
    assert len(counted) == CALLS - given[EditReason.CONTEXT_EXCEEDED] - given[EditReason.FILTERED]
    assert spending.estimated == CALLS - len(counted)
    assert audit_problems(records) == []


def lost_attempts(events):
    """The reservations that a time-out followed."""
    notes = [e for e in events if isinstance(e, Asked | Lost)]
    return [one for one, after in itertools.pairwise(notes) if isinstance(after, Lost)]


def audit_problems(records):
    return [problem for record in records for problem in audit(record).problems]


def test_an_endpoint_killed_and_restarted_loses_nothing_and_is_paid_once(tmp_path, endpoint, waits):
    def answer(number, body):
        return reply(any_line_edited(body))

    endpoint.answer = answer
    whole = run(tmp_path / "whole", endpoint, iterations=12)
    endpoint.paid.clear()
    for dies_at in (14, 19, 22):

        def dying(number, body, last=dies_at):
            if number >= last:
                return reset()
            return reply(any_line_edited(body))

        endpoint.answer = dying
        with pytest.raises(ModelError):
            run(tmp_path / "killed", endpoint, iterations=12)
        endpoint.requests[dies_at - 1 :] = []
        endpoint.stop()
        with pytest.raises(ModelError):
            run(tmp_path / "killed", endpoint, iterations=12)
        endpoint.start()
    endpoint.answer = answer
    events = run(tmp_path / "killed", endpoint, iterations=12)
    assert [timeless(e) for e in events if not isinstance(e, Note)] == [
        timeless(e) for e in whole if not isinstance(e, Note)
    ]
    assert len(endpoint.paid) == len(set(endpoint.paid)) == 12


def timeless(event):
    """Drop what a clock or a fault wrote."""
    if not isinstance(event, Proposed):
        return event
    return event.prompt, event.call_seed, event.completion.text


def test_a_recorded_campaign_replays_with_the_same_prompts_and_funnel(tmp_path, endpoint, waits):
    endpoint.answer = lambda number, body: reset() if number % 3 == 0 else reply(any_line_edited(body))
    recorded = run(tmp_path / "a", endpoint, iterations=12)
    endpoint.stop()
    model, instruments = ReplayedModel(CellRecord.of(recorded)), Recording(CellRecord.of(recorded))
    again = run(tmp_path / "b", endpoint, iterations=12, model=model, instruments=instruments)
    for one, other in zip(prompts(recorded), prompts(again), strict=True):
        assert one == other
    assert funnel(trajectory(CellRecord.of(again), "b")) == funnel(trajectory(CellRecord.of(recorded), "a"))


def prompts(events):
    return [(e.prompt.system.encode(), e.prompt.user.encode()) for e in events if isinstance(e, Proposed)]
