"""How much of each ladder's headroom the embedded rewriter reaches within a campaign.

Headroom reached: log(speedup of the champion) / log(speedup of the best rung), both measured against the
program by the paired meter, one after the other. Usage:
python benchmarks/rewriter_headroom.py [--quick] [--model rewriter-strong] [--track B|D] [--seed N] [TASK ...]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import tempfile
from pathlib import Path

from tabulate import tabulate

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.laboratory import Laboratory
from pytest_aiopt.design import study as design
from pytest_aiopt.design.study import Study
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Candidate, Cell, Verdict
from pytest_aiopt.models.base import EMBEDDED, ModelSpec
from pytest_aiopt.tasks import loader

ROOT = Path(__file__).parents[1]
QUICK_TASK = "key_index"


def study_of(model: str, tasks: list[str], iterations: int) -> Study:
    """Return the shipped study with one model in all roles and shorter measurements within campaigns."""
    shipped = design.load(ROOT / "experiments" / "tracks.toml")
    return dataclasses.replace(
        shipped,
        name="headroom",
        tasks=tuple(tasks),
        models=dict.fromkeys(shipped.models, ModelSpec(model)),
        iterations=iterations,
        meter=MeterSpec(budget_s=0.8, confirm_s=1.0, floor_evaluations=3),
    )


def timed(tasks_dir: Path) -> list[str]:
    """Return the tasks that are about time: the rewriter's changes keep what a program decides."""
    return [name for name in loader.discover(tasks_dir) if not loader.load(tasks_dir, name).counted]


def champion_of(laboratory: Laboratory, cell: Cell) -> Candidate:
    """Run the cell's campaign (or read it, where it is complete) and return its champion."""
    return laboratory.run(cell).record.champion or laboratory.task(cell.task).program


def speedup(bench: Bench, candidate: Candidate, budget_s: float) -> float:
    """Return a candidate's speedup over the program on the scored workload; 1 where it fails."""
    found = bench.compare(candidate, bench.task.scored, budget_s)
    return 1.0 if isinstance(found, Verdict) else found.speedup


def row(laboratory: Laboratory, cell: Cell, budget_s: float) -> tuple[str, float, str, float, float]:
    """Return (task, champion's speedup, best rung, its speedup, share of the log headroom)."""
    found = champion_of(laboratory, cell)
    bench = laboratory.bench(cell.task)
    rungs = {
        rung.file: speedup(bench, Candidate((bench.task.root / "ladder" / rung.file).read_text()), budget_s)
        for rung in bench.task.ladder
        if not rung.decoy
    }
    best = max(rungs, key=rungs.__getitem__)
    reached = speedup(bench, found, budget_s)
    return cell.task, reached, best, rungs[best], math.log(reached) / math.log(rungs[best])


def main() -> None:
    """Print a table and a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", help="default: all that are about time")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_TASK} only, a few iterations")
    parser.add_argument("--model", default="rewriter-strong", choices=EMBEDDED)
    parser.add_argument(
        "--track", default="D", help="D: with the profile in the prompt (default), B: without"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--tasks-dir", type=Path, default=ROOT / "tasks")
    parser.add_argument(
        "--results", type=Path, help="keep the campaigns here; complete ones are not run again"
    )
    options = parser.parse_args()
    tasks = options.tasks or ([QUICK_TASK] if options.quick else timed(options.tasks_dir))
    iterations = 6 if options.quick else options.iterations
    study = study_of(options.model, list(tasks), iterations)
    with tempfile.TemporaryDirectory() as scratch:
        results = Store(options.results or Path(scratch))
        laboratory = Laboratory(study, tasks_dir=options.tasks_dir, results=results)
        laboratory.prepare()
        rows = []
        for name in tasks:
            cell = Cell(name, options.track, options.seed)
            rows.append(row(laboratory, cell, 0.5 if options.quick else 2.0))
            print(tabulate(rows[-1:], tablefmt="plain", floatfmt=".2f"), flush=True)
    print(tabulate(rows, ["task", "champion", "best rung", "its speedup", "log headroom"], floatfmt=".2f"))
    headroom = {name: round(share, 3) for name, _, _, _, share in rows}
    figures = {
        "tasks_over_half": sum(share >= 0.5 for share in headroom.values()),
        "tasks": len(rows),
        "headroom": headroom,
        "model": options.model,
        "track": options.track,
        "seed": options.seed,
        "iterations": iterations,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
