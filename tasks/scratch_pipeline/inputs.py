"""Requests of scratch_pipeline: images and options, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def encode(pixels: Pixels, scales: list[tuple[int, int]]) -> bytes:
    """Return the payload: u32 sizes, zeros up to 64 bytes, scales, pixels of shape (height, width, 3)."""
    height, width, _ = pixels.shape
    header = struct.pack("<III52x", width, height, len(scales))
    return header + b"".join(struct.pack("<II", *scale) for scale in scales) + pixels.tobytes()


# --- correctness cases --------------------------------------------------------------------------

SIDES = st.one_of(
    st.integers(0, 9),
    st.sampled_from([15, 16, 17]),
    st.sampled_from([24, 31, 32, 33, 47, 48, 49, 64, 65]),
)
RADII = st.one_of(st.integers(0, 5), st.sampled_from([7, 8, 15, 16, 17, 31, 32, 100]))
LEASTS = st.sampled_from([0, 1, 2, 20, 60, 255, 510, 511, 2**32 - 1])
LONG = st.sampled_from([127, 128, 129, 255, 257, 500])


def _pixels(rng: np.random.Generator, kind: str, height: int, width: int) -> Pixels:
    shape = (height, width, 3)
    if kind == "one":
        return np.broadcast_to(rng.integers(0, 256, 3, np.uint8), shape)
    if kind == "extreme":
        return rng.choice(np.array([0, 255], np.uint8), shape)
    if kind == "stripes":
        return np.broadcast_to(rng.choice(np.array([0, 255], np.uint8), (height, 1, 1)), shape)
    if kind == "slope":
        slope = np.add.outer(np.arange(height), np.arange(width)) * int(rng.integers(1, 9))
        return np.repeat((slope % 256).astype(np.uint8)[:, :, None], 3, axis=2)
    return rng.integers(0, 256, shape, np.uint8)


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: images from nothing to 65 by 65, or thin and up to 500 long; 0 to 3 scales."""
    width, height = draw(SIDES), draw(SIDES)
    shape = draw(st.sampled_from(["as drawn", "as drawn", "as drawn", "wide", "high"]))
    if shape == "wide":
        width, height = draw(LONG), height % 7
    if shape == "high":
        width, height = width % 7, draw(LONG)
    scales = [(draw(RADII), draw(LEASTS)) for _ in range(draw(st.sampled_from([0, 1, 1, 2, 3])))]
    kind = draw(st.sampled_from(["noise", "noise", "one", "extreme", "stripes", "slope"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return encode(_pixels(rng, kind, height, width), scales)


# --- timed workloads ----------------------------------------------------------------------------


def _request(
    rng: np.random.Generator, *, width: int, height: int, scales: int, radius: int, spread: int
) -> bytes:
    """Noise on squares of random brightness; the radii go round ``spread`` values from ``radius`` on."""
    coarse = rng.integers(0, 200, (height // 24 + 1, width // 24 + 1, 3), np.uint8)
    pattern = coarse.repeat(24, axis=0).repeat(24, axis=1)[:height, :width]
    noise = rng.integers(0, 56, (height, width, 3), np.uint8)
    chosen = [(radius + i % spread, int(rng.integers(10, 30))) for i in range(scales)]
    return encode(pattern + noise, chosen)


def workload(rng: np.random.Generator, *, requests: int, **params: int) -> list[bytes]:
    """Return ``requests`` payloads, an image each; see ``_request`` for the parameters."""
    return [_request(rng, **params) for _ in range(requests)]
