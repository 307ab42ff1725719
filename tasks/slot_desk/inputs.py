"""Requests of slot_desk: registers and events, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

(
    TAKE,
    CANCEL,
    BOOK,
    DROP,
    BUSIEST,
    HOLD,
    RELEASE,
    EXPIRE,
    JOIN,
    LEAVE,
    START,
    STOP,
    CLASHES,
    RESERVED,
    SIT,
    RISE,
    AGENDA,
    SIMILAR,
) = range(18)
SLOTS, CAPACITY, DAYS, MINUTES, SEASON, OPENING, ROOMS = 2048, 2, 4096, 4096, 16384, 1440, 32
TICKETS, RANKS, RESOURCES, SEATS, SORTS = 4096, 4096, 256, 8192, 4

Event = tuple[int, int, int]
Numbers = NDArray[np.int64]


@dataclass
class Register:
    """What is known before the first event."""

    activities: list[list[int]] = field(default_factory=list)
    sessions: list[tuple[int, int, int]] = field(default_factory=list)
    visits: list[tuple[int, int]] = field(default_factory=list)
    names: list[bytes] = field(default_factory=list)


def encode(known: Register, events: Sequence[Event] | Numbers) -> bytes:
    """Return the payload; the layout is described in driver.cpp."""
    sizes = [len(events), len(known.activities), len(known.sessions), len(known.visits), len(known.names)]
    return b"".join(
        [
            struct.pack("<5I", *sizes),
            np.array(events, "<u4").tobytes(),
            np.array(known.sessions, "<u4").tobytes(),
            np.array(known.visits, "<u2").tobytes(),
            *(struct.pack("<I64s", len(name), name) for name in known.names),
            *(np.array([len(needs), *needs], "<u4").tobytes() for needs in known.activities),
        ]
    )


# --- correctness cases --------------------------------------------------------------------------

COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 120), st.sampled_from([63, 64, 65, 300, 700]))
GROUPS = [
    [TAKE, TAKE, TAKE, CANCEL],
    [BOOK, BOOK, BOOK, DROP, BUSIEST],
    [HOLD, HOLD, RELEASE, EXPIRE],
    [JOIN, JOIN, LEAVE],
    [START, START, STOP, CLASHES],
    [RESERVED],
    [SIT, SIT, SIT, RISE],
    [AGENDA],
    [SIMILAR],
]


class _Draw:
    """Draws events that keep the rules: times do not go back, a ticket is held once at a time."""

    def __init__(self, rng: np.random.Generator, width: int) -> None:
        self.rng = rng
        self.width = width
        self.now = 0
        self.held: dict[int, int] = {}
        self.known = _register(rng)
        self.start = int(rng.choice([0, 60, 250, 1000, 2000]))

    def event(self, kind: int) -> Event:
        if kind == HOLD:
            return self.hold()
        if kind == EXPIRE:
            self.now = min(self.now + int(self.rng.choice([0, 1, 1, 2, 9])), MINUTES - 2)
            self.held = {ticket: until for ticket, until in self.held.items() if until > self.now}
            return kind, self.now, 0
        if kind == RELEASE:
            ticket = self.near(40)
            self.held.pop(ticket, None)
            return kind, ticket, 0
        if kind == BUSIEST:
            first, last = sorted((self.near(DAYS), self.near(DAYS)))
            return (kind, first, last) if self.rng.random() < 0.7 else (kind, 0, DAYS - 1)
        if kind == RESERVED:
            first, last = sorted(self.rng.choice(self.minutes, 2, replace=False).tolist())
            return kind, first, last
        return kind, *self.operands(kind)

    def operands(self, kind: int) -> tuple[int, int]:
        pick = self.rng.integers
        if kind == AGENDA:
            first, last = sorted(pick(0, len(self.known.visits), 2).tolist())
            return first, last
        if kind == SIMILAR:
            left, right = pick(0, len(self.known.names), 2).tolist()
            return left, right
        if kind == SIT:
            return int(self.rng.choice([0, 0, 0, 1, 17, 63, 64, 65, 200, 2047, 2048])), int(pick(0, SORTS))
        most = {TAKE: SLOTS, CANCEL: SLOTS, BOOK: DAYS, DROP: DAYS, JOIN: RANKS, LEAVE: 1, RISE: SEATS}
        return self.near(most.get(kind, len(self.known.activities))), 0

    def hold(self) -> Event:
        free = [ticket for ticket in range(min(self.width, TICKETS)) if ticket not in self.held]
        if not free:
            return RELEASE, TICKETS - 1, 0
        ticket = int(self.rng.choice(free))
        self.held[ticket] = min(self.now + int(self.rng.integers(1, 12)), MINUTES - 1)
        return HOLD, ticket, self.held[ticket]

    def near(self, most: int) -> int:
        """Return a number below ``most`` that is often one of a few neighbours."""
        if self.rng.random() < 0.1:
            return int(self.rng.choice([0, most - 1, most // 2]))
        return int(self.start + self.rng.integers(0, self.width)) % most

    @property
    def minutes(self) -> list[int]:
        known = {each for begin, end, _ in self.known.sessions for each in (begin, end)}
        return sorted(known | {0, 1, SEASON - 1, SEASON, 5000})


def _register(rng: np.random.Generator) -> Register:
    known = Register()
    for _ in range(int(rng.integers(1, 8))):
        known.activities.append(sorted(rng.choice(RESOURCES, rng.integers(0, 12), replace=False).tolist()))
    for _ in range(int(rng.integers(0, 20))):
        begin, end = sorted(rng.choice(SEASON + 1, 2, replace=False).tolist())
        known.sessions.append((begin, end, int(rng.choice([0, 1, 30, 2**32 - 1]))))
    few = int(rng.choice([2, OPENING]))
    for _ in range(int(rng.choice([1, 5, 40, 300]))):
        visit = int(rng.integers(OPENING - few, OPENING)), int(rng.integers(0, ROOMS))
        known.visits.append(visit)
    letters = int(rng.choice([1, 3, 26]))
    for _ in range(5):
        size = int(rng.choice([0, 1, 7, 31, 32, 62, 63]))
        known.names.append(bytes(rng.integers(123 - letters, 123, size, np.uint8)))
    return known


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return a register and 0 to 700 events, of one group that belongs together or of all."""
    count = draw(COUNTS)
    group = draw(st.sampled_from([*GROUPS, [kind for group in GROUPS for kind in group]]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    events = _Draw(rng, draw(st.sampled_from([3, 20, 70, 300, 5000])))
    return encode(events.known, [events.event(kind) for kind in rng.choice(group, count).tolist()])


# --- timed workloads ----------------------------------------------------------------------------


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    takes: int,
    closed: int,
    ranges: int,
    days: int,
    ticks: int,
    held: int,
    waiting: int,
    checks: int,
    active: int,
    reserved: int,
    sessions: int,
    sits: int,
    seats: int,
    agendas: int,
    visits: int,
    pairs: int,
    letters: int,
) -> list[bytes]:
    """Return ``requests`` payloads of events of all kinds, in turns."""
    made = []
    for _ in range(requests):
        known = _season(rng, sessions, 10 * visits, letters)
        streams = [
            _takes(rng, takes, closed),
            _ranges(rng, ranges, days),
            _ticks(rng, ticks, held),
            _burst(rng, waiting),
            _checks(rng, checks, active),
            _spans(rng, reserved),
            _sits(rng, sits, seats),
            _agendas(rng, agendas, visits),
            _plain(SIMILAR, rng.integers(0, 16, pairs), rng.integers(0, 16, pairs)),
        ]
        made.append(encode(known, np.concatenate([streams[at] for at in rng.permutation(len(streams))])))
    return made


def _season(rng: np.random.Generator, sessions: int, visits: int, letters: int) -> Register:
    begins = rng.integers(0, SEASON - 400, sessions)
    ends = begins + rng.integers(15, 400, sessions)
    # Activities of one class in eight never need what those of another one need.
    needs = [np.sort(rng.choice(RESOURCES // 8, 10, replace=False)) * 8 + index % 8 for index in range(64)]
    names = rng.integers(97, 97 + 20, (16, letters), np.uint8)
    return Register(
        activities=[each.tolist() for each in needs],
        sessions=np.stack([begins, ends, rng.integers(10, 300, sessions)], axis=1).tolist(),
        visits=np.stack([rng.integers(0, OPENING, visits), rng.integers(0, ROOMS, visits)], axis=1).tolist(),
        names=[name.tobytes() for name in names],
    )


def _plain(kind: int, a: Numbers, b: Numbers | int = 0) -> Numbers:
    return np.stack([np.full(len(a), kind), a, np.zeros(len(a), np.int64) + b], axis=1)


def _by_turns(*streams: Numbers) -> Numbers:
    """Return the first event of each stream, then the second ones."""
    return np.stack(streams, axis=1).reshape(-1, 3)


def _takes(rng: np.random.Generator, takes: int, closed: int) -> Numbers:
    """Fill ``closed`` slots; then a place of any comes back and one from the first slots on is taken."""
    fill = _plain(TAKE, np.repeat(np.arange(closed), CAPACITY))
    back = _plain(CANCEL, rng.integers(0, closed, takes))
    return np.concatenate([fill, _by_turns(back, _plain(TAKE, rng.integers(0, min(closed, 64), takes)))])


def _ranges(rng: np.random.Generator, ranges: int, days: int) -> Numbers:
    """Bookings of random days, some taken back; each time the busiest of ``days`` days is asked for."""
    first = rng.integers(0, DAYS - days, ranges)
    return _by_turns(
        _plain(BOOK, rng.integers(0, DAYS, ranges)),
        _plain(BOOK, rng.integers(0, DAYS, ranges)),
        _plain(DROP, rng.integers(0, DAYS, ranges)),
        _plain(BUSIEST, first, first + days - 1),
    )


def _ticks(rng: np.random.Generator, ticks: int, held: int) -> Numbers:
    """A ticket a minute that is held for about ``held`` minutes; every fourth is released before."""
    minutes = np.arange(1, ticks + 1)
    until = minutes + rng.integers(held // 2 + 1, held + held // 2 + 2, ticks)
    hold = _plain(HOLD, minutes, np.minimum(until, MINUTES - 1))
    early = np.where(minutes % 4 == 0, np.maximum(minutes - held // 3, 0), 0)
    return _by_turns(_plain(EXPIRE, minutes), hold, _plain(RELEASE, early))


def _burst(rng: np.random.Generator, waiting: int) -> Numbers:
    """All join, then all leave."""
    joins = _plain(JOIN, rng.integers(0, RANKS, waiting))
    return np.concatenate([joins, _plain(LEAVE, np.zeros(waiting, np.int64))])


def _checks(rng: np.random.Generator, checks: int, active: int) -> Numbers:
    """``active`` activities start; then clashes of others are asked for, and one starts as one stops."""
    asked = rng.integers(0, 64, checks)
    turns = np.concatenate([rng.integers(0, 64, active), asked])
    rounds = _by_turns(
        _plain(CLASHES, asked), _plain(START, turns[active:]), _plain(STOP, turns[: len(turns) - active])
    )
    return np.concatenate([_plain(START, turns[:active]), rounds])


def _spans(rng: np.random.Generator, reserved: int) -> Numbers:
    first = rng.integers(0, SEASON - 1000, reserved)
    return _plain(RESERVED, first, first + rng.integers(1, 1000, reserved))


def _agendas(rng: np.random.Generator, agendas: int, visits: int) -> Numbers:
    first = rng.integers(0, 9 * visits, agendas)
    return _plain(AGENDA, first, first + visits - 1)


def _sits(rng: np.random.Generator, sits: int, seats: int) -> Numbers:
    """Seats are taken anywhere among the first ``seats`` ones of a sort; others are free again."""
    ahead, sort = rng.integers(0, seats, sits), rng.integers(0, SORTS, sits)
    return _by_turns(_plain(SIT, ahead, sort), _plain(RISE, rng.integers(0, seats * SORTS, sits)))
