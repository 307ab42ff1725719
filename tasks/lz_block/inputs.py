"""Requests of lz_block: blocks of bytes, as correctness cases and as timed workloads."""

from __future__ import annotations

import string

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

LETTERS = np.frombuffer(string.ascii_lowercase.encode(), np.uint8)

# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12),
    st.integers(0, 70),
    st.integers(0, 600),
    st.sampled_from([127, 128, 129, 130, 255, 256, 257, 303, 304, 305, 1200, 2500]),
)
REACH = 65536


def _noise(rng: np.random.Generator, size: int, values: int) -> Bytes:
    return rng.integers(0, values, size, np.uint8)


def _repeats(rng: np.random.Generator, size: int) -> Bytes:
    """Pieces of what came before, at times with one byte changed, among a few bytes of noise."""
    block = _noise(rng, min(size, int(rng.integers(1, 40))), 256)
    while len(block) < size:
        start = int(rng.integers(0, len(block)))
        piece = block[start : start + int(rng.choice([3, 4, 5, 8, 40, 130, 131, 299, 300, 301, 700]))].copy()
        piece[rng.integers(0, len(piece))] ^= rng.choice(np.array([0, 0, 1], np.uint8))
        block = np.concatenate([block, piece, _noise(rng, int(rng.integers(0, 4)), 256)])
    return block[:size]


def _far(rng: np.random.Generator, offset: int) -> Bytes:
    """A sequence that returns ``offset`` bytes from the end of the reach; one byte repeats in between."""
    word = rng.integers(1, 255, 12, np.uint8)
    between = np.full(REACH + offset - len(word), rng.choice([0, 255]), np.uint8)
    return np.concatenate([word, between, word])


def _block(rng: np.random.Generator, kind: str, size: int) -> Bytes:
    if kind == "one":
        return np.full(size, rng.integers(0, 256), np.uint8)
    if kind == "period":
        period = int(rng.choice([2, 3, 4, 5, 7, 8, 9, 16, 31]))
        return np.resize(_noise(rng, period, 256), size)
    if kind == "repeats":
        return _repeats(rng, size)
    return _noise(rng, size, {"two": 2, "few": 5, "noise": 256}[kind])


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one block of 0 to 2500 bytes, or a sparse one that is a little longer than the reach."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = ["one", "period", "repeats", "repeats", "repeats", "two", "few", "noise"]
    kind = draw(st.sampled_from(kinds))
    if draw(st.integers(0, 99)) == 41:
        return _far(rng, draw(st.integers(-2, 2))).tobytes()
    return _block(rng, kind, draw(SIZES)).tobytes()


# --- timed workloads ----------------------------------------------------------------------------


def _words(rng: np.random.Generator, count: int) -> list[bytes]:
    """Words of 2 to 9 letters, of the same lengths for every seed, as those of the first ones matter."""
    lengths = np.arange(count) * 5 % 8 + 2
    letters = LETTERS[rng.integers(0, len(LETTERS), int(lengths.sum()))].tobytes()
    ends = lengths.cumsum().tolist()
    return [letters[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)]


def _text(rng: np.random.Generator, size: int, vocabulary: int) -> bytes:
    """Words of a vocabulary, the n-th about 1/n as often as the first."""
    words = _words(rng, vocabulary)
    ranks = (vocabulary ** rng.random(size // 4)).astype(int) - 1
    return b" ".join([words[rank] for rank in ranks.tolist()])[:size]


def _copies(rng: np.random.Generator, size: int, pieces: int) -> bytes:
    """Long pieces of a small stock in random order, a byte of each changed."""
    stock = rng.integers(0, 256, (pieces, 240), np.uint8)
    order = rng.integers(0, pieces, size // 240)
    block = stock[order]
    block[np.arange(len(order)), rng.integers(120, 240, len(order))] = rng.integers(0, 256, len(order))
    return block.tobytes()


def workload(
    rng: np.random.Generator, *, requests: int, size: int, words: int = 0, pieces: int = 0
) -> list[bytes]:
    """Return ``requests`` blocks: text of ``words`` words, copies of ``pieces`` pieces, or noise."""
    if words:
        return [_text(rng, size, words) for _ in range(requests)]
    if pieces:
        return [_copies(rng, size, pieces) for _ in range(requests)]
    return [rng.bytes(size) for _ in range(requests)]
