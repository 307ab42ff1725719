"""How early a model reaches a task's full gain: on a saturated task, feedback can have no effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from pytest_aiopt.analysis.outcomes.ladder import Ladder, frontier
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Status

LATE = 8
"""The call at which ``Saturation.late_share`` is taken."""

SATURATED = 0.8
"""Threshold of saturation: if a first reply takes this share of the frontier, feedback can have no effect."""


class Posed(NamedTuple):
    """The task set to a model: task, scored workload, model and edit budget."""

    task: str
    scored: str
    model: str
    edit_budget: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The best measured log2 speedup of a cell after each completed call, from 0 for the starting program.

    ``accepted``: the number of the first call that gave a valid program; None if none did.
    """

    best: tuple[float, ...]
    accepted: int | None


@dataclass(frozen=True, slots=True)
class Saturation:
    """The cells' median share of the frontier's log2 speedup on a task, early and late.

    ``first_share``: after the first call that gave a valid program, as rejected ones carry no information on
    the task; ``late_share``: after call ``LATE``. A share is None if no cell has such a call.
    """

    cells: int
    frontier_log2: float
    first_share: float | None
    late_share: float | None


def curve_of(record: CellRecord) -> Curve:
    """Return the curve of a cell, finished or not."""
    best, curve, accepted = 0.0, [], None
    for step in record.steps:
        status = record.status(step)
        if status is None:
            break
        if status is Status.PASSED:
            accepted = accepted or step.number
            found = record.measurements.get(step.binary) if step.binary else None
            best = max(best, found.log2_speedup) if found is not None else best
        curve.append(best)
    return Curve(tuple(curve), accepted)


def saturation(curves: Sequence[Curve], known_log2: float = 0.0) -> Saturation | None:
    """Return the saturation of a task's cells; None if no program faster than the start is known.

    ``known_log2``: the best log2 speedup known from elsewhere. The cells' own best counts too.
    """
    frontier = max((known_log2, *(best for curve in curves for best in curve.best[-1:])))
    if frontier <= 0.0:
        return None
    first = [curve.best[curve.accepted - 1] for curve in curves if curve.accepted is not None]
    late = [curve.best[LATE - 1] for curve in curves if len(curve.best) >= LATE]
    return Saturation(len(curves), frontier, _share(first, frontier), _share(late, frontier))


def _share(gains: Sequence[float], frontier: float) -> float | None:
    return median(gains) / frontier if gains else None


def known_log2(record: CellRecord, ladders: Sequence[Ladder]) -> float | None:
    """Return the frontier's log2 speedup as measured on the cell's machine; None without a measurement."""
    opened = record.opened
    found = frontier(record.cell, opened.identity, opened.scored, ladders)
    return None if found is None else found.log2_speedup


def by_posed(records: Iterable[CellRecord], ladders: Sequence[Ladder]) -> Mapping[Posed, Saturation]:
    """Return the saturation of recorded cells by ``Posed``, if the frontier was measured."""
    found: dict[Posed, list[tuple[Curve, float]]] = {}
    for record in records:
        opened, known = record.opened, known_log2(record, ladders)
        if known is not None:
            posed = Posed(record.cell.task, opened.scored, opened.model, opened.track.edit_budget)
            found.setdefault(posed, []).append((curve_of(record), known))
    sums = {
        posed: saturation([curve for curve, _ in cells], max(known for _, known in cells))
        for posed, cells in found.items()
    }
    return {posed: one for posed, one in sums.items() if one is not None}
