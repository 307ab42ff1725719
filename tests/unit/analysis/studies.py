"""Simulated studies: cells with a planted number of effective structural mutations and a planted speedup."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from pytest_aiopt.analysis.trajectory import Attempt, Mutation, Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.model import Cell, Measurement, NoiseFloor, Quality, Status, Usage

CALLS = 10
FLOOR = NoiseFloor("task", "machine", (), 0.01, 0.03)


@cache
def attempt(step: int, effective: bool) -> Attempt:
    """One call: a structural change that is faster than the start, or a superficial one that is not."""
    value = 0.5 if effective else 0.0
    return Attempt(
        step=step,
        status=Status.PASSED,
        changed=True,
        candidate=f"c{step}-{effective}",
        parent="base",
        measurement=Measurement("w0", value, value - 0.01, value + 0.01, (), Quality.QUIET),
        seconds=1.0,
        usage=Usage(),
        binary=f"b{step}-{effective}",
        mutation=Mutation(
            kind=Class.STRUCTURAL if effective else Class.SUPERFICIAL,
            depth=2,
            labels=("H",) if effective else ("LLM-micro",),
            claimed=(),
            tokens=f"t{step}-{effective}",
            size=100,
            storage=1,
            targeting=None,
            uptake=None,
        ),
    )


def cell(task: str, track: str, seed: int, effective: int, log2: float, **factors: Any) -> Trajectory:
    """A finished cell with this many effective structural mutations and this confirmed speedup."""
    where = Cell(task, track, seed)
    return Trajectory(
        cell=where,
        study="simulated",
        journal=f"simulated/{where.id}/journal.jsonl",
        iterations=CALLS,
        finished=True,
        attempts=tuple(attempt(step, step <= effective) for step in range(1, CALLS + 1)),
        floor=FLOOR,
        champion="c1-True",
        confirmations=(Measurement("h0", log2, log2 - 0.01, log2 + 0.01, (), Quality.QUIET),),
        profiles_taken=1,
        profiles_failed=0,
        notes=(),
        **factors,
    )


TRACKS = {"C": ("small", "profile"), "Cp": ("small", "placebo")}


def study(
    rng: np.random.Generator, tasks: int = 6, seeds: int = 5, shift: float = 0.0, tracks: Any = None
) -> list[Trajectory]:
    """A study whose tasks differ in level; ``shift``: the profile's effect on the speedup, in sd of seeds."""
    cells = []
    for number in range(tasks):
        chance, level = rng.uniform(0.1, 0.6), rng.normal(0, 2)
        for track, (model, feedback) in (tracks or TRACKS).items():
            for seed in range(1, seeds + 1):
                log2 = level + rng.normal() + (shift if feedback == "profile" else 0.0)
                found = int(rng.binomial(CALLS, chance))
                cells.append(cell(f"t{number}", track, seed, found, log2, model=model, feedback=feedback))
    return cells
