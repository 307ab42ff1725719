"""The funnel of model calls, and the mutations of each track, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.analysis.outcomes.funnel import STAGES
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.codebook.depth import Depth
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
    column("depth"),
    column("deep"),
    column("rated"),
    column("effective"),
    column("rate"),
    column("targeted"),
    column("cited"),
    column("gap"),
    column("programs"),
    column("labels"),
)
GAINS = (
    column("track", text=True),
    *(column(f"{d.value} {d.name.lower()}", f"gain_{d.value}") for d in Depth),
    column("share", "gain"),
    column("area"),
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
    "Calls that reached each stage: a reply; an edit in it (edit); an edit that applies and changes the "
    "text (applied); a program that keeps the stated rules (allowed); other tokens than names and layout "
    "(other); it compiles; other machine code than its parent (code); correct on the visible corpus "
    "(right) and on the hidden one; clean under sanitizers; faster than the start beyond the noise floor; "
    "faster again when confirmed, which only champions are. -: not recorded."
)
CLASS_LEGEND = (
    "null, superficial, structural: class of the change by the codebook, from code alone. unclassed: the "
    "program cannot be read, as its syntax tree has errors. depth: mean depth of the valid mutations, from 0 "
    "(null), 1 (superficial), 2 (local) and 3 (data) to 4 (algorithm, concurrency). deep: share of them at "
    "3 and 4. rated: how many of them people or models rated; their consensus then counts for depth and "
    "labels, and the codebook for the rest. effective: "
    "distinct structural mutations that are correct and faster than their parent beyond the noise floor. "
    "rate: effective mutations per call. targeted: share of the new tokens that stand at hot lines of the "
    "parent's true profile, shown or not. cited: share of the replies that name such a line. gap: share "
    "of the claimed methodologies that the change does not show. programs: share of distinct programs "
    "among equally many valid children per track. labels: entropy of their methodologies in nats."
)
GAINS_LEGEND = (
    "log2 speedup per call by depth: what the mutations of each depth added to the best so far, by the "
    "search's own measurements; mean over cells. share: of the frontier's log2 speedup that champions reach "
    "when confirmed; area: of it that the best so far has, on average over the calls."
)
DIVERSITY_LEGEND = (
    "children: valid programs that each figure is computed from, equally many per track. programs, "
    "binaries: share of distinct ones. niches: occupied places of a fixed grid (methodologies of a "
    "structural change, size, places that make containers). quality: sum over niches of the best log2 "
    "speedup. entropy: of the methodologies, in nats."
)


def sections(rows: Sequence[MutationRow]) -> list[Section]:
    """Lay out funnel, classes and diversity; nothing if no mutation was classified."""
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
            (
                Table("mutations", "mutations", CLASSES, tuple(map(_classes, rows))),
                Table("gains", "log2 speedup per call by depth", GAINS, tuple(map(_gains, rows))),
            ),
            legend=f"{CLASS_LEGEND} {GAINS_LEGEND}",
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
        number(row.depth, "{:.2f}"),
        number(row.deep, "{:.0%}"),
        count(row.rated),
        count(rate.effective if rate else None),
        number(rate.value if rate else None, "{:.3f}"),
        number(row.targeting, "{:.0%}"),
        number(row.uptake, "{:.0%}"),
        number(row.gap, "{:.0%}"),
        number(spread.programs if spread else None, "{:.0%}"),
        number(spread.entropy if spread else None, "{:.2f}"),
    )


def _gains(row: MutationRow) -> tuple[Entry, ...]:
    gains = [None if row.gains is None else row.gains[depth] for depth in Depth]
    return (
        word(row.track),
        *(number(gain, "{:.3f}") for gain in gains),
        number(row.gain, "{:.0%}"),
        number(row.area, "{:.0%}"),
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
