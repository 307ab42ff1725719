"""Requests of bin_select: pieces that come and leave, as correctness cases and as measured workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
EVENT = np.dtype([("piece", "<u4"), ("size", "<u4"), ("label", "<u4"), ("leaves", "<u4")])


def encode(room: int, events: NDArray[np.void]) -> bytes:
    """Return the payload: u32 room, u32 count, zeros up to 64 bytes, then the packed events."""
    return struct.pack("<II56x", room, len(events)) + events.tobytes()


def events_of(
    comes: NDArray[np.float64], leaves: NDArray[np.float64], sizes: Numbers, labels: Numbers, names: Numbers
) -> NDArray[np.void]:
    """Return the events in the order of their times; pieces that leave at infinity never do."""
    gone = np.isfinite(leaves)
    which = np.concatenate([np.arange(len(comes)), np.flatnonzero(gone)])
    order = np.argsort(np.concatenate([comes, leaves[gone]]), kind="stable")
    events = np.zeros(len(order), EVENT)
    events["piece"], events["size"], events["label"] = names[which], sizes[which], labels[which]
    events["leaves"][len(comes) :] = 1
    return events[order]


def _names(rng: np.random.Generator, count: int) -> Numbers:
    """Different numbers in no order."""
    return rng.permutation(np.unique(rng.integers(0, 2**32, 2 * count + 8)))[:count]


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(st.integers(0, 9), st.integers(0, 70), st.sampled_from([64, 127, 129, 200, 300]))
ROOMS = st.one_of(
    st.integers(1, 12), st.integers(1, 200), st.sampled_from([1, 2, 255, 256, 65537, 2**32 - 1])
)


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 300 pieces that fill bins exactly, alone or anyhow, and leave or not."""
    count, room = draw(SIZES), draw(ROOMS)
    kind = draw(st.sampled_from(["any", "small", "whole", "halves", "equal"]))
    stay = draw(st.sampled_from(["never", "short", "long", "mixed", "turn"]))
    labels = draw(st.sampled_from([1, 3, 2**32]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = {
        "any": rng.integers(1, room, count, endpoint=True),
        "small": rng.integers(1, max(1, room // 9), count, endpoint=True),
        "whole": np.full(count, room),
        "halves": np.maximum(1, rng.choice([room // 2, room - room // 2, room // 2 + 1], count)),
        "equal": np.full(count, max(1, room // 3)),
    }[kind]
    comes = np.arange(count) + 0.5
    stays = {
        "never": np.full(count, np.inf),
        "short": rng.integers(1, 4, count),
        "long": rng.integers(1, 200, count),
        "mixed": np.where(rng.random(count) < 0.2, np.inf, rng.integers(1, 30, count)),
        "turn": np.full(count, 1),
    }[stay]
    sizes = np.minimum(sizes, room)
    brought = rng.integers(0, labels, count)
    return encode(room, events_of(comes, comes + stays, sizes, brought, _names(rng, count)))


# --- measured workloads -------------------------------------------------------------------------


def _stream(
    rng: np.random.Generator,
    *,
    room: int,
    pieces: int,
    labels: int,
    least: int,
    most: int,
    low: float,
    high: float,
    noise: float,
) -> NDArray[np.void]:
    """Pieces of sizes ``low`` to ``high`` of the room; how long they stay goes with their label.

    The usual stay of a label is between ``least`` and ``most`` arrivals, evenly by its logarithm.
    """
    usual = least * (most / least) ** ((np.arange(labels) + rng.random(labels)) / labels)
    shares = 1 / usual**0.5
    label = rng.choice(labels, pieces, p=shares / shares.sum())
    stays = usual[label] * np.exp(noise * rng.standard_normal(pieces))
    sizes = np.maximum(1, rng.integers(int(low * room), int(high * room), pieces, endpoint=True))
    comes = np.arange(pieces) + rng.random(pieces)
    leaves = comes + stays
    leaves[leaves > pieces] = np.inf
    return events_of(comes, leaves, sizes, _names(rng, labels)[label], _names(rng, pieces))


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    room: int,
    pieces: int,
    labels: int,
    least: int,
    most: int,
    low: float,
    high: float,
    noise: float,
) -> list[bytes]:
    """Return ``requests`` payloads of the same kind; see ``_stream``. The number of pieces varies."""
    made = []
    for _ in range(requests):
        count = round(pieces * rng.uniform(0.9, 1.1))
        events = _stream(
            rng,
            room=room,
            pieces=count,
            labels=labels,
            least=least,
            most=most,
            low=low,
            high=high,
            noise=noise,
        )
        made.append(encode(room, events))
    return made
