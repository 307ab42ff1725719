"""How often the meter is wrong about equals and how small an effect it finds, beside three usual estimators.

A program is compared with a variant of itself that does 0, 0.5, 1, 2 or 5 % more work (calibrated against its
start-up time), on an idle machine and with a compiler on the other core. Every comparison has the same
budget. The other three estimators look at one recording: all runs of one program, then all of the other.

- sequential medians: of the wall times of each block; "different" if Mann-Whitney's test says so at 5 %
- best of 5: the fastest of the first five runs of each; "different" if they are 1 % apart
- mean and sd: of the wall times of each block; "different" if the means differ by more than the larger sd

Their power is also shown with the threshold that would leave 5 % false positives in this very session.
Usage: python benchmarks/meter_power.py [--quick] [--record FILE [--for SECONDS]]
With --record the comparisons are kept in FILE: the next call goes on where this one stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from math import log
from pathlib import Path

import numpy as np
from scipy import stats
from tabulate import tabulate

from pytest_aiopt.evaluation.build.placement import BLOCK
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.host.cores import timing_cpu
from pytest_aiopt.evaluation.host.lock import MachineLock
from pytest_aiopt.evaluation.meter.meter import Meter
from pytest_aiopt.evaluation.meter.sides import Side
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.model import Candidate, Decision, Measurement, Workload
from pytest_aiopt.tasks import loader

HERE = Path(__file__).parent
OURS, OTHERS = "paired meter", ("sequential medians", "best of 5", "mean and sd")
EFFECTS = {0.0: "a_a", 0.005: "05pct", 0.01: "1pct", 0.02: "2pct", 0.05: "5pct"}
PLAN = {  # (effect, other core busy): comparisons by our meter and by the others
    (0.0, False): (200, 20),
    (0.005, False): (50, 16),
    (0.01, False): (50, 16),
    (0.02, False): (16, 10),
    (0.05, False): (10, 4),
    (0.0, True): (150, 10),
    (0.01, True): (40, 8),
}
CALIBRATING_RUNS = 60
BLOCKS = 8
"""Of placements: each comparison takes one at random for both sides, as the laboratory's comparisons do."""


class Bench:
    """The program and its variants, and the ways of comparing them."""

    def __init__(self, folder: Path, blocks: int = BLOCKS) -> None:
        self._blocks = blocks
        self.sandbox = Sandbox.probe(folder, allow_unsafe=True)
        self.task = loader.load(HERE, "power_task")
        self._toolchain = Toolchain(cache=folder / "builds", sandbox=self.sandbox)
        self.cpu = timing_cpu()
        self.meter = Meter(self.task, self.sandbox, MachineLock(), self.cpu)
        self.plain = self._binary(self._source(0))
        chunks = int(self.task.scored.params["chunks"])
        start, whole = (statistics.median(self._times(self.plain, name)) for name in ("w1", "w0"))
        equivalent = chunks * whole / (whole - start)  # chunks that take as long as the whole run
        self.slower = {effect: self._source(round(effect * equivalent)) for effect in EFFECTS}

    def _source(self, extra: int) -> str:
        return self.task.program.source.replace("#define EXTRA 0", f"#define EXTRA {extra}")

    def _binary(self, source: str) -> Path:
        task = self.task
        build = self._toolchain.build(source=source, task_dir=task.root, entry=task.entry, flags=task.flags)
        if build.path is None:
            raise SystemExit(f"the benchmark's program does not compile: {build.detail}")
        return Path(build.path)

    def _side(self, source: str, numbers: tuple[int, ...]) -> Side:
        """Return a program in these placements."""
        return Side.placed(self._toolchain, self.task, Candidate(source), numbers)

    def _times(self, binary: Path, workload: str) -> list[float]:
        chosen = next(each for each in self.task.workloads if each.name == workload)
        return [cpu for cpu, _ in self._runs(binary, chosen, CALIBRATING_RUNS, None)]

    def _runs(
        self, binary: Path, workload: Workload, most: int, until: float | None
    ) -> Iterator[tuple[float, float]]:
        """Yield CPU and wall seconds of runs one after another, on a fresh input each."""
        with self.sandbox.series([binary], limits=self.task.limits, cpu=self.cpu) as series:
            for _ in range(most):
                if until is not None and time.monotonic() >= until:
                    return
                requests = self.task.requests(workload, random.getrandbits(63))
                fd, replies = wire.sealed_file(wire.encode_requests(requests)), wire.empty_file()
                series.submit(0, stdin=fd, stdout=replies)
                outcome = series.collect()
                os.close(fd)
                os.close(replies)
                yield outcome.cpu_s, outcome.wall_s

    def ours(self, effect: float, budget_s: float) -> dict[str, object]:
        """Compare by the meter."""
        first = random.randrange(self._blocks) * BLOCK + 1
        numbers = tuple(random.sample(range(first, first + BLOCK), BLOCK))
        slow, fast = self._side(self.slower[effect], numbers), self._side(self._source(0), numbers)
        found = self.meter.compare(slow, fast, self.task.scored, budget_s)
        if not isinstance(found, Measurement):
            raise SystemExit(f"the benchmark's program was refused: {found}")
        runs_s = sum(pair.baseline_s + pair.candidate_s for pair in found.pairs)
        return {
            "estimate": found.log2_speedup * log(2),
            "decision": _sign(found.decision),
            "seconds": found.seconds,
            "overhead": found.seconds / runs_s - 1,
            "dropped": found.dropped,
        }

    def others(self, effect: float, budget_s: float) -> dict[str, dict[str, object]]:
        """Time one block of each program and let the other estimators look at it."""
        blocks = []
        for binary in (self._binary(self.slower[effect]), self.plain):
            until = time.monotonic() + budget_s / 2
            found = list(self._runs(binary, self.task.scored, 10**6, until))
            blocks.append(np.array([wall for _, wall in found]))
        slow, fast = blocks
        medians = log(np.median(slow) / np.median(fast))
        fastest = log(slow[:5].min() / fast[:5].min())
        means = log(slow.mean() / fast.mean())
        apart = abs(slow.mean() - fast.mean()) > max(slow.std(ddof=1), fast.std(ddof=1))
        different = (stats.mannwhitneyu(slow, fast).pvalue < 0.05, abs(fastest) > 0.01, apart)
        return {
            name: {"estimate": estimate, "decision": int(np.sign(estimate)) if yes else 0}
            for name, estimate, yes in zip(OTHERS, (medians, fastest, means), different, strict=True)
        }


def _sign(decision: Decision) -> int:
    return {Decision.FASTER: 1, Decision.SLOWER: -1}.get(decision, 0)


@contextlib.contextmanager
def busy_core(active: bool) -> Iterator[None]:
    """Keep a compiler running on the core that is not the timing core."""
    others = os.sched_getaffinity(0) - {timing_cpu()}
    if not active or not others:
        yield
        return
    loop = f"while :; do g++ -std=c++17 -O2 -c {HERE}/power_task/program.cpp -o /dev/null; done"
    pin = ["taskset", "-c", str(min(others))]
    process = subprocess.Popen([*pin, "sh", "-c", loop], start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def todo(records: list[dict[str, object]], quick: bool) -> list[tuple[float, bool, bool]]:
    """Return the comparisons still lacking as (effect, busy, by our meter), in random order."""
    lacking = []
    for (effect, busy), counts in PLAN.items():
        for ours, wanted in zip((True, False), counts, strict=True):
            name = OURS if ours else OTHERS[0]
            done = sum((r["effect"], r["busy"], r["by"]) == (effect, busy, name) for r in records)
            lacking += [(effect, busy, ours)] * ((2 if quick else wanted) - done)
    random.shuffle(lacking)
    return sorted(lacking, key=lambda each: each[1]) if quick else lacking


def compare(bench: Bench, what: tuple[float, bool, bool], budget_s: float) -> list[dict[str, object]]:
    """Make one comparison and return its records."""
    effect, busy, ours = what
    with busy_core(busy):
        found = {OURS: bench.ours(effect, budget_s)} if ours else bench.others(effect, budget_s)
    return [{"effect": effect, "busy": busy, "by": by, **record} for by, record in found.items()]


def summary(records: list[dict[str, object]]) -> dict[str, dict[str, float]]:
    """Return each estimator's rates by DESIGN's keys; ``*_at_5pct``: threshold from this session's A/A."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    groups: dict[tuple[str, float, bool], list[dict[str, object]]] = defaultdict(list)
    for record in records:
        groups[str(record["by"]), float(str(record["effect"])), bool(record["busy"])].append(record)
    for (by, effect, busy), group in list(groups.items()):
        suffix = "_busy" if busy else ""
        decisions = np.array([record["decision"] for record in group])
        if effect == 0:
            found[by]["a_a_false_positive" + suffix] = float(np.mean(decisions != 0))
            continue
        key = f"power_{EFFECTS[effect]}{suffix}"
        found[by][key] = float(np.mean(decisions > 0))
        equals = [abs(float(str(r["estimate"]))) for r in groups[by, 0.0, busy]]
        if len(equals) >= 20:
            threshold = float(np.quantile(equals, 0.95))
            estimates = np.array([float(str(r["estimate"])) for r in group])
            found[by][f"{key}_at_5pct"] = float(np.mean(estimates > threshold))
    return found


def show(records: list[dict[str, object]], budget_s: float) -> None:
    """Print the table and the JSON object."""
    found = summary(records)
    keys = sorted({key for rates in found.values() for key in rates})
    rows = [[key, *(found.get(by, {}).get(key) for by in (OURS, *OTHERS))] for key in keys]
    print(tabulate(rows, headers=["rate", OURS, *OTHERS], floatfmt=".3f", missingval="-"))
    ours = [record for record in records if record["by"] == OURS]
    counts = {f"{effect:.1%}{' busy' if busy else ''}": 0 for effect, busy in PLAN}
    for record in ours:
        counts[f"{record['effect']:.1%}{' busy' if record['busy'] else ''}"] += 1
    overhead = statistics.median(float(str(record["overhead"])) for record in ours)
    print("comparisons by our meter:", ", ".join(f"{key}: {n}" for key, n in counts.items()))
    print(
        json.dumps(
            {
                **found[OURS],
                "budget_s": budget_s,
                "overhead": overhead,
                "others": {by: found[by] for by in OTHERS},
            }
        )
    )


def main() -> None:
    """Run what is lacking and print what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two comparisons of each kind, 1 s each")
    parser.add_argument("--record", type=Path, help="keep the comparisons here and go on from them")
    parser.add_argument("--for", dest="seconds", type=float, default=float("inf"), help="stop after so long")
    options = parser.parse_args()
    budget_s = 1.0 if options.quick else 5.0
    records: list[dict[str, object]] = []
    if options.record and options.record.exists():
        records = [json.loads(line) for line in options.record.read_text().splitlines()]
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as folder:
        lacking = todo(records, options.quick)
        blocks = 2 if options.quick else BLOCKS
        bench = Bench(Path(folder), blocks) if lacking and options.seconds > 0 else None
        for what in lacking:
            if bench is None or time.monotonic() > end:
                break
            new = compare(bench, what, budget_s)
            records += new
            if options.record:
                with options.record.open("a") as file:
                    file.writelines(json.dumps(record) + "\n" for record in new)
    show(records, budget_s)


if __name__ == "__main__":
    main()
