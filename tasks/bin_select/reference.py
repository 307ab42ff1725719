"""Oracle of bin_select: replays what was put where; knows how many bins no placement can do without."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

EVENT = np.dtype([("piece", "<u4"), ("size", "<u4"), ("label", "<u4"), ("leaves", "<u4")])
NONE = 2**32 - 1
SEVERAL = NONE - 1


def _decode(request: bytes) -> tuple[int, NDArray[np.void]]:
    """Return the room and the events."""
    room, count = struct.unpack_from("<II", request)
    return room, np.frombuffer(request, EVENT, count, 64)


def cost(request: bytes, reply: bytes) -> float:
    """Return the sum over events of the bins then in use; raises ValueError where a piece is not placed."""
    room, events = _decode(request)
    if len(reply) != 4 * len(events):
        raise ValueError(f"{len(reply)} bytes for {len(events)} events")
    used: dict[int, list[int]] = {}  # by bin: the room taken since it was empty, the pieces in it
    places: dict[int, int] = {}
    total = 0
    given = zip(events.tolist(), np.frombuffer(reply, "<u4").tolist(), strict=True)
    for turn, ((piece, size, _, leaves), put) in enumerate(given):
        if (put == NONE) != bool(leaves) or put == SEVERAL:
            raise ValueError(f"event {turn} (piece {piece} {_said(leaves)}) puts it {_named(put)}")
        if leaves:
            where = places.pop(piece)
            used[where][1] -= 1
            if not used[where][1]:
                del used[where]
        else:
            places[piece] = put
            one = used.setdefault(put, [0, 0])
            one[0] += size
            one[1] += 1
            if one[0] > room:
                raise ValueError(
                    f"event {turn}: piece {piece} of {size} makes {one[0]} of {room} in bin {put}"
                )
        total += len(used)
    return total


def _said(leaves: int) -> str:
    return "leaves" if leaves else "comes"


def _named(put: int) -> str:
    return {NONE: "nowhere", SEVERAL: "into several bins"}.get(put, f"into bin {put}")


def bound(request: bytes) -> float:
    """Return the sum over all events of what is there then, in whole bins."""
    room, events = _decode(request)
    signs = 1 - 2 * events["leaves"].astype(np.int64)
    there = np.cumsum(signs * events["size"])
    return float((-(-there // room)).sum())


def branch(request: bytes, rng: np.random.Generator) -> tuple[bytes, int]:
    """Return the same events up to a random turn; then those there leave in another order, or others come."""
    room, events = _decode(request)
    if not len(events):
        return request, 0
    back = rng.random() if rng.random() < 0.5 else rng.random() ** 4  # often late
    turn = len(events) - int(back * len(events))
    changed = events.copy()
    there = dict.fromkeys(events["piece"][:turn].tolist())
    for piece in events["piece"][:turn][events["leaves"][:turn] == 1].tolist():
        there.pop(piece)
    known = {int(event["piece"]): event for event in events[:turn]}
    left = rng.permutation(np.array(list(there), np.int64)).tolist()
    names = iter(range(NONE))
    for at in range(turn, len(events)):
        if left and rng.random() < 0.6:
            changed[at] = known[left.pop()]
            changed[at]["leaves"] = 1
            continue
        piece = next(name for name in names if name not in known)
        like = events[int(rng.integers(0, turn))] if turn else events[0]
        changed[at] = (piece, like["size"], like["label"], 0)
    return struct.pack("<II56x", room, len(changed)) + changed.tobytes(), 4 * turn


def describe(request: bytes) -> str:
    """Return the room and the first events as text."""
    room, events = _decode(request)
    first = [
        f"{'-' if leaves else '+'}{piece} size {size} label {label}"
        for piece, size, label, leaves in events[:6].tolist()
    ]
    return f"room {room}, {len(events)} events {first}"
