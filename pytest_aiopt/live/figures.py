"""Curves of the tasks whose cells changed: best so far by track, beside the best program known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pytest_aiopt.analysis.outcomes.ladder import Ladder, frontier
from pytest_aiopt.live.cell import FollowedCell
from pytest_aiopt.report.figures.curve_panel import panel, points_of
from pytest_aiopt.report.figures.svg import swatch, titled

AT_ONCE = 3
"""Figures drawn per look at most, so that a thousand busy cells do not keep a core busy with drawing."""


@dataclass(slots=True)
class Figures:
    """Draws a figure when a curve of its task has grown. Figures are named ``study/task``.

    ``styles``: the number of each track, by which the page colours it.
    """

    ladders: Sequence[Ladder] = ()
    styles: dict[str, int] = field(default_factory=dict)
    _drawn: dict[str, str] = field(default_factory=dict)
    _due: dict[str, None] = field(default_factory=dict)
    _calls: dict[str, int] = field(default_factory=dict)

    def note(self, cells: Iterable[FollowedCell]) -> None:
        """Remember which figures must be drawn again."""
        for cell in cells:
            if self._calls.get(cell.id) != len(cell.curve):
                self._calls[cell.id] = len(cell.curve)
                self._due[figure_of(cell)] = None

    def draw(self, cells: Iterable[FollowedCell], most: int | None = AT_ONCE) -> dict[str, str]:
        """Return those that changed, as SVG by name; the longest due first, at most so many."""
        names = list(self._due)[:most]
        by_figure = defaultdict(list)
        for cell in cells if names else ():
            by_figure[figure_of(cell)].append(cell)
        new = {}
        for name in names:
            del self._due[name]
            new[name] = self._drawn[name] = self._figure(name, by_figure[name])
        return new

    def all(self) -> dict[str, str]:
        """Return every figure as it was last drawn."""
        return dict(self._drawn)

    def swatches(self) -> dict[str, str]:
        """Return a small drawing of each track's line, as SVG."""
        return {track: swatch(style) for track, style in self.styles.items()}

    def _figure(self, name: str, cells: Sequence[FollowedCell]) -> str:
        task, by_track = name.partition("/")[2], defaultdict(list)
        for cell in sorted(cells, key=lambda cell: cell.id):
            by_track[cell.id.split("/")[2]].append(cell.curve)
        for track in by_track:
            self.styles.setdefault(track, len(self.styles))
        tracks = {track: points_of(curves) for track, curves in by_track.items()}
        delta = max((cell.delta for cell in cells if cell.delta is not None), default=None)
        drawn = panel(task, tracks, self.styles, delta=delta, known=self._known(cells))
        return titled(drawn, "best so far")

    def _known(self, cells: Sequence[FollowedCell]) -> float | None:
        """Return the log2 speedup of the best known program, where it was measured as a cell ran."""
        opened = next((cell.opened for cell in cells if cell.opened), None)
        found = opened and frontier(opened.cell, opened.identity, opened.scored, self.ladders)
        return found.log2_speedup if found else None


def figure_of(cell: FollowedCell) -> str:
    """Return the name of the figure that a cell is in."""
    return "/".join(cell.id.split("/")[:2])
