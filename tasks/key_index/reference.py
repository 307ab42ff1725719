"""Oracle of key_index: numpy sorts all keys, asked for and recorded, and sums over equal ones."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

TALLY = np.dtype([("key", "<u8"), ("count", "<u8"), ("amount", "<u8")])


def _decode(request: bytes) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint64], int]:
    """Return the keys and the amounts of the events, the keys looked up and the number of places."""
    event_count, lookup_count, top_count = struct.unpack_from("<III", request)
    keys = np.frombuffer(request, "<u8", event_count + lookup_count, 64)
    amounts = np.frombuffer(request, "<u4", event_count, 64 + keys.nbytes)
    return keys[:event_count], amounts, keys[event_count:], top_count


def solve(request: bytes) -> bytes:
    """Return the number of keys, the tallies looked up and the top tallies, packed as in driver.cpp."""
    keys, amounts, lookups, top_count = _decode(request)
    known, number = np.unique(np.concatenate([keys, lookups]), return_inverse=True)
    tallies = np.zeros(len(known), TALLY)
    tallies["key"] = known
    np.add.at(tallies["count"], number[: len(keys)], 1)
    np.add.at(tallies["amount"], number[: len(keys)], amounts.astype(np.uint64))
    recorded = tallies[tallies["count"] > 0]
    order = np.lexsort([recorded["key"], ~recorded["amount"]])[:top_count]
    top = np.zeros(top_count, TALLY)
    top[: len(order)] = recorded[order]
    return struct.pack("<Q", len(recorded)) + tallies[number[len(keys) :]].tobytes() + top.tobytes()


def describe(request: bytes) -> str:
    """Return the sizes, the first events and the first lookups as text."""
    keys, amounts, lookups, top_count = _decode(request)
    events = [f"{key:#x}: {amount}" for key, amount in zip(keys[:4].tolist(), amounts.tolist(), strict=False)]
    wanted = [f"{key:#x}" for key in lookups[:4].tolist()]
    return f"{len(keys)} events {events}, {len(lookups)} lookups {wanted}, top {top_count}"
