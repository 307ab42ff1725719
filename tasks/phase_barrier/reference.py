"""Oracle of phase_barrier: whole fields at a time, neighbours by padding, feeds grouped by cell."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

FEED = np.dtype([("row", "<u4"), ("column", "<u4"), ("amount", "<i4")])
HIGHEST = 2**24

Cells = NDArray[np.int64]


def _decode(request: bytes) -> tuple[Cells, NDArray[np.void], int, int, int, int]:
    """Return cells, feeds, most steps, calm, crew and share of a payload."""
    rows, columns, count, most_steps, crew, share, calm = struct.unpack_from("<IIIIIIQ", request)
    cells = np.frombuffer(request, "<i4", rows * columns, 64).reshape(rows, columns).astype(np.int64)
    feeds = np.frombuffer(request, FEED, count, 64 + 4 * rows * columns)
    return cells, feeds, most_steps, calm, crew, share


def _by_cell(feeds: NDArray[np.void]) -> dict[tuple[int, int], list[int]]:
    """The amounts that each cell is fed, in order."""
    amounts: dict[tuple[int, int], list[int]] = {}
    for row, column, amount in feeds.tolist():
        amounts.setdefault((row, column), []).append(amount)
    return amounts


def _step(cells: Cells, amounts: dict[tuple[int, int], list[int]], share: int) -> Cells:
    """Return the cells after one step."""
    around = np.pad(cells, 1, mode="edge")
    next_ = (around[1:-1, :-2] + around[1:-1, 2:] + around[:-2, 1:-1] + around[2:, 1:-1]) // share
    for place, fed in amounts.items():
        cell = int(next_[place])
        for amount in fed:
            cell = min(max(cell + amount, 0), HIGHEST)
        next_[place] = cell
    return next_


def solve(request: bytes) -> bytes:
    """Return the outcome and the cells, packed as in driver.cpp."""
    cells, feeds, most_steps, calm, _, share = _decode(request)
    amounts = _by_cell(feeds)
    change, steps, rest = 0, 0, False
    while steps < most_steps and not rest:
        next_ = _step(cells, amounts, share) if cells.size else cells
        change = int(np.abs(next_ - cells).sum())
        cells, steps, rest = next_, steps + 1, change <= calm
    return struct.pack("<QII", change, steps, rest) + cells.astype("<i4").tobytes()


def describe(request: bytes) -> str:
    """Return the sizes and rules, the first cells and feeds as text."""
    cells, feeds, most_steps, calm, crew, share = _decode(request)
    first = cells.reshape(-1)[:8].tolist()
    return (
        f"field of {cells.shape[0]} rows by {cells.shape[1]}, {crew} workers, at most {most_steps} steps,"
        f" calm {calm}, share {share}, {len(feeds)} feeds {feeds[:4].tolist()}, cells {first}"
    )
