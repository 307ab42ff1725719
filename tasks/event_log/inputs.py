"""Requests of event_log: events and a medium, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

RECORD = np.dtype(
    [
        ("time", "<u8"),
        ("amount", "<i8"),
        ("source", "<u4"),
        ("confirmed", "<u4"),
        ("size", "<u4"),
        ("values", "<u4"),
    ]
)

Records = NDArray[np.void]
Values = NDArray[np.int32]
Bytes = NDArray[np.uint8]


def encode(records: Records, values: Values, text: Bytes, *, latency_us: int, ns_per_kb: int) -> bytes:
    """Return the payload: the medium in 64 bytes, the packed records, all values, all texts."""
    header = struct.pack("<III52x", len(records), latency_us, ns_per_kb)
    return header + records.tobytes() + values.astype("<i4").tobytes() + text.tobytes()


# --- correctness cases --------------------------------------------------------------------------

COUNTS = st.one_of(st.integers(0, 12), st.sampled_from([15, 16, 17, 31, 40, 63, 64, 65, 66, 80, 130]))
CONFIRMED = st.sampled_from([0.0, 0.02, 0.2, 0.4, 0.4, 0.8, 1.0])
EXTREMES = np.array([-(2**63), -(2**63) + 1, -10, -9, -1, 0, 1, 9, 10, 99, 100, 2**63 - 1], np.int64)
NUMBERS = np.array([-(2**31), -(2**31) + 1, -100, -99, -10, -9, -1, 0, 9, 10, 99, 100, 2**31 - 1], np.int32)


def _text(rng: np.random.Generator, kind: str, size: int) -> Bytes:
    if kind == "plain":
        return rng.integers(32, 127, size, np.uint8)
    if kind == "quoted":
        return rng.choice(np.frombuffer(b'"\\\\a\n\x00\x1f\x20\x7e\x7f\x80\xff', np.uint8), size)
    return rng.integers(0, 256, size, np.uint8)


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 130 events with up to 70 bytes of text and up to 20 values."""
    count = draw(COUNTS)
    confirmed = draw(CONFIRMED)
    kind = draw(st.sampled_from(["plain", "quoted", "any"]))
    longest = draw(st.sampled_from([0, 1, 9, 70]))
    most = draw(st.sampled_from([0, 1, 3, 20]))
    latency_us = draw(st.sampled_from([0, 0, 0, 0, 0, 0, 1])) if count < 30 else 0
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    records = np.zeros(count, RECORD)
    records["time"] = rng.choice(EXTREMES, count).astype(np.uint64)
    records["amount"] = rng.choice(EXTREMES, count)
    records["source"] = rng.integers(0, 2**32, count, np.uint32)
    records["confirmed"] = rng.random(count) < confirmed
    records["size"] = rng.integers(0, longest + 1, count)
    records["values"] = rng.integers(0, most + 1, count)
    values = rng.choice(NUMBERS, int(records["values"].sum()))
    text = _text(rng, kind, int(records["size"].sum()))
    return encode(records, values, text, latency_us=latency_us, ns_per_kb=0)


# --- timed workloads ----------------------------------------------------------------------------


def _request(
    rng: np.random.Generator, *, events: int, confirmed: float, size: int, values: int, latency_us: int
) -> bytes:
    """Texts of about ``size`` bytes, mostly printable, and about ``values`` values; times rise."""
    records = np.zeros(events, RECORD)
    records["time"] = 1_700_000_000_000 + rng.integers(1, 2000, events).cumsum()
    records["amount"] = rng.integers(-(10**9), 10**9, events)
    records["source"] = rng.integers(0, 1000, events, np.uint32)
    records["confirmed"] = rng.permutation(np.arange(events) < round(confirmed * events))
    records["size"] = rng.integers(size - size // 8, size + size // 8 + 1, events)
    records["values"] = rng.integers(values - values // 8, values + values // 8 + 1, events)
    text = rng.integers(31, 127, int(records["size"].sum()), np.uint8)
    numbers = rng.integers(-(10**6), 10**6, int(records["values"].sum()), np.int32)
    return encode(records, numbers, text, latency_us=latency_us, ns_per_kb=4000)


def workload(rng: np.random.Generator, *, requests: int, **params: float) -> list[bytes]:
    """Return ``requests`` payloads; see ``_request`` for the parameters."""
    return [_request(rng, **params) for _ in range(requests)]  # type: ignore[arg-type]
