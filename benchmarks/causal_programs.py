"""The ground-truth programs of profiler_accuracy.py, and what a faster line of theirs really saves."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pytest_aiopt.evaluation.build.recipe import PROFILED_FLAGS
from pytest_aiopt.evaluation.host.load import LoadGuard
from pytest_aiopt.evaluation.sandbox.trusted import NATIVE as SHIM
from pytest_aiopt.profiling.lull import session as lull

PROGRAMS = Path(__file__).parents[1] / "tests" / "data" / "causal"
ITEMS = {"serial": 1500, "barrier": 300, "store": 150, "pipeline": 120, "queue": 1200, "convoy": 3000,
         "crowd": 900, "loop": 2000}  # fmt: skip
"""Sizes at which a run takes about a second."""

ALLOWED_LOAD = 0.08
ATTEMPTS = 4
LOOK_S = 0.2
Result = TypeVar("Result")
_MARK = re.compile(r"// ([A-Z_]+)$")

Effects = dict[tuple[str, float], float]
"""The fraction of time saved, by line and by how much less time that line takes."""


@dataclass(frozen=True)
class Program:
    """A compiled ground-truth program and its lines by name."""

    name: str
    binary: Path
    items: int
    lines: Mapping[str, int]

    @property
    def source(self) -> str:
        """The file name that line tables know it by."""
        return f"{self.name}.cpp"

    def run(self, *faster: str, environment: Mapping[str, str] | None = None) -> float:
        """Run it; return the seconds that it took by its own clock."""
        argv = [str(self.binary), str(self.items), *faster]
        done = subprocess.run(
            argv,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return float(done.stdout.split()[1])


def compiled(name: str, folder: Path) -> Program:
    """Compile a program as candidates are for profilers in their process."""
    source = PROGRAMS / f"{name}.cpp"
    flags = ["-std=c++17", "-O2", "-g1", "-fno-pie", "-no-pie", *PROFILED_FLAGS, "-I", str(SHIM)]
    subprocess.run(["g++", *flags, str(source), "-o", str(folder / name), "-lpthread"], check=True)
    marks = ((number, _MARK.search(line)) for number, line in enumerate(source.read_text().splitlines(), 1))
    return Program(name, folder / name, ITEMS[name], {mark[1]: number for number, mark in marks if mark})


class Quiet:
    """Runs things while nobody else uses the machine, and again where somebody did, as far as that helps.

    ``wait_s``: how long to wait for that before each run.
    """

    def __init__(self, wait_s: float) -> None:
        self._wait_s, self.waited_s = wait_s, 0.0
        self._guard = LoadGuard(frozenset(os.sched_getaffinity(0)), ALLOWED_LOAD)

    def __call__(self, action: Callable[[], Result]) -> Result | None:
        """Return what ``action`` returns when nobody disturbs it; None where somebody always did."""
        for _ in range(ATTEMPTS):
            self.wait()
            before = os.times()
            result = action()
            after = os.times()
            if not self._guard.disturbed(sum(after[:4]) - sum(before[:4])):
                return result
        return None

    def wait(self) -> bool:
        """Wait until nobody else uses the machine, at most ``wait_s``; return whether it is so."""
        started, idle = time.monotonic(), False
        self._guard.disturbed(0)
        while not idle and time.monotonic() < started + self._wait_s:
            time.sleep(LOOK_S)
            idle = not self._guard.disturbed(0)
        self.waited_s += time.monotonic() - started
        return idle

    def clock(self) -> float:
        """Return seconds that pass except while this waits."""
        return time.monotonic() - self.waited_s


def truth(program: Program, quiet: Quiet) -> Effects:
    """Return the effects seen when everything runs once; without those of which a run was disturbed."""
    base = quiet(program.run)
    found: Effects = {}
    for line in program.lines:
        for level in lull.LEVELS:
            took = quiet(partial(program.run, f"{line}={round(100 * (1 - level))}"))
            if base and took:
                found[line, level] = 1 - took / base
    return found


def medians(rounds: list[Effects]) -> Effects:
    """Return the median of each effect over rounds."""
    cells = dict.fromkeys(cell for each in rounds for cell in each)
    return {cell: statistics.median(each[cell] for each in rounds if cell in each) for cell in cells}
