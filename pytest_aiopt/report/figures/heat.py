"""The methodologies in each track's structural mutations, as a heat map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.report.document import grouped
from pytest_aiopt.report.figures.svg import Figure, Panel, drawing, rect, text
from pytest_aiopt.report.tables.base import Entry, Table, column

NAMES = {
    "B": "batching, locality",
    "C": "caching",
    "P": "precomputing",
    "D": "deferring",
    "R": "relaxation",
    "X": "contextualization",
    "H": "hardware",
    "L1": "bypass of a layer",
    "L2": "merging of layers",
    "L3": "decoupling",
    "ALG": "algorithm",
    "PAR": "parallelism",
    "LLM-micro": "none of these",
}
"""SysGPT's methodologies (OSDI'25) with layering split in three, and labels beyond them."""
LEVELS = 6
"""Steps of the colour scale; every field shows its number."""


def methodologies(trajectories: Sequence[Trajectory]) -> Figure | None:
    """Draw each track's shares of structural mutations by methodology; None without any."""
    tracks: dict[str, tuple[int, Counter[str]]] = {}
    for cells in grouped(trajectories, lambda t: t.cell.track):
        found = [a.mutation for t in cells for a in t.attempts if a.mutation]
        structural = [m for m in found if m.kind is Class.STRUCTURAL]
        labels = Counter(label for m in structural for label in set(m.findings))
        tracks[cells[0].cell.track] = (len(structural), labels)
    if not any(labels for _, labels in tracks.values()):
        return None
    shown = [code for code in NAMES if any(labels[code] for _, labels in tracks.values())]
    return Figure(
        "methodologies",
        "Methodologies of structural mutations",
        "Share of a track's structural mutations that show a methodology: by raters, and by those rules "
        "alone that agree with raters (docs/explanation/codebook.md). A mutation may show several.",
        (Panel("", _caption(tracks), _drawing(tracks, shown)),),
        _table(tracks, shown),
    )


def _caption(tracks: dict[str, tuple[int, Counter[str]]]) -> str:
    tops = {track: labels.most_common(1) for track, (_, labels) in tracks.items()}
    caption = "; ".join(
        f"track {track} {NAMES.get(top[0][0], top[0][0])}" for track, top in tops.items() if top
    )
    return f"The most frequent methodology by track: {caption}."


def _drawing(tracks: dict[str, tuple[int, Counter[str]]], shown: Sequence[str]) -> str:
    left, top, wide, high = 150.0, 22.0, 58.0, 24.0
    parts = []
    for column_, (track, (total, labels)) in enumerate(tracks.items()):
        x = left + wide * column_
        parts.append(text(x + wide / 2, 14, track, "label", "middle"))
        for row, code in enumerate(shown):
            share = labels[code] / total if total else 0.0
            level = 0 if not share else min(LEVELS - 1, 1 + int(share * (LEVELS - 1)))
            y = top + high * row
            caption = f"track {track}, {NAMES[code]}: {labels[code]} of {total}"
            parts.append(rect(x + 1, y + 1, wide - 2, high - 2, f"heat h{level}", caption))
            figure = f"{share:.0%}" if total else "-"
            parts.append(text(x + wide / 2, y + 16, figure, f"in h{level}", "middle"))
    for row, code in enumerate(shown):
        parts.append(text(left - 8, top + high * row + 16, f"{NAMES[code]} ({code})", "tick", "end"))
    return drawing(left + wide * len(tracks) + 4, top + high * len(shown) + 4, *parts)


def _table(tracks: dict[str, tuple[int, Counter[str]]], shown: Sequence[str]) -> Table:
    columns = (
        column("methodology", "code", "methodology", text=True),
        *(column(track, f"{track}_count", f"{track}_structural") for track in tracks),
    )
    rows = tuple(
        (
            Entry(f"{NAMES[code]} ({code})", (code, NAMES[code])),
            *(
                Entry(f"{labels[code]} of {total}", (labels[code], total))
                for total, labels in tracks.values()
            ),
        )
        for code in shown
    )
    return Table("figure_methodologies", "methodologies", columns, rows)
