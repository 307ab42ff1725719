"""Oracle of epoch_join: all records of an epoch at once, the field as an array that is rolled."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

CELLS = 1024
LIMIT_BITS = 28
ODD = 0x9E3779B97F4A7C15


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _decode(request: bytes) -> tuple[int, int, list[tuple[list[tuple[int, int]], int]]]:
    """Return seed, spread and the epochs as (ranges, rounds)."""
    count, _, spread, _, seed = struct.unpack_from("<IIIIQ", request)
    at = 64 + 8 * count
    epochs = []
    for ranges, rounds in struct.iter_unpack("<II", request[64:at]):
        epochs.append((list(struct.iter_unpack("<II", request[at : at + 8 * ranges])), rounds))
        at += 8 * ranges
    return seed, spread, epochs


def _records(seed: int, ranges: list[tuple[int, int]], shift: int) -> NDArray[np.uint64]:
    places = [np.arange(first + shift, first + shift + count, dtype=np.uint64) for first, count in ranges]
    every = np.concatenate([np.zeros(0, np.uint64), *places])
    return _mixed(np.uint64(seed) + np.uint64(ODD) * every) >> np.uint64(32)


def _shift(records: NDArray[np.uint64], spread: int) -> int:
    """The records' bytes by FNV-1a (32 bits), modulo the spread."""
    total = 2166136261
    for byte in records.astype("<u4").tobytes():
        total = (total ^ byte) * 16777619 & 0xFFFFFFFF
    return total % spread


def solve(request: bytes) -> bytes:
    """Return a u64 for each epoch."""
    seed, spread, epochs = _decode(request)
    with np.errstate(over="ignore"):
        start = np.uint64(~seed & (1 << 64) - 1) + np.uint64(ODD) * np.arange(CELLS, dtype=np.uint64)
        field = _mixed(start) >> np.uint64(64 - LIMIT_BITS)
        answers = []
        shift = 0
        for ranges, rounds in epochs:
            for _ in range(rounds):
                field = (3 * np.roll(field, 1) + 4 * field + np.roll(field, -1)) // 8
            records = _records(seed, ranges, shift)
            cells = field.tolist()
            for i, record in enumerate(records.tolist()):
                cells[(record + i) % CELLS] = (cells[(record + i) % CELLS] ^ record) % (1 << LIMIT_BITS)
            field = np.array(cells, np.uint64)
            shift = _shift(records, spread)
            answers.append(int((field * np.arange(1, CELLS + 1, dtype=np.uint64)).sum()))
    return np.array(answers, "<u8").tobytes()


def describe(request: bytes) -> str:
    """Return the sizes and the first epochs as text."""
    seed, spread, epochs = _decode(request)
    shown = [(ranges[:6], rounds) for ranges, rounds in epochs[:3]]
    return f"{len(epochs)} epochs, spread {spread}, seed {seed}; (ranges, rounds) {shown}"
