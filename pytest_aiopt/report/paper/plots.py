"""Figures at column width as vector PDF, drawn from the numbers of the report's figures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING, Any

from pytest_aiopt.errors import ToolMissing
from pytest_aiopt.report.figures.scales import factor_ticks, spanning
from pytest_aiopt.report.figures.svg import Figure
from pytest_aiopt.report.paper.latex import readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

WIDTH = 3.33
"""Width of a column in inches."""
PANEL = 1.25
PANELS = 8
"""Maximum number of tasks per figure; the others go to further figures."""
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#7f7f7f")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
STYLE: Any = {
    "font.size": 7,
    "axes.titlesize": 7,
    "axes.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "0.85",
    "grid.linewidth": 0.4,
    "lines.linewidth": 1.0,
    "lines.markersize": 2.5,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    "text.parse_math": False,
}
Record = Mapping[str, Any]


def drawn(figures: Mapping[str, Figure], floors: Mapping[str, float]) -> Iterator[tuple[str, bytes]]:
    """Yield name and PDF of each drawing; raises ToolMissing without matplotlib.

    ``floors``: noise floors (log2) by task.
    """
    if find_spec("matplotlib") is None:
        raise ToolMissing("figures of a paper need matplotlib", "pip install pytest-aiopt[paper]")
    for name, draw in (
        ("rates", _rates),
        ("champions", _champions),
        ("curves", _curves),
        ("funnel", _funnel),
    ):
        if name in figures:
            yield from draw(figures[name], floors)


Draw = Callable[["Axes", Sequence[Record], "Tracks"], None]
Tracks = Mapping[str, int]


@contextmanager
def _figure(height: float, rows: int = 1, columns: int = 1) -> Iterator[tuple[Drawing, list[Axes]]]:
    import matplotlib
    from matplotlib.figure import Figure as Drawing

    with matplotlib.rc_context(STYLE):
        figure = Drawing(figsize=(WIDTH, height), layout="constrained")
        yield figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def _saved(figure: Drawing) -> bytes:
    written = io.BytesIO()
    figure.savefig(written, format="pdf", metadata={"CreationDate": None, "Producer": None})
    return written.getvalue()


def _look(style: int) -> dict[str, Any]:
    return {"color": COLOURS[style % len(COLOURS)], "marker": MARKERS[style % len(MARKERS)]}


def _styles(figure: Figure) -> Tracks:
    return {track: at for at, track in enumerate(figure.tracks)}


def _rates(figure: Figure, _: Mapping[str, float]) -> Iterator[tuple[str, bytes]]:
    records, styles = figure.table.records(), _styles(figure)
    with _figure(0.6 + 0.22 * len(styles)) as (drawing, (axes,)):
        for track, at in styles.items():
            rates = sorted(float(row["rate"] or 0.0) for row in records if row["track"] == track)
            spread = [at + 0.12 * ((n % 5) - 2) / 2 for n in range(len(rates))]
            axes.plot(rates, spread, linestyle="none", alpha=0.6, **_look(at))
            if rates:
                axes.plot([fmean(rates)] * 2, [at - 0.35, at + 0.35], color="black")
        axes.set_yticks(range(len(styles)), [readable(track) for track in styles])
        axes.invert_yaxis()
        axes.set_xlabel("effective structural mutations per model call")
        axes.grid(axis="x")
        yield "rates", _saved(drawing)


def _funnel(figure: Figure, _: Mapping[str, float]) -> Iterator[tuple[str, bytes]]:
    stages = [column for column in figure.table.columns if not column.text]
    with _figure(2.3) as (drawing, (axes,)):
        for at, row in enumerate(figure.table.records()):
            counts = [(n, row[column.keys[0]]) for n, column in enumerate(stages)]
            known = [(n, float(value)) for n, value in counts if isinstance(value, int)]
            axes.plot(*zip(*known, strict=True), label=readable(str(row["track"])), **_look(at))
        axes.set_xticks(range(len(stages)), [column.title for column in stages], rotation=60, ha="right")
        axes.set_ylabel("model calls")
        axes.set_ylim(bottom=0)
        axes.grid(axis="y")
        axes.legend()
        yield "funnel", _saved(drawing)


def _champions(figure: Figure, floors: Mapping[str, float]) -> Iterator[tuple[str, bytes]]:
    def draw(axes: Axes, records: Sequence[Record], styles: Tracks) -> None:
        champions = [row for row in records if row["what"] == "champion"]
        for track, at in styles.items():
            own = [row for row in champions if row["track"] == track]
            places = [at + 0.6 * ((n + 0.5) / len(own) - 0.5) for n in range(len(own))]
            middle = [row["log2_speedup"] for row in own]
            below = [row["log2_speedup"] - row["log2_low"] for row in own]
            above = [row["log2_high"] - row["log2_speedup"] for row in own]
            axes.errorbar(places, middle, (below, above), linestyle="none", elinewidth=0.6, **_look(at))
        for row in records:
            if row["what"] != "champion":
                axes.axhline(row["log2_speedup"], color="grey", linewidth=0.4, linestyle=":")
        axes.set_xticks(range(len(styles)), [readable(track) for track in styles])

    yield from _by_task(figure, floors, "speedup", ("log2_speedup", "log2_low", "log2_high"), draw)


def _curves(figure: Figure, floors: Mapping[str, float]) -> Iterator[tuple[str, bytes]]:
    def draw(axes: Axes, records: Sequence[Record], styles: Tracks) -> None:
        for track, at in styles.items():
            own = [row for row in records if row["track"] == track]
            calls = [row["call"] for row in own]
            low, middle, high = (
                [row[key] for row in own] for key in ("lowest_log2", "median_log2", "highest_log2")
            )
            look = _look(at) | {"label": readable(track), "markevery": [len(calls) - 1] if calls else []}
            axes.fill_between(calls, low, high, step="post", alpha=0.12, color=look["color"], linewidth=0)
            axes.step(calls, middle, where="post", **look)
        axes.set_xlabel("model calls")

    yield from _by_task(figure, floors, "best so far", ("lowest_log2", "median_log2", "highest_log2"), draw)


def _by_task(
    figure: Figure, floors: Mapping[str, float], name: str, keys: Sequence[str], draw: Draw
) -> Iterator[tuple[str, bytes]]:
    """Draw one panel per task, two side by side; axes show factors."""
    styles = _styles(figure)
    records: Sequence[Record] = figure.table.records()
    panels = [(str(task), list(rows)) for task, rows in groupby(records, lambda row: row["task"])]
    for number, some in enumerate(_batches(panels), start=1):
        columns = min(2, len(some))
        rows = -(-len(some) // columns)
        with _figure(PANEL * rows + 0.25, rows, columns) as (drawing, all_axes):
            for axes, (task, own) in zip(all_axes, some, strict=False):
                low, high = spanning([row[key] for row in own for key in keys])
                floor = floors.get(task)
                if floor is not None:
                    axes.axhspan(-floor, floor, color="0.9", linewidth=0)
                draw(axes, own, styles)
                axes.set_ylim(low, high)
                axes.set_yticks(*zip(*factor_ticks(low, high, most=5), strict=True))
                axes.set_title(readable(task))
                axes.grid(axis="y")
            for axes in all_axes[:: columns or 1]:
                axes.set_ylabel(name)
            for axes in all_axes[len(some) :]:
                axes.set_visible(False)
            handles, labels = all_axes[0].get_legend_handles_labels()
            if handles:
                drawing.legend(handles, labels, loc="outside upper center", ncols=min(5, len(handles)))
            yield f"{figure.name}{'' if len(panels) <= PANELS else f'-{number}'}", _saved(drawing)


def _batches(panels: Sequence[tuple[str, list[Record]]]) -> Iterator[Sequence[tuple[str, list[Record]]]]:
    yield from (panels[at : at + PANELS] for at in range(0, len(panels), PANELS))
