"""Oracle of slot_desk: one answer after the other, with sorted lists, dictionaries and sets."""

from __future__ import annotations

import struct
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable

import numpy as np

SLOTS, CAPACITY, DAYS, SEATS, SORTS, ROW = 2048, 2, 4096, 8192, 4, 16
KINDS = [
    *["take", "cancel", "book", "drop", "busiest", "hold", "release", "expire", "join", "leave"],
    *["start", "stop", "clashes", "reserved", "sit", "rise", "agenda", "similar"],
]


def solve(request: bytes) -> bytes:
    """Return the answers of all events, packed."""
    desk, events = decode(request)
    acts: list[Callable[[int, int], int]] = [getattr(desk, kind) for kind in KINDS]
    return struct.pack(f"<{len(events)}I", *(acts[kind](a, b) % 2**32 for kind, a, b in events))


def describe(request: bytes) -> str:
    """Return the first events by name."""
    _, events = decode(request)
    return f"{len(events)} events: " + ", ".join(f"{KINDS[kind]} {a} {b}" for kind, a, b in events[:60])


def decode(request: bytes) -> tuple[Desk, list[tuple[int, int, int]]]:
    """Return a desk that knows the register, and the events."""
    count, activities, sessions, visits, names = struct.unpack_from("<5I", request)
    at = 20
    tables: list[list[tuple[int, ...]]] = []
    for form, size in (("<3I", count), ("<3I", sessions), ("<2H", visits)):
        end = at + struct.calcsize(form) * size
        tables.append(list(struct.iter_unpack(form, request[at:end])))
        at = end
    texts = [
        letters[:size].decode()
        for size, letters in struct.iter_unpack("<I64s", request[at : at + 68 * names])
    ]
    words = np.frombuffer(request, "<u4", offset=at + 68 * names).tolist()
    needs = []
    for _ in range(activities):
        needs.append(set(words[1 : 1 + words[0]]))
        words = words[1 + words[0] :]
    return Desk(tables[1], tables[2], texts, needs), [(kind, a, b) for kind, a, b in tables[0]]


class Desk:
    """The state of a desk; a method per kind of event."""

    def __init__(
        self,
        sessions: list[tuple[int, ...]],
        visits: list[tuple[int, ...]],
        names: list[str],
        needs: list[set[int]],
    ) -> None:
        self.names, self.needs = names, needs
        self.sessions = np.array(sessions, np.int64).reshape(-1, 3)
        self.visits = np.array(visits, np.int64).reshape(-1, 2)
        self.taken = np.zeros(SLOTS, np.int64)
        self.bookings = np.zeros(DAYS, np.int64)
        self.until: dict[int, int] = {}
        self.ranks: list[int] = []
        self.active: Counter[int] = Counter()
        self.free = [[seat for seat in range(SEATS) if seat // ROW % SORTS == sort] for sort in range(SORTS)]
        self.sitting: set[int] = set()

    def take(self, start: int, _: int) -> int:
        found = np.flatnonzero(self.taken[start:] < CAPACITY)
        if not found.size:
            return SLOTS
        slot = start + int(found[0])
        self.taken[slot] += 1
        return slot

    def cancel(self, slot: int, _: int) -> int:
        self.taken[slot] = max(self.taken[slot] - 1, 0)
        return int(self.taken[slot])

    def book(self, day: int, _: int) -> int:
        self.bookings[day] += 1
        return 0

    def drop(self, day: int, _: int) -> int:
        self.bookings[day] = max(self.bookings[day] - 1, 0)
        return 0

    def busiest(self, first: int, last: int) -> int:
        return first + int(self.bookings[first : last + 1].argmax())

    def hold(self, ticket: int, until: int) -> int:
        self.until[ticket] = until
        return 0

    def release(self, ticket: int, _: int) -> int:
        return int(self.until.pop(ticket, None) is not None)

    def expire(self, now: int, _: int) -> int:
        over = [ticket for ticket, until in self.until.items() if until <= now]
        for ticket in over:
            del self.until[ticket]
        return sum(over)

    def join(self, rank: int, _: int) -> int:
        ahead = len(self.ranks) - bisect_right(self.ranks, rank)
        insort(self.ranks, rank)
        return ahead

    def leave(self, _: int, __: int) -> int:
        return self.ranks.pop() if self.ranks else 0

    def start(self, activity: int, _: int) -> int:
        self.active[activity] += 1
        return 0

    def stop(self, activity: int, _: int) -> int:
        self.active[activity] = max(self.active[activity] - 1, 0)
        return 0

    def clashes(self, activity: int, _: int) -> int:
        needs = self.needs[activity]
        return sum(times for other, times in self.active.items() if needs & self.needs[other])

    def reserved(self, start: int, end: int) -> int:
        begins, ends, seats = self.sessions.T
        return int(seats[(begins < end) & (ends > start)].sum())

    def sit(self, ahead: int, sort: int) -> int:
        if ahead >= len(self.free[sort]):
            return SEATS
        seat = self.free[sort].pop(ahead)
        self.sitting.add(seat)
        return seat

    def rise(self, seat: int, _: int) -> int:
        if seat not in self.sitting:
            return 0
        self.sitting.remove(seat)
        insort(self.free[seat // ROW % SORTS], seat)
        return 1

    def agenda(self, first: int, last: int) -> int:
        minute, room = self.visits[first : last + 1].T
        total = 0
        for visit in np.lexsort((room, minute)).tolist():
            total = (total * 31 + first + visit) % 2**32
        return total

    def similar(self, left: int, right: int) -> int:
        """Of each length, the first letter of ``right`` that such a subsequence can end at."""
        ends: list[int] = []
        places = [
            [at for at, other in enumerate(self.names[right]) if other == letter]
            for letter in self.names[left]
        ]
        for at in (at for each in places for at in reversed(each)):
            place = bisect_right(ends, at - 1)
            ends[place : place + 1] = [at]
        return len(ends)
