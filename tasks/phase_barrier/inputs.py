"""Requests of phase_barrier: fields and their rules, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

FEED = np.dtype([("row", "<u4"), ("column", "<u4"), ("amount", "<i4")])
HIGHEST = 2**24

Cells = NDArray[np.int32]


def encode(
    cells: Cells, feeds: NDArray[np.void], *, most_steps: int, calm: int, crew: int, share: int
) -> bytes:
    """Return the payload: sizes and rules in 64 bytes, cells of shape (rows, columns), feeds."""
    rows, columns = cells.shape
    header = struct.pack("<IIIIIIQ32x", rows, columns, len(feeds), most_steps, crew, share, calm)
    return header + cells.astype("<i4").tobytes() + feeds.tobytes()


# --- correctness cases --------------------------------------------------------------------------

SIDES = st.one_of(st.integers(0, 9), st.sampled_from([15, 16, 17, 31, 33]))
STEPS = st.one_of(st.integers(0, 6), st.sampled_from([7, 8, 9, 15, 16, 17, 40]))
KINDS = ["noise", "noise", "even", "full", "empty", "peak", "small"]


def _cells(rng: np.random.Generator, kind: str, rows: int, columns: int) -> Cells:
    cells = rng.integers(0, HIGHEST + 1, (rows, columns), np.int32)
    if kind == "even":
        cells[:] = rng.integers(0, HIGHEST + 1)
    if kind == "full":
        cells[:] = HIGHEST
    if kind in ("empty", "peak"):
        cells[:] = 0
    if kind == "peak" and cells.size:
        cells[rng.integers(0, rows), rng.integers(0, columns)] = HIGHEST
    if kind == "small":
        cells %= 9
    return cells


def _feeds(
    rng: np.random.Generator, count: int, rows: int, columns: int, most: int, *, first: int = 0
) -> NDArray[np.void]:
    """Feeds of up to ``most``, half of them negative, from row ``first`` on; a cell may have several."""
    feeds = np.zeros(count if rows and columns else 0, FEED)
    if len(feeds):
        feeds["row"] = rng.integers(first, rows, len(feeds))
        feeds["column"] = rng.integers(0, columns, len(feeds))
        feeds["amount"] = rng.integers(-most, most + 1, len(feeds))
    return feeds


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: fields from nothing to 33 by 33, 0 to 40 steps, 1 to 4 workers."""
    rows, columns = draw(SIDES), draw(SIDES)
    most_steps = draw(STEPS)
    crew = draw(st.integers(1, 4))
    kind = draw(st.sampled_from(KINDS))
    feed_count = draw(st.sampled_from([0, 0, 1, 3, 20, 70]))
    most = draw(st.sampled_from([1, 100, HIGHEST, 2**31 - 1 - HIGHEST]))
    rest = draw(st.sampled_from([-1.0, 0.0, 0.0, 0.02, 0.2, 0.5, 0.9]))
    share = draw(st.sampled_from([4, 4, 4, 5, 7, 8, 1000, 4095, 65535, 65536]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cells = _cells(rng, kind, rows, columns)
    calm = 2**64 - 1 if rest < 0 else int(rest * cells.sum(dtype=np.int64))
    feeds = _feeds(rng, feed_count, rows, columns, most)
    return encode(cells, feeds, most_steps=most_steps, calm=calm, crew=crew, share=share)


# --- timed workloads ----------------------------------------------------------------------------


def _request(
    rng: np.random.Generator,
    *,
    rows: int,
    columns: int,
    feeds: int,
    first: int,
    last: int,
    steps: int,
    crew: int,
) -> bytes:
    """Noise that never comes to rest within ``steps``; rows from ``first`` up to ``last`` have feeds."""
    cells = _cells(rng, "noise", rows, columns)
    chosen = _feeds(rng, feeds, last, columns, 50_000, first=first)
    return encode(cells, chosen, most_steps=steps, calm=0, crew=crew, share=4)


def workload(rng: np.random.Generator, *, requests: int, **params: int) -> list[bytes]:
    """Return ``requests`` payloads, a field each; see ``_request`` for the parameters."""
    return [_request(rng, **params) for _ in range(requests)]
