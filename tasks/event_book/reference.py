"""Oracle of event_book: every question by plain Python or numpy over the rows that it names."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

EVENT = np.dtype([("start", "<u4"), ("length", "<u2"), ("period", "<u2"), ("lane", "<u2"), ("weight", "<u2")])
QUESTION = np.dtype([("kind", "<u4"), ("first", "<u4"), ("last", "<u4"), ("value", "<u4")])
MODULUS = 2**64
LANES = 4096
DAY = 1440
EPOCH = datetime.date(1970, 1, 1)
AGE = 146_097  # days of 400 years

Rows = NDArray[np.void]
Numbers = NDArray[np.int64]


def solve(request: bytes) -> bytes:
    """Return the answers to all questions."""
    events, questions = decode(request)
    answers = [ANSWERS[kind](events[first:last], value) for kind, first, last, value in questions.tolist()]
    return struct.pack(f"<{len(answers)}Q", *(answer % MODULUS for answer in answers))


def decode(request: bytes) -> tuple[Rows, Rows]:
    """Return events and questions."""
    event_count, count = struct.unpack_from("<II", request)
    events = np.frombuffer(request, EVENT, event_count, 64)
    return events, np.frombuffer(request, QUESTION, count, 64 + events.nbytes)


def column(rows: Rows, name: str) -> Numbers:
    return rows[name].astype(np.int64)


def ends(rows: Rows) -> Numbers:
    return column(rows, "start") + column(rows, "length")


def order(rows: Rows, minutes: int) -> int:
    if not len(rows):
        return 0
    end = int(rows["start"][0]) + minutes
    begun = [
        np.arange(start, end, period, dtype=np.int64) for start, period in rows[["start", "period"]].tolist()
    ]
    weights = np.repeat(column(rows, "weight"), [len(each) for each in begun])
    ordered = weights[np.argsort(np.concatenate(begun), kind="stable")]
    return int((ordered * np.arange(1, len(ordered) + 1)).sum())


def meet(rows: Rows, value: int) -> int:
    total = 0
    pairs = rows[["start", "period"]].tolist()
    for (one, period), (other, step) in pairwise(pairs):
        minutes = other + step * np.arange(period, dtype=np.int64)
        both = minutes[(minutes - one) % period == 0]
        total += int(both[0]) if both.size else 0
    return total


def chain(rows: Rows, value: int) -> int:
    start, end, weight = column(rows, "start"), ends(rows), column(rows, "weight")
    longest = np.zeros(len(rows), np.int64)
    for i in range(len(rows)):
        before = longest[:i][(end[:i] <= start[i]) & (weight[:i] < weight[i])]
        longest[i] = before.max(initial=0) + 1
    return int(longest.max(initial=0))


def dates(rows: Rows, number: int) -> int:
    total = 0
    for start, period, weight in rows[["start", "period", "weight"]].tolist():
        ages, day = divmod((start + number * period) // DAY, AGE)
        date = EPOCH + datetime.timedelta(days=day)
        total += weight * (512 * (date.year + 400 * ages) + 32 * date.month + date.day)
    return total


def load(rows: Rows, number: int) -> int:
    start, end, weight = column(rows, "start"), ends(rows), column(rows, "weight")
    total = 0
    for minute in (start + number * column(rows, "period")).tolist():
        total += int(weight[(start <= minute) & (end > minute)].sum()) ** 2
    return total


def spread(rows: Rows, value: int) -> int:
    start, end, lane = column(rows, "start"), ends(rows), rows["lane"]
    return sum(len(np.unique(lane[i:][start[i:] < end[i]])) for i in range(len(rows)))


def nested(rows: Rows, value: int) -> int:
    end, weight = ends(rows), column(rows, "weight")
    return sum(int(weight[i] * weight[i + 1 :][end[i + 1 :] <= end[i]].sum()) for i in range(len(rows)))


def busy(rows: Rows, lane: int) -> int:
    total = reached = 0
    for start, length in rows[rows["lane"] == lane][["start", "length"]].tolist():
        end = start + length
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def idle(rows: Rows, value: int) -> int:
    start, end, lane = column(rows, "start"), ends(rows), column(rows, "lane")
    total = 0
    for i in range(len(rows)):
        later = start[(abs(lane - lane[i]) <= 1) & (start >= end[i])]
        total += int(later.min() - end[i]) if later.size else 0
    return total


def served(rows: Rows, value: int) -> int:
    left = list(enumerate(rows[["start", "length", "lane", "weight"]].tolist()))
    total = minute = at = 0
    while left:
        minute = max(minute, left[0][1][0])
        started = [each for each in left if each[1][0] <= minute]
        taken = min(started, key=lambda each: ((each[1][2] - at) % LANES, each[1][1], each[0]))
        left.remove(taken)
        _, (start, length, at, weight) = taken
        total += weight * (minute - start)
        minute += length
    return total


ANSWERS: list[Callable[[Rows, int], int]] = [
    order,
    meet,
    chain,
    dates,
    load,
    spread,
    nested,
    busy,
    idle,
    served,
]


def describe(request: bytes) -> str:
    """Return the sizes, the first events and the first questions as text."""
    events, questions = decode(request)
    return f"{len(events)} events {events[:4].tolist()}, {len(questions)} questions {questions[:4].tolist()}"
