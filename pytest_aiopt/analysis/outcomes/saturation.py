"""How soon a model takes all that a task has to give: a saturated task leaves feedback nothing to steer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Status

LATE = 8
"""The call at which ``Saturation.late_share`` is taken."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The best measured log2 speedup of a cell after each completed call, from 0 for the starting program.

    ``accepted``: the number of the first call that made a valid program; None where none did.
    """

    best: tuple[float, ...]
    accepted: int | None


@dataclass(frozen=True, slots=True)
class Saturation:
    """The median share of the frontier's log2 speedup that the cells of a task hold at two times.

    ``first_share``: after the first call that made a valid program, as refused ones say nothing of the task;
    ``late_share``: after call ``LATE``. A share is None where no cell has such a call.
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
    """Return the saturation of a task's cells; None where nothing faster than the start is known.

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
