"""SIGKILL at random moments of a real cell: real compiler, processes and embedded model."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.needs("g++"), pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
ITERATIONS = 6
KILLS = 10
STUDY = f"""
name = "killed"
tasks = ["key_index"]
seeds = [1]
iterations = {ITERATIONS}
profilers = ["perf cpu-clock", "callgrind"]
[models]
local = "rewriter-local"
[tracks.A]
model = "local"
feedback = "none"
[meter]
budget_s = 0.3
confirm_s = 0.3
floor_evaluations = 2
placements = 1
"""
# Every completed model call leaves a line, whether or not its process lives to record it.
CONFTEST = """
import os
from pytest_aiopt import rewriter

make = rewriter.make

class Counted:
    def __init__(self, model):
        self.model, self.name = model, model.name

    def complete(self, prompt, *, seed):
        completion = self.model.complete(prompt, seed=seed)
        with open(os.environ["CALLS"], "a") as file:
            file.write(f"{prompt.sha} {seed}\\n")
        return completion

rewriter.make = lambda name: Counted(make(name))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a study and, in ``whole``, its uninterrupted run."""
    made = tmp_path_factory.mktemp("killed")
    (made / "pytest.ini").write_text("[pytest]\n")
    (made / "conftest.py").write_text(CONFTEST)
    (made / "tracks.toml").write_text(STUDY)
    shutil.copy(ROOT / "experiments" / "test_tracks.py", made)
    finish(start(made, "whole"))
    return made


def start(folder, results, *extra):
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_tracks.py"),
        *("--aiopt-study", "tracks.toml", "--aiopt-tasks-dir", str(ROOT / "tasks")),
        *("--aiopt-results", results, *extra),
    ]
    environment = os.environ | {"CALLS": str(folder / f"{results}.calls")}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def finish(process):
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output


def story(folder, results):
    """The journal without what a clock wrote into it."""
    (path,) = (folder / results).rglob("journal.jsonl")
    return [timeless(json.loads(line)["event"]) for line in path.read_text().splitlines()]


def timeless(value):
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "seconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def test_ten_kills_change_nothing_and_pay_no_call_twice(folder):
    draw, survived = random.Random(), 0
    for _ in range(KILLS):
        process = start(folder, "killed", "--aiopt-replay-measurements", "whole")
        time.sleep(draw.uniform(1.0, 5.0))
        survived += process.poll() is not None
        process.kill()  # SIGKILL; nothing where it has ended already
        process.communicate()
    finish(start(folder, "killed", "--aiopt-replay-measurements", "whole"))
    assert story(folder, "killed") == story(folder, "whole")
    calls = (folder / "killed.calls").read_text().splitlines()
    assert len(calls) == len(set(calls)) == ITERATIONS
    assert survived < KILLS


def test_a_replayed_recording_gives_the_same_prompts_byte_for_byte(folder):
    finish(start(folder, "again", "--aiopt-replay", "whole"))
    prompts = [
        [event["prompt"] for event in story(folder, results) if event["kind"] == "proposed"]
        for results in ("whole", "again")
    ]
    assert prompts[0] == prompts[1]
    assert len(prompts[0]) == ITERATIONS
    assert not (folder / "again.calls").exists()
