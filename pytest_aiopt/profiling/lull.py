"""Lull: causal profiles that include blocked time, on a stock kernel; see docs/lull.md.

A library in the program's process pauses all other threads while a line runs or waits, which makes that line
look faster. This module builds the library, plans what it tries, runs the program until that is enough, and
hands the experiments to ``causal``. The library does nothing that asks for a privilege.
"""

from __future__ import annotations

import platform
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.evaluation.trusted import compile_trusted, find_program
from pytest_aiopt.profiling import causal, coz_file
from pytest_aiopt.profiling.base import ProfilingFailed
from pytest_aiopt.profiling.causal import Line, Run
from pytest_aiopt.profiling.line_table import Row

VERSION = "1"
NATIVE = Path(__file__).parent / "native" / "lull"
END_TO_END = "end-to-end"

LEVELS = (0.25, 0.5, 0.75)
"""Virtual speedups that every line is tried at."""

PERIOD_NS = 1_000_000
WINDOW_NS = 50_000_000
MOST_LINES, LEAST_SHARE = 5, 0.04
"""Lines that are tried: at most so many, each with at least this share of the samples."""

LEAST_SAMPLES = 150
ENOUGH_TIME_S = 12.0

_FLAGS = ("-std=c++17", "-O2", "-fPIC", "-shared", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls",
          "-ftls-model=initial-exec", "-fno-exceptions", "-fno-rtti", "-Wl,--as-needed")  # fmt: skip

Launch = Callable[[Path, Path], None]
"""Runs the program once with Lull reading the plan and appending to the output given; raises ProfilingFailed."""


def library(cache: Path) -> Path:
    """Return the compiled library, kept in ``cache``; raises ToolMissing without g++."""
    compiler = find_program("g++", "apt-get install g++")
    sources = sorted(NATIVE.glob("*.cpp"))
    command = [compiler, *_FLAGS, *map(str, sources), "-ldl", "-lpthread"]
    return compile_trusted(
        command, inputs=[*sources, *sorted(NATIVE.glob("*.hpp"))], cache=cache, name="lull"
    )


def unsupported() -> str | None:
    """Return why Lull cannot work on this machine, or None."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return (
            f"Lull reads the stacks of x86-64 Linux, not of {platform.machine()} {platform.system()}; use Coz"
        )
    return None


@dataclass(frozen=True, slots=True)
class Step:
    """One experiment to make: ``line`` of the source (0: none) looks ``permille`` thousandths faster."""

    line: int
    permille: int


def plan_text(rows: Sequence[Row], source: str, steps: Sequence[Step], *, end_to_end: bool = False) -> str:
    """Return the plan as the library reads it: settings, line names by index, code rows, steps."""
    numbers = sorted({row.site.line for row in rows if row.site} | {step.line for step in steps if step.line})
    index = {number: i for i, number in enumerate(numbers)} | {0: -1}
    text = [f"period {PERIOD_NS}", f"window {WINDOW_NS}", f"end-to-end {int(end_to_end)}"]
    text += [f"line {source}:{number}" for number in numbers]
    text += [f"address {row.address:x} {index[row.site.line] if row.site else -1}" for row in rows]
    text += [f"step {index[step.line]} {step.permille}" for step in steps]
    return "\n".join(text) + "\n"


def steps_for(lines: Sequence[int], blocks: int, seed: int, levels: Sequence[float] = LEVELS) -> list[Step]:
    """Return shuffled blocks, in each every line at every level once and half as many without a speedup.

    Twice as many without as at one level of one line: all lines are compared with them.
    """
    draw, steps = random.Random(seed), []
    for _ in range(blocks):
        block = [Step(line, round(1000 * level)) for line in lines for level in levels]
        block += [Step(0, 0)] * max(2, len(block) // 2)
        draw.shuffle(block)
        steps += block
    return steps


@dataclass(frozen=True, slots=True)
class Study:
    """What was found of a program: lines with their effects, all runs, the samples by line, and the time it took."""

    lines: tuple[Line, ...]
    runs: tuple[Run, ...]
    samples: dict[int, int]
    point: str
    seconds: float


@dataclass(slots=True)
class Session:
    """The runs of one program under Lull. ``folder`` holds plan and output; ``launch`` runs the program."""

    rows: Sequence[Row]
    source: str
    launch: Launch
    folder: Path
    seed: int = 0

    def study(self, budget_s: float = ENOUGH_TIME_S, lines: Sequence[int] = ()) -> Study:
        """Find the costly lines (or take ``lines``), then experiment until the budget is spent."""
        started = time.monotonic()
        sampled, samples = self.sample()
        chosen = list(lines) or costly(samples)
        runs = list(sampled)
        offset = 0
        if chosen:
            steps = steps_for(chosen, 64, self.seed)
            while time.monotonic() - started < budget_s:
                made = self.run(steps[offset % len(steps) :] + steps[: offset % len(steps)])
                runs += made
                offset += sum(len(run.experiments) for run in made)
        point = self._point(runs)
        found = causal.lines(runs, point, seed=self.seed) if point else []
        return Study(tuple(found), tuple(runs), samples, point, time.monotonic() - started)

    def sample(self) -> tuple[list[Run], dict[int, int]]:
        """Run without experiments until there are LEAST_SAMPLES; return the runs and samples by line (0: none)."""
        runs: list[Run] = []
        for _ in range(5):
            runs += self.run([])
            if sum(sum(run.samples.values()) for run in runs) >= LEAST_SAMPLES:
                break
        samples: dict[int, int] = {}
        for run in runs:
            for name, count in run.samples.items():
                number = int(name.rpartition(":")[2])
                samples[number] = samples.get(number, 0) + count
        return runs, samples

    def run(self, steps: Sequence[Step], *, end_to_end: bool = False) -> list[Run]:
        """Run the program once and return what the library wrote."""
        plan, output = self.folder / "plan", self.folder / "lull.out"
        plan.write_text(plan_text(self.rows, self.source, steps, end_to_end=end_to_end))
        output.unlink(missing_ok=True)
        self.launch(plan, output)
        if not output.exists():
            raise ProfilingFailed(
                "Lull wrote nothing: the program is linked statically, or cleared its environment"
            )
        runs = coz_file.parse(output.read_text(errors="replace"))
        if not runs or runs[-1].runtime_ns is None:
            raise ProfilingFailed(
                "the program left without running its exit handlers, so Lull could not finish"
            )
        return runs

    def _point(self, runs: Sequence[Run]) -> str:
        return next((name for run in runs for each in run.experiments for name in each.visits), "")


def costly(samples: dict[int, int]) -> list[int]:
    """Return the lines worth trying, dearest first."""
    total = sum(samples.values())
    ranked = sorted(
        (-count, line) for line, count in samples.items() if line and count >= LEAST_SHARE * total
    )
    return [line for _, line in ranked[:MOST_LINES]]
