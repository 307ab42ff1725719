"""Requests of agg_service: reports of stations, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray


@dataclass(frozen=True)
class Names:
    """The directory: how many names there may be, of what seed, and the microseconds that it takes."""

    most: int
    seed: int
    micros: int = 0
    micros_each: int = 0


def encode(
    names: Names,
    stations: NDArray[np.uint32],
    values: NDArray[np.int32],
    sizes: NDArray[np.uint32],
    bodies: bytes,
) -> bytes:
    """Return the payload: a header of 64 bytes, four words a report, the bodies."""
    fields = (len(sizes), names.most, names.seed, names.micros, names.micros_each)
    columns = [each.astype(np.int64) for each in (sizes, stations, values, np.zeros_like(sizes))]
    heads = np.stack(columns, axis=1) & 0xFFFFFFFF
    return struct.pack("<IIQII40x", *fields) + heads.astype("<u4").tobytes() + bodies


# --- correctness cases --------------------------------------------------------------------------

COUNTS = st.one_of(st.integers(0, 9), st.sampled_from([15, 16, 17, 23, 24, 25, 63, 64, 65, 100, 257]))
EXTREMES = np.array([0, 1, 255, 256, 65535, 65536, 2**31, 2**32 - 1], np.uint32)


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 257 reports of one station, of few or of any; names may be shared."""
    count = draw(COUNTS)
    kind = draw(st.sampled_from(["one", "few", "extreme", "any", "in order", "turns"]))
    sizes = draw(st.sampled_from(["none", "short", "short", "short", "long"]))
    values = draw(st.sampled_from(["small", "equal", "extreme"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    lengths = rng.integers(0, {"none": 1, "short": 20, "long": 80}[sizes], count).astype(np.uint32)
    if sizes == "long" and count:
        lengths[int(rng.integers(0, count))] = draw(st.sampled_from([5552, 5553, 6000, 40000]))
    least = 255 if draw(st.booleans()) else 0
    bodies = rng.integers(least, 256, int(lengths.sum()), np.uint8).tobytes()
    names = Names(
        most=draw(st.sampled_from([1, 2, 5, 20, 300, 2**31])),
        seed=draw(st.integers(0, 2**64 - 1)),
        micros=draw(st.sampled_from([*[0] * 20, 1])),
    )
    return encode(names, _stations(rng, kind, count), _values(rng, values, count), lengths, bodies)


def _stations(rng: np.random.Generator, kind: str, count: int) -> NDArray[np.uint32]:
    if kind == "one":
        return np.full(count, rng.choice(EXTREMES), np.uint32)
    if kind == "few":
        return rng.integers(0, 9, count).astype(np.uint32)
    if kind == "extreme":
        return rng.choice(EXTREMES, count)
    if kind == "in order":
        return np.arange(count, dtype=np.uint32)
    if kind == "turns":  # as many as one call may ask for, and one more
        return (np.arange(count) % int(rng.integers(7, 11))).astype(np.uint32)
    return rng.integers(0, 2**32, count, np.uint32)


def _values(rng: np.random.Generator, kind: str, count: int) -> NDArray[np.int32]:
    if kind == "equal":
        return np.full(count, rng.integers(-5, 6), np.int32)
    if kind == "extreme":
        return rng.choice(np.array([-(2**31), -1, 2**31 - 1], np.int32), count)
    return rng.integers(-10, 11, count, np.int32)


# --- timed workloads ----------------------------------------------------------------------------


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    reports: int,
    stations: int,
    size: int,
    micros: int,
    micros_each: int,
) -> list[bytes]:
    """Return ``requests`` payloads of ``reports`` each, with bodies of about ``size``.

    Every station reports equally often, and half as many names as stations may be.
    """
    return [_request(rng, reports, stations, size, (micros, micros_each)) for _ in range(requests)]


def _request(
    rng: np.random.Generator, reports: int, stations: int, size: int, delays: tuple[int, int]
) -> bytes:
    known = rng.integers(0, 2**32, stations, np.uint32)
    order = rng.permutation(np.arange(reports) % stations)
    lengths = rng.integers(size // 2, size * 3 // 2 + 1, reports).astype(np.uint32)
    values = rng.integers(-1000, 1001, reports).astype(np.int32)
    bodies = rng.integers(32, 127, int(lengths.sum()), np.uint8).tobytes()
    names = Names(stations // 2, int(rng.integers(0, 2**63)), *delays)
    return encode(names, known[order], values, lengths, bodies)
