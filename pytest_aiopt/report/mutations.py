"""The mutations of each track: funnel, character, diversity and mechanism."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

from pytest_aiopt.analysis.outcomes.diversity import Diversity, rarefied, valid
from pytest_aiopt.analysis.outcomes.effective import Rate, effective_rate
from pytest_aiopt.analysis.outcomes.funnel import STAGES, funnel
from pytest_aiopt.analysis.outcomes.gains import gain_by_depth
from pytest_aiopt.analysis.outcomes.primary import gain, gained
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.codebook.depth import Depth
from pytest_aiopt.models.base import EMBEDDED


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationRow:
    """One track over all tasks. ``stages``: calls by stage of the funnel, None if a stage is not recorded.

    ``classes``, ``depths``: mutations by class and by depth. ``depth``: mean depth of the valid ones;
    ``deep``: share of the valid ones that change data or algorithm (depth 3 and above); ``rated``: number of
    mutations judged by raters. ``rate``: sums over cells, None if any cell has none. ``gains``: mean over
    cells of the log2 speedup per call by depth, None if any cell has none. ``gain``, ``area``: means over the
    cells that have them, see primary.py. ``targeting``, ``uptake``, ``gap``: means over the mutations that
    have them. ``embedded``: whether any model is not a language model. ``children``: valid ones, for
    ``diversity``.
    """

    track: str
    models: tuple[str, ...]
    embedded: bool
    stages: dict[str, int | None]
    classes: dict[Class, int] | None
    depths: Mapping[Depth, int] | None
    depth: float | None
    deep: float | None
    rated: int
    gains: Mapping[Depth, float] | None
    rate: Rate | None
    gain: float | None
    area: float | None
    targeting: float | None
    uptake: float | None
    gap: float | None
    children: tuple[Attempt, ...]
    diversity: Diversity | None
    sources: tuple[str, ...]


def mutation_row(trajectories: Sequence[Trajectory]) -> MutationRow:
    """Summarise the cells of one track; ``rarefy`` adds ``diversity`` at equal numbers of children."""
    funnels = [funnel(t) for t in trajectories]
    mutations = [a.mutation for t in trajectories for a in t.attempts if a.mutation is not None]
    unclassed = any(a.changed and a.mutation is None for t in trajectories for a in t.attempts)
    children = tuple(child for t in trajectories for child in valid(t))
    classed = [child.mutation for child in children if child.mutation is not None]
    depths = [mutation.depth for mutation in classed if mutation.depth is not None]
    return MutationRow(
        track=trajectories[0].cell.track,
        models=tuple(sorted({t.shown for t in trajectories})),
        embedded=any(t.model in EMBEDDED for t in trajectories),
        stages={stage: _sum(getattr(f, stage) for f in funnels) for stage in STAGES},
        classes=None if unclassed else {kind: sum(m.kind is kind for m in mutations) for kind in Class},
        depths=None if unclassed else Counter(Depth(m.depth) for m in mutations if m.depth is not None),
        depth=_mean(depths),
        deep=_mean(float(depth >= Depth.DATA) for depth in depths),
        rated=sum(mutation.raters > 0 for mutation in classed),
        gains=_gains(trajectories),
        rate=_pooled([effective_rate(t) for t in trajectories]),
        gain=_mean(gain(t) for t in trajectories),
        area=_mean(gained(t) for t in trajectories),
        targeting=_mean(m.targeting for m in mutations),
        uptake=_mean(None if m.uptake is None else float(m.uptake) for m in mutations),
        gap=_mean(m.gap for m in mutations if m.kind is not Class.NULL),
        children=children,
        diversity=None,
        sources=tuple(t.journal for t in trajectories),
    )


def rarefy(rows: Sequence[MutationRow]) -> tuple[MutationRow, ...]:
    """Return the rows with the diversity at the smallest number of children over all tracks."""
    fewest = min((len(row.children) for row in rows), default=0)
    return tuple(replace(row, diversity=rarefied(row.children, fewest)) for row in rows)


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else sum(count for count in known if count is not None)


def _gains(trajectories: Sequence[Trajectory]) -> Mapping[Depth, float] | None:
    cells = [gain_by_depth(t) for t in trajectories]
    known = [cell for cell in cells if cell is not None]
    if not known or len(known) < len(cells):
        return None
    return {depth: fsum(cell[depth] for cell in known) / len(known) for depth in Depth}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) / len(known) if known else None


def _pooled(rates: Sequence[Rate | None]) -> Rate | None:
    known = [rate for rate in rates if rate is not None]
    if not known or len(known) < len(rates):
        return None
    return Rate(
        calls=sum(rate.calls for rate in known),
        structural=sum(rate.structural for rate in known),
        effective=sum(rate.effective for rate in known),
        checked=all(rate.checked for rate in known),
    )
