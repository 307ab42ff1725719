"""Requests of epoch_join: epochs with ranges of a store, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st

MOST_READ = 4096

Epoch = tuple[list[tuple[int, int]], int]
"""The ranges (first, count) of an epoch, and its rounds."""


def encode(
    epochs: list[Epoch], *, spread: int, size: int, seed: int, micros: int = 0, nanos_for_64: int = 0
) -> bytes:
    """Return the payload: a header of 64 bytes, sizes of the epochs, their ranges."""
    ranges = [each for of, _ in epochs for each in of]
    header = struct.pack("<IIIIQII32x", len(epochs), len(ranges), spread, size, seed, micros, nanos_for_64)
    sizes = b"".join(struct.pack("<II", len(of), rounds) for of, rounds in epochs)
    return header + sizes + b"".join(struct.pack("<II", *each) for each in ranges)


# --- correctness cases --------------------------------------------------------------------------

COUNTS = st.one_of(
    st.integers(0, 5), st.sampled_from([15, 16, 17, 31, 32, 63, 64, 65, 127, 128, 129, 255, 256, 257])
)
LONG_COUNTS = st.sampled_from([1000, MOST_READ - 1, MOST_READ, MOST_READ + 1, 2 * MOST_READ, 20_000])
SPREADS = st.sampled_from([1, 1, 2, 3, 16, 100, 256, 1000, 1 << 16])
ROUNDS = st.one_of(st.integers(0, 3), st.sampled_from([7, 50, 200]))


@st.composite
def _ranges(draw: st.DrawFn, limit: int, kind: str) -> list[tuple[int, int]]:
    """Ranges below ``limit``: anywhere, side by side, over each other, or the same again and again."""
    amount = draw(st.one_of(st.integers(0, 4), st.sampled_from([7, 8, 9, 16, 33, 64])))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    counts = [min(draw(COUNTS), limit) for _ in range(min(amount, 9))]
    if kind == "long":
        counts[:3] = [min(draw(LONG_COUNTS), limit) for _ in counts[:3]]
    found: list[tuple[int, int]] = []
    for i in range(amount):
        count = counts[i % len(counts)]
        first = int(rng.integers(0, limit - count + 1))
        if kind != "anywhere" and found:
            before, length = found[-1]
            first = before if kind == "same" else before + length
            if kind == "over each other":
                first = max(0, before + length // 2 - int(rng.integers(0, 3)))
            first = min(first, limit - count)
        found.append((first, count))
    if draw(st.booleans()):
        rng.shuffle(found)
    return [(int(first), int(count)) for first, count in found]


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 5 epochs on a store of up to 300,000 records, whose end they reach."""
    spread = draw(SPREADS)
    limit = draw(st.sampled_from([0, 1, 2, 50, 300, 5000, 1 << 18]))
    kind = draw(st.sampled_from(["anywhere", "side by side", "over each other", "same", "long"]))
    if kind == "long" and limit > 50:
        limit = 1 << 18
    amount = draw(st.one_of(st.integers(0, 3), st.sampled_from([4, 5])))
    epochs = [(draw(_ranges(limit, kind)), draw(ROUNDS)) for _ in range(amount)]
    if limit and draw(st.booleans()):
        epochs = [([*of, (limit, 0), (limit - 1, 1)], rounds) for of, rounds in epochs]
    micros = draw(st.sampled_from([0, 0, 0, 0, 0, 0, 1, 20]))
    seed = draw(st.integers(0, 2**64 - 1))
    return encode(epochs, spread=spread, size=limit + spread - 1 or 1, seed=seed, micros=micros)


# --- timed workloads ----------------------------------------------------------------------------


def workload(
    rng: np.random.Generator,
    *,
    epochs: int,
    groups: int,
    together: int,
    count: int,
    area: int,
    spread: int,
    rounds: int,
    micros: int,
    nanos_for_64: int,
) -> list[bytes]:
    """Return one payload.

    Each epoch has ``groups`` of ``together`` ranges; those of a group lie side by side or a little over
    each other, with ``count`` records each on the average, in a store of ``area`` records. All are in
    random order.
    """
    found: list[Epoch] = []
    for _ in range(epochs):
        ranges: list[tuple[int, int]] = []
        for _ in range(groups):
            first = int(rng.integers(0, area - together * 20 * count))
            for _ in range(together):
                length = 8 + int(rng.exponential(count))
                ranges.append((first, min(length, 19 * count)))
                first += length - int(rng.integers(0, 3))
        rng.shuffle(ranges)
        chosen = [(int(first), int(length)) for first, length in ranges]
        found.append((chosen, int(rounds * rng.uniform(0.6, 1.4))))
    seed = int(rng.integers(0, 2**63))
    delays = {"micros": micros, "nanos_for_64": nanos_for_64}
    return [encode(found, spread=spread, size=area + spread, seed=seed, **delays)]
