"""How right causal profiles are: Lull, Coz and a CPU profile against lines that are really made faster.

A repetition of a program is one record: a round of runs with lines that do less work, and a profile by each
tool. With --records they are appended to a file, which a later call goes on with until all are there; the
table is of the whole file. A repetition that others disturbed too much is made again: what decides that is
the load of the machine alone, never what was measured.

Usage: python benchmarks/profiler_accuracy.py [--quick] [--records FILE] [--seconds N] [PROGRAM ...]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from causal_programs import ITEMS, Effects, Program, Quiet, compiled, medians, truth
from causal_tools import by_coz, by_lull, by_perf, sampling_overhead
from tabulate import tabulate

from pytest_aiopt.profiling.coz import coz
from pytest_aiopt.profiling.lull import session as lull
from pytest_aiopt.profiling.perf import tool as perf_tool

QUICK = ("barrier", "store", "pipeline")
REPEATS, TRUTHS, COZ_REPEATS, QUICK_S = 10, 3, 1, 4.0
"""Repetitions of each program; so many measure the truth, and run Coz; seconds of a quick profile."""

NEAR, ZERO, NEAR_ZERO = 0.05, 0.015, 0.03
"""An effect is right within NEAR; where the true one is within ZERO of none, within NEAR_ZERO of none."""

APART = 0.05
"""True effects that differ by more must come in the right order."""

MOST_DISTURBED = 0.35
"""The share of Lull's runs that others may disturb in a repetition that counts."""

LONGEST_S, WAIT_S = 35.0, 5.0
"""With --seconds a repetition is begun while so much time is left. How long each run waits for quiet."""

TOOLS = ("lull", "coz", "perf")


@dataclass(frozen=True)
class Record:
    """One repetition. Effects by "LINE@LEVEL"; ``said``: by tool. ``overhead``: of Lull's samples."""

    program: str
    repeat: int
    version: str
    true: dict[str, float]
    said: dict[str, dict[str, float]]
    seconds: float
    disturbed: float
    overhead: float | None = None

    @property
    def counts(self) -> bool:
        """Whether the machine was quiet enough."""
        return self.disturbed <= MOST_DISTURBED


def _written(effects: Effects) -> dict[str, float]:
    return {f"{line}@{level}": round(value, 4) for (line, level), value in effects.items()}


def _read(effects: dict[str, float]) -> Effects:
    pairs = ((key.split("@"), value) for key, value in effects.items())
    return {(line, float(level)): value for (line, level), value in pairs}


def repetition(program: Program, repeat: int, budget_s: float, folder: Path) -> Record:
    """Measure the truth and take a profile by each tool."""
    quiet = Quiet(WAIT_S)
    true = truth(program, quiet) if repeat < TRUTHS else {}
    effects, disturbed, seconds = by_lull(program, budget_s, folder, repeat, quiet)
    said = {"lull": _written(effects)}
    if repeat < COZ_REPEATS and coz.Coz().available() is None:
        said["coz"] = _written(by_coz(program, budget_s, folder, quiet))
    if perf_tool.probe().refusal is None:
        said["perf"] = _written(by_perf(program, folder))
    slower = sampling_overhead(program, folder, quiet, 1) if repeat < TRUTHS else None
    version = lull.VERSION
    return Record(program.name, repeat, version, _written(true), said, round(seconds, 2), disturbed, slower)


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

    ranked: list[bool] = field(default_factory=list)
    near: list[bool] = field(default_factory=list)
    zero: list[bool] = field(default_factory=list)

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


def summarised(records: list[Record]) -> dict[str, object]:
    """Print the tables; return what the JSON object says of the records that count."""
    kept = [record for record in records if record.counts]
    scores = {tool: Score() for tool in TOOLS}
    by_program = []
    for name in dict.fromkeys(record.program for record in kept):
        own = [record for record in kept if record.program == name]
        true = medians([_read(record.true) for record in own if record.true])
        alone = Score()
        for record in own:
            alone.add(true, _read(record.said["lull"]))
            for tool, effects in record.said.items():
                scores[tool].add(true, _read(effects))
        print(
            tabulate(rows(name, true, own), ["program", "line", "faster by", "true", *TOOLS, "lull within"])
        )
        print()
        by_program.append([name, len(own), *alone.summary().values()])
    print(tabulate(by_program, ["program", "profiles", *Score().summary()]))
    slower = [record.overhead for record in kept if record.overhead is not None]
    return scores["lull"].summary() | {
        "seconds_per_profile": round(max(record.seconds for record in kept), 1),
        "lull_overhead_pct": round(100 * statistics.median(slower), 1) if slower else None,
        "profiles": len(kept),
        "disturbed_repetitions": len(records) - len(kept),
        "others": {tool: scores[tool].summary() for tool in TOOLS[1:]},
    }


def rows(name: str, true: Effects, own: list[Record]) -> Iterator[list[str]]:
    """Yield a row for each line and level: the truth, the median of each tool's profiles, Lull's extremes."""
    for (line, level), effect in true.items():
        cells = []
        for tool in TOOLS:
            said = [_read(record.said[tool]) for record in own if tool in record.said]
            values = [effects[line, level] for effects in said if (line, level) in effects]
            cells.append(f"{statistics.median(values):+.3f}" if values else "-")
            if tool == "lull":
                extremes = f"{min(values):+.3f} .. {max(values):+.3f}" if values else "-"
        yield [name, line, f"{level:.0%}", f"{effect:+.3f}", *cells, extremes]


# --- collecting ------------------------------------------------------------------------------------


def stored(file: Path | None) -> list[Record]:
    """Return the records of a file; a last line that was cut off is passed over."""
    if file is None or not file.exists():
        return []
    lines = file.read_text().splitlines(keepends=True)
    return [Record(**json.loads(line)) for line in lines if line.endswith("\n")]


def missing(records: Iterable[Record], programs: Iterable[str], repeats: int) -> list[tuple[int, str]]:
    """Return what is still to be made, in rounds over the programs."""
    made = {(record.repeat, record.program) for record in records if record.counts}
    return [each for repeat in range(repeats) for name in programs if (each := (repeat, name)) not in made]


def collect(options: argparse.Namespace, repeats: int, budget_s: float) -> list[Record]:
    """Return the stored records and those that could be made in time, each appended to the file at once."""
    started = time.monotonic()
    records = stored(options.records)
    programs = options.programs or (QUICK if options.quick else ITEMS)
    with tempfile.TemporaryDirectory(prefix="aiopt-accuracy-") as name:
        binaries: dict[str, Program] = {}
        for repeat, chosen in missing(records, programs, repeats):
            left_s = options.seconds - (time.monotonic() - started) - LONGEST_S
            idle = Quiet(max(left_s, 0.0) if options.seconds else WAIT_S).wait()
            if options.seconds and (left_s <= 0 or not idle):
                break
            program = binaries.setdefault(chosen, binaries.get(chosen) or compiled(chosen, Path(name)))
            records.append(repetition(program, repeat, budget_s, Path(name)))
            if options.records:
                with options.records.open("a") as file:
                    file.write(json.dumps(asdict(records[-1])) + "\n")
    return records


def blocked(whole: bool) -> dict[str, float | None]:
    """Return the keys that blocked_samples.py measures, None unless this is a ``whole`` benchmark."""
    found: dict[str, float | None] = {}
    if whole:
        script = Path(__file__).with_name("blocked_samples.py")
        done = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
    return {key: found.get(key) for key in ("offcpu_error_pct", "class_right", "overhead_pct")}


def main() -> None:
    """Print a table and a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="*", help=f"default: all of {', '.join(ITEMS)}")
    parser.add_argument("--quick", action="store_true", help="three programs, one short profile of each")
    parser.add_argument(
        "--repeats", type=int, default=0, help=f"profiles of each program (default {REPEATS})"
    )
    parser.add_argument("--budget", type=float, default=0.0, help="seconds per profile")
    parser.add_argument("--records", type=Path, help="file to go on with")
    parser.add_argument("--seconds", type=float, default=0.0, help="stop in time to end within so many")
    options = parser.parse_args()
    repeats = options.repeats or (1 if options.quick else REPEATS)
    records = collect(options, repeats, options.budget or (QUICK_S if options.quick else lull.BUDGET_S))
    whole = not (options.quick or options.programs or options.records)
    print(json.dumps(summarised(records) | blocked(whole)) if records else "{}")


if __name__ == "__main__":
    main()
