"""Oracle of scratch_pipeline: means from cumulative sums, padded neighbours, patches by reshaping."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

SIDE = 16

Values = NDArray[np.int64]


def _decode(request: bytes) -> tuple[NDArray[np.uint8], list[tuple[int, int]]]:
    """Return the pixels (height, width, 3) and the scales (radius, least strength) of a payload."""
    width, height, count = struct.unpack_from("<III", request)
    scales = [(radius, least) for radius, least in struct.iter_unpack("<II", request[64 : 64 + 8 * count])]
    pixels = np.frombuffer(request, np.uint8, width * height * 3, 64 + 8 * count)
    return pixels.reshape(height, width, 3), scales


def _smoothed(plane: Values, radius: int) -> Values:
    """Means over the rows up to ``radius`` away, rounded down."""
    count = len(plane)
    sums = np.concatenate([np.zeros((1, plane.shape[1]), np.int64), plane.cumsum(axis=0)])
    first = np.maximum(np.arange(count) - radius, 0)
    end = np.minimum(np.arange(count) + radius + 1, count)
    means: Values = (sums[end] - sums[first]) // (end - first)[:, None]
    return means


def _patchd(plane: Values) -> Values:
    """The values of each patch: shape (patches down, patches across, 256), missing ones zero."""
    height, width = (-(-side // SIDE) * SIDE for side in plane.shape)
    padded = np.zeros((height, width), np.int64)
    padded[: plane.shape[0], : plane.shape[1]] = plane
    parts = padded.reshape(height // SIDE, SIDE, width // SIDE, SIDE).swapaxes(1, 2)
    return parts.reshape(height // SIDE, width // SIDE, SIDE * SIDE)


def solve(request: bytes) -> bytes:
    """Return the patches, packed as in driver.cpp."""
    pixels, scales = _decode(request)
    if not pixels.size:
        return b""
    return b"".join(_survey(pixels, radius, least) for radius, least in scales)


def _survey(pixels: NDArray[np.uint8], radius: int, least: int) -> bytes:
    brightness = pixels.astype(np.int64) @ np.array([77, 150, 29]) >> 8
    smoothed = _smoothed(_smoothed(brightness.T, radius).T, radius)
    around = np.pad(smoothed, 1, mode="edge")
    across = np.abs(around[1:-1, 2:] - around[1:-1, :-2])
    down = np.abs(around[2:, 1:-1] - around[:-2, 1:-1])
    strength = across + down
    marked = strength >= least
    detail = _patchd(np.abs(brightness - smoothed))
    answer = [
        _patchd(marked.astype(np.int64)).sum(axis=2),
        _patchd(strength * marked).sum(axis=2),
        detail.sum(axis=2),
        detail.max(axis=2),
    ]
    return np.stack(answer, axis=2).astype("<u4").tobytes()


def describe(request: bytes) -> str:
    """Return the size, the scales and the first pixels as text."""
    pixels, scales = _decode(request)
    first = pixels.reshape(-1, 3)[:8].tolist()
    return f"image {pixels.shape[1]} by {pixels.shape[0]}, (radius, least) {scales}, pixels {first}"
