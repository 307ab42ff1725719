"""The pace of a track's cells: areas under best-so-far, milestones, rungs of the ladder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import fsum
from statistics import median

from pytest_aiopt.analysis.outcomes.curves import (
    Reached,
    area,
    calls,
    money,
    seconds,
    time_to,
    time_to_faster,
    tokens,
)
from pytest_aiopt.analysis.outcomes.ladder import Ladder, ladder_of, rungs_reached, steps
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.models.prices import Prices

QUARTERS = (0.25, 0.5, 0.75)
"""Milestones, as shares of the frontier's log2 speedup."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Number of cells that reached a milestone, and their mean number of calls, censored at the last call.

    ``calls`` is None if the cells had unequal numbers of calls and not all reached it.
    """

    name: str
    reached: int
    cells: int
    calls: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceRow:
    """One track on one task. ``areas``: mean over cells by cost, as a share of the frontier's log2 speedup.

    None if a cost or the frontier is not on record. ``rungs``: median over cells of the steps reached, out of
    ``of_rungs``.
    """

    task: str
    track: str
    cells: int
    areas: dict[str, float | None]
    milestones: tuple[Milestone, ...]
    rungs: float | None
    of_rungs: int | None
    sources: tuple[str, ...]


def pace_row(trajectories: Sequence[Trajectory], ladders: Sequence[Ladder], prices: Prices | None) -> PaceRow:
    """Summarise the cells of one track on one task."""
    held = [(t, ladder_of(t, ladders)) for t in trajectories if t.attempts]
    tops = [(t, t.frontier.log2_speedup if t.frontier else None) for t, _ in held]
    counts = [rungs_reached(t, ladder) for t, ladder in held if ladder]
    known = [ladder for _, ladder in held if ladder]
    return PaceRow(
        task=trajectories[0].cell.task,
        track=trajectories[0].cell.track,
        cells=len(held),
        areas={name: _mean(_areas(tops, cost)) for name, cost in _costs(trajectories, prices).items()},
        milestones=(
            _milestone("floor", [time_to_faster(t, t.floor.delta) if t.floor else None for t, _ in held]),
            *(
                _milestone(
                    f"{share:.0%}", [None if top is None else time_to(t, share * top) for t, top in tops]
                )
                for share in QUARTERS
            ),
        ),
        rungs=median(counts) if counts and len(counts) == len(held) else None,
        of_rungs=len(steps(known[0])) if known else None,
        sources=tuple(t.journal for t in trajectories),
    )


_Cost = Callable[[Attempt], float | None]


def _costs(trajectories: Sequence[Trajectory], prices: Prices | None) -> dict[str, _Cost]:
    price = prices.find(trajectories[0].model) if prices else None
    paid: _Cost = partial(_nothing) if price is None else money(price.prompt / 1e6, price.completion / 1e6)
    return {"calls": calls, "tokens": tokens, "seconds": seconds, "money": paid}


def _nothing(_: Attempt) -> float | None:
    return None


def _areas(tops: Sequence[tuple[Trajectory, float | None]], cost: _Cost) -> list[float | None]:
    return [None if top is None else area(trajectory, top, cost) for trajectory, top in tops]


def _milestone(name: str, found: Sequence[Reached | None]) -> Milestone:
    """Censored cells count with their calls: comparable if all had equally many (restricted mean)."""
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return Milestone(name, 0, 0, None)
    unequal = len({each.at for each in known if each.censored}) > 1
    return Milestone(
        name,
        reached=sum(not each.censored for each in known),
        cells=len(known),
        calls=None if unequal or not known else fsum(each.at for each in known) / len(known),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) / len(known) if known and len(known) == len(values) else None
