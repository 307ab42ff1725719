"""Ctrl-C and SIGTERM in the middle of cells, with and without workers: real compiler, sandboxes and model."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_aiopt.evaluation.host.lock import MachineLock
from pytest_aiopt.journal.events import Finished, read

pytestmark = [pytest.mark.needs("g++"), pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[2]
STOPS_S = 60.0  # a cell that ignored the signal would run for longer than a test may
PR_SET_CHILD_SUBREAPER = 36
STUDY = """
name = "interrupted"
tasks = ["key_index"]
seeds = [1, 2]
iterations = 2
profilers = ["counters"]
[models]
local = "rewriter-local"
[tracks.A]
model = "local"
feedback = "none"
[meter]
budget_s = 0.4
confirm_s = 0.3
floor_evaluations = 2
placements = 1
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "tracks.toml").write_text(STUDY)
    (tmp_path / "locks").mkdir()
    shutil.copy(ROOT / "experiments" / "test_tracks.py", tmp_path)
    return tmp_path


@pytest.fixture
def orphans():
    """Function that returns the living descendants of this process, which orphans become children of."""
    prctl = ctypes.CDLL(None).prctl
    assert prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    known = children()
    yield lambda: [found for pid in children() - known if lives(pid) and (found := name(pid))]
    prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def children():
    found = set()
    for file in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found.update(map(int, file.read_text().split()))
    return found


def lives(pid):
    """Reap an orphan that has ended: it waits for its new parent, which we are."""
    return os.waitpid(pid, os.WNOHANG) == (0, 0)


def name(pid):
    with suppress(FileNotFoundError):
        return f"{pid} {Path(f'/proc/{pid}/stat').read_text().split()[1:3]}"


def start(folder, results, *extra):
    command = [
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_tracks.py"),
        *("--aiopt-study", "tracks.toml", "--aiopt-tasks-dir", str(ROOT / "tasks")),
        *("--aiopt-results", results, *extra),
    ]
    environment = os.environ | {"TMPDIR": str(folder / "locks")}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def run(folder, results, *extra):
    process = start(folder, results, *extra)
    output, _ = process.communicate(timeout=200)
    assert process.returncode == 0, output


def journals(folder, results):
    return sorted((folder / results).rglob("journal.jsonl"))


def wait_for(folder, results, cells, lines):
    """Wait until so many cells have so many lines."""
    end = time.monotonic() + 100
    while time.monotonic() < end:
        found = [path.read_bytes().count(b"\n") for path in journals(folder, results)]
        if sum(count >= lines for count in found) >= cells:
            return
        time.sleep(0.02)
    raise AssertionError(f"the cells did not get so far: {found}")


def interrupted(process, send, orphans):
    """Send a signal; return the exit code and the output."""
    send()
    output, _ = process.communicate(timeout=STOPS_S)
    left = orphans()
    assert not left
    return process.returncode, output


def stories(folder, results):
    return [
        [timeless(json.loads(text)["event"]) for text in path.read_text().splitlines()]
        for path in journals(folder, results)
    ]


def timeless(value):
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "seconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def test_sigterm_of_the_controller_stops_all_workers_and_loses_nothing(folder, orphans):
    process = start(folder, "results", "-n2")
    wait_for(folder, "results", cells=2, lines=3)
    code, output = interrupted(process, lambda: process.send_signal(signal.SIGTERM), orphans)
    assert code == pytest.ExitCode.INTERRUPTED
    assert "records in results" in output
    before = {path: path.read_bytes() for path in journals(folder, "results")}
    assert len(before) == 2
    for path, data in before.items():
        assert data.endswith(b"\n")
        assert not any(isinstance(event, Finished) for event in read(path))
    with MachineLock(folder / "locks" / "pytest-aiopt-timing.lock"):
        pass
    run(folder, "results", "-n2")
    for path, data in before.items():
        assert path.read_bytes().startswith(data)
        assert isinstance(read(path)[-1], Finished)

    # Ctrl-C reaches the whole process group. The measurements of the run above are replayed, to compare.
    shutil.copytree(folder / "results" / "cache", folder / "again" / "cache")  # builds are the same
    process = start(folder, "again", "-n2", "--aiopt-replay-measurements", "results")
    wait_for(folder, "again", cells=2, lines=4)
    interrupted(process, lambda: os.killpg(process.pid, signal.SIGINT), orphans)
    run(folder, "again", "-n2", "--aiopt-replay-measurements", "results")
    assert stories(folder, "again") == stories(folder, "results")


def test_a_session_without_workers_stops_too(folder, orphans):
    process = start(folder, "results")
    wait_for(folder, "results", cells=1, lines=3)
    code, output = interrupted(process, lambda: process.send_signal(signal.SIGTERM), orphans)
    assert code == pytest.ExitCode.INTERRUPTED
    assert "records in results" in output
    (path,) = journals(folder, "results")
    assert path.read_bytes().endswith(b"\n")
    assert len(read(path)) >= 3
