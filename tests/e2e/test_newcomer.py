"""docs/how-to/tasks.md, "your own program": its commands and files, from an empty directory to a report."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "how-to" / "tasks.md"
pytestmark = [pytest.mark.needs("g++"), pytest.mark.needs("perf")]


def section() -> str:
    return DOCUMENT.read_text().partition("## Your own program in ten minutes\n")[2]


def commands() -> list[list[str]]:
    block = re.search(r"^```\n(.*?)^```", section(), re.DOTALL | re.MULTILINE)
    assert block is not None
    return [shlex.split(line, comments=True) for line in block[1].splitlines()]


def files() -> dict[str, str]:
    blocks = re.finditer(r"^```\w+ (\S+)\n(.*?)^```", section(), re.DOTALL | re.MULTILINE)
    return {found[1]: found[2] for found in blocks}


def run(pytester: pytest.Pytester, program: str, *args: str) -> pytest.RunResult:
    """Run ``pytest`` or ``aiopt`` as a process of this Python."""
    module = {"pytest": "pytest", "aiopt": "pytest_aiopt"}[program]
    return pytester.run(sys.executable, "-m", module, *args)


def test_the_document_leads_from_an_empty_directory_to_a_report(pytester: pytest.Pytester) -> None:
    install, new, *others = commands()
    assert len(others) <= 3
    assert install == ["pip", "install", "PATH-OF-THIS-REPOSITORY"]  # it is: this very plugin runs
    assert run(pytester, *new).ret == 0
    folder = pytester.path / "tasks" / "nearest"
    own = files()
    assert own.keys() == {path.name for path in folder.iterdir() if path.is_file()} - {"README.md"}
    for name, text in own.items():
        (folder / name).write_text(text)
    results = [run(pytester, *command) for command in others]
    assert [result.ret for result in results] == [0, 0, 0], results[-2].stdout.str()
    results[-1].stdout.fnmatch_lines(
        ["Study tracks-smoke: 3 of 3 cells finished, 1 task, 3 tracks", "nearest *"]
    )


def test_the_scaffold_runs_as_it_is_and_keeps_a_study_that_exists(pytester: pytest.Pytester) -> None:
    first = run(pytester, "aiopt", "task", "new", "echo_count")
    first.stdout.fnmatch_lines(["study: experiments/tracks.toml, experiments/test_tracks.py, pytest.ini"])
    study = (pytester.path / "experiments" / "tracks.toml").read_text()
    second = run(pytester, "aiopt", "task", "new", "other")
    second.stdout.fnmatch_lines(['study: add "other" to its tasks'])
    assert (pytester.path / "experiments" / "tracks.toml").read_text() == study
    listed = pytester.runpytest_subprocess("experiments", "--co", "-q", "-k", "track_C and seed_1")
    listed.stdout.fnmatch_lines(["*test_cell[[]echo_count-track_C-seed_1]"])
