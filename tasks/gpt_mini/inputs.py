"""Requests of gpt_mini: models and tokens, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Weights = NDArray[np.float32]


def encode(sizes: tuple[int, int, int, int], tokens: NDArray[np.uint32], weights: Weights) -> bytes:
    """Return the payload: five u32 sizes, zeros up to 64 bytes, tokens, zeros, weights."""
    header = struct.pack("<5I44x", *sizes, len(tokens))
    return header + tokens.tobytes() + bytes(-4 * len(tokens) % 64) + weights.tobytes()


def blocks(sizes: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Return rows and columns of the embedding and then of the six matrices of each layer."""
    width, hidden, vocabulary, layers = sizes
    return [(vocabulary, width), *([(width, width)] * 4 + [(width, hidden), (hidden, width)]) * layers]


def _weights(rng: np.random.Generator, sizes: tuple[int, int, int, int], sharp: float) -> Weights:
    """Uniform elements of variance 1 / rows, as models start out; queries ``sharp`` times as large."""
    shapes = blocks(sizes)
    scales = [1.0] + [(3 / max(rows, 1)) ** 0.5 for rows, _ in shapes[1:]]
    scales[1::6] = [scale * sharp for scale in scales[1::6]]
    counts = [rows * columns for rows, columns in shapes]
    drawn = rng.random(sum(counts), np.float32)
    drawn -= np.float32(0.5)
    drawn *= np.repeat(np.array(scales, np.float32) * np.float32(2), counts)
    return drawn


# --- correctness cases --------------------------------------------------------------------------

WIDTHS = st.one_of(st.integers(1, 9), st.sampled_from([11, 12, 15, 16, 17]))
HIDDEN = st.one_of(st.integers(1, 9), st.sampled_from([12, 15, 16, 17, 31, 32, 33]))
VOCABULARY = st.one_of(st.integers(1, 9), st.sampled_from([15, 16, 17, 31, 33]))
POSITIONS = st.one_of(st.integers(0, 9), st.sampled_from([15, 16, 17, 31, 32, 33, 40]))


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: models of up to 2 layers and odd sizes, 0 to 40 tokens, some with sharp scores."""
    sizes = (draw(WIDTHS), draw(HIDDEN), draw(VOCABULARY), draw(st.integers(0, 2)))
    count = draw(POSITIONS)
    sharp = draw(st.sampled_from([1.0, 1.0, 8.0, 60.0]))
    kind = draw(st.sampled_from(["uniform", "uniform", "uniform", "sparse", "zero", "negative"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = _weights(rng, sizes, sharp)
    if kind == "sparse":
        weights *= rng.random(len(weights)) < 0.2
    if kind == "zero":
        weights *= np.float32(0)
    if kind == "negative":
        weights = -np.abs(weights)
    return encode(sizes, rng.integers(0, sizes[2], count, np.uint32), weights)


# --- timed workloads ----------------------------------------------------------------------------


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    width: int,
    hidden: int,
    vocabulary: int,
    layers: int,
    tokens: int,
) -> list[bytes]:
    """Return ``requests`` payloads, each with a model and ``tokens`` tokens of its own."""
    sizes = (width, hidden, vocabulary, layers)
    return [
        encode(sizes, rng.integers(0, vocabulary, tokens, np.uint32), _weights(rng, sizes, 1.0))
        for _ in range(requests)
    ]
