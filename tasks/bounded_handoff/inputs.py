"""Requests of bounded_handoff: messages of runs, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray


def encode(messages: list[bytes], most: int, source_micros: int = 0, sink_micros: int = 0) -> bytes:
    """Return the payload: a header of 64 bytes, lengths, the messages."""
    header = struct.pack("<IIII48x", len(messages), most, source_micros, sink_micros)
    return header + struct.pack(f"<{len(messages)}I", *map(len, messages)) + b"".join(messages)


# --- correctness cases --------------------------------------------------------------------------

MOSTS = st.one_of(st.integers(6, 12), st.sampled_from([15, 16, 17, 32, 33, 64, 100, 1000]))
DELAYS = st.sampled_from([*[(0, 0)] * 8, (1, 0), (0, 1), (0, 1)])
LENGTHS = st.one_of(st.integers(0, 5), st.sampled_from([8, 15, 16, 17, 40]))


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 300 messages, about as many as may be under way, most of them short."""
    most = draw(MOSTS)
    near = [most - 1, most, most + 1, 2 * most - 1, 2 * most, 2 * most + 1, 3 * most]
    count = draw(st.one_of(st.integers(0, 5), st.sampled_from([min(each, 300) for each in near])))
    lengths = [draw(LENGTHS) for _ in range(min(count, 7))]
    kind = draw(st.sampled_from(["any", "any", "singles", "long runs", "equal", "extreme"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    messages = [_bytes(rng, kind, int(rng.choice(lengths))) for _ in range(count)]
    if messages and draw(st.booleans()):
        messages[int(rng.integers(0, count))] = _bytes(rng, "singles", draw(st.sampled_from([500, 1001])))
    return encode(messages, most, *draw(DELAYS))


def _bytes(rng: np.random.Generator, kind: str, length: int) -> bytes:
    found: NDArray[np.uint8] = rng.integers(0, 256, length, np.uint8)
    if kind == "any":
        found[::2] %= 4
    if kind == "singles":
        found[::2] = 0
    if kind == "long runs":
        found[::2] = 255
        found = found[:8]
    if kind == "equal":
        found[:] = 7
    if kind == "extreme":
        found = rng.choice(np.array([0, 255], np.uint8), length)[:16]
    return found.tobytes()


# --- timed workloads ----------------------------------------------------------------------------


def _keys(runs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The key before each run: 5 * key + run modulo 256 from 1 on; 205 is the inverse of 5."""
    powers, inverses = (
        np.array([pow(factor, n % 64, 256) for n in range(64)])[np.arange(len(runs)) % 64]
        for factor in (5, 205)
    )
    sums = np.concatenate([[0], (runs * inverses * 205 % 256).cumsum()[:-1]])
    keys: NDArray[np.int64] = powers * (1 + sums) % 256
    return keys


def workload(
    rng: np.random.Generator,
    *,
    messages: int,
    pairs: int,
    repeats: int,
    values: int,
    most: int,
    source_micros: int,
    sink_micros: int,
) -> list[bytes]:
    """Return one payload: ``messages`` of about ``pairs`` runs of up to ``repeats``, of ``values`` in all."""
    lengths = rng.integers(max(1, pairs // 2), pairs * 3 // 2 + 1, messages)
    total = int(lengths.sum())
    wanted = rng.integers(0, values, total) + rng.integers(0, 256)
    runs = rng.integers(0, repeats, total)
    found = np.stack([runs, wanted ^ _keys(runs)], axis=1).astype(np.uint8).tobytes()
    ends = (2 * lengths.cumsum()).tolist()
    return [
        encode([found[a:b] for a, b in zip([0, *ends], ends, strict=False)], most, source_micros, sink_micros)
    ]
