"""How often each outcome that can decide a study is significant where the tracks do not differ.

Simulated studies: profile against placebo, five seeds that take turns on three scored workloads, as with
``scored = "rotate"``. Tasks and workloads differ in what is possible, how much a call gains and how often;
with some chance a campaign takes most of it in one call. Cells go through the report's own outcomes, blocks
and exact test. Usage: python benchmarks/null_outcomes.py [--quick] [--studies N] [--tasks N] [--seed N]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from tabulate import tabulate

from pytest_aiopt.analysis.compare import Outcome, blocks_of, comparable
from pytest_aiopt.analysis.outcomes.primary import OUTCOMES
from pytest_aiopt.analysis.plan import Planned
from pytest_aiopt.analysis.statistics.ranks import ALPHA, NotEstimable, exact_p
from pytest_aiopt.analysis.trajectory import Attempt, Frontier, Mutation, Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.model import Cell, Feedback, Measurement, NoiseFloor, Primary, Quality, Status, Usage

CALLS, SEEDS, WORKLOADS = 8, 5, 3
TRACKS = {"D": Feedback.PROFILE, "Dp": Feedback.PLACEBO}
PLANNED = Planned(("D",), ("Dp",))
FLOOR = NoiseFloor("task", "machine", (), 0.01, 0.03)


def main() -> None:
    """Print the share of significant studies by outcome, and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="100 studies")
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--tasks", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    studies = 100 if options.quick else options.studies
    rng = np.random.default_rng(options.seed)
    significant = dict.fromkeys(OUTCOMES, 0)
    for _ in range(studies):
        outcomes, _ = comparable(study(rng, options.tasks))
        for name in OUTCOMES:
            significant[name] += p_of(outcomes, name) <= ALPHA
    rates = {name.value: count / studies for name, count in significant.items()}
    print(tabulate(rates.items(), ("outcome", f"p <= {ALPHA}"), floatfmt=".3f"))
    print(json.dumps({"studies": studies, "tasks": options.tasks, "seeds": SEEDS, "type_1_error": rates}))


def p_of(outcomes: list[Outcome], name: Primary) -> float:
    """Return the exact p of an outcome; 1 where there is nothing to compare."""
    values = {o.trajectory.journal: OUTCOMES[name](o.trajectory) for o in outcomes}
    known = [o for o in outcomes if values[o.trajectory.journal] is not None]
    p = exact_p(blocks_of(known, PLANNED, lambda o: values[o.trajectory.journal] or 0.0))
    return 1.0 if isinstance(p, NotEstimable) else p


def study(rng: Generator, tasks: int) -> list[Trajectory]:
    """Return the cells of a study whose tracks do not differ."""
    return [cell for task in range(tasks) for cell in _task(rng, f"t{task}")]


def _task(rng: Generator, task: str) -> Iterator[Trajectory]:
    reach = rng.uniform(2.0, 5.0, WORKLOADS)
    chance, jackpot = rng.uniform(0.2, 0.7, WORKLOADS), rng.uniform(0.0, 0.2)
    for track, feedback in TRACKS.items():
        for seed in range(1, SEEDS + 1):
            at = seed % WORKLOADS
            yield _cell(rng, Cell(task, track, seed), feedback, at, reach[at], chance[at], jackpot)


def _cell(
    rng: Generator, cell: Cell, feedback: Feedback, at: int, reach: float, chance: float, jackpot: float
) -> Trajectory:
    best, attempts = 0.0, []
    for step in range(1, CALLS + 1):
        share = rng.uniform(0.5, 0.9) if rng.random() < jackpot else rng.uniform(0.0, 0.4)
        better = rng.random() < chance
        best += (reach - best) * share if better else 0.0
        value = best if better else best * rng.random()
        attempts.append(_attempt(step, value, int(rng.integers(2, 5)) if better else 1))
    confirmed = best + rng.normal(0.0, 0.05)
    return Trajectory(
        cell=cell,
        model="m",
        feedback=feedback,
        study="null",
        journal=cell.id,
        iterations=CALLS,
        finished=True,
        attempts=tuple(attempts),
        floor=FLOOR,
        champion="c",
        confirmations=(_measured(confirmed, f"h{at}"),),
        profiles_taken=1,
        profiles_failed=0,
        notes=(),
        scored=f"w{at}",
        frontier=Frontier(reach, reach),
    )


def _attempt(step: int, log2: float, depth: int) -> Attempt:
    return Attempt(
        step=step,
        status=Status.PASSED,
        changed=True,
        candidate=f"c{step}",
        parent="start",
        measurement=_measured(log2, "w"),
        seconds=1.0,
        usage=Usage(),
        binary=f"b{step}",
        mutation=Mutation(
            kind=Class.STRUCTURAL if depth > 1 else Class.SUPERFICIAL,
            depth=depth,
            labels=(),
            claimed=(),
            tokens=f"t{step}",
            size=100,
            storage=0,
            targeting=None,
            uptake=None,
        ),
    )


def _measured(log2: float, workload: str) -> Measurement:
    return Measurement(workload, log2, log2 - 0.02, log2 + 0.02, (), Quality.QUIET)


if __name__ == "__main__":
    main()
