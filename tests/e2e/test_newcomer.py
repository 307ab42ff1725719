"""The scaffold of a new task, from an empty directory; test_documents.py follows the tutorial further."""

from __future__ import annotations

import sys

import pytest

pytestmark = [pytest.mark.needs("g++"), pytest.mark.needs("perf")]


def run(pytester: pytest.Pytester, program: str, *args: str) -> pytest.RunResult:
    """Run ``pytest`` or ``aiopt`` as a process of this Python."""
    module = {"pytest": "pytest", "aiopt": "pytest_aiopt"}[program]
    return pytester.run(sys.executable, "-m", module, *args)


def test_the_scaffold_runs_as_it_is_and_keeps_a_study_that_exists(pytester: pytest.Pytester) -> None:
    first = run(pytester, "aiopt", "task", "new", "echo_count")
    first.stdout.fnmatch_lines(["study: experiments/tracks.toml, experiments/test_tracks.py, pytest.ini"])
    study = (pytester.path / "experiments" / "tracks.toml").read_text()
    second = run(pytester, "aiopt", "task", "new", "other")
    second.stdout.fnmatch_lines(['study: add "other" to its tasks'])
    assert (pytester.path / "experiments" / "tracks.toml").read_text() == study
    listed = pytester.runpytest_subprocess("experiments", "--co", "-q", "-k", "track_C and seed_1")
    listed.stdout.fnmatch_lines(["*test_cell[[]echo_count-track_C-seed_1]"])
