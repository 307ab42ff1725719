"""What each option does."""

import json
import re

import pytest

from pytest_aiopt.campaign.task_check import first_case, original
from tests.plugin.conftest import STUDY

CELL = ("-k", "one and track_C and seed_1")


def proposals(journal):
    events = [json.loads(line)["event"] for line in journal.read_text().splitlines()]
    return [event for event in events if event["kind"] == "proposed"]


def test_iterations(project):
    project.run(*CELL, "--aiopt-iterations", "5").assert_outcomes(passed=1)
    (journal,) = project.journals()
    assert len(proposals(journal)) == 5


def test_results(project):
    project.run(*CELL, "--aiopt-results", "elsewhere").assert_outcomes(passed=1)
    assert len(project.journals("elsewhere")) == 1
    assert not (project.path / "results").exists()


def test_results_by_ini(project):
    project.write("pytest.ini", "[pytest]\naiopt_results = by_ini\n")
    project.run(*CELL).assert_outcomes(passed=1)
    assert len(project.journals("by_ini")) == 1
    project.run(*CELL, "--aiopt-results", "by_option").assert_outcomes(passed=1)
    assert len(project.journals("by_option")) == 1


def test_tasks(project):
    project.run("--aiopt-tasks", "two", "-k", "seed_1").assert_outcomes(passed=4)
    assert {path.parts[-4] for path in project.journals()} == {"two"}


def test_smoke(project):
    result = project.run("--aiopt-smoke")
    result.assert_outcomes(passed=4)
    assert all(len(proposals(journal)) == 2 for journal in project.journals())
    assert {path.parts[-5] for path in project.journals()} == {"mini-smoke"}


def test_smoke_takes_the_tasks_that_are_named(project):
    project.run("--aiopt-smoke", "--aiopt-tasks", "all").assert_outcomes(passed=4)  # a track of each feedback
    assert {path.parts[-4] for path in project.journals()} == {"one", "two"}
    project.run("--aiopt-smoke", "--aiopt-tasks", "two", "--aiopt-results", "other").assert_outcomes(passed=4)


def test_sanity_passes_where_a_mutation_changes_the_speed(project):
    faster = (
        (project.path / "experiments/conftest.py")
        .read_text()
        .replace("testing.FakeInstruments()", "testing.FakeInstruments(speed=lambda source: 1.5)")
    )
    project.write("experiments/conftest.py", faster)
    result = project.run("--aiopt-sanity")
    result.assert_outcomes(passed=2)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["aiopt sanity: rewriter-local: ok, * change the speed", "aiopt sanity: rewriter-strong: ok, *"]
    )


def test_sanity_fails_where_nothing_changes_the_speed(project):
    result = project.run("--aiopt-sanity")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["aiopt sanity: rewriter-local: FAILED, *, 0 change the speed"])


def test_fresh_sets_records_aside_and_loses_nothing(project):
    project.run(*CELL)
    (old,) = project.journals()
    before = old.read_bytes()
    project.run(*CELL, "--aiopt-fresh").assert_outcomes(passed=1)
    aside = next(path for path in project.journals() if ".aside-1" in str(path))
    assert aside.read_bytes() == before
    assert len(project.journals()) == 2
    project.run("--aiopt-report", where=None).stdout.fnmatch_lines(["*1 of 1 cells finished*"])


def test_replay_gives_identical_prompts_and_fails_on_a_miss(project):
    project.run(*CELL)
    (recorded,) = project.journals()
    project.run(*CELL, "--aiopt-results", "again", "--aiopt-replay", "results").assert_outcomes(passed=1)
    (again,) = project.journals("again")
    assert [p["prompt"] for p in proposals(again)] == [p["prompt"] for p in proposals(recorded)]
    more = ("--aiopt-iterations", "4", "--aiopt-results", "more", "--aiopt-replay", "results")
    result = project.run(*CELL, *more)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["ReplayMiss: no recorded *"])


def test_replay_names_a_directory_without_the_cell(project):
    result = project.run(*CELL, "--aiopt-replay", "nothing")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["StoreError: no journal of one-track_C-seed_1 under *nothing*"])


def test_report(project):
    project.run("-k", "seed_1")
    result = project.run("--aiopt-report", where=None)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*8 of 8 cells finished*"])
    assert "C - A" not in result.stdout.str()
    project.run("--aiopt-report=contrasts", where=None).stdout.fnmatch_lines(["C - A: *"])


def test_report_names_a_damaged_journal_and_shows_the_rest(project):
    project.run("-k", "one and seed_1")
    journal = project.journals()[0]
    journal.write_bytes(journal.read_bytes().replace(b'"kind"', b'"kinD"', 1))
    result = project.run("--aiopt-report", where=None)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*3 of 3 cells finished*", "left out: *line 1 is damaged*--aiopt-fresh"])


def test_report_refuses_politely_where_nothing_is_stored(project):
    result = project.run("--aiopt-report", where=None)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(['ERROR: no cell has been run under results; * pytest experiments/ -k "*"'])


def test_audit(project):
    project.run("-k", "seed_1 and one")
    result = project.aiopt("audit")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["*one-track_A-seed_1: feedback none, 3 prompts, 0 treated: ok", "*track_C*3 prompts, 3 treated: ok"]
    )


def test_audit_names_a_damaged_journal_and_checks_the_rest(project):
    project.run("-k", "one and seed_1")
    journal = project.journals()[0]
    journal.write_bytes(journal.read_bytes().replace(b'"kind"', b'"kinD"', 1))
    result = project.aiopt("audit")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*track_C*3 prompts, 3 treated: ok", "left out: *line 1 is damaged*"])


def test_freeze(project, monkeypatch):
    monkeypatch.setattr(original, "require", lambda bench: ())
    monkeypatch.setattr(first_case, "require", lambda bench: None)
    result = project.aiopt("task", "freeze", "one")
    assert result.ret == 0
    assert re.search(r"one: \d+ cases, [0-9a-f]{12}", result.stdout.str())
    manifest = json.loads((project.path / "tasks/one/corpus/manifest.json").read_text())
    assert manifest["cases"] == 500
    assert not (project.path / "tasks/two/corpus").exists()


def test_unknown_task_to_freeze(project):
    result = project.aiopt("task", "freeze", "three")
    assert result.ret == 2
    result.stderr.fnmatch_lines(["ERROR: no task 'three'*"])


USUAL_PLACE = """
import pytest
from pytest_aiopt import testing

@pytest.fixture
def aiopt_instruments(aiopt_instruments):
    fakes = testing.FakeInstruments
    return type("Fakes", (fakes,), {"surroundings": lambda self: aiopt_instruments.surroundings()})()
"""


@pytest.mark.needs("g++")
def test_sanitize_is_on_record(project):
    project.write("experiments/conftest.py", USUAL_PLACE)
    project.run(*CELL, "--aiopt-sanitize").assert_outcomes(passed=1)
    (journal,) = project.journals()
    opened = json.loads(journal.read_text().splitlines()[0])["event"]
    assert opened["identity"]["gate"] == "with sanitizers"


def test_shrink_says_where_nothing_was_refused(project):
    project.run(*CELL).assert_outcomes(passed=1)
    result = project.aiopt("task", "shrink")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["no stored candidate was refused by a gate"])
    project.aiopt("task", "shrink", "abc").stdout.fnmatch_lines(["no stored candidate abc... was refused*"])


LADDER = """
[[ladder]]
file = "01_other.cpp"
structural = true
labels = ["P"]
"""
LOOPS = """
extern "C" int twice(int n) {
    int sum = 0;
    for (int i = 0; i < n; ++i) {
        sum += i;
    }
    return sum;
}
"""


def only_json(result):
    (line,) = result.outlines
    return json.loads(line)


@pytest.mark.needs("g++")
def test_check_codebook(project):
    for name in ("one", "two"):
        task = project.path / "tasks" / name
        (task / "task.toml").write_text((task / "task.toml").read_text() + LADDER)
        project.write(f"tasks/{name}/program.cpp", LOOPS)
        kept = LOOPS.replace("for (", "static int kept[8];\n    for (").replace("+= i;", "+= kept[i & 7]++;")
        project.write(f"tasks/{name}/ladder/01_other.cpp", kept)
    result = project.aiopt("codebook", "--json")
    document = only_json(result)
    assert (document["kappa"], document["null_errors"]) == (1.0, 0)
    assert 0 < document["n_test"] < 100
    assert result.ret == 1  # the gate wants a hundred mutations
    result.stderr.fnmatch_lines(["constructed, test part (one, two): kappa 1.000*", "*null errors: 0"])


def test_power(project):
    project.run("-k", "one and seed_1")
    result = project.aiopt("power", "--json")
    assert result.ret == 0
    document = only_json(result)
    assert document["pilot_cells"] == 4
    assert document["power"]["shift of 1.0 sd"]["5x6"] == pytest.approx(0.93, abs=0.05)
    result.stderr.fnmatch_lines(
        ["pilot: 4 confirmed cells, 0 of them with the outcome gain; *", "shift of 1.0 sd*"]
    )


def test_power_is_not_claimed_from_cells_without_scatter(project):
    project.write("experiments/tracks.toml", STUDY.replace("[models]", 'outcome = "effective"\n[models]', 1))
    project.run("-k", "one")
    result = project.aiopt("power", "--json")
    assert result.ret == 0
    document = only_json(result)
    assert (document["pilot_cells"], document["power"]) == (8, {})
    result.stderr.fnmatch_lines(["no power is shown: 8 of 8 stored cells have exactly the outcome of *"])


def test_json_only_where_asked(project):
    project.run(*CELL)
    assert not any(line.startswith("{") for line in project.aiopt("power").outlines)


def test_report_answers_the_question(project):
    project.run("-k", "seed_1")
    result = project.run("-v", "--aiopt-report", where=None)
    result.stdout.fnmatch_lines(
        ["Does a profile in the prompt raise *", "There is no answer: no track shows a placebo*"]
    )
    result.stdout.fnmatch_lines(
        ["rewriter-local, rewriter-strong (track A, B, C, D) is a program that rewrites *"]
    )
    assert list((project.path / "results/cache").glob("summaries-*"))
