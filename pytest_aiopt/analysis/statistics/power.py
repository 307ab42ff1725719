"""Power of a study by simulation, from planted effects, a pilot's scatter and the report's test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from tabulate import tabulate

from pytest_aiopt.analysis.compare import comparable
from pytest_aiopt.analysis.outcomes.primary import OUTCOMES, registered
from pytest_aiopt.analysis.statistics.ranks import ALPHA, Floats
from pytest_aiopt.analysis.statistics.simulation import (
    STUDIES,
    Draw,
    jackpots,
    normal,
    power,
    resampled,
)
from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.model import Primary

SEEDS = (5, 10)
TASKS = (1, 3, 6, 8, 10)
SHIFTS = (0.5, 0.8, 1.0, 1.5, 2.0)
"""Planted differences in standard deviations between the seeds of one track on one task."""
RISES = (0.2, 0.4)
"""Planted increases of the probability that a seed finds the large improvement."""
LEAST_PILOT = 2
"""Minimum number of seeds per track and task for an estimate of scatter."""


@dataclass(frozen=True, slots=True)
class Pilot:
    """Scatter of the primary outcome in confirmed ``cells``; some lack the outcome.

    ``residuals``: in sd, from cells of one task, scored workload and track. ``jackpot``: share of seeds that
    found the large improvement, and its size in sd of the others; None if the pilot shows no two groups of
    seeds. ``refused``: why the stored cells, despite several seeds, allow no statement about power; "" if
    they do.
    """

    outcome: Primary
    cells: int
    with_outcome: int
    sd: float | None
    residuals: tuple[float, ...]
    jackpot: tuple[float, float] | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Power of one planted effect by (seeds, tasks)."""

    effect: str
    power: Mapping[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class PowerTable:
    """Rows of power at ALPHA, each from ``studies`` simulated studies."""

    pilot: Pilot
    studies: int
    rows: tuple[Row, ...]


def pilot(trajectories: Sequence[Trajectory]) -> Pilot:
    """Estimate scatter from the primary outcome of finished, comparable cells."""
    outcomes, _ = comparable(trajectories)
    groups: dict[tuple[str, str, str], list[float]] = {}
    name = registered(trajectories)
    for t in (outcome.trajectory for outcome in outcomes):
        value = OUTCOMES[name](t)
        if value is not None:
            groups.setdefault((t.cell.task, t.scored, t.cell.track), []).append(value)
    known = [np.asarray(values) for values in groups.values() if len(values) >= LEAST_PILOT]
    df = sum(len(values) - 1 for values in known)
    squares = sum(float(np.sum((values - values.mean()) ** 2)) for values in known)
    sd = (squares / df) ** 0.5 if df and squares else None
    residuals: tuple[float, ...] = ()
    if sd is not None:  # scaled up: deviations from a group's own mean are too small by (n - 1) / n
        scaled = [(v - v.mean()) / sd * (len(v) / (len(v) - 1)) ** 0.5 for v in known]
        residuals = tuple(float(x) for x in np.concatenate(scaled))
    count = sum(map(len, groups.values()))
    return Pilot(name, len(outcomes), count, sd, residuals, _jackpot(known), _without_scatter(known))


def _without_scatter(groups: Sequence[Floats]) -> str:
    """Report that most seeds share their speedup with another of their track and task; "" if they scatter."""
    seeds = sum(map(len, groups))
    tied = sum(
        int(count) for values in groups for count in np.unique(values, return_counts=True)[1] if count > 1
    )
    if 2 * tied <= seeds:
        return ""
    return (
        f"{tied} of {seeds} stored cells have exactly the outcome of another seed of their track and task, "
        "mostly because the champion is the starting program: scatter cannot be estimated from them"
    )


def _jackpot(groups: Sequence[Floats]) -> tuple[float, float] | None:
    """Split each group's seeds at its largest gap; a jackpot if the gap exceeds three sd of the rest."""
    wins, counted, sizes = 0, 0, []
    for values in groups:
        ordered = np.sort(values)
        counted += len(ordered)
        gaps = np.diff(ordered)
        at = int(np.argmax(gaps)) + 1
        low, high = ordered[:at], ordered[at:]
        rest = np.concatenate([low - low.mean(), high - high.mean()])
        spread = float(np.sqrt(np.sum(rest**2) / max(len(ordered) - 2, 1)))
        if len(ordered) > 2 and spread > 0 and gaps[at - 1] > 3 * spread:
            wins += len(high)
            sizes.append(float(high.mean() - low.mean()) / spread)
    return (wins / counted, float(np.median(sizes))) if sizes else None


def study_power(trajectories: Sequence[Trajectory], studies: int = STUDIES) -> PowerTable:
    """Return power by seeds and tasks for planted shifts, and for planted rises of the jackpot chance.

    There are no rows if the stored cells have no scatter.
    """
    found, rng = pilot(trajectories), np.random.default_rng(8)
    if found.refused:
        return PowerTable(found, studies, ())
    rows = []
    for shift in SHIFTS:
        old, new = (
            (resampled(found.residuals), resampled(found.residuals, shift))
            if found.residuals
            else (normal(), normal(shift))
        )
        rows.append(_row(f"shift of {shift} sd", old, new, studies, rng))
    if found.jackpot is not None:
        chance, size = found.jackpot
        for rise in RISES:
            more = min(1.0, chance + rise)
            title = f"jackpots {chance:.2f} -> {more:.2f}"
            rows.append(_row(title, jackpots(chance, size), jackpots(more, size), studies, rng))
    return PowerTable(found, studies, tuple(rows))


def _row(effect: str, old: Draw, new: Draw, studies: int, rng: Generator) -> Row:
    grid = [(seeds, tasks) for seeds in SEEDS for tasks in TASKS]
    return Row(effect, {(s, t): power(old, new, s, t, studies=studies, rng=rng) for s, t in grid})


def lines(table: PowerTable) -> Iterator[str]:
    """Return the table as lines of text, with its assumptions."""
    found = table.pilot
    if found.refused:
        yield f"no power is shown: {found.refused}"
        return
    scatter = "normal scatter, as there are too few stored cells to estimate theirs"
    if found.sd is not None:
        scatter = f"scatter of {len(found.residuals)} cells, sd {found.sd:.3f} in a track"
    known = f"{found.with_outcome} of them with the outcome {found.outcome.value}"
    yield f"pilot: {found.cells} confirmed cells, {known}; {scatter}"
    if found.jackpot is None:
        yield "no rows for jackpots: the seeds of the pilot do not fall into two separate groups"
    grid = [(seeds, tasks) for seeds in SEEDS for tasks in TASKS]
    header = ["planted effect", *(f"{s}x{t}" for s, t in grid)]
    body = [[row.effect, *(f"{row.power[at]:.2f}" for at in grid)] for row in table.rows]
    yield from tabulate(body, header, tablefmt="simple", disable_numparse=True).splitlines()
    yield f"columns: seeds a track x tasks; two-sided alpha {ALPHA}, {table.studies} simulated studies a cell"


def as_json(table: PowerTable) -> dict[str, object]:
    """Return the table by effect and "seeds x tasks", with the pilot's numbers."""
    found = table.pilot
    return {
        "pilot_cells": found.cells,
        "outcome": found.outcome.value,
        "sd": None if found.refused else found.sd,
        "refused": found.refused or None,
        "jackpot_chance": found.jackpot[0] if found.jackpot else None,
        "studies": table.studies,
        "power": {row.effect: {f"{s}x{t}": p for (s, t), p in row.power.items()} for row in table.rows},
    }
