"""Requests of route_desk: a network, a tree and questions, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

ROAD = np.dtype([("from", "<u2"), ("to", "<u2"), ("length", "<u2")])
QUESTION = np.dtype([("kind", "<u4"), ("first", "<u4"), ("last", "<u4"), ("limit", "<u4")])
NAMES = ["common", "hops", "meeting", "narrowest", "nearest", "closed", "inside", "below", "alike", "longest"]
KINDS = range(10)
COMMON, HOPS, MEETING, NARROWEST, NEAREST, CLOSED, INSIDE, BELOW, ALIKE, LONGEST = KINDS
MOST = 2**32 - 1

Rows = NDArray[np.void]
Numbers = NDArray[np.int64]


def encode(roads: Rows, parents: Numbers, grades: Numbers, questions: Rows) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, then the packed lists that driver.cpp names."""
    places = len(parents)
    ends = np.concatenate([roads["from"], roads["to"]]).astype(np.int64)
    others = np.concatenate([roads["to"], roads["from"]])
    lengths = np.concatenate([roads["length"], roads["length"]])
    order = np.argsort(ends << 16 | others)
    children = 1 + np.argsort(parents[1:], kind="stable")
    parts = [
        questions,
        _starts(ends, places),
        _starts(parents[1:], places),
        roads,
        others[order],
        lengths[order],
        parents.astype("<u2"),
        children.astype("<u2"),
        grades.astype("<u1"),
    ]
    head = struct.pack("<III52x", places, len(roads), len(questions))
    return head + b"".join(part.tobytes() for part in parts)


def _starts(owners: Numbers, places: int) -> NDArray[np.uint32]:
    """Return where the rows of each place begin in a list in order of owners, and where the list ends."""
    counts = np.bincount(owners, minlength=places)
    return np.concatenate([[0], np.cumsum(counts)]).astype("<u4")


def _roads(rng: np.random.Generator, ends: Numbers, lengths: Numbers) -> Rows:
    """Return roads between pairs of places, each once, in any order; ``lengths``: at least one per pair."""
    one, other = ends.min(axis=1), ends.max(axis=1)
    pairs = rng.permutation(np.unique((one << 16 | other)[one < other]))
    turned = rng.integers(0, 2, len(pairs)) * 16
    roads = np.zeros(len(pairs), ROAD)
    roads["from"], roads["to"] = pairs >> turned & 65535, pairs >> 16 - turned & 65535
    roads["length"] = lengths[: len(pairs)]
    return roads


# --- trees --------------------------------------------------------------------------------------


def _deep(rng: np.random.Generator, places: int) -> Numbers:
    """Return the parents of a tree of two long arms."""
    at = np.arange(places)
    found: Numbers = np.maximum(at - 2 * rng.integers(1, 3, places), 0)
    return found


def _bushy(rng: np.random.Generator, places: int) -> Numbers:
    """Return parents drawn among all places before a place."""
    return (rng.random(places) * np.arange(places)).astype(np.int64)


def _trunk(places: int, size: int) -> int:
    """Return how many places of a tree come before its copies of ``size`` places, about a quarter."""
    return places // 4 // size * size + places % size


def _repeated(rng: np.random.Generator, places: int, pieces: int, size: int) -> Numbers:
    """Return a deep tree that ends with copies of ``pieces`` trees of one arm and ``size`` places in turn."""
    trunk = _trunk(places, size)
    forms = [np.maximum(np.arange(size) - rng.integers(1, 3, size), 0) for _ in range(pieces)]
    parts = [_deep(rng, trunk)]
    for number, begin in enumerate(range(trunk, places, size)):
        part = begin + forms[number % pieces]
        part[0] = rng.integers(trunk) if trunk else 0
        parts.append(part)
    return np.concatenate(parts)


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12),
    st.integers(4, 70),
    st.sampled_from([63, 64, 65, 127, 128, 129]),
    st.sampled_from([20, 130, 255, 257, 300, 400]),
)
EDGES = np.array([0, 1, 2, 255, 256, 32767, 32768, 65534, 65535])
TREES = ["deep", "bushy", "repeated", "chain", "star", "halves"]


def _case_lengths(rng: np.random.Generator, kind: str, count: int) -> Numbers:
    if kind == "few":
        return rng.integers(0, 5, count)
    if kind == "edge":
        return rng.choice(EDGES, count)
    return rng.integers(0, 2**16, count)


def _case_tree(rng: np.random.Generator, kind: str, places: int) -> Numbers:
    at = np.arange(places)
    if kind == "chain":
        return np.maximum(at - 1, 0)
    if kind == "star":
        return np.zeros(places, np.int64)
    if kind == "halves":
        return np.maximum(at - 1, 0) // 2
    if kind == "deep":
        return _deep(rng, places)
    return _bushy(rng, places) if kind == "bushy" else _repeated(rng, places, 2, int(rng.integers(1, 12)))


def _case_ends(rng: np.random.Generator, places: int, count: int) -> Numbers:
    """Return pairs of places: any, or near each other, or within the first few; the rest has no roads."""
    if places == 0:
        return np.zeros((0, 2), np.int64)
    reach = int(rng.choice([places, max(places // 2, 1), 1 + places // 20]))
    one = rng.integers(0, reach, count)
    if rng.random() < 0.4:
        one = rng.integers(0, places, count)
        return np.stack([one, np.minimum(one + rng.integers(0, 4, count), places - 1)], axis=1)
    return np.stack([one, rng.integers(0, reach, count)], axis=1)


def _case_question(rng: np.random.Generator, kind: int, roads: Rows, grades: Numbers) -> tuple[int, ...]:
    places = len(grades)
    if kind in (CLOSED, INSIDE):
        rows = len(roads) if kind == CLOSED else places
        first, last = sorted(rng.integers(0, rows + 1, 2).tolist())
        if rng.random() < 0.2:
            first, last = 0, rows
        return kind, first, last, 0
    if kind == LONGEST:
        length = int(rng.choice(roads["length"])) if len(roads) else 0
        return kind, 0, 0, int(rng.choice([0, 1, length, length + 1, 2**16, MOST]))
    first, last = rng.integers(0, places, 2).tolist()
    if rng.random() < 0.1:
        last = first
    if kind == NEAREST:
        return kind, first, 0, int(rng.choice([int(grades[last]), int(rng.integers(0, 256))]))
    return kind, first, last, int(rng.choice([0, 1, 2, 3, int(rng.integers(0, 30)), MOST]))


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 400 places, up to 4,000 roads, 0 to 140 questions, with extremes."""
    places = draw(SIZES)
    count = int(places * draw(st.sampled_from([0, 0.6, 1, 1.5, 3, 10])))
    lengths = draw(st.sampled_from(["any", "few", "few", "edge"]))
    tree = draw(st.sampled_from(TREES))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    roads = _roads(rng, _case_ends(rng, places, count), _case_lengths(rng, lengths, count))
    parents = _case_tree(rng, tree, places)
    grades = rng.integers(0, int(rng.choice([1, 4, 256])), places)
    kinds = [kind for kind in KINDS if places or kind in (CLOSED, INSIDE, LONGEST)]
    number = draw(st.sampled_from([0, 1, 3, 8, 24, 140]))
    asked = rng.choice(rng.permutation(kinds)[: rng.integers(1, 6)], number).tolist()
    questions = [_case_question(rng, kind, roads, grades) for kind in asked]
    return encode(roads, parents, grades, np.array(questions, QUESTION))


# --- timed workloads ----------------------------------------------------------------------------

RARE = 8
"""Grades that two places have each; all others are as frequent as each other."""
PIECES, SIZE = 2, 160
"""Trees of which a tree of repeated parts has copies, and their places."""
TIPS = 10
"""Out of a hundred places, those with a single road."""


def _network(rng: np.random.Generator, places: int, roads: int) -> Rows:
    """Return about as many roads, between places anywhere."""
    names = rng.permutation(places)
    tips = places * TIPS // 100
    ends = rng.integers(tips, places, (roads - tips, 2))
    single = np.stack([np.arange(tips), rng.integers(tips, places, tips)], axis=1)
    return _roads(rng, names[np.concatenate([ends, single])], rng.integers(0, 2**16, roads))


def _tree(rng: np.random.Generator, places: int, kind: str) -> Numbers:
    if kind == "deep":
        return _deep(rng, places)
    return _bushy(rng, places) if kind == "bushy" else _repeated(rng, places, PIECES, SIZE)


def _grades(rng: np.random.Generator, places: int) -> Numbers:
    grades = rng.integers(RARE, 256, places)
    grades[rng.choice(places, 2 * RARE, replace=False)] = np.repeat(np.arange(RARE), 2)
    return grades


def _questions(rng: np.random.Generator, kind: int, asked: tuple[int, int], places: int, roads: int) -> Rows:
    """Return questions of a kind: how many, and a number of rows or places, or for their ``limit``."""
    count, number = asked
    questions = np.zeros(count, QUESTION)
    questions["kind"] = kind
    questions["first"] = rng.integers(0, places, count)
    questions["last"] = rng.integers(0, places, count)
    questions["limit"] = number
    if kind in (CLOSED, INSIDE):
        widths = rng.integers(number * 3 // 4, number * 5 // 4, count)
        questions["first"] = rng.integers(0, (roads if kind == CLOSED else places) - widths + 1)
        questions["last"] = questions["first"] + widths
    elif kind == NEAREST:
        questions["limit"] = rng.integers(0, number, count)
    elif kind == LONGEST:
        questions["limit"] = rng.integers(0, 2**16, count)
    elif kind == BELOW:  # of one of the first places, below which there are more
        questions["first"] = rng.integers(0, places // 4, count)
        questions["limit"] = rng.integers(number // 4, number, count)
    elif kind == ALIKE:  # copies of one tree, or now and then of two
        copies = (places - _trunk(places, SIZE)) // SIZE
        one = rng.integers(0, copies, count)
        other = one % PIECES + PIECES * rng.integers(0, (copies - 1 - one % PIECES) // PIECES + 1)
        other = abs(other - (rng.random(count) < number / 100))
        inner = places - SIZE + rng.integers(0, SIZE // 2, count)
        questions["first"], questions["last"] = inner - SIZE * one, inner - SIZE * other
    return questions


def workload(
    rng: np.random.Generator, *, requests: int, places: int, roads: int, tree: str, asked: str
) -> list[bytes]:
    """Return ``requests`` payloads; ``asked``: kinds with how many questions and a number for them."""
    wanted = [part.split() for part in asked.split(",")]
    result = []
    for _ in range(requests):
        network, parents = _network(rng, places, roads), _tree(rng, places, tree)
        parts = [
            _questions(rng, NAMES.index(name), (int(count), int(number)), places, len(network))
            for name, count, number in wanted
        ]
        questions = rng.permutation(np.concatenate(parts))
        result.append(encode(network, parents, _grades(rng, places), questions))
    return result
