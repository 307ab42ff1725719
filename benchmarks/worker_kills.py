"""Many short cells on two workers that are killed again and again: complete, and equal to the serial run?

Scheduler, workers, kills (SIGKILL), journals and the search are real. So that a cell takes a fraction of a
second, instruments and model are fakes that answer by the source alone; the model takes its time.

Usage: python benchmarks/worker_kills.py [--quick] [--cells 200]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from processes import Processes
from tabulate import tabulate

from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.tasks import loader

TRACKS = 4
STUDY = """
name = "kills"
tasks = ["one", "two"]
seeds = {seeds}
iterations = 4
[models]
local = "rewriter-local"
strong = "rewriter-strong"
"""
TRACK = '[tracks.{name}]\nmodel = "{model}"\nfeedback = "{feedback}"\n'
FAKES = """
import hashlib, time, types
from pytest_aiopt import testing
from pytest_aiopt.campaign.sources import live, workshop
from pytest_aiopt.profiling import base

def reply(prompt, seed):
    time.sleep(0.03)
    first = testing.current_program(prompt).splitlines()[0]
    return testing.replace_line(first, f"int f{seed}() {{ return {seed}; }}")

def speed(source):
    return 0.5 + int(hashlib.sha256(source.encode()).hexdigest()[:8], 16) / 2**32

def install():
    lab = workshop.Workshop
    lab.bench = lambda self, task, profilers=None: testing.FakeInstruments(speed=speed)
    lab.surroundings = lambda self: testing.FakeInstruments().surroundings()
    live.registry.make = lambda spec: testing.ScriptedModel(reply, str(spec))
    lab.toolchain = types.SimpleNamespace(identity="fake compiler")
    lab.profilers = base.Choice((types.SimpleNamespace(name="fake", version="1"),), {})
    lab.sandbox = types.SimpleNamespace(level=2, warning="")

def dask_setup(worker):
    install()
"""
FILES = {
    "pytest.ini": "[pytest]\n",
    "fakes.py": FAKES,
    "conftest.py": "import sys; sys.path.insert(0, '.'); import fakes; fakes.install()\n",
    "test_tracks.py": "def test_cell(campaign):\n    assert campaign.run().finished\n",
}
TASK = {
    "task.toml": 'title = "Double"\nentry = "twice"\nprompt = "Doubles numbers."\n'
    '[[workloads]]\nname = "w0"\nsplit = "visible"\n'
    '[[workloads]]\nname = "h0"\nsplit = "held_out"\n[criteria]\n'
    + "".join(
        f'{name} = "yes"\n'
        for name in ("self_contained", "fast_evaluation", "non_obvious", "rich", "not_circular")
    ),
    "program.cpp": "int first() { return 1; }\nint second() { return 2; }\n",
    "task.hpp": 'extern "C" int twice(int);\n',
    "driver.cpp": "\n",
    "inputs.py": "from hypothesis import strategies as st\n\n"
    "def cases():\n    return st.binary(max_size=64)\n\n"
    "def workload(rng):\n    return [rng.bytes(64)]\n",
    "reference.py": "def solve(request):\n    return request + request\n",
}


def make_project(folder: Path, seeds: int) -> None:
    """Write a study of 8 cells a seed with tasks of two lines."""
    study = STUDY.format(seeds=list(range(1, seeds + 1)))
    levels = [(model, feedback) for feedback in ("none", "profile") for model in ("local", "strong")]
    for name, (model, feedback) in zip("ABCD", levels, strict=True):
        study += TRACK.format(name=name, model=model, feedback=feedback)
    for path, text in {**FILES, "tracks.toml": study}.items():
        (folder / path).write_text(text)
    for task in ("one", "two"):
        (folder / "tasks" / task).mkdir(parents=True)
        for path, text in TASK.items():
            (folder / "tasks" / task / path).write_text(text)
        corpus.freeze(loader.load(folder / "tasks", task), cases=20)


def start(folder: Path, results: str, *extra: str) -> subprocess.Popen[bytes]:
    """Start pytest over the study; its output goes to RESULTS.log."""
    options = ["-p", "no:cacheprovider", "--aiopt-study", "tracks.toml", "--aiopt-results", results]
    command = [sys.executable, "-m", "pytest", *options, *extra]
    with (folder / f"{results}.log").open("w") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)


def stories(folder: Path) -> dict[str, list[Any]]:
    """Return the events of every cell, without what a clock wrote into them."""
    return {
        str(path.relative_to(folder)): [
            timeless(json.loads(line)["event"]) for line in path.read_text().splitlines()
        ]
        for path in folder.rglob("journal.jsonl")
    }


def timeless(value: Any) -> Any:
    """Return ``value`` without seconds."""
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "seconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def main() -> None:
    """Run the cells serially and on killed workers, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="16 cells")
    parser.add_argument("--cells", type=int, default=200, help="a multiple of 8")
    parser.add_argument("--seed", type=int, default=None, help="of the kills")
    options = parser.parse_args()
    cells = 16 if options.quick else options.cells
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_project(folder, cells // (2 * TRACKS))
        serial = start(folder, "serial")
        if serial.wait():
            sys.exit((folder / "serial.log").read_text())
        found = killed(folder, random.Random(seed))
        one, other = stories(folder / "serial"), stories(folder / "spread")
    whole = [story for story in other.values() if story and story[-1]["kind"] == "finished"]
    shown = {"cells": cells, "finished": len(whole), "equal": one == other, "seed": seed, **found}
    print(tabulate([shown], headers="keys"))
    print(json.dumps(shown))
    if not (shown["equal"] and len(whole) == cells and found["exit"] == 0):
        sys.exit(1)


def written(folder: Path) -> int:
    """Return how many bytes all journals of workers have."""
    return sum(path.stat().st_size for path in folder.glob("worker-*/**/journal.jsonl"))


def killed(folder: Path, draw: random.Random) -> dict[str, Any]:
    """Run the cells on two workers; kill one every few seconds, and start another in its place.

    Not before something new was written: a worker that has only just started has nothing to lose.
    """
    cluster = Processes(folder)
    began, kills, names = time.monotonic(), 0, iter(range(10**6))
    try:
        for _ in range(2):
            cluster.add(f"worker-{next(names)}", preload="fakes.py")
        process = start(folder, "spread", "-v", "--aiopt-scheduler", cluster.scheduler)
        due, before = began + 6.0, 0
        while process.poll() is None:
            time.sleep(0.02)
            if time.monotonic() > due and (now := written(folder)) > before:
                cluster.kill(draw.choice(sorted(cluster.workers)))
                kills += 1
                cluster.add(f"worker-{next(names)}", preload="fakes.py")
                due, before = time.monotonic() + draw.uniform(0.5, 4.0), now
        output = (folder / "spread.log").read_text()
        if process.returncode:
            print(output, file=sys.stderr)
    finally:
        cluster.close()
    resumed = output.count("is lost; the cell goes on")
    return {
        "kills": kills,
        "cells_resumed": resumed,
        "seconds": round(time.monotonic() - began, 1),
        "exit": process.returncode,
    }


if __name__ == "__main__":
    main()
