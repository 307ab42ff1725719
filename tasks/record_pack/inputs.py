"""Requests of record_pack: columns of numbers, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

ZONES, WIDTHS, RANKS, COPIES, SPREADS, CHECKS, ORDER, PEAKS, NEAREST = range(9)
LARGEST = 65536

Values = NDArray[np.uint32]
Column = tuple[int, int, Values]


def encode(columns: Sequence[Column]) -> bytes:
    """Return the payload: u32 columns, form, range and size per column, then the values."""
    heads = [struct.pack("<3I", form, reach, len(values)) for form, reach, values in columns]
    return struct.pack("<I", len(columns)) + b"".join(heads) + b"".join(each[2].tobytes() for each in columns)


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12),
    st.integers(0, 70),
    st.sampled_from([31, 32, 33, 63, 64, 65, 127, 128, 129, 200, 255, 256, 257, 400]),
)
RANGES = st.one_of(
    st.integers(1, 9), st.sampled_from([15, 16, 17, 31, 32, 33, 64, 65, 100, 128, 255, 256, 300, 65536])
)
EDGES = np.array(
    [0, 1, 127, 128, 255, 256, 16383, 16384, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1], np.uint32
)


def _numbers(rng: np.random.Generator, kind: str, size: int) -> Values:
    if kind == "edge":
        return rng.choice(EDGES, size)
    if kind == "equal":
        return np.full(size, rng.choice(EDGES), np.uint32)
    if kind == "few":
        return rng.choice(rng.integers(0, 2**32, 5, np.uint32), size)
    numbers = rng.integers(0, 2 ** rng.integers(1, 33), size, np.uint32)
    if kind == "rising":
        numbers.sort()
    if kind == "falling":
        numbers = np.sort(numbers)[::-1].copy()
    return numbers


def _repeats(rng: np.random.Generator, size: int, values: int) -> Values:
    """Pieces of what came before, at times with one value changed, among a few new ones."""
    text = rng.integers(0, values, min(size, int(rng.integers(1, 30))), np.uint32)
    while len(text) < size:
        start = int(rng.integers(0, len(text)))
        piece = text[start : start + int(rng.choice([3, 4, 5, 20, 63, 64, 65, 66, 150]))].copy()
        piece[rng.integers(0, len(piece))] ^= rng.choice(np.array([0, 0, 1], np.uint32))
        text = np.concatenate([text, piece, rng.integers(0, values, rng.integers(0, 4), np.uint32)])
    return text[:size]


def _palette(rng: np.random.Generator, kind: str, entries: int, size: int) -> Values:
    """Return different entries, then values that are entries, in the middle of two or anywhere."""
    pool = np.unique(_numbers(rng, kind, 2 * entries))
    palette = rng.permutation(pool)[:entries]
    middles = (palette.astype(np.uint64) + rng.permutation(palette)) // np.uint64(2)
    known = np.concatenate([palette, middles.astype(np.uint32), palette + np.uint32(1), EDGES])
    return np.concatenate([palette, rng.choice(known, size)])


def _column(rng: np.random.Generator, form: int, kind: str, reach: int, size: int) -> Column:
    if form == RANKS:
        reach = min(reach, 1000)
        return form, reach, rng.integers(0, max(1, reach // rng.choice([1, 1, 8])), size, np.uint32)
    if form == COPIES:
        return form, reach, _repeats(rng, size, 256 if kind == "any" else int(rng.integers(1, 5)))
    if form == ORDER:
        return form, reach, _numbers(rng, kind, size) % np.uint32(LARGEST)
    if form == NEAREST:
        values = _palette(rng, kind, min(reach, 200), size)
        entries = len(values) - size
        return form, entries, values
    return form, reach, _numbers(rng, kind, size)


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 5 columns of all forms with 0 to 400 values, extremes and repeats."""
    columns = []
    for _ in range(draw(st.integers(0, 5))):
        form = draw(st.integers(0, 8))
        kind = draw(st.sampled_from(["any", "edge", "equal", "few", "rising", "falling"]))
        size, reach = draw(SIZES), draw(RANGES)
        rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        columns.append(_column(rng, form, kind, reach, size))
    return encode(columns)


# --- timed workloads ----------------------------------------------------------------------------


def _text(rng: np.random.Generator, size: int, again: int) -> Values:
    """Return ``size`` letters; every ``again`` of them, eight of the last ``2 * again`` come back."""
    text = rng.integers(97, 123, size, np.uint32)
    for at in range(2 * again, size - 8, again):
        start = at - int(rng.integers(8, 2 * again))
        text[at : at + 8] = text[start : start + 8]
    return text


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    zones: int,
    widths: int,
    symbols: int,
    ranks: int,
    window: int,
    text: int,
    span: int,
    spreads: int,
    checks: int,
    order: int,
    ahead: int,
    peaks: int,
    palette: int,
    nearest: int,
) -> list[bytes]:
    """Return ``requests`` payloads of nine columns, one of each form, in random order."""
    made = []
    for _ in range(requests):
        rising = np.arange(spreads, dtype=np.uint32) * np.uint32(40) + rng.integers(
            0, 200, spreads, np.uint32
        )
        entries = rng.choice(1 << 20, palette, replace=False).astype(np.uint32)
        near = rng.choice(entries, nearest) + rng.integers(0, 100, nearest, np.uint32)
        wide = rng.integers(0, 2**32, widths, np.uint32) >> rng.integers(4, 22, widths, np.uint32)
        columns: list[Column] = [
            (ZONES, 256, rng.integers(0, 2**32, zones, np.uint32)),
            (WIDTHS, 256, wide),
            (RANKS, symbols, rng.integers(0, symbols, ranks, np.uint32)),
            (COPIES, window, _text(rng, text, 40)),
            (SPREADS, span, rising),
            (CHECKS, 128, rng.integers(0, 2**32, checks, np.uint32)),
            (ORDER, 4, rng.integers(0, LARGEST, order, np.uint32)),
            (PEAKS, ahead, rng.integers(0, 2**32, peaks, np.uint32)),
            (NEAREST, palette, np.concatenate([entries, near])),
        ]
        made.append(encode([columns[at] for at in rng.permutation(len(columns))]))
    return made
