"""Best-so-far against model calls: the median over seeds with the range of all seeds, one panel per task."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.analysis.trajectory import Trajectory, best_so_far
from pytest_aiopt.report.document import grouped
from pytest_aiopt.report.figures.curve_panel import Point, panel, points_of
from pytest_aiopt.report.figures.svg import Figure
from pytest_aiopt.report.tables.base import Entry, Table, column, count, word

COLUMNS = (
    column("task", text=True),
    column("track", text=True),
    column("call"),
    column("cells"),
    column("median", "median_log2"),
    column("lowest", "lowest_log2"),
    column("highest", "highest_log2"),
)


def curves(trajectories: Sequence[Trajectory], styles: dict[str, int]) -> Figure:
    """Draw the cells of one study."""
    panels, rows = [], []
    for cells in grouped(trajectories, lambda t: t.cell.task):
        task = cells[0].cell.task
        tracks = {group[0].cell.track: points(group) for group in grouped(cells, lambda t: t.cell.track)}
        delta = max((t.floor.delta for t in cells if t.floor), default=None)
        panels.append(panel(task, tracks, styles, delta=delta))
        rows += [_row(task, track, point) for track, found in tracks.items() for point in found]
    return Figure(
        "curves",
        "Best speedup so far, by model calls",
        "Line: median over seeds of the best measured speedup up to each call; band: lowest to highest seed. "
        "Grey band: noise floor. The search's own single measurements, whose best is biased upwards; "
        "confirmed speedups are above.",
        tuple(panels),
        Table("figure_curves", "best so far", COLUMNS, tuple(rows)),
        tuple(styles),
    )


def points(cells: Sequence[Trajectory]) -> list[Point]:
    """Return the curve of a track from the start (0 calls, log2 0); a cell counts up to its last call."""
    return points_of([best_so_far(cell) for cell in cells])


def _row(task: str, track: str, point: Point) -> tuple[Entry, ...]:
    call, cells, middle, low, high = point
    return (
        word(task),
        word(track),
        count(call),
        count(cells),
        *(Entry(f"{2.0**value:.3f}", (value,)) for value in (middle, low, high)),
    )
