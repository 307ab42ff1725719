"""Blocked samples against programs that know their waits; the cost of profiling; whether twins move the top.

usage: blocked_samples.py [--quick] [--part waits] [--part costs] [--part twins] [TASK ...]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tabulate import tabulate

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import ItemKind, Profile, ProfileState
from pytest_aiopt.profiling.base import choose, dearest_line
from pytest_aiopt.profiling.lull import session as lull
from pytest_aiopt.profiling.perf.blocked import BlockedSamples
from pytest_aiopt.profiling.perf.hotlines import HotLines
from pytest_aiopt.profiling.registry import groups
from pytest_aiopt.profiling.valgrind.callgrind import Callgrind
from pytest_aiopt.tasks import loader

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from ground_truth import Observed, observe  # noqa: E402, shared with the tests

PROGRAMS = ROOT / "tests" / "data" / "profiles"
WAITS = {
    ("lock_convoy", 250): {"WAIT": ItemKind.LOCK},
    ("io_barrier", 100): {"FSYNC": ItemKind.IO, "SLEEP": ItemKind.OTHER, "BARRIER": ItemKind.LOCK},
    ("pipe_wait", 150): {
        "SLEEP": ItemKind.OTHER,
        "READ": ItemKind.IO,
        "POLL": ItemKind.IO,
        "CONDITION": ItemKind.LOCK,
    },
    ("oversubscription", 150): {"WORK": ItemKind.SCHEDULING},
}
"""Planted waits and their classes, by program and size."""

VARYING = {"io_barrier"}
"""The length of its runs is the disk's; two of them say nothing of the profiler's overhead."""


QUICK_TASKS = 1
"""Tasks that --quick looks at, the first ones."""

PARTS = ("waits", "costs", "twins")


def main() -> None:
    """Print the tables, then one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one capture instead of 10, and one task")
    parser.add_argument("--part", choices=PARTS, action="append", help="do this part alone; may be repeated")
    parser.add_argument("tasks", nargs="*", help="for costs and twins; default: all")
    options = parser.parse_args()
    captures = 1 if options.quick else 10
    tasks = options.tasks or loader.discover(ROOT / "tasks")[: QUICK_TASKS if options.quick else None]
    done = {
        "waits": lambda: _tell_waits(captures),
        "costs": lambda: _tell_costs(tasks),
        "twins": lambda: _tell_twins(tasks, captures),
    }
    found: dict[str, float] = {}
    for part in options.part or PARTS:
        found |= done[part]()
        print(flush=True)
    print(json.dumps(found))


def _tell_waits(captures: int) -> dict[str, float]:
    rows = [row for program, size in WAITS for row in _waits(program, size, captures)]
    head = ("program", "wait", "capture", "truth s", "measured s", "error %", "class right", "overhead %")
    print(tabulate(rows, head, floatfmt=".3f"))
    errors = [row[5] for row in rows]
    return {
        "offcpu_error_pct": round(max(errors), 2),
        "offcpu_error_pct_median": round(median(errors), 2),
        "class_right": sum(row[6] for row in rows) / len(rows),
        "overhead_pct": round(median(row[7] for row in rows if row[0] not in VARYING), 2),
    }


def _tell_costs(tasks: Sequence[str]) -> dict[str, float]:
    rows = [(name, round(first, 2), round(again, 3)) for name, first, again in _costs(tasks)]
    print(tabulate(rows, ("task", "profiling a parent, s", "cached, s")))
    return {
        "seconds_per_profile": max(cost for _, cost, _ in rows),
        "seconds_cached": max(cost for _, _, cost in rows),
    }


def _tell_twins(tasks: Sequence[str], captures: int) -> dict[str, float]:
    rows = list(_twins(tasks, captures))
    print(tabulate(rows, ("task", "twin", "top line", "top line of the twin", "moved", "captures")))
    return {"twins_moved": sum(row[4] for row in rows) / max(1, sum(row[5] for row in rows))}


def _waits(
    program: str, size: int, captures: int
) -> Iterator[tuple[str, str, int, float, float, float, int, float]]:
    for capture in range(captures):
        with tempfile.TemporaryDirectory() as folder:
            seen = observe(BlockedSamples(), PROGRAMS / program, size, Path(folder))
        if seen.profile.state is not ProfileState.TAKEN:
            raise SystemExit(f"{program}: {seen.profile.detail}")
        for mark, kind in WAITS[program, size].items():
            truth = seen.truth["RUNNABLE" if mark == "WORK" else mark]
            measured = _ready_s(seen) if mark == "WORK" else seen.off_cpu_s(mark)
            # The wait's own class; being ready but not run after it is the machine's.
            classes = {k: share for k, share in seen.items(mark).items() if k.off_cpu}
            own = {k: v for k, v in classes.items() if k is not ItemKind.SCHEDULING} or classes
            right = max(own, key=lambda k: own[k]) is kind
            error = 100 * abs(measured / truth - 1)
            yield program, mark, capture, truth, measured, error, int(right), _overhead(seen.profile)


def _ready_s(seen: Observed) -> float:
    """Seconds ready but not running after the first turn of each thread, which the program cannot see."""
    first = sum(item.value for item in seen.profile.items if not item.line) * seen.thread_s
    return sum(thread.scheduling_s for thread in seen.profile.threads[1:]) - first


def _overhead(profile: Profile) -> float:
    """Percent by which the recorded run was longer than the plain one beside it."""
    plain, recorded = (float(word) for word in profile.detail.replace(",", "").split() if word[0].isdigit())
    return 100 * (recorded / plain - 1)


def _bench(name: str, folder: Path) -> Bench:
    sandbox = Sandbox.probe(folder / "cache", allow_unsafe=True)
    return Bench(
        loader.load(ROOT / "tasks", name),
        toolchain=Toolchain(cache=folder / "cache" / "builds", sandbox=sandbox),
        sandbox=sandbox,
        profilers=choose(groups()),
        meter=MeterSpec(),
        store=Store(folder / "results"),
    )


def _costs(tasks: Sequence[str]) -> Iterator[tuple[str, float, float]]:
    for name in tasks:
        with tempfile.TemporaryDirectory() as folder:
            bench = _bench(name, Path(folder))
            bench.build(bench.task.program)
            lull.shared_object(Path(folder) / "cache" / "builds")  # as it was for the parent before
            seconds = []
            for _ in range(2):
                started = time.monotonic()
                bench.profile(bench.task.program)
                seconds.append(time.monotonic() - started)
            yield name, seconds[0], seconds[1]


def _twins(tasks: Sequence[str], captures: int) -> Iterator[tuple[str, str, int, int, int, int]]:
    """For every twin: how often the line with most time differs from that on the workload it is twin of."""
    on_cpu = (HotLines(), Callgrind())
    for name in tasks:
        with tempfile.TemporaryDirectory() as folder:
            bench = _bench(name, Path(folder))
            if bench.task.counted:
                continue  # its twins move which decisions count, and no profile shows that
            # Where programs may wait, time of all threads counts, as in the check of tasks.
            timed = choose([(BlockedSamples(), *on_cpu) if bench.waits else on_cpu]).profilers
            source, workloads = bench.task.program.source, {w.name: w for w in bench.task.workloads}
            for twin in (workload for workload in workloads.values() if workload.twin_of):
                tops = []
                for seed in range(captures):
                    pair = []
                    for workload in (workloads[twin.twin_of or ""], twin):
                        with bench.profiling(workload, seed, timed) as session:
                            pair.append(dearest_line(session.profile(source)) or 0)
                    tops.append(pair)
                moved = sum(one != other for one, other in tops)
                yield name, twin.name, tops[0][0], tops[0][1], moved, captures


if __name__ == "__main__":
    main()
