"""Requests of event_book: a book of events and questions, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

EVENT = np.dtype([("start", "<u4"), ("length", "<u2"), ("period", "<u2"), ("lane", "<u2"), ("weight", "<u2")])
QUESTION = np.dtype([("kind", "<u4"), ("first", "<u4"), ("last", "<u4"), ("value", "<u4")])
NAMES = ["order", "meet", "chain", "dates", "load", "spread", "nested", "busy", "idle", "served"]
KINDS = range(10)
ORDER, MEET, CHAIN, DATES, LOAD, SPREAD, NESTED, BUSY, IDLE, SERVED = KINDS
YEAR = 365 * 1440

Rows = NDArray[np.void]
Numbers = NDArray[np.int64]


def encode(events: Rows, questions: Rows) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, then the packed rows."""
    return struct.pack("<II56x", len(events), len(questions)) + events.tobytes() + questions.tobytes()


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12), st.integers(0, 70), st.sampled_from([63, 64, 65, 127, 128, 129, 255, 257, 400])
)
GAPS = st.sampled_from([0, 1, 3, 60, 5_000, 2_000_000])
EDGES = {
    "length": [1, 2, 255, 256, 32_767, 32_768, 65_535],
    "period": [1, 2, 255, 256, 1440, 4094, 4095],
    "lane": [0, 1, 2, 255, 256, 4094, 4095],
    "weight": [0, 1, 255, 256, 1022, 1023],
}
STARTS = [0, 1, 1439, 1440, 59 * 1440, 2 * YEAR + 59 * 1440, 30 * YEAR, 140 * YEAR, 431 * YEAR, 2**30 - 1]
VALUES = [0, 1, 2, 255, 1440, 4095]


def _values(rng: np.random.Generator, kind: str, count: int, edges: list[int]) -> Numbers:
    """Return numbers from the least to the largest edge: any, few different ones, edges, or one."""
    if kind == "few":
        return rng.integers(edges[0], edges[0] + 6, count)
    if kind == "edge":
        return rng.choice(edges, count)
    if kind == "one":
        return np.full(count, rng.choice(edges))
    return rng.integers(edges[0], edges[-1] + 1, count)


def _case_events(rng: np.random.Generator, count: int, gap: int, kinds: list[str]) -> Rows:
    """Return events from an edge of days or years on, up to ``gap`` minutes apart."""
    events = np.zeros(count, EVENT)
    starts = rng.choice(STARTS) + np.cumsum(rng.integers(0, gap + 1, count))
    events["start"] = np.minimum(starts, 2**30 - 1)
    for (name, edges), kind in zip(EDGES.items(), kinds, strict=True):
        events[name] = _values(rng, kind, count, edges)
    if rng.random() < 0.4:  # ends that meet starts
        events["length"] = np.maximum(1, gap) * rng.integers(1, 4, count) % 65_535 + 1
    return events


def _case_question(rng: np.random.Generator, kind: int, events: Rows) -> tuple[int, ...]:
    first, last = sorted(rng.integers(0, len(events) + 1, 2).tolist())
    if rng.random() < 0.3:
        first, last = 0, len(events)
    value = int(rng.choice(VALUES))
    if kind == ORDER:
        value = int(rng.choice([0, 1, 7, 300, 1000, 65_536]))
        last = min(last, first + 4) if value == 65_536 else last
    elif kind == BUSY:
        value = int(rng.choice(events["lane"])) if len(events) and rng.random() < 0.8 else value % 4096
    elif rng.random() < 0.3:
        value = int(rng.integers(0, 4))
    return kind, first, last, value


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 400 events, 0 to 12 questions, with extremes and ends that meet starts."""
    count, gap = draw(SIZES), draw(GAPS)
    kinds = draw(st.lists(st.sampled_from(["any", "any", "few", "edge", "one"]), min_size=4, max_size=4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    events = _case_events(rng, count, gap, kinds)
    asked = rng.choice(KINDS, draw(st.integers(0, 12))).tolist()
    return encode(events, np.array([_case_question(rng, kind, events) for kind in asked], QUESTION))


# --- timed workloads ----------------------------------------------------------------------------


def _between(rng: np.random.Generator, bounds: str, count: int) -> Numbers:
    """Return numbers "LEAST MOST", both included."""
    least, most = map(int, bounds.split())
    return rng.integers(least, most + 1, count)


def _events(
    rng: np.random.Generator,
    count: int,
    *,
    span: int,
    year: int,
    lengths: str,
    long: str,
    periods: str,
    lanes: int,
) -> Rows:
    """Return events that start within ``span`` minutes; one of 25 has a length in ``long``."""
    events = np.zeros(count, EVENT)
    events["start"] = np.sort((year - 1970) * YEAR + rng.integers(0, span, count))
    events["length"] = np.where(
        rng.random(count) < 0.04, _between(rng, long, count), _between(rng, lengths, count)
    )
    events["period"] = _between(rng, periods, count)
    events["lane"] = rng.choice(4096, lanes, replace=False)[rng.integers(0, lanes, count)]
    events["weight"] = rng.integers(0, 1024, count)
    return events


def _questions(rng: np.random.Generator, kind: int, asked: tuple[int, int, int], events: Rows) -> Rows:
    """Return questions of a kind: how many, of how many rows each, and their value."""
    count, width, value = asked
    questions = np.zeros(count, QUESTION)
    questions["kind"] = kind
    questions["value"] = rng.choice(events["lane"], count) if kind == BUSY else value
    questions["first"] = rng.integers(0, len(events) - width + 1, count)
    questions["last"] = questions["first"] + width
    return questions


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    events: int,
    span: int,
    year: int,
    lengths: str,
    long: str,
    periods: str,
    lanes: int,
    asked: str,
) -> list[bytes]:
    """Return ``requests`` payloads; ``asked``: kinds with number, width and value of questions."""
    wanted = [part.split() for part in asked.split(",")]
    result = []
    for _ in range(requests):
        rows = _events(
            rng, events, span=span, year=year, lengths=lengths, long=long, periods=periods, lanes=lanes
        )
        parts = [
            _questions(rng, NAMES.index(name), (int(count), int(width), int(value)), rows)
            for name, count, width, value in wanted
        ]
        questions = np.concatenate(parts)
        rng.shuffle(questions)
        result.append(encode(rows, questions))
    return result
