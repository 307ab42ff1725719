"""A real language model of 135 M parameters behind a real HTTP server: two iterations with the real compiler.

Runs where docs/how-to/models.md was followed; CI does so.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.analysis.outcomes.funnel import funnel
from pytest_aiopt.journal.events import Finished, Proposed, read
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.models import local

pytestmark = [pytest.mark.needs("llama-cpp"), pytest.mark.needs("g++"), pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
STUDY = """
name = "local"
tasks = ["key_index"]
seeds = [1]
iterations = 2
[models.small]
spec = "http://127.0.0.1:{port}/v1#{model}"
max_tokens = 100
context = {context}
[tracks.A]
model = "small"
feedback = "none"
[meter]
budget_s = 0.3
confirm_s = 0.3
floor_evaluations = 2
placements = 1
"""


def start(folder, name, *command):
    """Start a module there; its output is in ``<name>.log``."""
    command = [sys.executable, "-m", *command]
    environment = os.environ | {"NO_PROXY": "127.0.0.1"}
    with (folder / f"{name}.log").open("w") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, env=environment)


def run(folder, name, *args):
    study = ("--aiopt-study", "tracks.toml", "--aiopt-tasks-dir", str(ROOT / "tasks"))
    process = start(
        folder,
        name,
        "pytest",
        "-p",
        "no:cacheprovider",
        "test_tracks.py",
        "--aiopt-results",
        name,
        *study,
        *args,
    )
    code = process.wait(timeout=500)
    print(shown := (folder / f"{name}.log").read_text())
    assert code == 0, shown


def wait_until_served(port, server):
    for _ in range(600):
        assert server.poll() is None, "the server has ended"
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


@pytest.fixture
def served(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "tracks.toml").write_text(STUDY.format(port=port, model=local.MODEL, context=local.CONTEXT))
    shutil.copy(ROOT / "experiments" / "test_tracks.py", tmp_path)
    server = start(tmp_path, "server", "pytest_aiopt", "serve-local", str(port))
    try:
        wait_until_served(port, server)
        yield tmp_path, server
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_two_iterations_of_a_real_model_end_in_the_funnel_and_replay_without_it(served):
    folder, server = served
    run(folder, "live")
    server.terminate()
    server.wait(timeout=30)
    run(folder, "again", "--aiopt-replay", "live")
    live, again = (journal(folder / results) for results in ("live", "again"))
    calls = [event for event in live if isinstance(event, Proposed)]
    message = trajectory(CellRecord.of(live), "live")
    assert isinstance(live[-1], Finished)
    assert funnel(message).calls == len(calls) == 2
    assert all(call.completion.usage.prompt_tokens > 1000 for call in calls)
    assert [e.prompt for e in again if isinstance(e, Proposed)] == [call.prompt for call in calls]
    assert funnel(trajectory(CellRecord.of(again), "again")) == funnel(message)


def journal(results):
    (path,) = results.rglob("journal.jsonl")
    return read(path)
