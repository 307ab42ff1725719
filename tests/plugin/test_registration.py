"""``aiopt register``: what was planned, and every deviation from it in the report."""

import json

import pytest

from pytest_aiopt.model import Measurement, Pair, Quality

CELL = ("-k", "one and track_C and seed_1")


def register(project, *args):
    return project.aiopt("register", *args)


def stored(project):
    (path,) = (project.path / "results").glob("*/registration.json")
    return path


def report(project, *args):
    return project.run("-v", "--aiopt-report", *args, where=None)


def deviations(project, *args):
    text = " ".join(line.strip() for line in report(project, *args).outlines)
    head = text.split("Does a profile")[0]
    return [part.strip() for part in head.split("deviation: ")[1:]]


def change(project, name, old, new):
    path = project.path / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_register_freezes_the_study_under_one_hash(project):
    result = register(project)
    assert result.ret == 0
    written = json.loads(stored(project).read_text())
    result.stdout.fnmatch_lines(
        ["mini*: 16 cells registered in results/mini*", f"sha256 {written['sha256']}"]
    )
    assert written["design"]["seeds"] == [1, 2]
    assert [track["name"] for track in written["design"]["tracks"]] == ["A", "B", "C", "D"]
    assert set(written["tasks"]) == {"one", "two"}
    assert written["thresholds"]["alpha"] == 0.05
    assert {tuple(c["treated"] + c["control"]) for c in written["thresholds"]["contrasts"]} == {
        ("C", "A"),
        ("B", "A"),
        ("D", "B"),
    }
    assert "analysis/statistics/ranks.py" in written["code"]
    assert written["packages"]["numpy"]


def test_registering_the_same_again_changes_nothing(project):
    register(project)
    before = stored(project).read_bytes()
    project.run(*CELL)
    again = register(project)
    again.stdout.fnmatch_lines(["mini*: 16 cells were registered in *"])
    assert (again.ret, stored(project).read_bytes()) == (0, before)


def test_a_study_run_as_registered_says_so(project):
    register(project)
    project.run().assert_outcomes(passed=16)
    text = " ".join(line.strip() for line in report(project).outlines)
    sha = json.loads(stored(project).read_text())["sha256"]
    assert f"sha256 {sha}: what ran is what was registered" in text


def test_a_study_without_a_registration_says_so(project):
    project.run(*CELL)
    report(project).stdout.fnmatch_lines(["not registered before it ran, *"])


def test_cells_that_are_missing_or_unfinished_are_deviations(project):
    register(project)
    project.run("-k", "one and seed_1")
    path = project.journals()[0]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    found = deviations(project)
    assert found[0] == "one-track_A-seed_2, one-track_B-seed_2, one-track_C-seed_2 and 9 more missing"
    assert found[1].startswith("one-track_A-seed_1 not finished")
    assert len(found) == 2


def test_cells_begun_before_the_registration_are_a_deviation(project):
    project.run(*CELL)
    register(project, "--tasks", "one")
    assert any(
        one.startswith("one-track_C-seed_1 began before the registration") for one in deviations(project)
    )


def test_cells_begun_again_are_a_deviation(project):
    register(project)
    project.run(*CELL)
    project.run(*CELL, "--aiopt-fresh")
    assert any(one.startswith("one-track_C-seed_1 set aside and begun again") for one in deviations(project))


def test_a_changed_task_is_a_deviation(project):
    register(project)
    change(project, "tasks/one/program.cpp", "return 2", "return 3")
    project.run(*CELL)
    (found,) = [one for one in deviations(project) if one.startswith("task one was ")]
    assert found.split("(")[1].startswith("one-track_C-seed_1)")


def test_more_seeds_and_tasks_are_deviations(project):
    register(project, "--tasks", "one")
    change(project, "experiments/tracks.toml", "seeds = [1, 2]", "seeds = [1, 2, 3]")
    project.run("-k", "track_C and (seed_3 or two)")
    found = " ".join(deviations(project))
    assert "task two added" in found
    assert "seed 3 added" in found


def test_a_declared_second_stage_is_no_deviation(project):
    change(project, "experiments/tracks.toml", "seeds = [1, 2]", "seeds = [1]\nsecond_stage = [2]")
    register(project, "--tasks", "one")
    project.run("-k", "one")
    assert not deviations(project)
    project.run("-k", "one", "--aiopt-stage", "2")
    assert not deviations(project)
    assert "seeds 2 are of the second stage" in report(project).stdout.str()


def test_other_iterations_are_a_deviation(project):
    register(project)
    project.run(*CELL, "--aiopt-iterations", "4")
    text = " ".join(line.strip() for line in report(project).outlines)
    assert "iterations was 3, is now 4 (one-track_C-seed_1)" in text


def test_another_primary_outcome_is_a_deviation(project):
    register(project)
    assert json.loads(stored(project).read_text())["thresholds"]["outcome"] == "gain"
    change(project, "experiments/tracks.toml", 'name = "mini"', 'name = "mini"\noutcome = "depth"')
    project.run(*CELL)
    assert "outcome was gain, is now depth (one-track_C-seed_1)" in deviations(project)


def test_an_added_track_is_a_deviation(project):
    register(project)
    path = project.path / "experiments/tracks.toml"
    path.write_text(path.read_text() + '[tracks.E]\nmodel = "local"\nfeedback = "none"\n')
    project.run("-k", "one and track_E and seed_1")
    assert "track E added" in " ".join(deviations(project))


def test_changed_analysis_code_and_packages_are_deviations(project, monkeypatch):
    from pytest_aiopt.design import registration

    register(project)
    project.run(*CELL)
    code, packages = registration.code(), registration.packages()
    monkeypatch.setattr(registration, "code", lambda: code | {"analysis/statistics/ranks.py": "0" * 64})
    monkeypatch.setattr(registration, "packages", lambda: packages | {"scipy": "0.0"})
    found = deviations(project)
    assert any(one.startswith("analysis code changed: analysis/statistics/ranks.py") for one in found)
    assert any(one.startswith("package changed: scipy") for one in found)


def test_a_registration_is_not_replaced_once_cells_have_begun(project):
    register(project)
    before = stored(project).read_bytes()
    assert register(project, "--tasks", "one").ret == 0  # nothing has begun
    assert register(project).ret == 0
    project.run(*CELL)
    refused = register(project, "--tasks", "one")
    assert refused.ret == 1
    refused.stderr.fnmatch_lines(
        ["ERROR: * registers another study, of which 1 cells have begun: design, tasks *"]
    )
    assert json.loads(stored(project).read_text())["tasks"].keys() == json.loads(before)["tasks"].keys()


def test_register_again(project):
    register(project)
    old = json.loads(stored(project).read_text())["sha256"]
    project.run(*CELL)
    assert register(project, "--again", "--tasks", "one").ret == 0
    kept = stored(project).with_name(f"registration.{old[:12]}.json")
    assert json.loads(kept.read_text())["sha256"] == old
    text = " ".join(deviations(project))
    assert f"it replaces the registration {old[:12]}, after 1 cells had begun" in text


def test_a_registration_that_was_changed_is_no_registration(project):
    register(project)
    project.run(*CELL)
    path = stored(project)
    path.write_text(path.read_text().replace('"iterations": 3', '"iterations": 4'))
    text = " ".join(line.strip() for line in report(project).outlines)
    assert "registration.json differs from its hash" in text
    result = project.aiopt("verify")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["results/mini*/registration.json: differs from its hash *"])


def test_the_thresholds_are_those_that_are_applied(project):
    from pytest_aiopt.evaluation.meter import baseline

    assert project.aiopt("register").ret == 0
    (path,) = (project.path / "results").glob("*/registration.json")
    thresholds = json.loads(path.read_text())["thresholds"]
    assert thresholds["delta"] == baseline.DELTA
    for kind, counted in (("time", ""), ("cost", "frames")):
        rule = thresholds["delta"][kind]
        for sd in (0.0, 0.1):
            found = baseline.floor_of("t", {}, [against_itself(sd, counted), against_itself(-sd, counted)])
            assert found.delta == pytest.approx(max(rule["minimum_log2"], rule["standard_deviations"] * sd))
    assert thresholds["effective_structural"]["kind"] == "structural"
    assert thresholds["effective_structural"]["low_above"] == "delta"


def against_itself(log2_speedup, counted):
    pairs = (Pair(1.0, 1.0, True),)
    return Measurement(
        "w0", log2_speedup, log2_speedup, log2_speedup, pairs, Quality.QUIET, 1.0, counted=counted
    )
