"""How right Lull is on programs by a language model: more threads than processors, and waits for a device.

model_programs/ and the task's frontier hold versions of agg_service from recorded studies. In each, the check
of a report's body is made WORK times. What making it once saves is measured, and is what Lull must say of the
line that holds the check, at the virtual speedup 1 - 1/WORK: within NEAR, or nothing.

Usage: python benchmarks/lull_real.py [--quick] [--records FILE] [--seconds N] [PROGRAM ...]
Runs wait until nobody else uses the machine, and are made again if somebody did. With --records effects are
appended to FILE, and the next call goes on where this one stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from statistics import fmean

from causal_programs import Quiet
from tabulate import tabulate

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Candidate, Effect, Profile, ProfileState
from pytest_aiopt.profiling.base import Subject, run_once
from pytest_aiopt.profiling.lull.profiler import VirtualSpeedup
from pytest_aiopt.tasks import loader
from pytest_aiopt.tasks.loader import Task

ROOT = Path(__file__).parents[1]
TASK = "agg_service"
FOLDERS = (Path(__file__).with_name("model_programs"), ROOT / "tasks" / TASK / "frontier")
CHECK = "std::uint32_t check_of(const Report& report) {"
REPEATED = f"""
[[gnu::noinline]] {CHECK}
    std::uint32_t sum = 0;
    for (int again = 0; again < @WORK@; ++again) {{
        asm volatile("" : : : "memory");
        sum = check_once(report);
        asm volatile("" : : "r"(sum));
    }}
    return sum;
}}
"""
WORK = (2, 4)
"""How often the check is made: virtual speedups of 50 % and 75 % undo it."""
WORKLOADS = ("w0", "w1")
"""Runs of a few milliseconds, and of some ten, with larger reports."""
NEAR = 0.05
"""An effect within so much of the true one is right. The true one's interval is no wider if possible."""
PAIRS, MOST_PAIRS = 20, 200
"""The true effect is measured by so many pairs of runs at a time, and at most."""
WAIT_S, QUICK_WAIT_S = 30.0, 1.0
"""How long to wait for a quiet machine, each time."""
RESAMPLES, SEED = 400, 19

Key = tuple[str, str, int]
"""Program, workload, how often the check is made."""


@dataclass(frozen=True)
class Record:
    """One effect: the share of the run saved. ``said`` by Lull, with its interval; None: nothing."""

    program: str
    workload: str
    work: int
    true: float
    true_low: float
    true_high: float
    said: float | None = None
    low: float | None = None
    high: float | None = None
    detail: str = ""

    @property
    def key(self) -> Key:
        """What is measured once."""
        return self.program, self.workload, self.work

    @property
    def judged(self) -> str:
        """Return "right", "off", "wrong sign" or "silent"."""
        if self.said is None or self.low is None or self.high is None:
            return "silent"
        if abs(self.said - self.true) <= NEAR:
            return "right"
        certain = self.high < 0 < self.true_low or self.true_high < 0 < self.low
        return "wrong sign" if certain else "off"


def programs() -> dict[str, str]:
    """Return the programs with a check, by the start of their names."""
    paths = (path for folder in FOLDERS for path in sorted(folder.glob("*.cpp")))
    found = {path.stem[:8]: path.read_text() for path in paths}
    return {name: text for name, text in found.items() if CHECK in text}


def repeated(program: str, work: int) -> tuple[str, int]:
    """Return the program with its check made ``work`` times, and the line that holds all of the check.

    One line, as Lull judges lines: its statements become one, whose virtual speedup is that of the check.
    """
    start = program.index(CHECK)
    end = program.index("\n}\n", start) + 3
    lines = (line.partition("//")[0].strip() for line in program[start:end].splitlines())
    once = " ".join(lines).replace(CHECK, f"[[gnu::noinline]] {CHECK.replace('check_of', 'check_once')}")
    source = program[:start] + once + REPEATED.replace("@WORK@", str(work)) + program[end:]
    return source, source[:start].count("\n") + 1


def bench_of(task: Task, folder: Path) -> Bench:
    """Return the instruments for a task in a folder."""
    box = Sandbox.probe(folder, allow_unsafe=True)
    made = Toolchain(cache=folder / "builds", sandbox=box)
    return Bench(task, toolchain=made, sandbox=box, meter=MeterSpec(), store=Store(folder / "results"))


def truth(slow: Subject, once: Subject, quiet: Quiet) -> tuple[float, float, float] | None:
    """Return the share of a run that ``once`` saves of ``slow``, with its 95 % interval, by runs in turn.

    As many as make the interval narrow enough; None if the machine is never quiet.
    """

    def pairs() -> list[tuple[float, float]]:
        return [(_taken_s(slow), _taken_s(once)) for _ in range(PAIRS)]

    made: list[tuple[float, float]] = []
    while len(made) < MOST_PAIRS:
        more = quiet(pairs)
        if more is None:
            return None
        made += more
        draw = random.Random(SEED)
        drawn = sorted(_saved(draw.choices(made, k=len(made))) for _ in range(RESAMPLES))
        low, high = drawn[RESAMPLES // 40], drawn[-1 - RESAMPLES // 40]
        if high - low <= NEAR:
            break
    return _saved(made), low, high


def _taken_s(subject: Subject) -> float:
    return run_once(subject, Path(str(subject.build.path))).wall_s


def _saved(pairs: Sequence[tuple[float, float]]) -> float:
    return 1 - fmean(once for _, once in pairs) / fmean(slow for slow, _ in pairs)


def record(key: Key, folder: Path, budget_s: float, quiet: Quiet) -> Record | None:
    """Measure what doing the check once saves, and ask Lull; None if the machine is never quiet."""
    name, workload, work = key
    program = programs()[name]
    slow, line = repeated(program, work)
    once, _ = repeated(program, 1)
    task = replace(loader.load(ROOT / "tasks", TASK), program=Candidate(slow), posed=workload)
    bench = bench_of(task, folder)
    requests = wire.sealed_file(wire.encode_requests(task.requests(task.scored, SEED)))

    def subject(source: str) -> Subject:
        candidate = Candidate(source)
        dynamic = partial(bench.build, candidate, static=False)
        build = bench.build(candidate)
        return Subject(build, requests, workload, task.limits, bench.sandbox, dynamic)

    asked = subject(slow)
    true = truth(asked, subject(once), quiet)
    bench.build(Candidate(slow), static=False)
    profile = quiet(lambda: VirtualSpeedup(budget_s, (line,)).profile(asked)) if true else None
    os.close(requests)
    if true is None or profile is None:
        return None
    share, lowest, highest = (round(each, 4) for each in true)
    measured = Record(*key, share, lowest, highest, detail=_detail(profile))
    effect = _effect(profile, line, 1 - 1 / work)
    if effect is None:
        return measured
    value, least, most = (round(each, 4) for each in (effect.value, effect.low, effect.high))
    return replace(measured, said=value, low=least, high=most)


def _detail(profile: Profile) -> str:
    return "; ".join(each for each in (profile.detail, *profile.lost) if each)


def _effect(profile: Profile, line: int, level: float) -> Effect | None:
    if profile.state is not ProfileState.TAKEN:
        return None
    curves = [item.curve for item in profile.items if item.line == line]
    return next((effect for curve in curves for effect in curve if effect.at == level), None)


def wanted(options: argparse.Namespace, done: Sequence[Record]) -> Iterator[Key]:
    """Yield what is still to be measured."""
    names = options.programs or list(programs())
    keys = [(name, workload, work) for workload in WORKLOADS for name in names for work in WORK]
    known = {each.key for each in done}
    yield from (key for key in (keys[:1] if options.quick else keys) if key not in known)


def show(records: Sequence[Record]) -> None:
    """Print the table and the JSON object."""
    rows = [
        [
            each.program,
            each.workload,
            f"{1 - 1 / each.work:.0%}",
            f"{each.true:+.2f} ({each.true_low:+.2f} to {each.true_high:+.2f})",
            "-" if each.said is None else f"{each.said:+.2f} ({each.low:+.2f} to {each.high:+.2f})",
            each.judged,
        ]
        for each in records
    ]
    print(tabulate(rows, headers=["program", "workload", "line faster by", "true", "Lull", ""]))
    counts = {
        kind: sum(each.judged == kind for each in records)
        for kind in ("right", "off", "wrong sign", "silent")
    }
    print(json.dumps({"effects": len(records), **{kind.replace(" ", "_"): n for kind, n in counts.items()}}))


def main() -> None:
    """Measure what is lacking and print what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="*", help="default: all")
    parser.add_argument("--quick", action="store_true", help="one program, one effect")
    parser.add_argument("--budget", type=float, default=8.0, help="seconds of Lull per effect")
    parser.add_argument("--records", type=Path, help="keep the effects here and go on from them")
    parser.add_argument("--seconds", type=float, default=inf, help="begin no effect after so many")
    options = parser.parse_args()
    records: list[Record] = []
    if options.records and options.records.exists():
        records = [Record(**json.loads(line)) for line in options.records.read_text().splitlines()]
    started, quiet = time.monotonic(), Quiet(QUICK_WAIT_S if options.quick else WAIT_S)
    for key in list(wanted(options, records)):
        if time.monotonic() - started > options.seconds:
            break
        with tempfile.TemporaryDirectory(prefix="aiopt-lull-") as folder:
            made = record(key, Path(folder), options.budget, quiet)
        if made is None:
            print(*key, "left out: the machine was never quiet")
            continue
        records.append(made)
        if options.records:
            with options.records.open("a") as file:
                file.write(json.dumps(asdict(made)) + "\n")
    show(records)


if __name__ == "__main__":
    main()
