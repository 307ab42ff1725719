"""Prompts whose treatment did not reach the model: counted, alike in audit, test and report."""

from dataclasses import replace

import pytest
from endpoints import reply

from pytest_aiopt import testing
from pytest_aiopt.analysis.compare import comparable
from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.campaign.audit import audit
from pytest_aiopt.campaign.campaign import Campaign
from pytest_aiopt.campaign.profiler_session import ProfilerSession
from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.journal.events import Edited, Finished, Opened, Profiled, Proposed, read
from pytest_aiopt.journal.journal import Journal, Recorder
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.journal.treatment import Gap, gaps, untreated
from pytest_aiopt.model import (
    Build,
    Candidate,
    Cell,
    Feedback,
    Profile,
    ProfileItem,
    ProfileState,
    Prompt,
    Track,
    Usage,
)
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.registry import make
from pytest_aiopt.plugin.progress import describe
from pytest_aiopt.profiling.base import choose
from pytest_aiopt.report.caveats import caveats
from pytest_aiopt.search.openevolve import Search, SearchSettings

PROGRAM = "int first() { return 1; }\nint second() { return 2; }\n"
STEPS = 8


def widened(prompt, seed=0):
    """A reply that puts a vector instruction into the current program once, and then changes another line."""
    program = testing.current_program(prompt)
    if "AVX512" not in program:
        return testing.replace_line("int first() { return 1; }", "int AVX512() { return 1; }")
    old = program.splitlines()[-1]
    return testing.replace_line(old, f"int second{seed % 1000}() {{ return 2; }}")


class Valgrind(testing.FakeInstruments):
    """Profilers that die of vector instructions, as valgrind does."""

    def profile(self, candidate):
        return self._unless_vectorised(candidate, super().profile(candidate))

    def profile_twin(self, candidate, workload):
        return self._unless_vectorised(candidate, super().profile_twin(candidate, workload))

    def _unless_vectorised(self, candidate, profiles):
        if "AVX512" not in candidate.source:
            return profiles
        return tuple(replace(p, state=ProfileState.FAILED, items=(), detail="it died") for p in profiles)


def run(path, *, feedback=Feedback.PROFILE, model=None, instruments=None, system="Go."):
    cell, track = Cell("fake", "C", 1), Track("C", "local", feedback)
    journal = Journal(path)
    opened = Opened(cell, track, "scripted", "study", STEPS, PROGRAM, {"machine": "m"}, {}, twin="w1")
    made = Campaign(
        cell=cell,
        track=track,
        program=Candidate(PROGRAM),
        search=Search(system_message=system, settings=SearchSettings(), seed=1, iterations=STEPS),
        model=model or testing.ScriptedModel(widened),
        instruments=instruments or Valgrind(speed=lambda source: 1 + source.count("AVX512")),
        recorder=Recorder(journal),
        opened=opened,
        iterations=STEPS,
    )
    try:
        made.run()
    finally:
        journal.close()
    return CellRecord.of(read(path))


@pytest.mark.parametrize("feedback", [f for f in Feedback if f is not Feedback.COUNTERS])
def test_a_parent_that_cannot_be_profiled_is_a_counted_gap(tmp_path, feedback):
    record = run(tmp_path / "j", feedback=feedback)
    assert record.finished
    assert audit(record).problems == ()
    vectorised = {p.step for p in record.proposals if "AVX512" in record.sources[p.parent]}
    assert 0 < len(vectorised) < STEPS
    expected = set() if feedback is Feedback.NONE else vectorised
    assert set(gaps(record)) == {problem.step for problem in audit(record).gaps} == expected
    assert set(gaps(record).values()) <= {Gap.UNPROFILED}
    assert audit(record).treated == (0 if feedback is Feedback.NONE else STEPS - len(vectorised))


def test_treated_and_untreated_cells_with_the_same_children_have_the_same_fate(tmp_path):
    records = [run(tmp_path / level.value, feedback=level) for level in (Feedback.PROFILE, Feedback.NONE)]
    one, other = ([e.source for e in record.all(Edited)] for record in records)
    assert one == other
    assert [r.champion for r in records] == [records[0].champion] * 2
    kept, excluded = comparable([trajectory(record, f"j{n}") for n, record in enumerate(records)][:1])
    assert (len(kept), excluded) == (1, [])


def test_the_report_counts_the_gaps_that_the_audit_counts(tmp_path):
    record = run(tmp_path / "j")
    summary = trajectory(record, "j")
    assert summary.undelivered == len(audit(record).gaps)
    texts = [caveat.text for caveat in caveats([summary])]
    wanted = f"{summary.undelivered} of {STEPS} treated prompts reached the model without their treatment"
    assert any(text.startswith(wanted) and "whose parent has no profile" in text for text in texts)


def test_a_cell_that_was_never_treated_is_left_out_by_audit_and_report_alike(tmp_path):
    blind = testing.FakeInstruments(state=ProfileState.FAILED)
    record = run(tmp_path / "j", instruments=blind)
    assert untreated(record)
    assert len(audit(record).problems) == STEPS
    kept, (left_out,) = comparable([trajectory(record, "j")])
    assert (kept, left_out.reason) == ([], "no prompt held its treatment")
    assert any("the treatment is missing" in caveat.text for caveat in caveats([trajectory(record, "j")]))


def test_an_untreated_prompt_that_holds_another_tracks_text_is_still_found(tmp_path):
    record = run(tmp_path / "j")
    at = next(iter(gaps(record)))
    twin = "  70.0 % (60.0-80.0)"
    leaky = [
        Proposed(e.step, e.parent, Prompt("", f"{e.prompt.user}\n{twin}"), {}, e.call_seed, e.completion)
        if isinstance(e, Proposed) and e.step == at
        else e
        for e in record.events
    ]
    assert [p.step for p in audit(CellRecord.of(leaky)).problems] == [at]


class Counting(testing.ScriptedModel):
    """Reports ``counted`` tokens for every other prompt, a plausible number for the others."""

    counted = None

    def complete(self, prompt, *, seed):
        found = super().complete(prompt, seed=seed)
        tokens = self.counted if self.calls % 2 else 10_000
        return replace(found, usage=Usage(tokens, 100))


@pytest.mark.parametrize(
    ("counted", "cut"), [(250, True), (2048, True), (None, False), (9000, False), (6000, False)]
)
def test_a_prompt_that_the_endpoint_cut_did_not_deliver_its_treatment(tmp_path, counted, cut):
    model = Counting(widened)
    model.counted = counted
    plain = testing.FakeInstruments()
    record = run(tmp_path / "j", model=model, instruments=plain, system="Go. " * 5_000)
    odd = tuple(range(1, STEPS + 1, 2)) if cut else ()
    found = audit(record)
    assert (found.cut, found.treated, found.problems) == (odd, STEPS - len(odd), ())
    assert gaps(record) == dict.fromkeys(odd, Gap.CUT)
    summary = trajectory(record, "j")
    assert (summary.cut, summary.undelivered) == (len(odd), len(odd))
    said = [caveat.text for caveat in caveats([summary]) if "a larger context" in caveat.text]
    assert [text.partition(";")[0] for text in said] == [
        "the endpoint read only a part of 4 of 8 prompts"
    ] * cut


def test_a_prompt_that_the_endpoint_cut_is_said_at_once(tmp_path):
    model = Counting(widened)
    model.counted = 250
    record = run(tmp_path / "j", model=model, instruments=testing.FakeInstruments(), system="Go. " * 5_000)
    said = [describe(proposed) for proposed in record.proposals]
    assert said[0].startswith("the endpoint read 250 tokens of about ")
    assert said[1] is None


def served(endpoint, path, instruments, feedback=Feedback.PROFILE):
    model = make(ModelSpec(f"{endpoint.url}#tiny"))
    return run(path, model=model, instruments=instruments, feedback=feedback)


def edited(number, body):
    messages = [message["content"] for message in body["messages"]]
    return reply(widened(Prompt(*messages), body["seed"]))


def test_nothing_is_paid_for_a_treatment_that_cannot_be_delivered(tmp_path, endpoint):
    endpoint.answer = edited
    broken = testing.FakeInstruments(state=ProfileState.FAILED)
    for _ in range(2):
        with pytest.raises(InfrastructureError, match="none can be made of the original program of fake"):
            served(endpoint, tmp_path / "j", broken)
    assert endpoint.requests == []
    assert not any(isinstance(event, Profiled) for event in read(tmp_path / "j"))
    record = served(endpoint, tmp_path / "j", testing.FakeInstruments())  # once it is repaired
    assert isinstance(record.last, Finished)
    assert len(endpoint.requests) == STEPS


def test_the_twin_of_a_placebo_is_in_hand_before_a_call_is_paid_for(tmp_path, endpoint):
    class Blind(testing.FakeInstruments):
        def profile_twin(self, candidate, workload):
            return Valgrind()._unless_vectorised(
                Candidate("AVX512"), super().profile_twin(candidate, workload)
            )

    with pytest.raises(InfrastructureError, match="it died"):
        served(endpoint, tmp_path / "j", Blind(), Feedback.PLACEBO)
    assert endpoint.requests == []


def test_an_untreated_cell_needs_no_profile(tmp_path, endpoint):
    endpoint.answer = edited
    broken = testing.FakeInstruments(state=ProfileState.FAILED)
    assert served(endpoint, tmp_path / "j", broken, Feedback.NONE).finished


class Fake:
    """A profiler that fails on programs with one of some words in them."""

    version = "1"

    def __init__(self, name, *fails_on, works=True):
        self.name, self.fails_on, self.works, self.calls = name, fails_on, works, 0

    def available(self):
        return None if self.works else "not installed"

    def profile(self, subject):
        self.calls += 1
        failed = any(word in subject.build.binary_sha for word in self.fails_on)
        state = ProfileState.FAILED if failed else ProfileState.TAKEN
        items = () if failed else (ProfileItem(1, "main", 0.5, 0.4, 0.6),)
        return Profile(self.name, "1", state, "sha", "w0", "CPU time", items=items, detail="died" * failed)


class NoCache:
    def profile(self, profiler, subject):
        return profiler.profile(subject)


def profiles(program, groups, further=()):
    choice = choose(groups)
    session = ProfilerSession(
        task=type("Task", (), {"limits": None}),
        build=lambda candidate, **_: Build(candidate.sha, "key", "path", candidate.source),
        sandbox=None,
        profilers=choice.profilers,
        workload="w0",
        requests=0,
        cache=NoCache(),
        instead=choice.instead,
        further=further,
    )
    return [(p.profiler, p.state.value) for p in session.profile(program)]


def test_another_profiler_of_the_group_takes_the_place_of_one_that_fails():
    groups = [[Fake("a", "AVX"), Fake("gone", works=False), Fake("b", "AVX"), Fake("c")], [Fake("d")]]
    assert profiles("plain", groups) == [("a", "taken"), ("d", "taken")]
    assert profiles("AVX", groups) == [("c", "taken"), ("d", "taken")]
    assert groups[0][1].calls == 0


def test_a_profiler_without_a_stand_in_leaves_its_failure_on_record():
    assert profiles("AVX", [[Fake("a", "AVX"), Fake("b", "AVX")]]) == [("a", "failed")]


def test_further_profilers_are_asked_only_where_no_other_says_where_time_goes():
    first, second = Fake("lull"), Fake("waits")
    groups = [[Fake("callgrind", "AVX")], [Fake("cachegrind", "AVX")]]
    assert profiles("plain", groups, (first, second)) == [("callgrind", "taken"), ("cachegrind", "taken")]
    assert profiles("AVX", groups, (first, second))[-1] == ("lull", "taken")
    assert (first.calls, second.calls) == (1, 0)


def test_the_stand_in_says_what_it_stands_in_for(tmp_path):
    session = ProfilerSession(
        type("Task", (), {"limits": None}),
        lambda candidate, **_: Build(candidate.sha, "key", "path", candidate.source),
        None,
        (Fake("a", "AVX"),),
        "w0",
        0,
        NoCache(),
        {"a": (Fake("b"),)},
    )
    (found,) = session.profile("AVX")
    assert (found.profiler, found.detail) == ("b", "in place of a, which failed: died")
