"""Oracle of rows_parallel: all plans of a sheet go on together; interest is what was paid less what fell."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

PLAN = np.dtype([("balance", "<u4"), ("payment", "<u4"), ("rate", "<u4"), ("basis", "<u4")])
LONGEST = 1200
LEVIES = 512

Numbers = NDArray[np.uint64]
Sheet = tuple[NDArray[np.uint32], NDArray[np.void]]


def _decode(request: bytes) -> Iterator[Sheet]:
    """Yield the starts of the rows (and the end) and the plans of each sheet."""
    (count,) = struct.unpack_from("<I", request)
    at = 64
    for _ in range(count):
        (rows,) = struct.unpack_from("<I", request, at)
        starts = np.frombuffer(request, "<u4", rows + 1, at + 8)
        at += 8 + (rows + 2) // 2 * 8
        plans = np.frombuffer(request, PLAN, int(starts[-1]), at)
        at += plans.nbytes
        yield starts, plans


def _courses(plans: NDArray[np.void], levy: int) -> tuple[Numbers, Numbers, Numbers, NDArray[np.bool_]]:
    """Return periods, interest, balance left and whether it is stuck, for each plan."""
    before, payment, rate, basis = (plans[name].astype(np.uint64) for name in PLAN.names or ())
    rate = rate + np.uint64(levy)
    stuck = (before > 0) & (before * rate // basis >= payment)
    left = np.where(stuck, 0, before)
    paid, periods = np.zeros_like(left), np.zeros_like(left)
    for _ in range(LONGEST):
        open_ = np.flatnonzero(left)
        if not len(open_):
            break
        owed = left[open_] + left[open_] * rate[open_] // basis[open_]
        part = np.minimum(owed, payment[open_])
        paid[open_] += part
        periods[open_] += 1
        left[open_] = owed - part
    interest = np.where(stuck, 0, paid + left - before)
    return periods, interest, left, stuck


def solve(request: bytes) -> bytes:
    """Return the rows, packed as in driver.cpp."""
    levy, reply = 0, b""
    for starts, plans in _decode(request):
        periods, interest, left, stuck = _courses(plans, levy)
        for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
            ordered = sorted(periods[start:end].tolist())
            middle = ordered[len(ordered) // 2] if ordered else 0
            sums = [int(each[start:end].sum()) for each in (interest, left, stuck)]
            reply += struct.pack("<QQII", sums[0], sums[1], middle, sums[2])
        levy = int(interest.sum()) % LEVIES
    return reply


def describe(request: bytes) -> str:
    """Return the crew, the sizes of the rows and the first plans as text."""
    (crew,) = struct.unpack_from("<I", request, 4)
    sheets = [(np.diff(starts).tolist()[:8], plans[:3].tolist()) for starts, plans in _decode(request)]
    told = "; ".join(f"rows of {rows} plans, the first {plans}" for rows, plans in sheets)
    return f"{crew} workers, (balance, payment, rate, basis); sheets: {told}"
