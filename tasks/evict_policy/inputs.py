"""Requests of evict_policy: what is asked for in turn, as correctness cases and as measured workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Items = NDArray[np.uint32]
HIGHEST = 2**32 - 3
"""The two values above it stand for no item."""


def encode(room: int, items: Items) -> bytes:
    """Return the payload: u32 room, u32 count, zeros up to 64 bytes, then the items."""
    return struct.pack("<II56x", room, len(items)) + items.astype("<u4").tobytes()


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12), st.integers(0, 90), st.sampled_from([64, 127, 128, 129, 255, 257, 400, 700])
)
ROOMS = st.one_of(st.integers(1, 6), st.integers(1, 40), st.sampled_from([1, 2, 3, 16, 64, 65, 2**32 - 1]))


def _pattern(rng: np.random.Generator, kind: str, count: int, room: int) -> Items:
    """Items of one kind, as small numbers; ``loop`` and ``over`` go round more than there is room for."""
    near = min(room, 80)
    if kind == "equal":
        return np.zeros(count, np.uint32)
    if kind == "new":
        return np.arange(count, dtype=np.uint32)
    if kind == "loop":
        return (np.arange(count) % (near + 1)).astype(np.uint32)
    if kind == "over":
        return (np.arange(count) % (2 * near + 3)).astype(np.uint32)
    if kind == "few":
        return rng.integers(0, near + 2, count).astype(np.uint32)
    return (rng.integers(1, 300, count) ** rng.random(count)).astype(np.uint32)


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 700 requests of one kind or of two in turns, from dense or extreme items."""
    count, room = draw(SIZES), draw(ROOMS)
    kinds = st.sampled_from(["equal", "new", "loop", "over", "few", "skewed"])
    first, second = draw(kinds), draw(kinds)
    stretch = draw(st.sampled_from([1, 7, 50, 1000]))
    spread = draw(st.sampled_from(["dense", "high", "any"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    turns = np.arange(count) // stretch % 2 == 0
    items = np.where(turns, _pattern(rng, first, count, room), _pattern(rng, second, count, room))
    if spread == "high":
        return encode(room, HIGHEST - items)
    if spread == "any":
        return encode(room, _renamed(rng, items))
    return encode(room, items)


def _renamed(rng: np.random.Generator, items: NDArray[np.integer]) -> Items:
    """Give every item another number, so that numbers tell nothing."""
    known, which = np.unique(items, return_inverse=True)
    names = np.unique(rng.integers(0, HIGHEST, 2 * len(known) + 8, endpoint=True))
    return rng.permutation(names)[which].astype(np.uint32)


# --- measured workloads -------------------------------------------------------------------------


def _trace(
    rng: np.random.Generator,
    *,
    count: int,
    popular: int,
    shift: float,
    once: float,
    round_: float,
    loop: int,
) -> Items:
    """Three streams in turns of 1 to 40: new items (a share ``once``), a loop's (``round_``), popular ones.

    The popular ones are drawn evenly by the logarithm of their rank; ranks move on by ``shift`` a request.
    """
    turns = np.repeat(rng.choice(3, count, p=[once, round_, 1 - once - round_]), rng.integers(1, 41, count))
    kind = turns[:count]
    ranks = (popular ** rng.random(count)).astype(np.int64) + (shift * np.arange(count)).astype(np.int64)
    first = 10**6 + np.cumsum(kind == 0)
    again = 2 * 10**6 + np.cumsum(kind == 1) % loop
    return _renamed(rng, np.choose(kind, [first, again, ranks]))


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    room: int,
    count: int,
    popular: int,
    shift: float,
    once: float,
    round_: float,
    loop: int,
) -> list[bytes]:
    """Return ``requests`` payloads of the same kind; see ``_trace``. Sizes vary by up to a tenth."""
    made = []
    for _ in range(requests):
        popular_, loop_ = (round(size * rng.uniform(0.9, 1.1)) for size in (popular, loop))
        items = _trace(rng, count=count, popular=popular_, shift=shift, once=once, round_=round_, loop=loop_)
        made.append(encode(room, items))
    return made
