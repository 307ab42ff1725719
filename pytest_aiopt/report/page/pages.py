"""Cells and mutations for the page: an index, rows of all mutations, and details of as many as fit."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pytest_aiopt.analysis.outcomes.effective import effective_children, over_parent
from pytest_aiopt.analysis.readings import Reader
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory, confirm
from pytest_aiopt.report.page import packing
from pytest_aiopt.report.tables.base import MISSING
from pytest_aiopt.report.tidy import parent_steps

TOGETHER = 64
"""Number of cells whose rows share one compressed text."""


@dataclass(frozen=True, slots=True)
class Pages:
    """``index``: the page's data on each cell. ``rows``, ``details``: compressed texts by number.

    ``left_out``: number of ``mutations`` (model calls) whose details are only in their journals.
    """

    index: tuple[dict[str, Any], ...]
    rows: tuple[str, ...]
    details: tuple[str, ...]
    mutations: int
    left_out: int


def pages(
    trajectories: Sequence[Trajectory], reader: Reader, styles: dict[str, int], budget: int = packing.BUDGET
) -> Pages:
    """Return all cells with their mutations; the cells share the space for details evenly."""
    cells = max(len(trajectories), 1)
    room = budget // cells, max(packing.MUTATIONS // cells, 1)
    packed = [packing.pack(t, reader.details(t), *room) for t in trajectories]
    return Pages(
        index=tuple(
            _cell(t, styles, at // TOGETHER, at, one)
            for at, (t, one) in enumerate(zip(trajectories, packed, strict=True))
        ),
        rows=tuple(
            deflated({t.cell.id: _rows(t) for t in trajectories[at : at + TOGETHER]})
            for at in range(0, len(trajectories), TOGETHER)
        ),
        details=tuple(one.data for one in packed),
        mutations=sum(len(t.attempts) for t in trajectories),
        left_out=sum(one.left_out for one in packed),
    )


def deflated(value: Any) -> str:
    """Return a value as base64 of its raw-deflated JSON."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return base64.b64encode(stream.compress(msgspec.json.encode(value)) + stream.flush()).decode()


def _cell(
    t: Trajectory, styles: dict[str, int], rows: int, details: int, packed: packing.Packed
) -> dict[str, Any]:
    confirmed = confirm(t)
    return {
        "id": t.cell.id,
        "task": t.cell.task,
        "track": t.cell.track,
        "seed": t.cell.seed,
        "model": t.shown,
        "feedback": str(t.feedback),
        "style": styles[t.cell.track],
        "finished": t.finished,
        "calls": len(t.attempts),
        "of": t.iterations,
        "floor": t.floor.delta if t.floor else None,
        "confirmed": _interval(confirmed.log2_speedup, confirmed.low, confirmed.high)
        if confirmed
        else MISSING,
        "identity": bool(confirmed and confirmed.by_identity),
        "journal": t.journal,
        "rows": rows,
        "details": details,
        "left": packed.left_out,
    }


def _interval(value: float, low: float, high: float) -> str:
    return f"{2.0**value:.3f} ({2.0**low:.3f} to {2.0**high:.3f})"


def _rows(t: Trajectory) -> list[list[Any]]:
    gains, steps = over_parent(t), parent_steps(t)
    effective = {attempt.step for attempt in effective_children(t) or ()}
    lineage = packing.champions_lineage(t)
    return [
        [
            a.step,
            steps.get(a.parent, 0),
            a.status.value,
            a.mutation.kind.value if a.mutation else "",
            "" if a.mutation is None or a.mutation.depth is None else str(a.mutation.depth),
            "+".join(a.mutation.findings) if a.mutation else "",
            *_measured(a),
            f"{2.0 ** gains[a.step][0]:.3f}" if a.step in gains else MISSING,
            _interval(a.again.log2_speedup, a.again.low, a.again.high) if a.again else MISSING,
            int(a.step in effective),
            int(a.step in lineage) + int(a.candidate is not None and a.candidate == t.champion),
        ]
        for a in t.attempts
    ]


def _measured(a: Attempt) -> list[Any]:
    m = a.measurement
    if m is None:
        return [None, MISSING]
    return [round(m.log2_speedup, 5), _interval(m.log2_speedup, m.low, m.high)]
