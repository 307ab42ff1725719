"""Campaigns on fake instruments: determinism, resumption, treatment."""

import random
from dataclasses import replace

import msgspec
import pytest

from pytest_aiopt import testing
from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.analysis.outcomes.funnel import funnel
from pytest_aiopt.campaign.audit import audit
from pytest_aiopt.campaign.campaign import FAILED_EDIT, NOTES, Campaign
from pytest_aiopt.campaign.sources.recorded import Recording, ReplayedMeasurements, ReplayedModel
from pytest_aiopt.errors import JournalError, ReplayMiss
from pytest_aiopt.journal.events import (
    Built,
    Confirmed,
    Edited,
    Finished,
    Floored,
    Opened,
    Paused,
    Profiled,
    Proposed,
    Rechecked,
    read,
)
from pytest_aiopt.journal.journal import Journal, Recorder
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import (
    Candidate,
    Cell,
    EditFormat,
    Examination,
    Feedback,
    Guidance,
    Hint,
    ItemKind,
    PauseReason,
    Profile,
    ProfileItem,
    ProfileState,
    Status,
    Strategy,
    Track,
    Verdict,
)
from pytest_aiopt.models.base import call_seed
from pytest_aiopt.models.registry import make
from pytest_aiopt.prompts.guidance import SYSGPT
from pytest_aiopt.search.openevolve import Search, SearchSettings

PROGRAM = "int first() { return 1; }\nint second() { return 2; }\nint third() { return 3; }\n"
CELL = Cell("fake", "C", 1)
ITERATIONS = 12


def editor(prompt, seed):
    """A model that edits one line of what it is shown, badly now and then."""
    draw = random.Random(seed)
    lines = [line for line in testing.current_program(prompt).splitlines() if line.startswith("int")]
    old = draw.choice(lines)
    kind = draw.random()
    if kind < 0.15:
        return testing.replace_line("not there", "int x;")
    if kind < 0.3:
        return testing.replace_line(old, "#error no")
    if kind < 0.45:
        return testing.replace_line(old, "int WRONG;")
    if kind < 0.6:
        return testing.replace_line(old, old + " // again")
    return testing.replace_line(old, f"int f{draw.randrange(1000)}() {{ return {draw.randrange(10**6)}; }}")


def campaign(
    path,
    *,
    feedback=Feedback.PROFILE,
    model=None,
    instruments=None,
    strategy=Strategy.EVOLUTION,
    hint=Hint.NONE,
    oracle="",
    twin="",
    guidance=Guidance.NONE,
    edit_format=EditFormat.DIFF,
):
    track = Track(
        "C", "local", feedback, strategy=strategy, hint=hint, guidance=guidance, edit_format=edit_format
    )
    search = Search(
        system_message=f"Make it fast. {SYSGPT}" if guidance is Guidance.SYSGPT else "Make it fast.",
        rewrite=edit_format is EditFormat.REWRITE,
        settings=SearchSettings(),
        seed=call_seed(CELL.id, 1, 0),
        iterations=ITERATIONS,
    )
    return Campaign(
        cell=CELL,
        track=track,
        program=Candidate(PROGRAM),
        search=search,
        model=model or testing.ScriptedModel(editor),
        instruments=instruments or testing.FakeInstruments(),
        recorder=Recorder(Journal(path)),
        opened=Opened(
            CELL,
            track,
            "scripted",
            "study",
            ITERATIONS,
            PROGRAM,
            {"study": "study"},
            {},
            oracle=oracle,
            twin=twin,
            guidance=SYSGPT,
        ),
        iterations=ITERATIONS,
    )


def run(path, **parts):
    made = campaign(path, **parts)
    try:
        made.run()
    finally:
        made.recorder.journal.close()
    return read(path)


def test_a_campaign_ends_with_every_proposal_on_record(tmp_path):
    events = run(tmp_path / "j")
    assert isinstance(events[-1], Finished)
    assert [e.step for e in events if isinstance(e, Proposed)] == list(range(1, ITERATIONS + 1))
    summary = trajectory(CellRecord.of(events), "j")
    assert len(summary.attempts) == ITERATIONS
    assert {a.status for a in summary.attempts} >= {Status.PASSED, Status.EDIT_ERROR}
    assert summary.champion == events[-1].champion


def test_two_runs_are_identical(tmp_path):
    assert run(tmp_path / "a") == run(tmp_path / "b")


class Killed(BaseException):
    pass


@pytest.mark.parametrize("after", range(0, 54, 3))
def test_a_campaign_killed_after_any_event_ends_the_same_and_pays_no_call_twice(tmp_path, after):
    whole = run(tmp_path / "whole")
    model, path = testing.ScriptedModel(editor), tmp_path / "killed"
    made = campaign(path, model=model)

    def kill(event):
        if len(made.recorder.journal.events) > after:
            raise Killed

    made.on_event = kill
    with pytest.raises(Killed):
        made.run()
    made.recorder.journal.close()
    assert run(path, model=model) == whole
    assert model.calls == ITERATIONS


def test_a_finished_campaign_asks_for_nothing(tmp_path):
    run(tmp_path / "j")
    model, instruments = testing.ScriptedModel([]), testing.FakeInstruments()
    run(tmp_path / "j", model=model, instruments=instruments)
    assert (model.calls, instruments.log) == (0, [])


def test_another_models_replies_do_not_fit_the_journal(tmp_path):
    events = run(tmp_path / "j")
    data = (tmp_path / "j").read_bytes().splitlines(keepends=True)
    third = next(i for i, e in enumerate(events) if isinstance(e, Proposed) and e.step == 3)
    (tmp_path / "j").write_bytes(b"".join(data[:third]))
    (tmp_path / "j.head").unlink()
    made = campaign(tmp_path / "j")
    made.search.admit = lambda *args: None  # as if an older search had written it
    with pytest.raises(JournalError):
        made.run()


def test_every_parent_is_profiled_in_every_track_and_shown_only_where_planned(tmp_path):
    treated, control = run(tmp_path / "t"), run(tmp_path / "c", feedback=Feedback.NONE)
    for events, shown in ((treated, ITERATIONS), (control, 0)):
        parents = {e.parent for e in events if isinstance(e, Proposed)}
        assert parents == {e.candidate for e in events if isinstance(e, Profiled)}
        found = audit(CellRecord.of(events))
        assert (found.treated, found.problems) == (shown, ())


def test_the_audit_finds_a_leak_and_a_missing_treatment(tmp_path):
    treated, control = run(tmp_path / "t"), run(tmp_path / "c", feedback=Feedback.NONE)
    leaky = [treated[0].__class__(**{**fields(treated[0]), "track": control[0].track}), *treated[1:]]
    assert len(audit(CellRecord.of(leaky)).problems) == ITERATIONS
    bare = [control[0].__class__(**{**fields(control[0]), "track": treated[0].track}), *control[1:]]
    assert len(audit(CellRecord.of(bare)).problems) == ITERATIONS


def fields(event):
    return {name: getattr(event, name) for name in event.__struct_fields__}


def test_a_profiler_that_fails_is_recorded_and_found_by_the_audit(tmp_path):
    events = run(tmp_path / "j", instruments=testing.FakeInstruments(state=ProfileState.FAILED))
    assert trajectory(CellRecord.of(events), "j").profiles_taken == 0
    assert not any(NOTES in e.artifacts for e in events if isinstance(e, Proposed))
    assert len(audit(CellRecord.of(events)).problems) == ITERATIONS


def test_a_placebo_prompt_holds_the_twins_profile_and_nothing_of_the_true_one(tmp_path):
    events = run(tmp_path / "j", feedback=Feedback.PLACEBO, twin="w1")
    found = audit(CellRecord.of(events))
    assert (found.treated, found.problems) == (ITERATIONS, ())
    for proposal in (e for e in events if isinstance(e, Proposed)):
        assert "  70.0 % (60.0-80.0)\n" in proposal.prompt.user
        assert "50.0 %" not in proposal.prompt.user
    assert {each.workload for e in events if isinstance(e, Profiled) for each in e.twin} == {"w1"}


def test_the_twin_is_profiled_in_every_track_and_steers_none_but_the_placebo(tmp_path):
    for level in (Feedback.NONE, Feedback.PROFILE):
        alone, beside = run(tmp_path / f"a{level}", feedback=level), tmp_path / f"b{level}"
        instruments = testing.FakeInstruments()
        events = run(beside, feedback=level, twin="w1", instruments=instruments)
        assert prompts(events) == prompts(alone)
        assert instruments.log.count("profile_twin") == instruments.log.count("profile") > 1
        assert audit(CellRecord.of(events)).problems == ()


def prompts(events):
    return [e.prompt for e in events if isinstance(e, Proposed)]


def test_a_placebo_cell_is_replayed_from_its_recording(tmp_path):
    whole = run(tmp_path / "a", feedback=Feedback.PLACEBO, twin="w1")
    parts = {"model": ReplayedModel(CellRecord.of(whole)), "instruments": Recording(CellRecord.of(whole))}
    again = run(tmp_path / "b", feedback=Feedback.PLACEBO, twin="w1", **parts)
    assert prompts(again) == prompts(whole)
    with pytest.raises(ReplayMiss, match="on w2"):
        run(tmp_path / "c", feedback=Feedback.PLACEBO, twin="w2", **parts)


@pytest.mark.parametrize(
    ("shown", "planned", "problem"),
    [
        (Feedback.PROFILE, Feedback.PLACEBO, "lacks the placebo of its parent"),
        (Feedback.PLACEBO, Feedback.PROFILE, "lacks the profile of its parent"),
        (Feedback.PLACEBO, Feedback.NONE, "the prompt holds p"),
        (Feedback.NONE, Feedback.PLACEBO, "lacks the placebo of its parent"),
    ],
)
def test_the_audit_tells_profile_placebo_and_none_apart(tmp_path, shown, planned, problem):
    events = run(tmp_path / "j", feedback=shown, twin="w1")
    opened = with_track(events[0], replace(events[0].track, feedback=planned))
    found = audit(CellRecord.of([opened, *events[1:]]))
    assert len(found.problems) == ITERATIONS
    assert all(problem in str(each) for each in found.problems)


def test_the_audit_finds_true_profile_text_beside_a_placebo(tmp_path):
    events = run(tmp_path / "j", feedback=Feedback.PLACEBO, twin="w1")
    at, victim = next((n, e) for n, e in enumerate(events) if isinstance(e, Proposed) and e.step == 3)
    planted = "  50.0 % (40.0-60.0)"
    spoilt = replace(victim.prompt, user=f"{planted}\n{victim.prompt.user}")
    events[at] = victim.__class__(**{**fields(victim), "prompt": spoilt})
    (problem,) = audit(CellRecord.of(events)).problems
    assert "step 3: the prompt holds profile text" in str(problem)


def test_the_audit_finds_a_placebo_that_is_the_true_profile(tmp_path):
    class Same(testing.FakeInstruments):
        def profile_twin(self, candidate, workload):
            return self.profile(candidate)

    events = run(tmp_path / "j", feedback=Feedback.PLACEBO, twin="w1", instruments=Same())
    found = audit(CellRecord.of(events))
    assert found.problems
    assert all("is its true profile" in str(each) for each in found.problems)


def test_a_twin_that_cannot_be_profiled_leaves_no_text_and_is_found(tmp_path):
    class Blind(testing.FakeInstruments):
        def profile_twin(self, candidate, workload):
            (one,) = super().profile_twin(candidate, workload)
            return (replace(one, state=ProfileState.FAILED, items=(), detail="it broke"),)

    events = run(tmp_path / "j", feedback=Feedback.PLACEBO, twin="w1", instruments=Blind())
    assert not any(NOTES in e.artifacts for e in events if isinstance(e, Proposed))
    assert len(audit(CellRecord.of(events)).problems) == ITERATIONS


class Several(testing.FakeInstruments):
    """Three profilers: one fails, two tell different things."""

    def profile(self, candidate):
        (one,) = super().profile(candidate)
        item = ProfileItem(2, "second", 0.9, 0.8, 1.0, ItemKind.LOCK, site="pthread_mutex_lock")
        waits = replace(one, profiler="waits", unit="thread time", items=(item,))
        miss = ProfileItem(0, "", 7.0, 7.0, 7.0, ItemKind.COUNTER, "count", "page faults")
        failed = Profile("broken", "1", ProfileState.FAILED, candidate.sha, "w0", detail="it broke")
        return (failed, waits, replace(one, profiler="counters", items=(miss,)))


def test_treated_prompts_hold_what_all_profilers_saw_and_others_nothing_of_it(tmp_path):
    treated = run(tmp_path / "a", instruments=Several())
    assert not audit(CellRecord.of(treated)).problems
    assert audit(CellRecord.of(treated)).treated == ITERATIONS
    for proposal in (e for e in treated if isinstance(e, Proposed)):
        assert "waiting for a lock in pthread_mutex_lock" in proposal.prompt.user
        assert "one run: 7 page faults" in proposal.prompt.user
        assert "broke" not in proposal.prompt.user
    control = run(tmp_path / "b", feedback=Feedback.NONE, instruments=Several())
    assert (audit(CellRecord.of(control)).treated, audit(CellRecord.of(control)).problems) == (0, ())
    parents = {e.parent for e in control if isinstance(e, Proposed)}
    assert parents == {e.candidate for e in control if isinstance(e, Profiled)}
    assert all(len(e.profiles) == 3 for e in control if isinstance(e, Profiled))
    leaked = [
        msgspec.structs.replace(e, prompt=replace(e.prompt, user=e.prompt.user + "one run: 7 page faults"))
        if isinstance(e, Proposed) and e.step == 2
        else e
        for e in control
    ]
    assert audit(CellRecord.of(leaked)).treated == 1
    assert "step 2" in str(audit(CellRecord.of(leaked)).problems[0])


def test_counters_alone_are_no_treatment(tmp_path):
    class OnlyCounters(Several):
        def profile(self, candidate):
            return super().profile(candidate)[2:]

    events = run(tmp_path / "j", instruments=OnlyCounters())
    assert not any(NOTES in e.artifacts for e in events if isinstance(e, Proposed))
    assert len(audit(CellRecord.of(events)).problems) == ITERATIONS


def test_the_score_does_not_depend_on_the_profile(tmp_path):
    """Same proposals, other profiles: every measurement and admission stays as it was."""

    class OtherProfile(testing.FakeInstruments):
        def profile(self, candidate):
            self.state = ProfileState.FAILED
            return super().profile(candidate)

    blind = testing.ScriptedModel(editor)
    one = trajectory(CellRecord.of(run(tmp_path / "a", model=blind)), "a")
    two = trajectory(CellRecord.of(run(tmp_path / "b", instruments=OtherProfile())), "b")
    assert [(a.candidate, a.measurement) for a in one.attempts] == [
        (a.candidate, a.measurement) for a in two.attempts
    ]


def test_the_same_machine_code_is_measured_once(tmp_path):
    instruments = testing.FakeInstruments()
    comment = testing.ScriptedModel(
        lambda prompt, seed: testing.replace_line(
            "int first() { return 1; }", f"int first() {{ return 1; }} // {seed}"
        )
    )
    summary = trajectory(CellRecord.of(run(tmp_path / "j", model=comment, instruments=instruments)), "j")
    assert "measure" not in instruments.log
    passed = [a for a in summary.attempts if a.status is Status.PASSED]
    assert passed
    assert all(a.measurement is None for a in passed)


def test_a_recording_answers_for_model_and_measurements(tmp_path):
    events = run(tmp_path / "a")
    live = testing.FakeInstruments()
    again = run(
        tmp_path / "b",
        model=ReplayedModel(CellRecord.of(events)),
        instruments=ReplayedMeasurements(CellRecord.of(events), live),
    )
    assert [e for e in again if isinstance(e, Proposed)] == [e for e in events if isinstance(e, Proposed)]
    assert again == events
    assert set(live.log) == {"build", "judge"}


def test_a_recording_fails_on_a_miss(tmp_path):
    events = run(tmp_path / "a")
    with pytest.raises(ReplayMiss, match="no recorded reply"):
        run(tmp_path / "b", model=ReplayedModel(CellRecord.of(events[:5])))
    early = CellRecord.of(events[:6])
    with pytest.raises(ReplayMiss, match="no recorded"):
        run(tmp_path / "c", instruments=ReplayedMeasurements(early, testing.FakeInstruments()))


def test_a_champion_wrong_on_held_out_inputs_gives_way_to_the_next_best(tmp_path):
    class Picky(testing.FakeInstruments):
        def confirm(self, candidate):
            self.log.append("confirm")
            refuse = self.log.count("confirm") < 3
            return Verdict(Status.WRONG_ANSWER, "h0") if refuse else super().confirm(candidate)

    events = run(tmp_path / "j", instruments=Picky(speed=lambda source: 1.0 + len(source) / 1e3))
    summary = trajectory(CellRecord.of(events), "j")
    tried = [e.candidate for e in events if isinstance(e, Confirmed)]
    speeds = {a.candidate: a.measurement.speedup for a in summary.attempts if a.measurement}
    assert len(tried) == 3
    assert [speeds[c] for c in tried] == sorted(speeds.values(), reverse=True)[:3]
    assert summary.champion == tried[-1] == events[-1].champion
    assert summary.notes == ("champions refused at confirmation: wrong answer (2)",)


def test_the_original_program_is_champion_where_every_other_is_refused(tmp_path):
    class Refusing(testing.FakeInstruments):
        def confirm(self, candidate):
            return Verdict(Status.CRASH, "h0")

    summary = trajectory(CellRecord.of(run(tmp_path / "j", instruments=Refusing())), "j")
    assert summary.champion == Candidate(PROGRAM).sha
    assert summary.kept_baseline
    assert summary.confirmations == ()


def test_the_profile_of_time_is_distinguished_from_the_others(tmp_path):
    events = run(tmp_path / "j", instruments=Several())
    of_time = {e.of_time.profiler for e in events if isinstance(e, Profiled)}
    assert of_time == {"waits"}
    assert all(item.line for e in events if isinstance(e, Profiled) for item in e.of_time.items)
    failed = Profile("broken", "1", ProfileState.FAILED, "sha", "w0", detail="it broke")
    assert Profiled("c", failed).of_time == failed


def test_a_champion_that_fails_its_examination_is_not_measured_and_gives_way(tmp_path):
    class Strict(testing.FakeInstruments):
        def examine(self, candidate):
            self.log.append("examine")
            unsound = self.log.count("examine") == 1
            verdict = Verdict(Status.WRONG_ANSWER if unsound else Status.PASSED, "hidden case 0")
            return Examination(verdict, ("1 hidden case",), ("thread sanitizer: none here",))

    instruments = Strict()
    events = run(tmp_path / "j", instruments=instruments)
    first, second = [event for event in events if isinstance(event, Confirmed)]
    assert (first.refused.detail, first.measurements) == ("hidden case 0", ())
    assert second.refused is None
    assert second.measurements
    assert second.examined == ("1 hidden case",)
    assert instruments.log.count("confirm") == 1
    summary = trajectory(CellRecord.of(events), "j")
    assert summary.champion == second.candidate
    assert "champions not checked with the thread sanitizer: none here" in summary.notes


def test_children_are_checked_again_when_the_search_is_over(tmp_path):
    instruments = testing.FakeInstruments(speed=by_hash)
    events = run(tmp_path / "j", instruments=instruments)
    again = {e.candidate: e for e in events if isinstance(e, Rechecked)}
    last_call = max(i for i, e in enumerate(events) if isinstance(e, Proposed))
    assert min(i for i, e in enumerate(events) if isinstance(e, Rechecked)) > last_call
    summary = trajectory(CellRecord.of(events), "j")
    passed = [a for a in summary.attempts if a.status is Status.PASSED]
    assert all(a.rechecked and a.hidden_correct for a in passed)
    speeds = {a.candidate: a.measurement.log2_speedup for a in passed if a.measurement}
    gained = {
        a.candidate
        for a in passed
        if a.candidate in again and a.measurement and speeds[a.candidate] - speeds.get(a.parent, 0) > 0.03
    }
    assert gained
    assert {sha for sha, e in again.items() if e.measurement is not None} == gained
    assert instruments.log.count("against") == len(gained)


def test_a_child_wrong_on_hidden_inputs_is_not_measured_again(tmp_path):
    class Unsound(testing.FakeInstruments):
        def hidden(self, candidate):
            return Verdict(Status.WRONG_ANSWER, "hidden case 0")

    instruments = Unsound(speed=by_hash)
    events = run(tmp_path / "j", instruments=instruments)
    assert "against" not in instruments.log
    passed = [a for a in trajectory(CellRecord.of(events), "j").attempts if a.status is Status.PASSED]
    assert passed
    assert all(a.hidden_correct is False for a in passed)


def test_best_of_n_draws_every_proposal_from_the_same_prompt(tmp_path):
    events = run(
        tmp_path / "j", strategy=Strategy.BEST_OF_N, instruments=testing.FakeInstruments(speed=by_hash)
    )
    proposed = [e for e in events if isinstance(e, Proposed)]
    assert {e.parent for e in proposed} == {Candidate(PROGRAM).sha}
    assert len({e.prompt.sha for e in proposed}) == 1
    assert len({e.call_seed for e in proposed}) == ITERATIONS
    assert not any(FAILED_EDIT in e.artifacts for e in proposed)
    summary = trajectory(CellRecord.of(events), "j")
    assert {a.status for a in summary.attempts} >= {Status.PASSED, Status.EDIT_ERROR}
    best = max((a for a in summary.attempts if a.measurement), key=lambda a: a.measurement.low)
    assert summary.champion == best.candidate


def by_hash(source):
    return 1.0 + int(Candidate(source).sha[:4], 16) / 65536


def test_an_evolving_cell_is_another(tmp_path):
    proposed = [e for e in run(tmp_path / "j") if isinstance(e, Proposed)]
    assert len({e.prompt.sha for e in proposed}) > 1


HINTED = "A version of this program that is known to be faster: sort once"


@pytest.mark.parametrize("feedback", [level for level in Feedback if level is not Feedback.COUNTERS])
def test_the_oracles_hint_is_a_treatment_of_its_own(tmp_path, feedback):
    hinted = run(tmp_path / "h", feedback=feedback, hint=Hint.ORACLE, oracle=HINTED, twin="w1")
    plain = run(tmp_path / "p", feedback=feedback, oracle=HINTED, twin="w1")
    treated = 0 if feedback is Feedback.NONE else ITERATIONS
    for events, shown in ((hinted, ITERATIONS), (plain, 0)):
        found = audit(CellRecord.of(events))
        assert (found.hinted, found.treated, found.problems) == (shown, treated, ())
        assert sum(HINTED in e.prompt.user for e in events if isinstance(e, Proposed)) == shown


def test_the_audit_finds_a_hint_that_leaks_and_one_that_is_missing(tmp_path):
    hinted = run(tmp_path / "h", hint=Hint.ORACLE, oracle=HINTED)
    plain = run(tmp_path / "p", oracle=HINTED)
    leaky = [with_track(hinted[0], plain[0].track), *hinted[1:]]
    assert len(audit(CellRecord.of(leaky)).problems) == ITERATIONS
    assert "holds the hint of oracle" in str(audit(CellRecord.of(leaky)).problems[0])
    bare = [with_track(plain[0], hinted[0].track), *plain[1:]]
    assert len(audit(CellRecord.of(bare)).problems) == ITERATIONS
    assert "lacks the hint of oracle" in str(audit(CellRecord.of(bare)).problems[0])


def with_track(opened, track):
    return opened.__class__(**{**fields(opened), "track": track})


def test_notes_between_the_steps_change_nothing(tmp_path):
    whole = run(tmp_path / "j")
    journal = Journal(tmp_path / "noted")
    for number, event in enumerate(whole[:-4]):
        journal.append(event)
        if number % 3 == 2:
            journal.append(Paused(number, PauseReason.BUDGET, "a test's"))
    journal.close()
    again = run(tmp_path / "noted")
    assert [e for e in again if not isinstance(e, Paused)] == whole
    assert trajectory(CellRecord.of(again), "j") == trajectory(CellRecord.of(whole), "j")


@pytest.mark.parametrize("level", [Feedback.FLAT_CPU, Feedback.ADVICE])
def test_other_levels_of_feedback_are_delivered_and_audited(tmp_path, level):
    events = run(tmp_path / "j", feedback=level)
    assert (audit(CellRecord.of(events)).treated, audit(CellRecord.of(events)).problems) == (ITERATIONS, ())
    bare = [with_track(events[0], replace(events[0].track, feedback=Feedback.NONE)), *events[1:]]
    assert len(audit(CellRecord.of(bare)).problems) == ITERATIONS


def test_guidance_is_a_treatment_of_its_own(tmp_path):
    guided = run(tmp_path / "g", feedback=Feedback.NONE, guidance=Guidance.SYSGPT)
    plain = run(tmp_path / "p", feedback=Feedback.NONE)
    assert audit(CellRecord.of(guided)).problems == audit(CellRecord.of(plain)).problems == ()
    leaky = [with_track(guided[0], plain[0].track), *guided[1:]]
    assert "holds guidance" in str(audit(CellRecord.of(leaky)).problems[0])
    bare = [with_track(plain[0], guided[0].track), *plain[1:]]
    assert "lacks the guidance" in str(audit(CellRecord.of(bare)).problems[0])


def test_a_track_may_ask_for_whole_programs(tmp_path):
    model = make("mutator")
    events = run(tmp_path / "j", edit_format=EditFormat.REWRITE, model=model)
    proposals = [e for e in events if isinstance(e, Proposed)]
    assert len(proposals) == ITERATIONS
    for proposal in proposals:
        assert "Provide the complete new program code." in proposal.prompt.user
        assert "SEARCH" not in proposal.prompt.user
        assert "Feature coordinates" not in proposal.prompt.user
        assert proposal.completion.text.count("```") == 2 or "No random edit" in proposal.completion.text
    made = [e for e in events if isinstance(e, Edited)]
    assert sum(e.source is not None for e in made) > ITERATIONS / 2
    assert audit(CellRecord.of(events)).problems == ()


class Refusing(testing.FakeInstruments):
    """A toolchain that refuses programs which say so by a rule of builds."""

    def build(self, candidate):
        built = super().build(candidate)
        if "BREAKS" not in candidate.source:
            return built
        return replace(built, path=None, binary_sha=None, rule="assembly", detail="line 1: no assembly")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (f"int x; // {'long ' * 200}", "growth", "at most 8 times as many characters"),
        ("int BREAKS;", "assembly", "line 1: no assembly"),
    ],
)
def test_a_refusal_by_a_rule_is_a_stage_of_its_own(tmp_path, line, code, said):
    model = testing.ScriptedModel(
        lambda prompt, seed: testing.replace_line("int first() { return 1; }", line)
    )
    events = run(tmp_path / "j", model=model, instruments=Refusing())
    summary = trajectory(CellRecord.of(events), "j")
    assert {a.status for a in summary.attempts} == {Status.RULE}
    refused = [e for e in events if isinstance(e, Edited | Built) and e.rule]
    assert {e.rule for e in refused} == {code}
    assert len(refused) == ITERATIONS
    counts = funnel(summary)
    assert (counts.edited, counts.allowed, counts.compiled, counts.passed) == (ITERATIONS, 0, 0, 0)
    second = [e for e in events if isinstance(e, Proposed)][1].artifacts["last_failed_edit"]
    assert second.startswith("refused by a rule\n")
    assert said in second


def test_the_noise_of_scores_follows_the_system_message(tmp_path):
    made = campaign(tmp_path / "j")
    made.noise = lambda floor: f"noise {floor.delta}"
    made.run()
    made.recorder.journal.close()
    events = read(tmp_path / "j")
    delta = next(e.floor.delta for e in events if isinstance(e, Floored))
    assert all(p.system == f"Make it fast.\n\nnoise {delta}" for p in prompts(events))
