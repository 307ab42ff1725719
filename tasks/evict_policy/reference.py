"""Oracle of evict_policy: replays what was dropped, and knows the least misses there can be (Belady 1966)."""

from __future__ import annotations

import heapq
import struct

import numpy as np

NONE = 2**32 - 1


def _decode(request: bytes) -> tuple[int, list[int]]:
    """Return the room and the items in their order."""
    room, count = struct.unpack_from("<II", request)
    return room, np.frombuffer(request, "<u4", count, 64).tolist()


def cost(request: bytes, reply: bytes) -> float:
    """Return the number of misses; raises ValueError where something else than one kept item is dropped."""
    room, items = _decode(request)
    if len(reply) != 4 * len(items):
        raise ValueError(f"{len(reply)} bytes for {len(items)} decisions")
    kept: set[int] = set()
    misses = 0
    for turn, (item, dropped) in enumerate(zip(items, np.frombuffer(reply, "<u4").tolist(), strict=True)):
        needs_room = item not in kept and len(kept) == room
        if needs_room != (dropped in kept) or (dropped != NONE and not needs_room):
            raise ValueError(f"turn {turn} (item {item}) drops {_named(dropped)}: {_state(needs_room)}")
        if item not in kept:
            misses += 1
            kept.discard(dropped)
            kept.add(item)
    return misses


def _named(dropped: int) -> str:
    return {NONE: "nothing", NONE - 1: "several items"}.get(dropped, f"item {dropped}")


def _state(needs_room: bool) -> str:
    return "one kept item has to go" if needs_room else "there is nothing to make room for"


def bound(request: bytes) -> float:
    """Return the least misses: of the kept items, the one goes that is asked for again last (Belady)."""
    room, items = _decode(request)
    never = len(items)
    following = [never] * len(items)
    seen: dict[int, int] = {}
    for turn in range(len(items) - 1, -1, -1):
        following[turn] = seen.get(items[turn], never)
        seen[items[turn]] = turn
    kept: dict[int, int] = {}
    latest: list[tuple[int, int]] = []
    misses = 0
    for turn, item in enumerate(items):
        if item not in kept:
            misses += 1
            while len(kept) == room:
                at, other = heapq.heappop(latest)
                if kept.get(other) == -at:  # else it was asked for since
                    del kept[other]
        kept[item] = following[turn]
        heapq.heappush(latest, (-following[turn], item))
    return misses


def branch(request: bytes, rng: np.random.Generator) -> tuple[bytes, int]:
    """Return the same requests up to a random turn, then others: of items known by then and of new ones."""
    room, items = _decode(request)
    if not items:
        return request, 0
    back = rng.random() if rng.random() < 0.5 else rng.random() ** 4  # often late
    turn = len(items) - int(back * len(items))
    known = np.array(items[:turn] or [0])
    others = rng.choice(known, len(items) - turn)
    fresh = rng.random(len(others)) < 0.2
    others[fresh] = rng.integers(0, NONE - 2, int(fresh.sum()))
    changed = np.array([*items[:turn], *others.tolist()], "<u4")
    return struct.pack("<II56x", room, len(items)) + changed.tobytes(), 4 * turn


def describe(request: bytes) -> str:
    """Return the room and the first requests as text."""
    room, items = _decode(request)
    return f"room for {room}, {len(items)} requests {items[:24]}"
