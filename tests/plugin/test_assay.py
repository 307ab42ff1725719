"""Edit budgets, scored workloads by seed, starts and workloads in words, from study file to journal."""

import pytest

from pytest_aiopt import read_cell
from pytest_aiopt.model import EditReason
from tests.plugin.conftest import STUDY, TASK

TWO_WORKLOADS = """
[[workloads]]
name = "w1"
split = "visible"
twin_of = "w0"
words = "Long inputs."
[[workloads]]
name = "h1"
split = "held_out"
twin_of = "w1"
[criteria]
"""


@pytest.fixture
def study(project):
    """Write the study with further keys, and tasks with a second workload that can be scored."""

    def write(keys, tracks=""):
        project.write("experiments/tracks.toml", STUDY.replace("[models]", f"{keys}\n[models]", 1) + tracks)
        task = TASK.replace("[criteria]", TWO_WORKLOADS.strip()).replace(
            'split = "visible"', 'split = "visible"\nwords = "Short inputs."', 1
        )
        for name in ("one", "two"):
            project.write(f"tasks/{name}/task.toml", task)

    return write


def add_rung(project, note=""):
    for name in ("one", "two"):
        task = project.path / f"tasks/{name}/task.toml"
        rung = f'[[ladder]]\nfile = "01_first.cpp"\nstructural = true\nnote = "{note}"\n[criteria]'
        task.write_text(task.read_text().replace("[criteria]", rung))
        project.write(
            f"tasks/{name}/ladder/01_first.cpp", "int begun() { return 7; }\nint b() { return 2; }\n"
        )


def cells(project):
    return [read_cell(path) for path in project.journals()]


def test_a_reply_over_the_budget_is_refused_by_its_rule(project, study):
    study("edit_budget = 11", '[tracks.F]\nmodel = "local"\nfeedback = "none"\nedit_budget = 0\n')
    project.write(
        "experiments/conftest.py",
        """
        import pytest
        from pytest_aiopt import testing

        def reply(prompt, seed):
            first = testing.current_program(prompt).splitlines()[0]
            body = f"int f{seed}() {{ return {seed}; }}"
            return testing.replace_line(first, body if seed % 2 else body + " int g() { return 1 + 2; }")

        def pytest_aiopt_make_model(spec):
            return testing.ScriptedModel(reply, spec.spec)

        @pytest.fixture
        def aiopt_instruments():
            return testing.FakeInstruments()
        """,
    )
    project.run("-k", "one and (track_A or track_F)").assert_outcomes(passed=4)
    edits = {cell.opened.track.name: [] for cell in cells(project)}
    for cell in cells(project):
        edits[cell.opened.track.name] += [step.edited for step in cell.steps]
    over = [edit for edit in edits["A"] if edit.reason is EditReason.RULE]
    assert over
    assert {(edit.rule, edit.candidate) for edit in over} == {("edit_budget", None)}
    assert all("new tokens, 11 are allowed" in edit.detail for edit in over)
    assert all(edit.new_tokens <= 11 for edit in edits["A"] if edit.candidate)
    assert any(edit.new_tokens > 11 for edit in edits["F"]), "a track may lift the study's budget"
    for cell in cells(project):
        limited = ["at most 11 new tokens" in proposal.prompt.system for proposal in cell.proposals]
        assert set(limited) == {cell.opened.track.name == "A"}


def test_all_tracks_of_a_block_share_a_scored_workload_that_changes_with_the_seed(project, study):
    study('scored = "rotate"')
    project.run("-k", "one").assert_outcomes(passed=8)
    scored = {(cell.opened.cell.seed, cell.opened.scored) for cell in cells(project)}
    assert len(scored) == 2, "one workload per seed"
    assert {name for _, name in scored} == {"w0", "w1"}
    assert not any(name in cell.proposals[0].prompt.user for cell in cells(project) for name in ("w0", "w1"))


def test_a_track_may_read_the_scored_workload_in_words(project, study):
    words = '[tracks.W]\nmodel = "local"\nfeedback = "none"\nhint = "workload"\n'
    study('scored = "rotate"', words)
    project.run("-k", "one and (track_W or track_A)").assert_outcomes(passed=4)
    for cell in cells(project):
        text = {"w0": "Short inputs.", "w1": "Long inputs."}[cell.opened.scored]
        shown = [text in proposal.prompt.user for proposal in cell.proposals]
        assert all(shown) if cell.opened.track.name == "W" else not any(shown)
    assert project.aiopt("audit").ret == 0


def test_a_workload_without_words_is_refused_before_any_call(project):
    words = '[tracks.W]\nmodel = "local"\nfeedback = "none"\nhint = "workload"\n'
    project.write("experiments/tracks.toml", STUDY + words)
    result = project.run("-k", "one and track_W")
    assert result.ret != 0
    result.stderr.fnmatch_lines(["*track W describes workload w0 of one, which has no words*task.toml*"])
    assert not project.journals()


def test_a_note_of_the_ladder_is_refused_where_another_workload_is_scored(project, study):
    oracle = '[tracks.O]\nmodel = "local"\nfeedback = "none"\nhint = "oracle"\n'
    study('scored = "rotate"', oracle)
    add_rung(project, note="Keep what was found.")
    result = project.run("-k", "one and track_O")
    assert result.ret != 0
    result.stderr.fnmatch_lines(['*about workload w0 of one, and this cell scores w1*hint = "workload"*'])
    assert not project.journals()
    study("", oracle)
    add_rung(project, note="Keep what was found.")
    project.run("-k", "one and track_O").assert_outcomes(passed=2)


def test_a_campaign_begins_from_a_rung(project, study):
    study('start = "rung:01_first"')
    add_rung(project)
    project.run("-k", "one and track_A and seed_1").assert_outcomes(passed=1)
    (cell,) = cells(project)
    assert (cell.opened.start, cell.opened.program.splitlines()[0]) == (
        "rung:01_first",
        "int begun() { return 7; }",
    )
    assert project.aiopt("verify").ret == 0


def test_an_export_holds_every_key_of_the_study(project, study):
    study(
        'edit_budget = 11\nscored = "rotate"\nstart = "rung:01_first"\nframe = "openevolve"\noutcome = "area"'
    )
    add_rung(project)
    project.run("-k", "one").assert_outcomes(passed=8)
    assert project.aiopt("records", "export", "published").ret == 0
