"""What an iteration costs beside the model and the evaluation: our campaign and OpenEvolve's controller.

Ours is a whole treated cell: search, prompts, edits, rendered profiles, journal with one fsync an event.

Both drive the same fake model (an instant edit of one line) and the same trivial score, in a fresh process
each, alternating. The fake model notes the time of every call, so the time between two calls is one
iteration of whatever engine called it. Figures are from the last 50 iterations, when the engine holds
about ``--programs`` programs.

Usage: python benchmarks/engine_overhead.py [--quick] [--programs 300]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import itertools
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tabulate import tabulate

from pytest_aiopt.model import Candidate, Cell, Completion, Feedback, Prompt, Track
from pytest_aiopt.testing import FakeInstruments

WINDOW = 50
PROGRAM = '#include "task.hpp"\n\nint scan(const int* p, int n) {\n    int seen = 0;\n'
PROGRAM += "".join(f"    seen += p[{i} % n] * {i};\n" for i in range(90)) + "    return seen;\n}\n"
EVALUATOR = "import engine_overhead\n\n\ndef evaluate(path):\n"
EVALUATOR += "    return {'combined_score': engine_overhead.score(open(path).read())}\n"


def score(source: str) -> float:
    """Return a number between 0.5 and 1.5 that depends on the text alone."""
    return 0.5 + int(hashlib.sha256(source.encode()).hexdigest()[:8], 16) / 2**32


class FakeModel:
    """Edits one line of the program in the prompt and appends the time of the call to ``clock``."""

    def __init__(self, clock: Path) -> None:
        self.model = "fake"
        self._clock = clock
        self._calls = 0

    def reply(self, prompt: str) -> str:
        """Return an edit that no earlier call has made."""
        with self._clock.open("a") as file:
            file.write(f"{time.monotonic()}\n")
        self._calls += 1
        current = prompt[prompt.rindex("# Current Program\n") :]
        line = random.Random(self._calls).choice(re.findall(r"^ *seen \+=.*$", current, re.MULTILINE))
        new = f"    seen += p[{self._calls} % n];" + f"\n    seen ^= {self._calls};" * (self._calls % 3)
        return f"<<<<<<< SEARCH\n{line}\n=======\n{new}\n>>>>>>> REPLACE\n"

    async def generate_with_context(self, system_message: str, messages: list[dict[str, str]]) -> str:
        """Answer as OpenEvolve asks."""
        return self.reply(messages[0]["content"])


class Completing:
    """The fake model as a campaign calls it."""

    name = "fake"

    def __init__(self, model: FakeModel) -> None:
        self._model = model

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Answer the user part of ``prompt``."""
        return Completion(self._model.reply(prompt.user), "stop", self.name)


def run_campaign(model: FakeModel, programs: int, folder: Path) -> int:
    """Run a whole treated campaign on instant instruments, journal and all; return the living programs."""
    from pytest_aiopt.campaign.campaign import Campaign
    from pytest_aiopt.journal.events import Opened
    from pytest_aiopt.journal.journal import Journal, Recorder
    from pytest_aiopt.search.openevolve import Search, SearchSettings

    cell, track = Cell("fake", "C", 1), Track("C", "local", Feedback.PROFILE)
    search = Search(system_message="", settings=SearchSettings(), seed=1, iterations=programs)
    campaign = Campaign(
        cell=cell,
        track=track,
        program=Candidate(PROGRAM),
        search=search,
        model=Completing(model),
        instruments=FakeInstruments(speed=score),
        recorder=Recorder(Journal(folder / "journal.jsonl")),
        opened=Opened(cell, track, "fake", "benchmark", programs, PROGRAM, {}, {}),
        iterations=programs,
    )
    campaign.run()
    return len(search.programs)


def run_stock(model: FakeModel, programs: int, folder: Path) -> int:
    """Run OpenEvolve's controller as shipped, with one worker; return how many programs are alive."""
    from openevolve import OpenEvolve
    from openevolve.config import Config, LLMConfig, LLMModelConfig

    (folder / "program.cpp").write_text(PROGRAM)
    (folder / "evaluator.py").write_text(EVALUATOR)
    config = Config(language="cpp")
    config.llm = LLMConfig(models=[LLMModelConfig(name="fake", init_client=lambda _: model)])
    config.evaluator.cascade_evaluation = False
    paths = (str(folder / "program.cpp"), str(folder / "evaluator.py"))
    controller: Any = OpenEvolve(*paths, config=config, output_dir=str(folder / "out"))
    asyncio.run(controller.run(iterations=programs))
    return len(controller.database.programs)


ENGINES: dict[str, Callable[[FakeModel, int, Path], int]] = {"ours": run_campaign, "openevolve": run_stock}


def timed(engine: str, programs: int) -> dict[str, float]:
    """Run ``engine`` in a process of its own; return figures in ms per iteration and the living programs."""
    with tempfile.TemporaryDirectory() as name:
        arguments = ["--engine", engine, "--programs", str(programs), "--folder", name]
        output = subprocess.run(
            [sys.executable, __file__, *arguments], capture_output=True, text=True, timeout=600
        )
        if output.returncode:
            sys.exit(output.stderr)
        alive = int(output.stdout.splitlines()[-1])
        calls = [float(line) for line in (Path(name) / "clock").read_text().splitlines()]
    if len(calls) < programs:
        sys.exit(f"{engine} made {len(calls)} of {programs} calls")
    gaps = [1e3 * (after - before) for before, after in itertools.pairwise(calls)]
    last = gaps[-WINDOW:]
    return {
        "median": statistics.median(last),
        "mean": statistics.fmean(last),
        "worst": max(last),
        "alive": alive,
    }


def compare(programs: int, repetitions: int) -> None:
    """Print the table and the JSON object of ``repetitions`` alternating runs."""
    runs: dict[str, list[dict[str, float]]] = {engine: [] for engine in ENGINES}
    for _ in range(repetitions):
        for engine, collected in runs.items():
            collected.append(timed(engine, programs))
    figures = {
        engine: {key: statistics.median(run[key] for run in collected) for key in collected[0]}
        for engine, collected in runs.items()
    }
    rows = [[engine, *figure.values()] for engine, figure in figures.items()]
    print(f"last {WINDOW} of {programs} iterations, median of {repetitions} run(s)")
    print(
        tabulate(rows, ["engine", "median ms/iteration", "mean", "worst", "programs alive"], floatfmt=".2f")
    )
    summary = {
        "ms_per_iteration": round(figures["ours"]["median"], 3),
        "openevolve_ms_per_iteration": round(figures["openevolve"]["median"], 3),
        "programs": programs,
    }
    print(json.dumps(summary))


def main() -> None:
    """Compare the engines, or run one of them (``--engine``) for a comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one run each, under a minute")
    parser.add_argument("--programs", type=int, default=300, help="iterations, each adding a program")
    parser.add_argument("--engine", choices=sorted(ENGINES), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.engine:
        model = FakeModel(options.folder / "clock")
        print(ENGINES[options.engine](model, options.programs, options.folder))
    else:
        compare(options.programs, repetitions=1 if options.quick else 5)


if __name__ == "__main__":
    main()
