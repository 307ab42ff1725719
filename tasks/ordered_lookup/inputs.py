"""Requests of ordered_lookup: entries and operations, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

ENTRY = np.dtype([("key", "<u8"), ("value", "<u8")])
OPERATION = np.dtype([("key", "<u8"), ("kind", "<u4"), ("operand", "<u4")])
READ, PUT, DROP = 0, 1, 2

Keys = NDArray[np.uint64]
Records = NDArray[np.void]


def encode(entries: Records, operations: Records) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, then the packed entries and operations."""
    return struct.pack("<II56x", len(entries), len(operations)) + entries.tobytes() + operations.tobytes()


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12),
    st.integers(0, 70),
    st.sampled_from([31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 513, 513, 1025]),
)
SOME = st.one_of(st.integers(0, 12), st.integers(0, 70), st.just(129))
EXTREMES = np.array([0, 1, 2, 2**32, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1], np.uint64)
MIXES = {
    "reads": [1.0, 0.0, 0.0],
    "mixed": [0.5, 0.3, 0.2],
    "crowd": [0.25, 0.7, 0.05],
    "puts": [0.2, 0.7, 0.1],
    "drops": [0.3, 0.1, 0.6],
}


def _keys(rng: np.random.Generator, kind: str, count: int) -> Keys:
    """Keys of one kind; "few", "equal", "dense" and "extreme" repeat keys."""
    if kind == "equal":
        return np.full(count, rng.choice(EXTREMES))
    if kind == "few":
        return rng.choice(rng.integers(0, 2**64, 9, np.uint64), count)
    if kind == "extreme":
        return rng.choice(EXTREMES, count)
    if kind == "dense":
        return rng.integers(0, max(2 * count, 1), count, np.uint64)
    keys = rng.integers(0, 2**64, count, np.uint64)
    if kind == "rising":
        keys.sort()
    if kind == "falling":
        keys = np.sort(keys)[::-1]
    return keys


def _touched(rng: np.random.Generator, known: Keys, count: int, kind: str, crowded: bool) -> Keys:
    """Keys to operate on: known ones, neighbours of them and others, of the same kind or in one spot."""
    others = _keys(rng, kind, count)
    if crowded and len(known):
        others = known[0] + rng.integers(0, count, count, np.uint64)
    if not len(known):
        return others
    near = rng.choice(known, count) + rng.choice(np.array([0, 0, 0, 1, 2**64 - 1], np.uint64), count)
    return np.where(rng.random(count) < (0.3 if crowded else 0.7), near, others)


def _values(rng: np.random.Generator, kind: str, count: int) -> Keys:
    high = {"small": 3, "word": 2**32, "any": 2**64}[kind]
    return rng.integers(0, high, count, np.uint64)


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 1025 entries; operations at known keys, beside them and elsewhere."""
    crowded = draw(st.sampled_from([False, False, False, True]))
    entry_count = draw(SIZES)
    operation_count = draw(st.sampled_from([90, 200, 280]) if crowded else SOME)
    kind = draw(st.sampled_from(["uniform", "few", "equal", "extreme", "dense", "rising", "falling"]))
    values = draw(st.sampled_from(["any", "word", "small"]))
    mix = "crowd" if crowded else draw(st.sampled_from(sorted(MIXES)))
    reach = draw(st.sampled_from([2, 2, 20, 300, 2**32]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    entries = np.zeros(entry_count, ENTRY)
    entries["key"] = _keys(rng, kind, entry_count)
    entries["value"] = _values(rng, values, entry_count)
    operations = np.zeros(operation_count, OPERATION)
    operations["key"] = _touched(rng, entries["key"], operation_count, kind, crowded)
    operations["kind"] = rng.choice(3, operation_count, p=MIXES[mix])
    operations["operand"] = rng.integers(0, reach, operation_count, np.uint32)
    return encode(entries, operations)


# --- timed workloads ----------------------------------------------------------------------------


def _request(rng: np.random.Generator, *, entries: int, operations: int, changes: float, reach: int) -> bytes:
    """A change is a put or a drop, evenly; reads and puts are at uniform keys, drops at known ones."""
    filled = np.zeros(entries, ENTRY)
    filled["key"] = rng.integers(0, 2**64, entries, np.uint64)
    filled["value"] = rng.integers(0, 2**32, entries, np.uint64)
    asked = np.zeros(operations, OPERATION)
    asked["key"] = rng.integers(0, 2**64, operations, np.uint64)
    asked["operand"] = rng.integers(1, reach + 1, operations, np.uint32)
    draws = rng.random(operations)
    asked["kind"] = np.where(draws < changes, np.where(draws < changes / 2, PUT, DROP), READ)
    dropped = asked["kind"] == DROP
    asked["key"][dropped] = rng.choice(filled["key"], int(dropped.sum()))
    return encode(filled, asked)


def workload(
    rng: np.random.Generator, *, requests: int, entries: int, operations: int, changes: float, reach: int
) -> list[bytes]:
    """Return ``requests`` payloads; a share ``changes`` of the operations changes entries."""
    return [
        _request(rng, entries=entries, operations=operations, changes=changes, reach=reach)
        for _ in range(requests)
    ]
