"""Ids, selection, order and the plan."""

from pytest_aiopt.analysis.outcomes.saturation import curve_of
from pytest_aiopt.journal.record import read_cell
from pytest_aiopt.model import Status
from pytest_aiopt.tasks import ladders, loader
from pytest_aiopt.tasks.criteria import Gain


def ids(result):
    return [line.split("::")[1] for line in result.outlines if "::" in line and line.endswith("]")]


def test_one_test_a_cell_seed_outermost(project):
    found = ids(project.run("--co", "-q"))
    assert len(found) == 16
    assert all(name.startswith("test_cell[one-track_") for name in found[:4])
    assert [name.endswith("seed_1]") for name in found] == [True] * 8 + [False] * 8


def test_keyword_and_marker_pick_the_same_cells(project):
    by_keyword = ids(project.run("--co", "-q", "-k", "track_C and seed_1"))
    by_marker = ids(project.run("--co", "-q", "-m", "aiopt(track='C', seed=1)"))
    assert by_keyword == by_marker == ["test_cell[one-track_C-seed_1]", "test_cell[two-track_C-seed_1]"]


def test_the_marker_is_exact_where_the_keyword_is_not(project):
    project.write(
        "experiments/tracks.toml",
        (project.path / "experiments/tracks.toml").read_text().replace("seeds = [1, 2]", "seeds = [1, 10]"),
    )
    loose = project.run("--co", "-k", "track_C and seed_1")
    assert len([line for line in loose.outlines if "test_cell[" in line]) == 4
    loose.stdout.fnmatch_lines(["*-k matches substrings*"])
    assert len(ids(project.run("--co", "-q", "-m", "aiopt(track='C', seed=1)"))) == 2


def test_the_plan_is_shown(project):
    project.run("--co").stdout.fnmatch_lines(
        ["aiopt: study mini, 16 cells, 0 stored, at most 48 model calls"]
    )


def test_every_fixture_is_documented(project):
    shown = project.run("--fixtures", "-q").stdout.str()
    names = "cell task track seed model instruments profilers binary gate meter profiling"
    for name in [f"aiopt_{each}" for each in names.split()] + ["campaign", "champion"]:
        assert f"\n{name} -- " in shown
    assert (
        "no docstring available"
        not in shown.split("pytest_aiopt.plugin.fixtures")[-1].split("fixtures defined")[0]
    )


def test_other_peoples_tests_do_not_notice_the_plugin(project):
    project.write("other/test_other.py", "def test_it():\n    pass\n")
    (project.path / "experiments/tracks.toml").unlink()
    result = project.run(where="other")
    result.assert_outcomes(passed=1)
    assert "aiopt:" not in result.stdout.str()


CONTROLS = """
[tracks.Cp]
model = "local"
feedback = "placebo"
[tracks.M]
model = "random"
feedback = "none"
"""
TWIN = """
[[workloads]]
name = "w1"
split = "visible"
twin_of = "w0"
"""


def with_controls(project, twins=("one", "two")):
    path = project.path / "experiments/tracks.toml"
    text = path.read_text().replace("[models]", '[models]\nrandom = "mutator"')
    path.write_text(f'default_tracks = ["A", "C"]\n{text}{CONTROLS}')
    for name in twins:
        task = project.path / "tasks" / name / "task.toml"
        task.write_text(task.read_text().replace("[criteria]", f"{TWIN}[criteria]"))


def test_tracks_are_selected(project):
    with_controls(project)
    assert len(ids(project.run("--co", "-q"))) == 8, "the default tracks"
    chosen = ids(project.run("--co", "-q", "--aiopt-tracks", "A,Cp,M", "-m", "aiopt(task='one', seed=1)"))
    assert sorted(chosen) == [f"test_cell[one-track_{name}-seed_1]" for name in ("A", "Cp", "M")]
    assert len(ids(project.run("--co", "-q", "--aiopt-tracks", "all"))) == 24
    result = project.run("--co", "--aiopt-tracks", "A,E")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: unknown track 'E'; *A, B, C, D, Cp, M"])


def test_a_track_name_that_is_a_prefix_of_another_is_warned_of(project):
    with_controls(project)
    result = project.run("--co", "--aiopt-tracks", "C,Cp", "-k", "track_C and seed_1")
    result.stdout.fnmatch_lines(["aiopt: -k matches substrings (track_C also picks track_Cp); exact: *"])


def test_a_placebo_without_a_twin_is_refused_before_any_call(project):
    with_controls(project, twins=("one",))
    result = project.run("--aiopt-tracks", "A,Cp")
    assert result.ret == 4
    assert not project.journals()
    result.stderr.fnmatch_lines(
        ["ERROR: track Cp shows the placebo, but task two has no twin workload; give its task.toml *"]
    )


def test_a_study_with_a_placebo_runs_is_audited_and_answered(project):
    with_controls(project)
    project.run("-k", "seed_1").assert_outcomes(passed=4)
    result = project.run("--aiopt-tracks", "A,C,Cp,M", "-k", "seed_1")
    outcomes = result.parseoutcomes()
    assert (outcomes["passed"], outcomes["cached"]) == (4, 4), "cells of other tracks are kept"
    message = project.aiopt("audit")
    assert message.ret == 0
    message.stdout.fnmatch_lines(["*track_Cp-seed_1: feedback placebo, 3 prompts, 3 treated: ok"])
    report = project.run("-v", "--aiopt-report", where=None)
    report.stdout.fnmatch_lines(["*C - Cp*"])
    assert "no track shows a placebo" not in report.stdout.str()


def rename(project, old, new):
    path = project.path / "experiments/tracks.toml"
    path.write_text(path.read_text().replace(old, new))


def test_a_changed_design_is_refused_and_both_ways_out_work(project):
    cell = ("-m", "aiopt(task='one', track='A', seed=1)")
    project.run(*cell).assert_outcomes(passed=1)
    rename(project, "iterations = 3", "iterations = 4")
    other = ("-m", "aiopt(task='two', track='C', seed=2)")
    for chosen in (cell, other):
        result = project.run(*chosen)
        assert result.ret == 4
        result.stderr.fnmatch_lines(
            ["ERROR: study mini has cells under other settings (one-*-seed_1): iterations was 3, is now 4; *"]
        )
    assert len(project.journals()) == 1
    project.run(*other, "--aiopt-fresh").stderr.fnmatch_lines(["*iterations was 3, is now 4*"])
    project.run(*cell, "--aiopt-fresh").assert_outcomes(passed=1)
    project.run(*other).assert_outcomes(passed=1)
    rename(project, "iterations = 4", "iterations = 3")
    rename(project, 'name = "mini"', 'name = "small"')
    project.run(*other).assert_outcomes(passed=1)
    rename(project, 'name = "small"', 'name = "mini"')
    rename(project, "iterations = 3", "iterations = 4")
    assert project.run(*cell).parseoutcomes()["cached"] == 1, "on with the old value"


def test_a_second_stage_is_run_when_asked_for(project):
    rename(project, "seeds = [1, 2]", "seeds = [1]\nsecond_stage = [2, 3]")
    assert len(ids(project.run("--co", "-q", "-m", "aiopt(track='A')"))) == 2
    chosen = ("--aiopt-stage", "2", "-m", "aiopt(task='one', track='A')")
    assert ids(project.run("--co", "-q", *chosen)) == [f"test_cell[one-track_A-seed_{n}]" for n in (1, 2, 3)]
    result = project.run("--co", "--aiopt-stage", "3")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: no stage 3: study 'mini' declares 2; *second_stage*"])


def test_declared_contrasts_are_those_of_the_report(project):
    rename(
        project, "[models]", "[contrasts.mine]\ntreated = ['D']\ncontrol = ['C']\nprimary = true\n[models]"
    )
    project.run("-k", "seed_1").assert_outcomes(passed=8)
    text = project.run("-v", "--aiopt-report", where=None).stdout.str()
    assert "D - C" in text
    assert "C - A" not in text


def test_a_task_that_the_recorded_model_saturates_is_named(project):
    project.run("-k", "one and seed_1")
    assert "would saturate" not in project.run("--co").stdout.str(), "nothing is known to be possible"
    task = loader.load(project.path / "tasks", "one")
    records = [read_cell(path) for path in project.journals()]
    first = min(curve_of(record).best[0] for record in records)
    for log2, named in ((first / 0.5, False), (first / 0.9, True)):
        gains = [Gain("01.cpp", True, False, Status.PASSED, 2**log2, 2**log2, 2**log2)]
        ladders.store(project.path / "results/ladders", "one", task.digest, "fake", gains, workload="w0")
        shown = project.run("--co").stdout.str()
        assert ("would saturate one on w0: its first valid reply took" in shown) is named
        assert "would saturate two" not in shown
