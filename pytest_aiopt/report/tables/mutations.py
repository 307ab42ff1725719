"""The funnel of model calls, and what the mutations of each track are."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.analysis.outcomes.funnel import STAGES
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.report.mutations import MutationRow
from pytest_aiopt.report.tables.base import Entry, Section, Table, column, count, number, word

STAGE_TITLES = ("calls", "reply", "edit", "applied", "allowed", "other", "compiles", "code", "right",
                "hidden", "clean", "faster", "confirmed")  # fmt: skip
FUNNEL = (
    column("track", text=True),
    *(column(title, stage) for title, stage in zip(STAGE_TITLES, STAGES, strict=True)),
)
CLASSES = (
    column("track", text=True),
    *(column(kind.value) for kind in Class),
    column("effective"),
    column("rate"),
    column("targeted"),
    column("cited"),
    column("gap"),
    column("programs"),
    column("labels"),
)
DIVERSITY = (
    column("track", text=True),
    column("children", "children"),
    column("programs"),
    column("binaries"),
    column("niches", "coverage"),
    column("quality"),
    column("entropy"),
)
LEGEND = (
    "calls that got as far as: a reply, an edit in it, one that applies and changes the text, "
    "a program that keeps the stated rules, other "
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
DIVERSITY_LEGEND = (
    "children: valid programs that each figure is of, as many for every track. programs, binaries: "
    "distinct ones per child. niches: occupied places of a fixed grid (methodologies of a structural "
    "change x size x places that make containers). quality: sum over niches of the best log2 speedup. "
    "entropy: of the methodologies in nats."
)


def sections(rows: Sequence[MutationRow]) -> list[Section]:
    """Lay out funnel, classes and diversity; nothing where no mutation was classed."""
    if not any(row.classes and any(row.classes.values()) for row in rows):
        return []
    stages = tuple(map(stage_row, rows))
    return [
        Section(
            "funnel",
            "Funnel",
            (Table("funnel", "model calls by how far they got", FUNNEL, stages),),
            legend=LEGEND,
        ),
        Section(
            "mutations",
            "Character of mutations",
            (Table("mutations", "mutations", CLASSES, tuple(map(_classes, rows))),),
            legend=CLASS_LEGEND,
        ),
        Section(
            "diversity",
            "Diversity",
            (Table("diversity", "diversity of valid children", DIVERSITY, tuple(map(diversity_row, rows))),),
            legend=DIVERSITY_LEGEND,
        ),
    ]


def _classes(row: MutationRow) -> tuple[Entry, ...]:
    rate, spread = row.rate, row.diversity
    return (
        word(row.track),
        *(count(row.classes[kind] if row.classes else None) for kind in Class),
        count(rate.effective if rate else None),
        number(rate.value if rate else None, "{:.3f}"),
        number(row.targeting, "{:.0%}"),
        number(row.uptake, "{:.0%}"),
        number(row.gap, "{:.0%}"),
        number(spread.programs if spread else None, "{:.0%}"),
        number(spread.entropy if spread else None, "{:.2f}"),
    )


def stage_row(row: MutationRow) -> tuple[Entry, ...]:
    """Return a track's row of the funnel."""
    return (word(row.track), *(count(row.stages[stage]) for stage in STAGES))


def diversity_row(row: MutationRow) -> tuple[Entry, ...]:
    """Return a track's row of diversity."""
    spread = row.diversity
    return (
        word(row.track),
        count(spread.n if spread else None),
        number(spread.programs if spread else None, "{:.0%}"),
        number(spread.binaries if spread else None, "{:.0%}"),
        number(spread.coverage if spread else None, "{:.1f}"),
        number(spread.quality if spread else None, "{:.2f}"),
        number(spread.entropy if spread else None, "{:.2f}"),
    )
