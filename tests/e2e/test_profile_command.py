"""``aiopt task profile`` and aiopt_profiling with the profilers of this machine."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.tasks import loader

TASKS = Path(__file__).parents[1] / "data" / "tasks"
STUDY = """
name = "one"
tasks = ["add_up"]
seeds = [1]
profilers = ["bperf", "cachegrind", "counters"]
[models]
local = "rewriter-local"
[tracks.C]
model = "local"
feedback = "profile"
"""
PROFILE = (sys.executable, "-m", "pytest_aiopt", "task", "profile")
TEST = """
def test_session(aiopt_profiling):
    with aiopt_profiling("add_up", seed=3) as session:
        program = session.task.program.source
        profiles = session.profile(program)
        again = session.profile(program)
        text = session.text(program)
    assert again == profiles  # kept
    assert {profile.workload for profile in profiles} == {session.task.scored.name}
    assert text.startswith("measured on the current program")
"""
pytestmark = [pytest.mark.needs("g++"), pytest.mark.needs("valgrind")]


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    shutil.copytree(TASKS, pytester.path / "tasks")
    (pytester.path / "experiments").mkdir()
    (pytester.path / "experiments" / "tracks.toml").write_text(STUDY)
    pytester.makeini("[pytest]\n")
    pytester.makepyfile(TEST)
    return pytester


def test_profiles_of_a_program_and_of_a_rung_and_in_a_users_test(project: pytest.Pytester) -> None:
    corpus.freeze(loader.load(project.path / "tasks", "add_up"), cases=40)
    result = project.run(*PROFILE, "add_up:01")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["cachegrind *: workload w0, *reference machine 1*", "counters 1: *"])
    result.stdout.fnmatch_lines(["no bperf: *"])
    result.stdout.fnmatch_lines(["costliest case *: workload corpus, *cases, the median one * instructions"])
    result.stdout.fnmatch_lines(["*case * instructions *case *: *"])
    refused = project.run(*PROFILE, "add_up:99")
    assert refused.ret == 1
    refused.stderr.fnmatch_lines(["ERROR: task add_up has no rung '99'; its ladder: 01_once"])
    used = project.runpytest_subprocess("-k", "session")
    used.assert_outcomes(passed=1)
