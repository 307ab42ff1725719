"""What the gate and the sandbox cost beside the candidate, and whether the sandbox distorts a timed run.

- Gate: the whole frozen corpus of each task, asked twice, verified; less the candidate's own time (from
  exec to exit, as its supervisor saw it).
- Start-up: a program that does nothing, from the call to the outcome.
- Distortion: CPU time of a run of about 100 ms inside (as the meter runs candidates: in a series) against
  without any sandbox, in pairs of random order on one core; 20 %-trimmed mean of the log ratios with
  Yuen's interval.

Usage: python benchmarks/gate_throughput.py [--quick]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tabulate import tabulate

from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.gate.gate import Gate
from pytest_aiopt.evaluation.host.cores import timing_cpu
from pytest_aiopt.evaluation.host.lock import MachineLock
from pytest_aiopt.evaluation.meter.estimate import estimate
from pytest_aiopt.evaluation.sandbox.device import device_of
from pytest_aiopt.evaluation.sandbox.sandbox import RunOutcome, Sandbox
from pytest_aiopt.evaluation.sandbox.series import Series
from pytest_aiopt.model import Limits
from pytest_aiopt.tasks import loader

TASKS = Path(__file__).parents[1] / "tasks"
NOTHING = "int main() { return 0; }"
WORK = """
#include <cstdint>
#include <cstdlib>
int main() {
    std::uint64_t state = 88172645463325252u;
    std::uint32_t* table = static_cast<std::uint32_t*>(std::calloc(1 << 18, 4));
    for (int i = 0; i < 14000000; ++i) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        table[state >> 46] += static_cast<std::uint32_t>(state);
    }
    return table[12345] == 7;
}
"""
LIMITS = Limits(cpu_s=10, memory_mb=256, output_mb=1)


class Recording:
    """A sandbox that keeps what the programs themselves took."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.own_s = 0.0

    def run(self, *arguments: Any, **options: Any) -> RunOutcome:
        """Run and add up."""
        outcome = self._sandbox.run(*arguments, **options)
        self.own_s += outcome.wall_s
        return outcome


def gate_costs(box: Sandbox, cache: Path, repetitions: int) -> list[list[Any]]:
    """Return per task: name, cases, median ms of the gate alone and of the candidate within it."""
    rows = []
    for name in loader.discover(TASKS):
        task = loader.load(TASKS, name)
        build = Toolchain(cache=cache / "builds", sandbox=box).build(
            source=task.program.source, task_dir=task.root, entry=task.entry, flags=task.flags
        )
        recording = Recording(box.beside(device_of(task.root, cache)))
        gate = Gate(task, corpus.load(task), recording)  # type: ignore[arg-type]
        alone, own = [], []
        for _ in range(repetitions):
            recording.own_s = 0.0
            began = time.perf_counter()
            verdict = gate.check(Path(build.path or ""))
            taken = time.perf_counter() - began
            assert verdict.status == "passed", verdict
            alone.append(1e3 * (taken - recording.own_s))
            own.append(1e3 * recording.own_s)
        rows.append([name, verdict.cases, statistics.median(alone), statistics.median(own)])
    return rows


def compiled(source: str, cache: Path, name: str) -> Path:
    """Return a static binary of ``source``."""
    path = cache / name
    command = ["g++", "-O2", "-static", "-x", "c++", "-", "-o", str(path)]
    subprocess.run(command, input=source, text=True, check=True)
    return path


def start_up(box: Sandbox, binary: Path) -> float:
    """Return the milliseconds from a call to its outcome."""
    with open(os.devnull, "r+b") as null:
        began = time.perf_counter()
        box.run(binary, stdin=null.fileno(), stdout=null.fileno(), limits=LIMITS)
        return 1e3 * (time.perf_counter() - began)


def inside(series: Series) -> float:
    """Return the CPU seconds of a run in a series."""
    with open(os.devnull, "r+b") as null:
        series.submit(0, stdin=null.fileno(), stdout=null.fileno())
        return series.collect().cpu_s


def outside(binary: Path, cpu: int | None) -> float:
    """Return the CPU seconds of a run that nothing confines, pinned alike."""
    cores = os.sched_getaffinity(0)
    if cpu is not None:
        os.sched_setaffinity(0, {cpu})
    try:
        pid = os.posix_spawn(str(binary), [str(binary)], {})
    finally:
        os.sched_setaffinity(0, cores)
    used = os.wait4(pid, 0)[2]
    return used.ru_utime + used.ru_stime


def distortion(box: Sandbox, binary: Path, pairs: int) -> tuple[float, float, float]:
    """Return the estimate and its interval, in per cent; positive where the sandbox makes runs longer."""
    cpu, ratios = timing_cpu(), []
    with box.series([binary], limits=LIMITS, cpu=cpu) as series:
        for _ in range(pairs):
            if random.random() < 0.5:
                confined, bare = inside(series), outside(binary, cpu)
            else:
                bare, confined = outside(binary, cpu), inside(series)
            ratios.append(math.log2(confined / bare))
    found = estimate(ratios)
    low, mean, high = (100 * (2**value - 1) for value in (found.low, found.mean, found.high))
    return mean, low, high


def main() -> None:
    """Print the tables and the JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="under a minute")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as name, MachineLock():
        cache = Path(name)
        cache.chmod(0o755)
        box = Sandbox.probe(cache)
        gates = gate_costs(box, cache, 5 if quick else 30)
        nothing = compiled(NOTHING, cache, "nothing")
        starts = [start_up(box, nothing) for _ in range(30 if quick else 300)]
        mean, low, high = distortion(box, compiled(WORK, cache, "work"), 40 if quick else 200)
    print(f"sandbox level {box.level} {box.warning}")
    print(tabulate(gates, ["task", "cases", "gate alone ms", "candidate ms"], floatfmt=".1f"))
    start, late = statistics.median(starts), statistics.quantiles(starts, n=10)[-1]
    print(f"start-up: median {start:.2f} ms, 90 % within {late:.2f} ms")
    print(f"distortion of CPU time: {mean:+.3f} % ({low:+.3f} .. {high:+.3f})")
    summary = {
        "cases": min(row[1] for row in gates),
        "gate_ms": round(max(row[2] for row in gates), 2),
        "sandbox_start_ms": round(start, 2),
        "distortion_pct": round(mean, 3),
        "distortion_low_pct": round(low, 3),
        "distortion_high_pct": round(high, 3),
    }
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
