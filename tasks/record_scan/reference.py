"""Oracle of record_scan: numpy over whole columns, one boolean mask a query."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

ROW = np.dtype("<u8,<u4,<u4,<u4,<u4,<u2,<u2,<u2,<u2")
QUERY = np.dtype("<u4,<u4,<u4,<u4")
ANSWER = struct.Struct("<QQQ24s")
MODULUS = 2**64

LIMITS = np.array([500, 2000, 5000, 10_000, 20_000], np.uint64)
BASE = np.array([390, 450, 520, 680, 900, 1250], np.uint64)
PER_KG = np.array([0, 110, 95, 80, 70, 62], np.uint64)
HANDLING = np.array([120, 75, 340, 15, 60, 980, 45, 210, 33, 18, 505, 27, 90, 64, 150, 8], np.uint64)
POSITION = np.array([0, 35, 80, 112, 190, 240, 261, 330, 402, 455, 530, 588, 647, 701, 780, 844], np.int64)

Column = NDArray[np.uint64]


def _charges(flags: Column, weight: Column, route: Column, volume: Column) -> Column:
    billable = np.maximum(weight, volume // np.uint64(5000))
    tier = np.searchsorted(LIMITS, billable)
    tariff = BASE[tier] + billable * PER_KG[tier] // np.uint64(1000)
    bits = flags[:, None] >> np.arange(16, dtype=np.uint64) & np.uint64(1)
    hubs = (route[:, None] >> np.arange(0, 32, 4, dtype=np.uint64) & np.uint64(15)).astype(np.int64)
    legs = np.abs(np.diff(POSITION[hubs], axis=1, prepend=POSITION[hubs[:, :1]]))
    travelled = legs.cumsum(axis=1)
    way = (legs * 3 + travelled // 100 + hubs).sum(axis=1).astype(np.uint64)
    return np.asarray(tariff + bits @ HANDLING + way, np.uint64)


def _total(column: Column) -> int:
    total: int = sum(column.tolist())
    return total % MODULUS


def solve(request: bytes) -> bytes:
    """Return count, value, charge and first label of every query, packed as in task.hpp."""
    row_count, query_count = struct.unpack_from("<II", request)
    rows = np.frombuffer(request, ROW, row_count, 64)
    identity, flags, weight, value, route, length, width, height, quantity = (
        rows[name].astype(np.uint64) for name in ROW.names or ()
    )
    charges = _charges(flags, weight, route, length * width * height)
    values = value * quantity
    answers = []
    for required, excluded, low, high in np.frombuffer(
        request, QUERY, query_count, 64 + rows.nbytes
    ).tolist():
        chosen = np.flatnonzero(
            ((~flags & np.uint64(required)) == 0)
            & ((flags & np.uint64(excluded)) == 0)
            & (weight >= low)
            & (weight <= high)
        )
        label = f"SH-{identity[chosen[0]]:020d}".encode() if chosen.size else b""
        answers.append(ANSWER.pack(chosen.size, _total(values[chosen]), _total(charges[chosen]), label))
    return b"".join(answers)


def describe(request: bytes) -> str:
    """Return the sizes, the first rows and the first queries as text."""
    row_count, query_count = struct.unpack_from("<II", request)
    rows = np.frombuffer(request, ROW, row_count, 64)[:2].tolist()
    queries = np.frombuffer(request, QUERY, query_count, 64 + row_count * ROW.itemsize)[:3].tolist()
    return f"{row_count} rows {rows}, {query_count} queries {queries}"
