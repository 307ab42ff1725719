"""A profiler of a user's own, from a fixture or a hook of a conftest.py, in a cell's real instruments."""

import shutil
from pathlib import Path

import pytest

from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.tasks import loader

ROOT = Path(__file__).parents[2]
TASKS = ROOT / "tests" / "data" / "tasks"
STUDY = """
name = "own"
tasks = ["add_up"]
seeds = [1]
[models]
local = "rewriter-local"
[tracks.C]
model = "local"
feedback = "profile"
"""
PROFILER = """
import pytest
from pytest_aiopt.model import Profile, ProfileItem, ProfileState

class Mine:
    name, version, asked = "mine", "7", []

    def available(self):
        return None

    def profile(self, subject):
        self.asked.append(subject.workload)
        items = (ProfileItem(1, "solve", 0.5, 0.4, 0.6),)
        where = (subject.build.binary_sha, subject.workload)
        return Profile("mine", "7", ProfileState.TAKEN, *where, items=items)
"""
FIXTURE = """
@pytest.fixture
def aiopt_profilers():
    return [Mine()]
"""
HOOK = """
def pytest_aiopt_profilers():
    return [Mine()]
"""
TEST = """
from pytest_aiopt.model import Candidate

def test_instruments(aiopt_task, aiopt_instruments):
    used = aiopt_instruments.surroundings().identity["profilers"]
    print("used:", used)
    taken = aiopt_instruments.profile(Candidate(aiopt_task.program.source))
    print("taken:", [profile.profiler for profile in taken])
    assert any(profile.profiler == "mine" and profile.items[0].line == 1 for profile in taken)

def test_a_group_of_programs(aiopt_profiling):
    with aiopt_profiling("add_up") as session:
        taken = session.profile(session.task.program.source)
        assert [profile.profiler for profile in taken] == ["mine"]
"""


@pytest.mark.needs("g++")
@pytest.mark.parametrize(
    ("conftest", "study", "used"),
    [(FIXTURE, "", "used: mine 7"), (HOOK, 'profilers = ["mine"]\n', "used: mine 7")],
    ids=["fixture", "hook"],
)
def test_a_profiler_of_a_conftest_is_used(pytester, conftest, study, used):
    shutil.copytree(TASKS / "add_up", pytester.path / "tasks" / "add_up")
    corpus.freeze(loader.load(pytester.path / "tasks", "add_up"), cases=20)
    pytester.makeini("[pytest]\n")
    (pytester.path / "tracks.toml").write_text(study + STUDY)
    pytester.makeconftest(PROFILER + conftest)
    pytester.makepyfile(test_tracks=TEST)
    result = pytester.runpytest_inprocess(
        *("-p", "no:hypothesispytest", "-p", "no:benchmark", "-p", "no:timeout", "-s", "test_tracks.py"),
        *("--aiopt-study", "tracks.toml", "--aiopt-tasks-dir", "tasks"),
    )
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines([f"*{used}", "taken: ?'mine'?"])
