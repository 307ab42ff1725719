"""Strip plots: one dot per cell, one row per track; rates of the answer, and champions on the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from pytest_aiopt.analysis.outcomes.effective import effective_rate
from pytest_aiopt.analysis.outcomes.ladder import Ladder, ladder_of, steps
from pytest_aiopt.analysis.trajectory import Trajectory, confirm
from pytest_aiopt.model import Confirmed
from pytest_aiopt.report.document import grouped
from pytest_aiopt.report.figures.scales import Scale, factor_ticks, share_ticks, spanning
from pytest_aiopt.report.figures.svg import COLOURS, Figure, Panel, drawing, line, marker, rect, text
from pytest_aiopt.report.tables.base import Entry, Table, column, count, number, word

APART = 0.2
"""Minimum distance in log2 at which the labels of two marks do not overlap."""
WIDTH, LEFT, RIGHT, ROW, TOP, BOTTOM = 640.0, 34.0, 12.0, 26.0, 8.0, 36.0
RATES = (
    column("cell", text=True),
    column("track", text=True),
    column("calls"),
    column("effective"),
    column("rate"),
)
CHAMPIONS = (
    column("task", text=True),
    column("what", text=True),
    column("name", text=True),
    column("track", text=True),
    column("speedup", "log2_speedup"),
    column("low", "log2_low"),
    column("high", "log2_high"),
)


def rates(trajectories: Sequence[Trajectory], styles: dict[str, int]) -> Figure | None:
    """Draw each cell's effective structural mutations per call; None if no cell has a rate."""
    found = [(t, rate) for t in trajectories if (rate := effective_rate(t)) is not None]
    if not found:
        return None
    by_track = {track: [r.value for t, r in found if t.cell.track == track] for track in styles}
    top = max(value for values in by_track.values() for value in values) or 0.1
    x = Scale(0, top * 1.05, LEFT, WIDTH - RIGHT)
    height = TOP + ROW * len(styles) + BOTTOM
    parts = [part for value, name in share_ticks(top) for part in _tick(x(value), name, height)]
    parts += [
        text(
            (LEFT + WIDTH - RIGHT) / 2,
            height - 3,
            "effective structural mutations per call",
            "tick",
            "middle",
        )
    ]
    for at, (track, values) in enumerate(by_track.items()):
        y = TOP + ROW * (at + 0.5)
        parts += [text(LEFT - 10, y + 4, track, "label", "end")]
        parts += _dots(values, x, y, styles[track])
        if values:
            mean = fmean(values)
            parts += [line(x(mean), y - 10, x(mean), y + 10, f"mean k{styles[track] % COLOURS}")]
    caption = "; ".join(f"track {track} {fmean(v):.3f}" for track, v in by_track.items() if v)
    rows = tuple(
        (word(t.cell.id), word(t.cell.track), count(r.calls), count(r.effective), number(r.value, "{:.3f}"))
        for t, r in found
    )
    return Figure(
        "rates",
        "Effective structural mutations per model call",
        "Dot: a cell. Bar: the mean of a track. Effective: right, and faster than its parent beyond the "
        "noise floor when measured afresh; each distinct program counts once.",
        (Panel("", f"Mean rate by track: {caption}.", drawing(WIDTH, height, *parts)),),
        Table("figure_rates", "rates", RATES, rows),
        tuple(styles),
    )


def _tick(place: float, name: str, height: float) -> list[str]:
    bottom = height - BOTTOM
    return [line(place, TOP, place, bottom, "grid"), text(place, bottom + 16, name, "tick", "middle")]


def _dots(values: Sequence[float], x: Scale, y: float, style: int) -> list[str]:
    """Equal values are spread slightly, so that every dot is visible."""
    seen: dict[float, int] = {}
    found = []
    for value in sorted(values):
        at = seen[value] = seen.get(value, -1) + 1
        shift = (at + 1) // 2 * (3.0 if at % 2 else -3.0)
        found.append(marker(x(value), y + max(-10.0, min(10.0, shift)), style, "dot", f"{value:.3f}"))
    return found


def champions(
    trajectories: Sequence[Trajectory], ladders: Sequence[Ladder], styles: dict[str, int]
) -> Figure | None:
    """Draw each cell's confirmed champion against noise floor and ladder; None if none is confirmed."""
    panels: list[Panel] = []
    rows: list[tuple[Entry, ...]] = []
    for cells in grouped(trajectories, lambda t: t.cell.task):
        found = [(t, c) for t in cells if (c := confirm(t)) is not None]
        if not found:
            continue
        ladder = next((one for t in cells if (one := ladder_of(t, ladders))), None)
        panels.append(_champions(cells[0].cell.task, found, ladder, styles))
        rows += _rows(cells[0].cell.task, found, ladder)
    if not panels:
        return None
    return Figure(
        "champions",
        "Confirmed champions on the ladder",
        "Dot: a cell's champion, by its speedup on held-out workloads with 95 % interval. Grey band: noise "
        "floor. Marks above: the rungs of the task's ladder of known improvements by the number of their "
        "file, where it was measured on this machine (on the visible workload), and the best program known.",
        tuple(panels),
        Table("figure_champions", "champions", CHAMPIONS, tuple(rows)),
        tuple(styles),
    )


def _rows(
    task: str, found: Sequence[tuple[Trajectory, Confirmed]], ladder: Ladder | None
) -> list[tuple[Entry, ...]]:
    shown = [("champion", t.cell.id, t.cell.track, (c.log2_speedup, c.low, c.high)) for t, c in found]
    rungs = steps(ladder) if ladder else ()
    shown += [("rung", r.file, "", (r.log2_speedup, r.low, r.high)) for r in rungs]
    return [
        (word(task), word(what), word(name), word(track), *(Entry(f"{2.0**v:.3f}", (v,)) for v in values))
        for what, name, track, values in shown
    ]


def _champions(
    task: str, found: Sequence[tuple[Trajectory, Confirmed]], ladder: Ladder | None, styles: dict[str, int]
) -> Panel:
    tracks = [track for track in styles if any(t.cell.track == track for t, _ in found)]
    marks = _marks([t for t, _ in found], ladder)
    rungs = [value for value, _, _ in marks]
    low, high = spanning([v for _, c in found for v in (c.low, c.high)] + rungs)
    top = TOP + (14.0 if rungs else 0.0)
    height = top + ROW * len(tracks) + BOTTOM
    x = Scale(low, high, LEFT, WIDTH - RIGHT)
    delta = max((t.floor.delta for t, _ in found if t.floor), default=None)
    parts = []
    if delta:
        band = x(min(delta, high)) - x(max(-delta, low))
        parts.append(rect(x(max(-delta, low)), top, band, height - BOTTOM - top, "floor", "noise floor"))
    parts += [part for value, name in factor_ticks(low, high) for part in _tick(x(value), name, height)]
    for rung, short, name in sorted(marks):
        parts += [line(x(rung), top - 5, x(rung), height - BOTTOM, "rung", f"{name}, {2.0**rung:.2f}x")]
        parts += [text(x(rung), top - 8, short, "tick", "middle")]
    for at, track in enumerate(tracks):
        y = top + ROW * (at + 0.5)
        own = [(t, c) for t, c in found if t.cell.track == track]
        parts += [text(LEFT - 10, y + 4, track, "label", "end"), *_intervals(own, x, y, styles[track])]
    parts += [text((LEFT + WIDTH - RIGHT) / 2, height - 3, "speedup (log scale)", "tick", "middle")]
    best = max(found, key=lambda each: each[1].log2_speedup)
    reached = f"{best[0].cell.id}, reaches {2.0 ** best[1].log2_speedup:.2f}"
    known = "".join(f"; {name}, {2.0**rung:.2f}" for rung, _, name in sorted(marks))
    caption = f"{len(found)} champions on {task}; the fastest, {reached}{known}."
    return Panel(task, caption, drawing(WIDTH, height, *parts))


def _marks(cells: Sequence[Trajectory], ladder: Ladder | None) -> list[tuple[float, str, str]]:
    """Return position, short name and name of each rung, and of the frontier."""
    rungs = steps(ladder) if ladder else ()
    marks = [(rung.log2_speedup, _rung(rung.file), f"rung {rung.file}") for rung in rungs]
    known = [t.frontier for t in cells if t.frontier is not None]
    if known:
        best = max(one.log2_speedup if one.confirmed is None else one.confirmed for one in known)
        beside = any(abs(best - value) < APART for value, _, _ in marks)
        marks.append((best, "" if beside else "best", "best program known"))
    return marks


def _rung(file: str) -> str:
    """Return the short name of a rung on its mark: the leading number of its file name, else the stem."""
    stem = file.removesuffix(".cpp")
    number_ = stem.partition("_")[0]
    return number_ if number_.isdigit() else stem


def _intervals(own: Sequence[tuple[Trajectory, Confirmed]], x: Scale, y: float, style: int) -> list[str]:
    parts = []
    step = min(6.0, (ROW - 8) / max(len(own), 1))
    for at, (t, c) in enumerate(own):
        place = y + (at - (len(own) - 1) / 2) * step
        parts.append(line(x(c.low), place, x(c.high), place, f"interval k{style % COLOURS}"))
        caption = f"{t.cell.id}: {2.0**c.log2_speedup:.3f} ({2.0**c.low:.3f} to {2.0**c.high:.3f})"
        parts.append(marker(x(c.log2_speedup), place, style, "dot", caption))
    return parts
