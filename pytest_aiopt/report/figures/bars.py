"""Shares as bars: the funnel, the character of mutations over time, and diversity."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pytest_aiopt.analysis.outcomes.funnel import STAGES
from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.report.document import grouped
from pytest_aiopt.report.figures.scales import Scale, share_ticks
from pytest_aiopt.report.figures.svg import COLOURS, Figure, Panel, drawing, line, rect, text
from pytest_aiopt.report.mutations import MutationRow
from pytest_aiopt.report.tables.base import Table, column, count, word
from pytest_aiopt.report.tables.mutations import DIVERSITY, FUNNEL, STAGE_TITLES, diversity_row, stage_row

WIDTH = 320.0
BINS = 10
_DEEPEST_FIRST = (Class.STRUCTURAL, Class.SUPERFICIAL, Class.NULL, Class.UNCLASSED)
KINDS = (*(kind.value for kind in _DEEPEST_FIRST), "no change")
"""The possible outcomes of a call, deepest first; "no change" has no class."""
OVER_TIME = (
    column("track", text=True),
    column("from call", "first_call"),
    column("to call", "last_call"),
    column("calls"),
    *(column(kind, kind.replace(" ", "_")) for kind in KINDS),
)


def funnel(rows: Sequence[MutationRow], styles: dict[str, int]) -> Figure:
    """Draw the number of calls of each track that reached each stage."""
    panels = []
    for row in rows:
        calls = row.stages["calls"] or 0
        x = Scale(0, max(calls, 1), 74.0, WIDTH - 40.0)
        parts = []
        for at, (stage, title) in enumerate(zip(STAGES, STAGE_TITLES, strict=True)):
            y, reached = 4.0 + 17.0 * at, row.stages[stage]
            parts.append(text(68.0, y + 10.5, title, "tick", "end"))
            if reached is None:
                parts.append(text(76.0, y + 10.5, "not recorded", "tick"))
                continue
            parts.append(rect(x.start, y, x(reached) - x.start, 13.0, f"fill k{styles[row.track] % COLOURS}"))
            parts.append(text(x(reached) + 4, y + 10.5, str(reached), "tick"))
        caption = f"Of {calls} calls of track {row.track}, {row.stages['passed'] or 0} gave a right program."
        panels.append(Panel(f"track {row.track}", caption, drawing(WIDTH, 8.0 + 17.0 * len(STAGES), *parts)))
    table = Table("figure_funnel", "funnel", FUNNEL, tuple(map(stage_row, rows)))
    caption = "Model calls by how far they got; each stage counts only calls that passed those before it."
    return Figure("funnel", "How far model calls get", caption, tuple(panels), table)


def over_time(trajectories: Sequence[Trajectory]) -> Figure:
    """Draw the outcomes of the calls of each track, from the first to the last call."""
    panels, rows = [], []
    for cells in grouped(trajectories, lambda t: t.cell.track):
        track, bins = cells[0].cell.track, binned(cells)
        panels.append(_over_time(track, bins))
        rows += [
            (word(track), count(first), count(last), count(sum(counts)), *map(count, counts))
            for first, last, counts in bins
        ]
    return Figure(
        "character",
        "Character of mutations over time",
        "Share of the calls whose change is structural, superficial or null by the codebook, whose program "
        "cannot be read (unclassed), or that gave no change. Judged from code alone, never from speed.",
        tuple(panels),
        Table("figure_character", "character over time", OVER_TIME, tuple(rows)),
    )


def binned(cells: Sequence[Trajectory]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Return first and last call of up to ten spans, with the number of calls of each of KINDS."""
    last = max((a.step for t in cells for a in t.attempts), default=0)
    bins = min(BINS, last)
    edges = [round(last * at / bins) for at in range(bins + 1)] if bins else []
    found = [(low + 1, high, [0] * len(KINDS)) for low, high in pairwise(edges)]
    for t in cells:
        for a in t.attempts:
            kind = a.mutation.kind.value if a.mutation else KINDS[-1]
            at = next(counts for low, high, counts in found if low <= a.step <= high)
            at[KINDS.index(kind)] += 1
    return [(low, high, tuple(counts)) for low, high, counts in found]


def _over_time(track: str, bins: Sequence[tuple[int, int, tuple[int, ...]]]) -> Panel:
    height, left, bottom = 170.0, 40.0, 132.0
    y = Scale(0, 1, bottom, 8.0)
    parts = []
    for value in (0.0, 0.5, 1.0):
        parts += [line(left, y(value), WIDTH - 8, y(value), "grid")]
        parts += [text(left - 6, y(value) + 4, f"{value:.0%}", "tick", "end")]
    step = (WIDTH - 8 - left) / max(len(bins), 1)
    for at, (first, last, counts) in enumerate(bins):
        total, below = sum(counts) or 1, 0.0
        for kind, share in zip(KINDS, (n / total for n in counts), strict=True):
            top = y(below + share)
            caption = f"calls {first} to {last}: {share:.0%} {kind}"
            place = left + step * at + 1
            parts.append(
                rect(place, top, step - 2, y(below) - top, f"kind {kind.replace(' ', '-')}", caption)
            )
            below += share
        if at % max(1, len(bins) // 5) == 0:
            parts.append(text(left + step * (at + 0.5), bottom + 15, str(first), "tick", "middle"))
    parts.append(text((left + WIDTH - 8) / 2, height - 4, "model calls", "tick", "middle"))
    ends = [f"{n[0] / (sum(n) or 1):.0%}" for _, _, n in (*bins[:1], *bins[-1:])] or ["no calls"]
    caption = f"Structural share of track {track}, first and last span: {' and '.join(ends)}."
    return Panel(f"track {track}", caption, drawing(WIDTH, height, *parts))


FIGURES = (
    ("programs", "distinct programs a child"),
    ("binaries", "distinct binaries a child"),
    ("coverage", "occupied niches"),
    ("quality", "quality (QD-score)"),
    ("entropy", "entropy of methodologies, nats"),
)


def diversity(rows: Sequence[MutationRow], styles: dict[str, int]) -> Figure | None:
    """Draw the diversity of equally many children of each track; None if a track has none."""
    known = [(row, row.diversity) for row in rows if row.diversity is not None]
    if not known:
        return None
    panels = []
    for name, title in FIGURES:
        values = {row.track: float(getattr(figures, name)) for row, figures in known}
        top = max(values.values()) or 1.0
        x, height = Scale(0, top, 34.0, WIDTH - 44.0), 18.0 * len(values) + 24.0
        parts = []
        for value, tick in share_ticks(top):
            parts += [line(x(value), 2, x(value), height - 20, "grid")]
            parts += [text(x(value), height - 6, tick, "tick", "middle")]
        for at, (track, value) in enumerate(values.items()):
            y = 4.0 + 18.0 * at
            parts += [text(28.0, y + 10.5, track, "label", "end")]
            parts += [rect(x.start, y, x(value) - x.start, 13.0, f"fill k{styles[track] % COLOURS}")]
            parts += [text(x(value) + 4, y + 10.5, f"{value:.2f}", "tick")]
        caption = "; ".join(f"track {track} {value:.2f}" for track, value in values.items())
        panels.append(Panel(title, f"{title}: {caption}.", drawing(WIDTH, height, *parts)))
    children = known[0][1].n
    caption = f"Means over random draws of {children} valid children of each track, the fewest that one has."
    table = Table("figure_diversity", "diversity", DIVERSITY, tuple(map(diversity_row, rows)))
    return Figure("diversity", "Diversity of valid children", caption, tuple(panels), table)
