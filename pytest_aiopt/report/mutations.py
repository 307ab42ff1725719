"""What the mutations of each track are: the funnel, their character, their diversity, and the mechanism."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import fsum

from pytest_aiopt.analysis.character import Class
from pytest_aiopt.analysis.claims import claim_gap
from pytest_aiopt.analysis.diversity import Diversity, rarefied, valid
from pytest_aiopt.analysis.effective import Rate, effective_rate
from pytest_aiopt.analysis.funnel import STAGES, funnel
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.report.layout import MISSING, tabulated, wrapped

FUNNEL_HEADER = ("track", "calls", "reply", "edit", "applied", "other", "compiles", "code", "right", "hidden",
                 "clean", "faster", "confirmed")  # fmt: skip
CLASS_HEADER = ("track", "null", "superficial", "structural", "effective", "rate", "targeted", "cited", "gap",
                "programs", "labels")  # fmt: skip
LEGEND = (
    "calls that got as far as: a reply, an edit in it, one that applies and changes the text, other "
    "tokens than names and layout, a binary, other machine code than the parent, right on the visible "
    "corpus, right on the hidden one, clean under sanitizers, faster than the start beyond the noise "
    "floor, faster again when confirmed (champions only). -: not recorded."
)
CLASS_LEGEND = (
    "null, superficial, structural: by the codebook, from code alone. effective: distinct structural "
    "mutations that are right and faster than their parent beyond the noise floor; rate: of them a "
    "call. targeted: share of the changed lines in the hot regions of the parent's true profile, shown "
    "or not. cited: replies that name one. gap: share of claimed methodologies that the change does not "
    "show. programs: distinct among as many valid children of each track; labels: entropy of their "
    "methodologies in nats."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationRow:
    """One track over all tasks. ``stages``: calls by stage of the funnel, None where a stage is not recorded.

    ``classes``: mutations by class. ``rate``: sums over cells, None where one cell has none. ``targeting``,
    ``uptake``, ``gap``: means over the mutations that have them. ``children``: valid ones, for ``diversity``.
    """

    track: str
    models: tuple[str, ...]
    stages: dict[str, int | None]
    classes: dict[Class, int] | None
    rate: Rate | None
    targeting: float | None
    uptake: float | None
    gap: float | None
    children: tuple[Attempt, ...]
    diversity: Diversity | None
    sources: tuple[str, ...]


def mutation_row(trajectories: Sequence[Trajectory]) -> MutationRow:
    """Sum up the cells of one track; ``diversity`` is that of all its children, see ``rarefy``."""
    funnels = [funnel(t) for t in trajectories]
    mutations = [a.mutation for t in trajectories for a in t.attempts if a.mutation is not None]
    unclassed = any(a.changed and a.mutation is None for t in trajectories for a in t.attempts)
    children = tuple(child for t in trajectories for child in valid(t))
    return MutationRow(
        track=trajectories[0].cell.track,
        models=tuple(sorted({t.model for t in trajectories})),
        stages={stage: _sum(getattr(f, stage) for f in funnels) for stage in STAGES},
        classes=None if unclassed else {kind: sum(m.kind is kind for m in mutations) for kind in Class},
        rate=_pooled([effective_rate(t) for t in trajectories]),
        targeting=_mean(m.targeting for m in mutations),
        uptake=_mean(None if m.uptake is None else float(m.uptake) for m in mutations),
        gap=_mean(claim_gap(m.claimed, m.labels) for m in mutations if m.kind is not Class.NULL),
        children=children,
        diversity=rarefied(children, len(children)),
        sources=tuple(t.journal for t in trajectories),
    )


def rarefy(rows: Sequence[MutationRow]) -> tuple[MutationRow, ...]:
    """Return the rows with the diversity of as many children each: the fewest that any track has."""
    fewest = min((len(row.children) for row in rows), default=0)
    return tuple(replace(row, diversity=rarefied(row.children, fewest)) for row in rows)


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else sum(count for count in known if count is not None)


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


def lines(rows: Sequence[MutationRow], width: int) -> list[str]:
    """Lay out both tables with their legends; nothing where no mutation was classed."""
    if not any(row.classes and any(row.classes.values()) for row in rows):
        return []
    align = ("left", *["right"] * (len(FUNNEL_HEADER) - 1))
    stages = [[row.track, *(_count(row.stages[stage]) for stage in STAGES)] for row in rows]
    classes = [_class_cells(row) for row in rows]
    return [
        "model calls by how far they got",
        *tabulated(stages, FUNNEL_HEADER, align),
        "",
        *wrapped(LEGEND, width, indent=""),
        "",
        "mutations",
        *tabulated(classes, CLASS_HEADER, ("left", *["right"] * (len(CLASS_HEADER) - 1))),
        "",
        *wrapped(CLASS_LEGEND, width, indent=""),
        "",
    ]


def _class_cells(row: MutationRow) -> list[str]:
    counts = [_count(row.classes[kind] if row.classes else None) for kind in Class]
    rate, spread = row.rate, row.diversity
    return [
        row.track,
        *counts,
        _count(rate.effective if rate else None),
        _number(rate.value if rate else None, "{:.3f}"),
        _number(row.targeting, "{:.0%}"),
        _number(row.uptake, "{:.0%}"),
        _number(row.gap, "{:.0%}"),
        _number(spread.programs if spread else None, "{:.0%}"),
        _number(spread.entropy if spread else None, "{:.2f}"),
    ]


def _count(value: int | None) -> str:
    return MISSING if value is None else str(value)


def _number(value: float | None, form: str) -> str:
    return MISSING if value is None else form.format(value)
