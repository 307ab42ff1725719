"""How right causal profiles are: Lull, Coz and a CPU profile against lines that are really made faster.

The truth is measured in the same session: runs with a line doing less work, in turn with runs that are as
they were. Usage: python benchmarks/profiler_accuracy.py [--quick] [--repeats N] [PROGRAM ...]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tabulate import tabulate

from pytest_aiopt.evaluation.load import LoadGuard
from pytest_aiopt.evaluation.recipe import PROFILED_FLAGS
from pytest_aiopt.evaluation.trusted import NATIVE as SHIM
from pytest_aiopt.profiling import coz, line_table, lull, perf_tool
from pytest_aiopt.profiling.addresses import Image, resolve
from pytest_aiopt.profiling.base import ProfilingFailed
from pytest_aiopt.profiling.causal import Line

PROGRAMS = Path(__file__).parents[1] / "tests" / "data" / "causal"
ITEMS = {"serial": 1500, "barrier": 300, "store": 150, "pipeline": 120, "queue": 1200, "convoy": 3000,
         "crowd": 900, "loop": 2000}  # fmt: skip
QUICK = ("barrier", "store", "pipeline")
NEAR, ZERO, NEAR_ZERO = 0.05, 0.015, 0.03
"""An effect is right within NEAR; where the true one is within ZERO of none, within NEAR_ZERO of none."""

APART = 0.05
"""True effects that differ by more must come in the right order."""

ALLOWED_LOAD = 0.08
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
    """Runs things again that others disturbed, as far as that helps."""

    def __init__(self) -> None:
        self._guard = LoadGuard(frozenset(os.sched_getaffinity(0)), ALLOWED_LOAD)
        self.disturbed = 0

    def __call__(self, action: Callable[[], float]) -> float:
        """Return what ``action`` returns, of its first undisturbed or else its last of three calls."""
        for _ in range(3):
            self._guard.disturbed(0)
            before = os.times()
            result = action()
            after = os.times()
            used = sum(after[:4]) - sum(before[:4])
            if not self._guard.disturbed(used):
                break
            self.disturbed += 1
        return result


def truth(program: Program, rounds: int, quiet: Quiet) -> Effects:
    """Return the true effects: medians over rounds, in each of which everything runs once."""
    cells = [(line, level) for line in program.lines for level in lull.LEVELS]
    ratios: dict[tuple[str, float], list[float]] = {cell: [] for cell in cells}
    for _ in range(rounds):
        base = quiet(program.run)
        for line, level in cells:
            faster = f"{line}={round(100 * (1 - level))}"
            ratios[line, level].append(quiet(partial(program.run, faster)) / base)
    return {cell: 1 - statistics.median(seen) for cell, seen in ratios.items()}


# --- the profilers ---------------------------------------------------------------------------------


def by_lull(program: Program, budget_s: float, folder: Path, seed: int) -> Effects:
    """Return what Lull predicts."""
    library = lull.library(folder)

    def launch(plan: Path, output: Path) -> float:
        before = os.times()
        program.run(environment={"LD_PRELOAD": str(library), "LULL_PLAN": str(plan), "LULL_OUT": str(output)})
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    rows = line_table.read(program.binary, program.source)
    session = lull.Session(rows, program.source, launch, folder, seed)
    return told(program, session.study(budget_s).lines)


def by_coz(program: Program, budget_s: float, folder: Path) -> Effects:
    """Return what Debian's Coz predicts."""
    output = folder / "profile.coz"

    def launch(settings: Mapping[str, str]) -> str:
        output.unlink(missing_ok=True)
        program.run(environment=coz.environment(output, program.source, settings))
        return output.read_text()

    try:
        return told(program, coz.accumulate(launch, budget_s))
    except ProfilingFailed:
        return {}


def by_perf(program: Program, folder: Path) -> Effects:
    """Return what a CPU profile suggests: a line saves its share of the samples."""
    data = folder / "perf.data"
    argv = [
        *perf_tool.record_argv(data, perf_tool.sampling(0.001), 1024),
        str(program.binary),
        str(program.items),
    ]
    subprocess.run(argv, check=True, capture_output=True)
    done = subprocess.run(
        [perf_tool.tool(), "script", "-i", str(data), "-G", "--no-inline", "-F", "ip"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    image = Image(program.binary)
    addresses = [image.address(int(word, 16)) for word in done.stdout.split()]
    sites = resolve(program.binary, {each for each in addresses if each is not None}, program.source)
    names = {number: name for name, number in program.lines.items()}
    shares = dict.fromkeys(program.lines, 0.0)
    for address in addresses:
        site = sites.get(address) if address is not None else None
        if site and site.line in names:
            shares[names[site.line]] += 1 / len(addresses)
    return {(name, level): level * share for name, share in shares.items() for level in lull.LEVELS}


def told(program: Program, lines: Sequence[Line]) -> Effects:
    """Return the effects of the named lines by name."""
    names = {number: name for name, number in program.lines.items()}
    return {
        (names[number], each.at): each.value
        for line in lines
        if (number := int(line.name.rpartition(":")[2])) in names
        for each in line.curve
    }


# --- judging ---------------------------------------------------------------------------------------


def ranked_right(true: Effects, said: Effects) -> bool:
    """Whether lines whose true effects at the middle level are APART come in that order; untold ones last."""
    level = lull.LEVELS[1]
    lines = [line for line, at in true if at == level]
    return all(
        said.get((high, level), 0.0) > said.get((low, level), 0.0)
        for high in lines
        for low in lines
        if true[high, level] > true[low, level] + APART
    )


def errors(true: Effects, said: Effects) -> Iterator[tuple[float, float]]:
    """Yield (true effect, error) for all that was said."""
    for key, value in said.items():
        if key in true:
            yield true[key], value - true[key]


@dataclass
class Score:
    """How one profiler did over all programs and repeats."""

    ranked: list[bool]
    near: list[bool]
    zero: list[bool]

    def add(self, true: Effects, said: Effects) -> None:
        """Count one profile."""
        self.ranked.append(ranked_right(true, said))
        for effect, error in errors(true, said):
            self.near.append(abs(error) <= NEAR)
            if abs(effect) <= ZERO:
                self.zero.append(abs(effect + error) <= NEAR_ZERO)

    def summary(self) -> dict[str, float | None]:
        """Return the keys of the JSON object."""
        parts = {"ranking_right": self.ranked, "within_5pp": self.near, "zero_effect_within_3pp": self.zero}
        return {key: round(statistics.fmean(seen), 3) if seen else None for key, seen in parts.items()}


def overhead(program: Program, folder: Path, quiet: Quiet, pairs: int) -> float:
    """Return by what fraction Lull slows a program down when it only samples."""
    plan = folder / "sampling.plan"
    plan.write_text(lull.plan_text(line_table.read(program.binary, program.source), program.source, []))
    settings = {
        "LD_PRELOAD": str(lull.library(folder)),
        "LULL_PLAN": str(plan),
        "LULL_OUT": str(folder / "sampling.out"),
    }
    ratios = [quiet(lambda: program.run(environment=settings)) / quiet(program.run) for _ in range(pairs)]
    return statistics.median(ratios) - 1


def blocked(whole: bool) -> dict[str, float | None]:
    """Return the keys that blocked_samples.py measures, None unless this is a ``whole`` benchmark."""
    found: dict[str, float | None] = {}
    if whole:
        script = Path(__file__).with_name("blocked_samples.py")
        done = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
    return {key: found.get(key) for key in ("offcpu_error_pct", "class_right")}


def main() -> None:
    """Print a table and a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="*", help=f"default: all of {', '.join(ITEMS)}")
    parser.add_argument("--quick", action="store_true", help="three programs, one short profile of each")
    parser.add_argument("--repeats", type=int, default=0, help="profiles of each program (default 10)")
    parser.add_argument("--budget", type=float, default=0.0, help="seconds a profile")
    options = parser.parse_args()
    repeats = options.repeats or (1 if options.quick else 10)
    budget_s = options.budget or (4.0 if options.quick else lull.BUDGET_S)
    rounds = 1 if options.quick else 3
    quiet = Quiet()
    scores = {name: Score([], [], []) for name in ("lull", "coz", "perf")}
    seconds: list[float] = []
    slower: list[float] = []
    with tempfile.TemporaryDirectory(prefix="aiopt-accuracy-") as name:
        folder = Path(name)
        for chosen in options.programs or (QUICK if options.quick else ITEMS):
            program = compiled(chosen, folder)
            true = truth(program, rounds, quiet)
            said: dict[str, list[Effects]] = {tool: [] for tool in scores}
            for seed in range(repeats):
                started = time.monotonic()
                said["lull"].append(by_lull(program, budget_s, folder, seed))
                seconds.append(time.monotonic() - started)
            if coz.Coz().available() is None:
                said["coz"].append(by_coz(program, budget_s, folder))
            if perf_tool.probe().refusal is None:
                said["perf"].append(by_perf(program, folder))
            slower.append(overhead(program, folder, quiet, rounds))
            for tool, profiles in said.items():
                for profile in profiles:
                    scores[tool].add(true, profile)
            print(tabulate(rows(chosen, true, said), ["program", "line", "faster by", "true", *scores]))
            print(flush=True)
    summary = scores["lull"].summary() | {
        "seconds_per_profile": round(statistics.fmean(seconds), 1),
        "overhead_pct": round(100 * statistics.median(slower), 1),
        **blocked(whole=not (options.quick or options.programs)),
        "disturbed_runs": quiet.disturbed,
        "others": {tool: scores[tool].summary() for tool in ("coz", "perf")},
    }
    print(json.dumps(summary))


def rows(chosen: str, true: Effects, said: Mapping[str, Sequence[Effects]]) -> Iterator[list[str]]:
    """Yield a row for each line and level: the truth and the median of each tool's profiles."""
    for (line, level), effect in true.items():
        cells = []
        for profiles in said.values():
            values = [profile[line, level] for profile in profiles if (line, level) in profile]
            cells.append(f"{statistics.median(values):+.3f}" if values else "-")
        yield [chosen, line, f"{level:.0%}", f"{effect:+.3f}", *cells]


if __name__ == "__main__":
    main()
