"""Checks of a task whose replies are decisions: the reach of its ladder."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.meter.cost_meter import CostMeter
from pytest_aiopt.model import Candidate, Status, Workload
from pytest_aiopt.tasks.criteria import Gain

SEEDS = (1, 2, 3)


def greatest_step(bench: Bench, workload: Workload) -> int:
    """Return which of the ladder's steps, from 1 on, gains most over the one before, over a few inputs."""
    steps = [rung.file for rung in bench.task.ladder if rung.structural and not rung.decoy]
    costs = _costs(bench, workload, steps)
    gains = [before / after for before, after in pairwise(costs)]
    return 1 + gains.index(max(gains))


def closed(bench: Bench, gains: Sequence[Gain]) -> float:
    """Return (program - best rung) / (program - least possible), by their costs on a few inputs.

    Raise TaskError if a rung costs less than what the oracle takes for the least possible.
    """
    task = bench.task
    passed = [gain for gain in gains if gain.status is Status.PASSED]
    if not passed:
        return float("nan")
    best = max(passed, key=lambda gain: gain.speedup)
    program, rung = _costs(bench, task.scored, [best.file])
    requests = [request for seed in SEEDS for request in task.requests(task.scored, seed)]
    least = sum(map(task.bound, requests))
    if rung < least:
        problem = f"{best.file} of {task.name} costs {rung}, and bound() says that nothing is below {least}"
        raise TaskError(problem, "fix bound() or cost() in reference.py")
    return (program - rung) / (program - least) if program > least else float("nan")


def _costs(bench: Bench, workload: Workload, rungs: Sequence[str]) -> list[float]:
    """Return what program and rungs cost over all SEEDS."""
    assert isinstance(bench.meter, CostMeter)
    task = bench.task
    sources = [task.program, *(Candidate((task.root / "ladder" / file).read_text()) for file in rungs)]
    binaries = [bench.binary(source) for source in sources]
    totals = [bench.meter.totals(binaries, task.requests(workload, seed)) for seed in SEEDS]
    return [sum(each) for each in zip(*totals, strict=True)]
