"""Draw the best-so-far curves of one task: a staircase and a band per track."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pytest_aiopt.report.figures.scales import Scale, call_ticks, factor_ticks, spanning
from pytest_aiopt.report.figures.svg import COLOURS, Panel, drawing, line, marker, path, rect, text

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 340.0, 220.0, 40.0, 34.0, 12.0, 14.0
Point = tuple[int, int, float, float, float]
"""Call, number of cells that made it, and median, lowest and highest best-so-far (log2)."""


def points_of(curves: Sequence[Sequence[float]]) -> list[Point]:
    """Return the curve of a track from each cell's best log2 speedups after its calls.

    It begins at 0 calls and log2 0; a cell counts up to its last call.
    """
    found = [(0.0, *curve) for curve in curves]
    longest = max(map(len, found), default=0)
    at = [[curve[call] for curve in found if len(curve) > call] for call in range(longest)]
    return [(call, len(values), median(values), min(values), max(values)) for call, values in enumerate(at)]


def panel(
    task: str,
    tracks: dict[str, list[Point]],
    styles: dict[str, int],
    *,
    delta: float | None,
    known: float | None = None,
) -> Panel:
    """Draw the curves of a task's tracks.

    ``delta``: the noise floor; ``known``: the best known program; both log2.
    """
    drawn = [value for found in tracks.values() for point in found for value in point[2:]]
    low, high = spanning(drawn if known is None else [*drawn, known])
    high, calls = max(high, 2 * (delta or 0.0)), max(len(found) for found in tracks.values()) - 1
    x = Scale(0, max(calls, 1), LEFT, WIDTH - RIGHT)
    y = Scale(low, high, HEIGHT - BOTTOM, TOP)
    parts = [_floor(delta, x, y)] if delta else []
    for value, name in factor_ticks(low, high):
        parts += [line(LEFT, y(value), WIDTH - RIGHT, y(value), "grid")]
        parts += [text(LEFT - 6, y(value) + 4, name, "tick", "end")]
    parts += [text(x(call), HEIGHT - BOTTOM + 16, str(call), "tick", "middle") for call in call_ticks(calls)]
    parts += [text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 3, "model calls", "tick", "middle")]
    if known is not None:
        parts += [line(LEFT, y(known), WIDTH - RIGHT, y(known), "rung")]
        parts += [text(WIDTH - RIGHT, y(known) - 4, f"best known {2.0**known:.2f}x", "tick", "end")]
    for track, found in tracks.items():
        parts += _band(found, x, y, styles[track])
    for track, found in tracks.items():
        parts += _line(track, found, x, y, styles[track])
    ends = [f"track {track} ends at {2.0 ** found[-1][2]:.2f}" for track, found in tracks.items()]
    caption = "; ".join([*ends, *([] if known is None else [f"best known program {2.0**known:.2f}"])])
    return Panel(
        task, f"Median best speedup after {calls} calls on {task}: {caption}.", drawing(WIDTH, HEIGHT, *parts)
    )


def _floor(delta: float, x: Scale, y: Scale) -> str:
    top, bottom = y(min(delta, y.high)), y(max(-delta, y.low))
    return rect(x.start, top, x.end - x.start, bottom - top, "floor", f"noise floor, {2.0**delta:.3f}")


def _band(found: Sequence[Point], x: Scale, y: Scale, style: int) -> list[str]:
    if all(point[3] == point[4] for point in found):
        return []
    upper, lower = _steps([(p[0], p[4]) for p in found], x, y), _steps([(p[0], p[3]) for p in found], x, y)
    return [path([*upper, *reversed(lower)], f"band k{style % COLOURS}", closed=True)]


def _line(track: str, found: Sequence[Point], x: Scale, y: Scale, style: int) -> list[str]:
    steps = _steps([(p[0], p[2]) for p in found], x, y)
    end = f"track {track}: {2.0 ** found[-1][2]:.3f} after {found[-1][0]} calls"
    return [path(steps, f"curve k{style % COLOURS}"), marker(*steps[-1], style, title=end)]


def _steps(values: Sequence[tuple[int, float]], x: Scale, y: Scale) -> list[tuple[float, float]]:
    """Return the points of a staircase: the best is constant until a call improves it."""
    places: list[tuple[float, float]] = []
    for call, value in values:
        if places and y(value) != places[-1][1]:
            places.append((x(call), places[-1][1]))
        if not places or y(value) != places[-1][1] or call == values[-1][0]:
            places.append((x(call), y(value)))
    return places
