"""Requests of record_scan: shipments and queries, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

ROW = np.dtype(
    [
        ("id", "<u8"),
        ("flags", "<u4"),
        ("weight", "<u4"),
        ("value", "<u4"),
        ("route", "<u4"),
        ("length", "<u2"),
        ("width", "<u2"),
        ("height", "<u2"),
        ("quantity", "<u2"),
    ]
)
QUERY = np.dtype([("required", "<u4"), ("excluded", "<u4"), ("min_weight", "<u4"), ("max_weight", "<u4")])
FLAGS = 16

Records = NDArray[np.void]


def encode(rows: Records, queries: Records) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, then the packed rows and queries."""
    return struct.pack("<II56x", len(rows), len(queries)) + rows.tobytes() + queries.tobytes()


def decode(request: bytes) -> tuple[Records, Records]:
    """Return the rows and the queries of a payload."""
    row_count, query_count = struct.unpack_from("<II", request)
    rows = np.frombuffer(request, ROW, row_count, 64)
    return rows, np.frombuffer(request, QUERY, query_count, 64 + row_count * ROW.itemsize)


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12),
    st.integers(0, 70),
    st.sampled_from([63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 513, 1023, 1024, 1025, 3001]),
)
EDGE_WEIGHTS = np.array(
    [0, 1, 499, 500, 501, 2000, 5001, 20_000, 20_001, 2**31 - 1, 2**31, 2**32 - 1], np.uint32
)


def _weights(rng: np.random.Generator, kind: str, count: int) -> NDArray[np.uint32]:
    if kind == "edge":
        return rng.choice(EDGE_WEIGHTS, count)
    if kind == "equal":
        return np.full(count, rng.choice(EDGE_WEIGHTS), np.uint32)
    weights = rng.integers(0, 30_000, count, np.uint32)
    if kind == "rising":
        weights.sort()
    if kind == "falling":
        weights = np.sort(weights)[::-1]
    return weights


def _case_rows(rng: np.random.Generator, count: int, weights: str, fields: str) -> Records:
    rows = np.zeros(count, ROW)
    if fields == "max":
        rows["id"] = 2**64 - 1
        rows["value"] = rows["route"] = 2**32 - 1
        for name in ("length", "width", "height", "quantity"):
            rows[name] = 2**16 - 1
    elif fields == "small":
        rows["id"] = rng.integers(0, 3, count)
        for name in ("value", "route", "length", "width", "height", "quantity"):
            rows[name] = rng.integers(0, 20, count)
    elif fields == "any":
        rows = np.frombuffer(rng.bytes(count * ROW.itemsize), ROW).copy()
    rows["flags"] = rng.integers(0, 1 << FLAGS, count) | rng.choice([0, 0, 0xFFFF], count)
    rows["weight"] = _weights(rng, weights, count)
    return rows


def _case_queries(rng: np.random.Generator, count: int, rows: Records) -> Records:
    """Queries of 0 to 3 flags whose weight bounds often hit one exactly, and at times are swapped."""
    queries = np.zeros(count, QUERY)
    known = np.concatenate([rows["weight"], EDGE_WEIGHTS])
    for query in queries:
        bits = 1 << rng.integers(0, FLAGS, rng.integers(0, 4))
        wanted = rng.random(bits.size) < 0.5
        query["required"] = np.bitwise_or.reduce(bits[wanted], initial=0)
        query["excluded"] = np.bitwise_or.reduce(bits[~wanted], initial=0)
        bounds = rng.choice(known, 2)
        if rng.random() < 0.9:
            bounds.sort()
        query["min_weight"], query["max_weight"] = bounds if rng.random() < 0.7 else (0, 2**32 - 1)
    return queries


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 3001 rows and 0 to 17 queries, with extremes and exact bounds."""
    row_count = draw(SIZES)
    query_count = draw(st.integers(0, 17))
    weights = draw(st.sampled_from(["uniform", "edge", "equal", "rising", "falling"]))
    fields = draw(st.sampled_from(["any", "small", "zero", "max"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = _case_rows(rng, row_count, weights, fields)
    return encode(rows, _case_queries(rng, query_count, rows))


# --- timed workloads ----------------------------------------------------------------------------


def _rows(rng: np.random.Generator, count: int) -> Records:
    rows = np.zeros(count, ROW)
    rows["id"] = rng.integers(0, 2**63, count, np.uint64)
    rows["flags"] = rng.integers(0, 1 << FLAGS, count, np.uint32)
    rows["weight"] = rng.integers(50, 30_000, count, np.uint32)
    rows["value"] = rng.integers(100, 500_000, count, np.uint32)
    rows["route"] = rng.integers(0, 2**32, count, np.uint32)
    for side in ("length", "width", "height"):
        rows[side] = rng.integers(30, 900, count, np.uint16)
    rows["quantity"] = rng.integers(1, 60, count, np.uint16)
    return rows


def _queries(rng: np.random.Generator, count: int, flags: int, span: float) -> Records:
    """Queries with ``flags`` random required or excluded flags and a weight range of share ``span``."""
    chosen = rng.permuted(np.tile(np.arange(FLAGS, dtype=np.uint32), (count, 1)), axis=1)[:, :flags]
    bits = np.uint32(1) << chosen
    required = rng.random(bits.shape) < 0.5
    low = rng.uniform(0, 1 - span, count)
    queries = np.zeros(count, QUERY)
    queries["required"] = (bits * required).sum(axis=1)
    queries["excluded"] = (bits * ~required).sum(axis=1)
    queries["min_weight"] = 50 + low * 29_950
    queries["max_weight"] = 50 + (low + span) * 29_950
    return queries


def workload(
    rng: np.random.Generator, *, requests: int, rows: int, queries: int, flags: int, span: float
) -> list[bytes]:
    """Return ``requests`` payloads; a query selects about ``span / 2**flags`` of the rows."""
    return [encode(_rows(rng, rows), _queries(rng, queries, flags, span)) for _ in range(requests)]
