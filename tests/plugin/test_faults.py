"""Each fault of the user's is one line with a remedy and the right exit code."""

import os

import pytest

CELL = ("-k", "one and track_C and seed_1")


def refused(result, pattern):
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {pattern}"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def replace(project, name, old, new):
    path = project.path / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_an_unknown_task_in_the_study(project):
    replace(project, "experiments/tracks.toml", '["one", "two"]', '["one", "three"]')
    refused(project.run(), "no task 'three' under *tasks; known tasks: one, two")


def test_an_unknown_task_in_the_option(project):
    refused(project.run("--aiopt-tasks", "three"), "unknown task 'three'*has one, two")


def test_a_broken_task_toml(project):
    replace(project, "tasks/one/task.toml", "title", "titel")
    refused(project.run(), "*tasks/one/task.toml: *titel*did you mean *title*")


def test_a_task_without_its_program(project):
    (project.path / "tasks/one/program.cpp").unlink()
    refused(project.run(), "task 'one' lacks program.cpp in *; add it; aiopt task new NAME *")


def test_a_broken_study(project):
    replace(project, "experiments/tracks.toml", "iterations", "iteration")
    refused(project.run(), "*tracks.toml: *did you mean 'iterations'?")


def test_no_compiler(project, monkeypatch):
    project.write("experiments/conftest.py", "")
    monkeypatch.setenv("PATH", os.path.join(project.path, "nowhere"))
    refused(project.run(*CELL), "*apt-get install g++*")


def test_no_profiler_for_a_treated_track(project):
    fakes = (project.path / "experiments/conftest.py").read_text()
    without = fakes.replace("Instruments()", "Instruments(unprofiled='install linux-perf')")
    project.write("experiments/conftest.py", without)
    result = project.run("-k", "one and seed_1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["ToolMissing: track C shows profiles, *; install linux-perf"])
    result.stdout.fnmatch_lines(["*2 failed, 2 passed*"])


def test_results_that_cannot_be_written(project):
    project.write("occupied", "a file, not a directory")
    refused(
        project.run(*CELL, "--aiopt-results", "occupied"), "cannot write *occupied*another results directory"
    )


def test_no_study_file(project):
    refused(
        project.run("--aiopt-study", "none.toml"),
        'no study file *none.toml; "aiopt task new NAME" begins one; or name one with --study, in pytest *',
    )


def test_nothing_can_be_done_with_zero_iterations(project):
    refused(project.run("--aiopt-iterations", "0"), "*at least 1*")


def test_smoke_and_sanity_exclude_each_other(project):
    refused(project.run("--aiopt-smoke", "--aiopt-sanity"), "*choose one*")
