"""What each rung of a task's ladder gains: every known version against the baseline, by the project's meter.

Also shows each workload's base time and the baseline against itself. Usage:
python benchmarks/ladders.py [--quick] [TASK ...]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tabulate import tabulate

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.laboratory import Laboratory
from pytest_aiopt.design import study as design
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Candidate, Measurement, Verdict, Workload
from pytest_aiopt.tasks import loader

ROOT = Path(__file__).parents[1]


def shown(found: Measurement | Verdict) -> str:
    """Return ``1.32 (1.26-1.38)``, or the verdict of a rung that is wrong or broken."""
    if isinstance(found, Verdict):
        return found.status.value
    return f"{found.speedup:.2f} ({2**found.low:.2f}-{2**found.high:.2f})"


def rows(bench: Bench, workloads: Sequence[Workload], budget_s: float) -> Iterator[list[str]]:
    """Yield a row for the baseline, then one for each rung."""
    task = bench.task
    versions = {"program.cpp": task.program}
    for rung in task.ladder:
        versions[rung.file] = Candidate((task.root / "ladder" / rung.file).read_text())
    for file, candidate in versions.items():
        found = [bench.compare(candidate, each, budget_s) for each in workloads]
        yield [task.name, file, *map(shown, found)]


def base_ms(bench: Bench, workload: Workload) -> float:
    """Return the median time of the baseline in ms over a short comparison with itself."""
    base = bench.binary(bench.task.program)
    found = bench.meter.compare(base, base, workload, 0.5)
    if isinstance(found, Verdict):
        raise SystemExit(f"{bench.task.name} disagrees with itself on {workload.name}: {found}")
    return 1e3 * statistics.median(pair.baseline_s for pair in found.pairs)


def main() -> None:
    """Print a table and a JSON object for each task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", help="default: all")
    parser.add_argument("--quick", action="store_true", help="scored workload only, short measurements")
    options = parser.parse_args()
    study = design.load(ROOT / "experiments" / "tracks.toml")
    summary: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as results:
        laboratory = Laboratory(study, tasks_dir=ROOT / "tasks", results=Store(Path(results)))
        for name in options.tasks or loader.discover(ROOT / "tasks"):
            bench = laboratory.bench(name)
            task = bench.task
            workloads = [task.scored] if options.quick else [task.scored, *task.held_out]
            header = ["task", "version", *(f"speedup on {each.name}" for each in workloads)]
            print(tabulate(rows(bench, workloads, 0.5 if options.quick else 2.0), header))
            summary[name] = {each.name: round(base_ms(bench, each), 1) for each in workloads}
            print(f"base times in ms: {summary[name]}\n", flush=True)
    print(json.dumps({"base_ms": summary}))


if __name__ == "__main__":
    main()
