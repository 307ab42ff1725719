"""Cells on a real scheduler's real workers, over TCP; one is killed in the middle of a cell."""

import importlib.util
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from guide import commands

from pytest_aiopt.cli.main import main
from pytest_aiopt.journal.events import Finished, Opened, read

pytestmark = [pytest.mark.needs("g++"), pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("processes", ROOT / "benchmarks" / "processes.py")
parts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(parts)
STUDY = """
name = "spread"
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
budget_s = 0.3
confirm_s = 0.2
floor_evaluations = 2
placements = 1
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "tracks.toml").write_text(STUDY)
    shutil.copytree(ROOT / "tasks" / "key_index", tmp_path / "tasks" / "key_index")
    shutil.copy(ROOT / "experiments" / "test_tracks.py", tmp_path / "experiments")
    return tmp_path


@pytest.fixture
def cluster(folder):
    running = parts.Processes(folder)
    yield running
    running.close()


def start(folder, *extra):
    command = [
        *(sys.executable, "-m", "pytest", "experiments/", *extra),
        *("-v", "-p", "no:cacheprovider"),
    ]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def journals(folder, results="results"):
    return sorted((folder / results).rglob("journal.jsonl"))


def wait_for(condition, process):
    end = time.monotonic() + 100
    while time.monotonic() < end and process.poll() is None:
        if condition():
            return
        time.sleep(0.02)
    process.kill()
    raise AssertionError(process.communicate()[0])


def stories(folder, results):
    return [
        [timeless(json.loads(text)["event"]) for text in path.read_text().splitlines()]
        for path in journals(folder, results)
    ]


def timeless(value):
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "seconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def lines(page, word):
    """The commands of the block of a page that contains ``word``, without comments."""
    (block,) = [block.text for block in commands(page) if word in block.text]
    return [shlex.split(line, comments=True) for line in block.splitlines()]


def test_all_cells_complete_though_a_worker_is_killed_in_the_middle_of_one(folder, cluster, capsys):
    cluster.add("one")
    cluster.add("two")
    process = start(folder, "--aiopt-scheduler", cluster.scheduler)
    ran = [*cluster.started[:2], process.args[2:]]
    for typed, words in zip(lines("how-to/cluster.md", "dask scheduler"), ran, strict=True):
        assert [word.replace("tcp://HOST:8786", cluster.scheduler) for word in typed] == words[: len(typed)]
    wait_for(lambda: len([p for p in journals(folder) if p.read_bytes().count(b"\n") >= 3]) == 2, process)
    assert main(["live", "--json", "--results", str(folder / "results")]) == 0
    followed = json.loads(capsys.readouterr().out)
    assert {cell["state"] for cell in followed["cells"]} <= {"running", "finished"}
    before = {path: path.read_bytes() for path in journals(folder)}
    cluster.kill("one")
    output, _ = process.communicate(timeout=200)
    assert process.returncode == 0, output
    assert "2 passed" in output
    assert "is lost; the cell continues from its journal" in output
    assert re.search(r"key_index-track_A-seed_1 noise floor \d", output)  # reported at once
    assert re.search(r"worker tcp://\S+ \(\S+, machine [0-9a-f]{12}\)", output)
    for path in journals(folder):
        events = read(path)
        assert isinstance(events[0], Opened)
        assert isinstance(events[-1], Finished)
        assert path.read_bytes().startswith(before.get(path, b""))  # nothing that had come in was done again

    verified = subprocess.run(
        [sys.executable, "-m", "pytest_aiopt", "verify"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert verified.returncode == 0, verified.stdout

    # The same run on one machine, with its measurements: what was lost on the way would differ.
    shutil.copytree(folder / "two.aiopt" / "cache", folder / "serial" / "cache")  # builds are the same
    process = start(folder, "--aiopt-results", "serial", "--aiopt-replay-measurements", "results")
    output, _ = process.communicate(timeout=200)
    assert process.returncode == 0, output
    assert stories(folder, "serial") == stories(folder, "results")


def test_a_worker_with_other_code_or_tasks_or_without_a_slot_gets_no_cell(folder, cluster):
    elsewhere = folder / "elsewhere"
    shutil.copytree(ROOT / "pytest_aiopt", elsewhere / "pytest_aiopt")
    (elsewhere / "pytest_aiopt" / "extra.py").write_text('"""Not there in the original."""\n')
    cluster.add("changed", PYTHONPATH=str(elsewhere))
    cluster.add("without", resources="gpu=1")
    process = start(folder, "--aiopt-scheduler", cluster.scheduler, "-k", "seed_1")
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "is not used: it has another pytest-aiopt" in line:
            break
    assert lines[-1].startswith("aiopt: worker"), "".join(lines)
    process.send_signal(signal.SIGTERM)  # SIGINT is ignored where a shell started us in the background
    output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    assert not journals(folder)


def test_a_scheduler_that_is_not_there_is_one_line(folder):
    process = start(folder, "--aiopt-scheduler", "tcp://127.0.0.1:1")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.USAGE_ERROR
    assert "no scheduler answers at tcp://127.0.0.1:1" in output
    assert "Traceback" not in output


def test_short_cells_on_workers_that_are_killed_again_and_again_equal_the_serial_run():
    script = ROOT / "benchmarks" / "worker_kills.py"
    done = subprocess.run([sys.executable, script, "--quick"], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["finished"] == figures["cells"] == 16
    assert figures["equal"]
    assert figures["kills"] >= 1
