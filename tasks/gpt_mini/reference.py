"""Oracle of gpt_mini in float64: all positions at once, as products of matrices under a causal mask."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

SLOPE = 1 / 16
SMALLEST = float(np.float32(1e-5))
TOLERANCE = 1e-4

Matrix = NDArray[np.float64]


def _decode(request: bytes) -> tuple[list[int], NDArray[np.uint32], list[Matrix]]:
    """Return (width, hidden, vocabulary, layers), the tokens and the matrices of a payload."""
    width, hidden, vocabulary, layers, count = struct.unpack_from("<5I", request)
    tokens = np.frombuffer(request, "<u4", count, 64)
    shapes = [(vocabulary, width)]
    shapes += ([(width, width)] * 4 + [(width, hidden), (hidden, width)]) * layers
    at, matrices = 64 + -(-count // 16) * 64, []
    for rows, columns in shapes:
        block = np.frombuffer(request, "<f4", rows * columns, at)
        matrices.append(block.astype(float).reshape(rows, columns))
        at += block.nbytes
    return [width, hidden, vocabulary, layers], tokens, matrices


def _normalised(states: Matrix) -> Matrix:
    return states / np.sqrt((states**2).mean(axis=1, keepdims=True) + SMALLEST)


def _mixed(query: Matrix, key: Matrix, value: Matrix) -> Matrix:
    """Attention of each position to itself and those before."""
    back = np.arange(len(query))[:, None] - np.arange(len(query))
    scores = np.where(back >= 0, query @ key.T / np.sqrt(query.shape[1]) - SLOPE * back, -np.inf)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights @ value / weights.sum(axis=1, keepdims=True)


def solve(request: bytes) -> bytes:
    """Return the logits of every position, rounded to float32, packed as in driver.cpp."""
    (_, _, vocabulary, layers), tokens, matrices = _decode(request)
    head = struct.pack("<II", len(tokens), vocabulary)
    if not len(tokens):
        return head
    states = matrices[0][tokens]
    for layer in range(layers):
        query, key, value, output, up, down = matrices[1 + 6 * layer : 7 + 6 * layer]
        inputs = _normalised(states)
        states = states + _mixed(inputs @ query, inputs @ key, inputs @ value) @ output
        states = states + np.maximum(_normalised(states) @ up, 0) @ down
    return head + (_normalised(states) @ matrices[0].T).astype("<f4").tobytes()


def same(expected: bytes, got: bytes) -> bool:
    """Whether the logits of each position agree to TOLERANCE of the greatest one of it (of 1 if greater)."""
    if len(expected) != len(got) or expected[:8] != got[:8]:
        return False
    shape = struct.unpack_from("<II", expected)
    want, have = (
        np.frombuffer(reply, "<f4", offset=8).astype(float).reshape(shape) for reply in (expected, got)
    )
    scale = np.maximum(1.0, np.abs(want).max(axis=1, initial=0.0, keepdims=True))
    return bool((np.abs(want - have) <= TOLERANCE * scale).all())


def describe(request: bytes) -> str:
    """Return the sizes, the first tokens and the first weights as text."""
    (width, hidden, vocabulary, layers), tokens, matrices = _decode(request)
    sizes = f"width {width}, hidden {hidden}, vocabulary {vocabulary}, layers {layers}"
    first = [f"{weight:.3g}" for weight in matrices[0].ravel()[:6].tolist()]
    return f"{sizes}, {len(tokens)} tokens {tokens[:8].tolist()}, embedding {first}"
