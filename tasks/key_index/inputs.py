"""Requests of key_index: events and lookups by 64-bit key, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Amounts = NDArray[np.uint32]


def encode(keys: Keys, amounts: Amounts, lookups: Keys, top: int) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, event keys, lookup keys, event amounts."""
    header = struct.pack("<III52x", len(keys), len(lookups), top)
    return header + keys.tobytes() + lookups.tobytes() + amounts.tobytes()


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12),
    st.integers(0, 70),
    st.sampled_from([63, 64, 65, 66, 127, 128, 129, 255, 256, 257, 511, 513, 1023, 1024, 1025, 3001]),
)
EXTREMES = np.array([0, 1, 2**63, 2**64 - 2, 2**64 - 1], np.uint64)


def _keys(rng: np.random.Generator, kind: str, count: int) -> Keys:
    """Keys of one kind; only "few", "equal" and "extreme" repeat keys by design."""
    if kind == "equal":
        return np.full(count, rng.choice(EXTREMES))
    if kind == "few":
        return rng.choice(rng.integers(0, 2**64, 7, np.uint64), count)
    if kind == "extreme":
        return rng.choice(EXTREMES, count)
    if kind == "stepped":
        step = np.uint64(1 << int(rng.integers(0, 50)))
        order: Keys = rng.permutation(count).astype(np.uint64)
        start: Keys = rng.integers(0, 2**20, 1, np.uint64)
        return order * step + start
    if kind == "halves":
        halves: NDArray[np.uint32] = rng.integers(0, 40, 2 * count, np.uint32)
        return halves.view(np.uint64)
    keys = rng.integers(0, 2**64, count, np.uint64)
    if kind == "rising":
        keys.sort()
    if kind == "falling":
        keys = np.sort(keys)[::-1]
    return keys


def _amounts(rng: np.random.Generator, kind: str, count: int) -> Amounts:
    high = {"zero": 1, "small": 4, "any": 2**32, "max": 2**32}[kind]
    low = high - 1 if kind == "max" else 0
    return rng.integers(low, high, count, np.uint32)


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 3001 events, lookups present and absent, fewer and more places than keys."""
    event_count = draw(SIZES)
    lookup_count = draw(st.one_of(st.integers(0, 9), st.sampled_from([63, 64, 65, 300])))
    kind = draw(
        st.sampled_from(["uniform", "few", "equal", "extreme", "stepped", "halves", "rising", "falling"])
    )
    amounts = draw(st.sampled_from(["any", "small", "zero", "max"]))
    top = draw(st.one_of(st.integers(0, 9), st.sampled_from([64, 100, 1000])))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    keys = _keys(rng, kind, event_count)
    if draw(st.booleans()):
        keys = np.concatenate([keys[: event_count // 2], keys[: event_count - event_count // 2]])
    near = keys[rng.integers(0, event_count, lookup_count)] if event_count else _keys(rng, kind, lookup_count)
    offset = rng.choice(np.array([0, 0, 0, 1, 2**32, 2**63], np.uint64), lookup_count)
    return encode(keys, _amounts(rng, amounts, event_count), near + offset, top)


# --- timed workloads ----------------------------------------------------------------------------


def _request(
    rng: np.random.Generator, *, events: int, lookups: int, distinct: int, step: int, top: int
) -> bytes:
    """Keys ``step`` apart from a random start on; ``step`` 0 draws the keys themselves at random."""
    if step:
        start = rng.integers(1 << 40, 1 << 46, dtype=np.uint64) // np.uint64(4096) * np.uint64(4096)
        keys = start + rng.permutation(distinct).astype(np.uint64) * np.uint64(step)
    else:
        keys = rng.integers(0, 2**64, distinct, np.uint64)
    recorded = keys[: distinct * 3 // 4]
    return encode(
        recorded[rng.integers(0, recorded.size, events)],
        rng.integers(0, 1500, events, np.uint32),
        keys[rng.integers(0, distinct, lookups)],
        top,
    )


def workload(
    rng: np.random.Generator, *, requests: int, events: int, lookups: int, distinct: int, step: int, top: int
) -> list[bytes]:
    """Return ``requests`` payloads; three quarters of the ``distinct`` keys occur as events."""
    return [
        _request(rng, events=events, lookups=lookups, distinct=distinct, step=step, top=top)
        for _ in range(requests)
    ]
