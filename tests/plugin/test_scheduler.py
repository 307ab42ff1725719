"""--aiopt-scheduler: what is refused, in one line each, before anything runs."""

import sys

import pytest

CELL = ("-k", "one and track_A and seed_1")


@pytest.fixture
def plain(project):
    """The project without parts of its own."""
    project.write("experiments/conftest.py", "")
    return project


def refused(project, *args):
    shown = project.run(*args)
    assert shown.ret == pytest.ExitCode.USAGE_ERROR
    assert not project.journals()
    return shown.stderr.str() + shown.stdout.str()


def test_without_the_extra_the_line_says_what_to_install(plain, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    message = refused(plain, *CELL, "--aiopt-scheduler", "tcp://127.0.0.1:1")
    assert "needs Dask.distributed; pip install pytest-aiopt[cluster]" in message


def test_workers_of_two_kinds_are_refused(project):
    assert "choose one" in refused(project, *CELL, "-n2", "--aiopt-scheduler", "tcp://127.0.0.1:1")


def test_a_recording_needs_no_workers(project):
    message = refused(project, *CELL, "--aiopt-scheduler", "tcp://127.0.0.1:1", "--aiopt-replay", "results")
    assert "leave out --aiopt-scheduler" in message


def test_a_budget_of_the_whole_study_is_refused(project):
    message = refused(
        *(project, *CELL, "--aiopt-scheduler", "tcp://127.0.0.1:1", "--aiopt-budget", "study.tokens=9")
    )
    assert "set limits per cell in [budget.cell]" in message


def test_parts_from_a_conftest_are_refused_as_workers_do_not_load_it(project):
    shown = refused(project, *CELL, "--aiopt-scheduler", "tcp://127.0.0.1:1")
    assert "aiopt_instruments is defined in a conftest.py, which workers of a scheduler do not load" in shown
