"""Requests of rows_parallel: sheets of repayment plans, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

PLAN = np.dtype([("balance", "<u4"), ("payment", "<u4"), ("rate", "<u4"), ("basis", "<u4")])
HIGHEST_RATE = 2**31
BASES = np.array([360_000, 365_000, 366_000], np.uint32)

Plans = NDArray[np.void]
Counts = NDArray[np.int64]


def encode(sheets: Sequence[tuple[Counts, Plans]], crew: int) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes; per sheet its rows' starts and its plans."""
    parts = [struct.pack("<II56x", len(sheets), crew)]
    for counts, plans in sheets:
        starts = np.zeros(len(counts) + 1 + (len(counts) + 1) % 2, "<u4")
        starts[1 : len(counts) + 1] = np.cumsum(counts)
        parts += [struct.pack("<II", len(counts), 0), starts.tobytes(), plans.tobytes()]
    return b"".join(parts)


# --- correctness cases --------------------------------------------------------------------------

ROWS = st.one_of(st.integers(0, 9), st.sampled_from([15, 16, 17, 33]))
LENGTHS = st.sampled_from(["short", "short", "around four", "some empty", "one long"])
EXTREMES = np.array([0, 1, 2, 3, 2**16, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1], np.uint32)


def _counts(rng: np.random.Generator, kind: str, rows: int) -> Counts:
    """How many plans each row has."""
    counts = rng.integers(0, 6, rows)
    if kind == "around four":
        counts = rng.choice(np.array([3, 4, 5, 7, 8, 9]), rows)
    if kind == "some empty":
        counts[rng.random(rows) < 0.6] = 0
    if kind == "one long" and rows:
        counts[rng.integers(0, rows)] = rng.choice(np.array([40, 63, 64, 65]))
    return counts.astype(np.int64)


def _plans(rng: np.random.Generator, kind: str, count: int) -> Plans:
    """Plans of one kind; "long" ones come close to the longest term, "steep" ones bear more than all."""
    plans = np.zeros(count, PLAN)
    plans["basis"] = rng.choice(BASES, count)
    plans["balance"] = rng.integers(0, 2**32, count, np.uint32)
    plans["rate"] = rng.integers(0, 4000, count, np.uint32)
    plans["payment"] = plans["balance"] // rng.integers(1, 200, count, np.uint32) + 1
    if kind == "extreme":
        for field in ("balance", "payment", "basis"):
            plans[field] = rng.choice(EXTREMES, count)
        plans["rate"] = np.minimum(rng.choice(EXTREMES, count), HIGHEST_RATE)
    if kind == "steep":
        plans["balance"] >>= rng.integers(0, 24, count, np.uint32)
        plans["basis"] = rng.integers(1, 5000, count, np.uint32)
        plans["payment"] = rng.integers(2**31, 2**32, count, np.uint32)
    if kind == "tiny":
        for field in PLAN.names or ():
            plans[field] = rng.integers(0, 8, count, np.uint32)
    if kind == "long":
        plans["rate"] = rng.integers(0, 3, count, np.uint32)
        plans["payment"] = plans["balance"] // rng.integers(1180, 1220, count, np.uint32) + 1
    plans["basis"] = np.maximum(plans["basis"], 1)
    return plans


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 3 sheets of 0 to 33 rows, 1 to 4 workers."""
    crew = draw(st.integers(1, 4))
    drawn = [
        (draw(ROWS), draw(LENGTHS), draw(st.sampled_from(["usual", "extreme", "steep", "tiny", "long"])))
        for _ in range(draw(st.sampled_from([0, 1, 2, 2, 3])))
    ]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sheets = []
    for rows, lengths, kind in drawn:
        counts = _counts(rng, lengths, rows)
        sheets.append((counts, _plans(rng, kind, int(counts.sum()))))
    return encode(sheets, crew)


# --- timed workloads ----------------------------------------------------------------------------


def _terms(rng: np.random.Generator, count: int, low: int, high: int) -> Plans:
    """Plans that take about ``low`` to ``high`` periods, which grow by the interest."""
    plans = np.zeros(count, PLAN)
    plans["basis"] = rng.choice(BASES, count)
    plans["balance"] = rng.integers(2**24, 2**31, count, np.uint32)
    plans["rate"] = rng.integers(100, 700, count, np.uint32)
    term = rng.integers(low, high + 1, count, np.uint32)
    plans["payment"] = plans["balance"] // term + plans["balance"] // 1000 + 1
    return plans


def _sheet(
    rng: np.random.Generator, *, where: str, rows: int, long: int, plans: int, others: int, short: int
) -> tuple[Counts, Plans]:
    """``long`` of the rows have ``plans`` plans of many periods, the others ``others`` of up to ``short``."""
    is_long = np.zeros(rows, bool)
    is_long[:long] = True
    if where == "back":
        is_long = is_long[::-1]
    if where == "random":
        rng.shuffle(is_long)
    counts = np.where(is_long, plans, others)
    made = _terms(rng, int(counts.sum()), 1, short)
    of_long = np.repeat(is_long, counts)
    made[of_long] = _terms(rng, int(of_long.sum()), 150, 900)
    return counts, made


def workload(
    rng: np.random.Generator, *, requests: int, sheets: int, crew: int, **params: int | str
) -> list[bytes]:
    """Return ``requests`` payloads of ``sheets`` sheets each; see ``_sheet`` for the parameters."""
    return [
        encode([_sheet(rng, **params) for _ in range(sheets)], crew)  # type: ignore[arg-type]
        for _ in range(requests)
    ]
