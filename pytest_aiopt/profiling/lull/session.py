"""Lull: causal profiles that include blocked time, on a stock kernel; see docs/explanation/lull.md.

A library in the program's process pauses all other threads while a line runs or waits, which makes that line
look faster. This module builds the library, plans the experiments, runs the program until there are enough,
and passes them to ``causal``. It works best if the process may open a software performance counter on itself
(perf_event_paranoid 2, no seccomp filter against it), and needs no other privilege.
"""

from __future__ import annotations

import os
import platform
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_aiopt.evaluation.host.load import LoadGuard
from pytest_aiopt.evaluation.sandbox.trusted import compile_trusted, find_program
from pytest_aiopt.model import Effect
from pytest_aiopt.profiling import causal
from pytest_aiopt.profiling.base import ProfilingFailed
from pytest_aiopt.profiling.causal import Line, Run
from pytest_aiopt.profiling.coz import coz_file
from pytest_aiopt.profiling.line_table import Row
from pytest_aiopt.profiling.lull.stretch import Stretch, stretch

VERSION = "4"
NATIVE = Path(__file__).parent / "native"
END_TO_END = "end-to-end"

CONFIRMED, CONFIRM_S = 0.9, 5.0
"""Beyond causal.TRUSTED only whole runs are reliable: the speedup at which they test the top line, and their
time budget.
"""

LEAST_REPEATS, MOST_REPEATS = 3, 10

LEVELS = (0.25, 0.5, 0.75)
"""Virtual speedups tried on every line."""

PERIOD_NS = 200_000
WINDOW_NS = 50_000_000
MOST_LINES, LEAST_SHARE = 5, 0.04
"""Maximum number of lines to try, and minimum share of samples of each."""

LEAST_SAMPLES = 150
SHORT_RUN_WINDOWS = 4
"""Shorter runs, in windows, are one experiment each."""

SHORT_BUDGET_S, CERTAIN = 5.5, 0.10
"""Maximum seconds of whole runs; half suffices if no effect's interval is wider than CERTAIN by then."""

SAMPLING_RUNS = 5
PLANNED_BLOCKS = 64
BUDGET_S = 8.0

_FLAGS = ("-std=c++17", "-O2", "-fPIC", "-shared", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls",
          "-ftls-model=initial-exec", "-fno-exceptions", "-fno-rtti", "-Wl,--as-needed")  # fmt: skip

ALLOWED_LOAD = 0.08
"""Maximum share of the processors that other processes may use during a valid run."""

Launch = Callable[[str], tuple[float, str]]
"""Runs the program once under Lull with the given plan; returns the used CPU seconds and Lull's output, or
raises ProfilingFailed.
"""

Alone = Callable[[], tuple[float, float]]
"""Runs the program once without Lull, as it is timed; returns the used CPU seconds and the time it took."""


def shared_object(cache: Path) -> Path:
    """Return the compiled library, cached in ``cache``; raises ToolMissing without g++."""
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
    """One planned experiment: ``line`` of the source (0: none) looks ``permille`` thousandths faster."""

    line: int
    permille: int


def plan_text(
    rows: Sequence[Row], source: str, steps: Sequence[Step], *, end_to_end: bool = False, paced: bool = False
) -> str:
    """Return the plan in the library's format: settings, line names by index, code rows, steps.

    ``paced``: without performance counters, for processes that may not open any.
    """
    numbers = sorted({row.site.line for row in rows if row.site} | {step.line for step in steps if step.line})
    index = {number: i for i, number in enumerate(numbers)} | {0: -1}
    text = [f"period {PERIOD_NS}", f"window {WINDOW_NS}", f"end-to-end {int(end_to_end)}"]
    text += ["paced 1"] * paced
    text += [f"line {source}:{number}" for number in numbers]
    text += [f"address {row.address:x} {index[row.site.line] if row.site else -1}" for row in rows]
    text += [f"step {index[step.line]} {step.permille}" for step in steps]
    return "\n".join(text) + "\n"


def steps_for(lines: Sequence[int], blocks: int, seed: int, levels: Sequence[float] = LEVELS) -> list[Step]:
    """Return shuffled blocks, each with every line at every level once and half as many without a speedup.

    There are twice as many without a speedup as at one level of one line, because all lines are compared with
    them.
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
    """The result for a program: lines with their effects, the valid runs, samples by line (0: none).

    ``disturbed``: number of the ``made`` runs in which other processes used the processors; they are left out
    if enough others remain. ``stretch``: how much longer whole runs are than without Lull; None if runs are
    long enough for several experiments each, or none was made without Lull.
    """

    lines: tuple[Line, ...]
    runs: tuple[Run, ...]
    samples: dict[int, int]
    disturbed: int
    seconds: float
    made: int = 0
    stretch: Stretch | None = None


def _guard() -> LoadGuard:
    return LoadGuard(frozenset(os.sched_getaffinity(0)), ALLOWED_LOAD)


@dataclass(slots=True)
class Session:
    """The runs of one program under Lull, made by ``launch``.

    ``clock``: the clock of the budgets, in seconds. ``alone``: if given, whole runs take turns with runs
    without Lull, and effects are shares of those.
    """

    rows: Sequence[Row]
    source: str
    launch: Launch
    seed: int = 0
    clock: Callable[[], float] = time.monotonic
    alone: Alone | None = None
    _undisturbed: list[Run] = field(default_factory=list)
    _disturbed: list[Run] = field(default_factory=list)
    _alone: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})  # by: disturbed
    _guard: LoadGuard = field(default_factory=_guard)

    def study(self, budget_s: float = BUDGET_S, lines: Sequence[int] = ()) -> Study:
        """Find the costly lines (or take ``lines``), then experiment until the budget is spent.

        If a run is too short for several experiments, each run is one experiment from end to end, and half
        the time may suffice.
        """
        started = self.clock()
        samples = self._sample()
        runs = self._undisturbed + self._disturbed
        short = min(run.runtime_ns or 0 for run in runs) < SHORT_RUN_WINDOWS * WINDOW_NS
        chosen = list(lines) or costly(samples)
        steps = steps_for(chosen, PLANNED_BLOCKS, self.seed)
        if short:
            budget_s = min(budget_s, SHORT_BUDGET_S)
        offset, looked = 0, not short
        while chosen and (spent := self.clock() - started) < budget_s:
            if not looked and spent >= budget_s / 2:
                looked = True  # once: repeated looks inflate the false-positive rate
                if self._certain(len(chosen)):
                    break
            planned = steps[offset:] + steps[:offset]
            made = self._run(planned[:1] if short else planned, end_to_end=short)
            if short and not planned[0].permille:
                self._run_alone()
            offset = (offset + max(1, len(made.experiments))) % len(steps)
        runs = self._runs_that_count()
        found = causal.lines(
            runs, END_TO_END if short else _point(runs), seed=self.seed, alone_ns=self._alone_ns()
        )
        spent = self.clock() - started
        count = len(self._undisturbed) + len(self._disturbed)
        base_ns = [each.duration_ns for each in causal.merge(runs) if each.speedup == 0]
        longer = stretch(base_ns, self._alone_ns())
        return Study(tuple(found), tuple(runs), samples, len(self._disturbed), spent, count, longer)

    def _certain(self, count: int) -> bool:
        """Whether whole runs suffice for the effects of ``count`` lines at every level."""
        runs = self._runs_that_count()
        found = causal.lines(runs, END_TO_END, seed=self.seed, alone_ns=self._alone_ns())
        widths = [each.high - each.low for line in found for each in line.curve]
        return len(widths) == count * len(LEVELS) and max(widths) <= CERTAIN

    def _runs_that_count(self) -> list[Run]:
        """Return the undisturbed runs, or all if most experiments were disturbed."""
        most = _experiments(self._undisturbed) >= _experiments(self._disturbed)
        return self._undisturbed if most else self._undisturbed + self._disturbed

    def _alone_ns(self) -> list[float]:
        """Return the times of the undisturbed runs without Lull, or of all if most were disturbed."""
        undisturbed, disturbed = self._alone[False], self._alone[True]
        return undisturbed if len(undisturbed) >= len(disturbed) else undisturbed + disturbed

    def end_to_end(
        self, line: int, level: float = CONFIRMED, repeats: int = MOST_REPEATS, budget_s: float = CONFIRM_S
    ) -> Effect | None:
        """Measure one line at one level by whole runs that alternate with runs without a speedup.

        None if fewer than LEAST_REPEATS of each fit into the budget, or the effect is not certain enough.
        """
        started = self.clock()
        steps = [Step(line, round(1000 * level)), Step(0, 0)]
        known, disturbed = len(self._undisturbed), len(self._disturbed)
        for done in range(repeats):
            spent = self.clock() - started
            if done and spent * max(done + 1, LEAST_REPEATS) / done > budget_s:
                break
            for step in steps:
                self._run([step], end_to_end=True)
        made = causal.merge(self._undisturbed[known:])
        if len(made) < 2 * LEAST_REPEATS:
            made += causal.merge(self._disturbed[disturbed:])
        base, own = ([each for each in made if (each.speedup > 0) is faster] for faster in (False, True))
        if min(len(base), len(own)) < LEAST_REPEATS:
            return None
        alone_ns = self._alone_ns()
        found = causal.effect(
            base, own, END_TO_END, level, self.seed, visits=LEAST_REPEATS, alone_ns=alone_ns
        )
        return found if found and causal.certain(found, alone_ns) else None

    def _sample(self) -> dict[int, int]:
        """Run without experiments until there are LEAST_SAMPLES; return the samples by line."""
        samples: dict[int, int] = {}
        for _ in range(SAMPLING_RUNS):
            for name, count in self._run([]).samples.items():
                number = int(name.rpartition(":")[2])
                samples[number] = samples.get(number, 0) + count
            if sum(samples.values()) >= LEAST_SAMPLES:
                break
        return samples

    def _run_alone(self) -> None:
        if self.alone is None:
            return
        before_s = time.process_time()
        used_s, taken_s = self.alone()
        self._alone[self._guard.disturbed(used_s + time.process_time() - before_s)].append(1e9 * taken_s)

    def _run(self, steps: Sequence[Step], *, end_to_end: bool = False) -> Run:
        """Run the program once and return the library's output."""
        before_s = time.process_time()
        used_s, written = self.launch(plan_text(self.rows, self.source, steps, end_to_end=end_to_end))
        if not written:
            raise ProfilingFailed("Lull wrote nothing: the program is static, or cleared its environment")
        try:
            runs = coz_file.parse(written)
        except coz_file.CozFormatError as error:
            raise ProfilingFailed(str(error)) from error
        if len(runs) != 1 or runs[0].runtime_ns is None:
            raise ProfilingFailed("the program left without its exit handlers: Lull could not finish")
        disturbed = self._guard.disturbed(used_s + time.process_time() - before_s)
        (self._disturbed if disturbed else self._undisturbed).append(runs[0])
        return runs[0]


def _experiments(runs: Sequence[Run]) -> int:
    return sum(len(run.experiments) for run in runs)


def _point(runs: Sequence[Run]) -> str:
    """Return the name of the progress point; "" if none was visited."""
    return next((name for run in runs for each in run.experiments for name in each.visits), "")


def costly(samples: dict[int, int]) -> list[int]:
    """Return the lines worth trying, costliest first."""
    total = sum(samples.values())
    ranked = sorted(
        (-count, line) for line, count in samples.items() if line and count >= LEAST_SHARE * total
    )
    return [line for _, line in ranked[:MOST_LINES]]
