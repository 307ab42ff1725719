"""Requests of cell_sets: a field, sets and questions, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

QUESTION = struct.Struct("<IIII")
KINDS = ("regions", "nearest", "union", "ranks", "crowd", "ways", "common", "palette", "view", "free")
END, COLOURS, MARKED = 16384, 64, 32

Field = NDArray[np.uint8]
Set = NDArray[np.uint16]
Question = tuple[int, int, int, int]


def encode(field: Field, sets: Sequence[Set], questions: Sequence[Question]) -> bytes:
    """Return the payload: u32 sizes, zeros up to 64 bytes, questions, starts, members and colours."""
    height, width = field.shape
    starts = np.cumsum([0, *map(len, sets)]).astype(np.uint32)
    return b"".join(
        [
            struct.pack("<IIII48x", width, height, len(sets), len(questions)),
            *(QUESTION.pack(*question) for question in questions),
            starts.tobytes(),
            *(each.tobytes() for each in sets),
            field.tobytes(),
        ]
    )


def _field(rng: np.random.Generator, shape: str, width: int, height: int) -> Field:
    """Return colours: at random, in one long winding way of marked cells, in spots, or along slopes."""
    field = rng.integers(0, COLOURS, (height, width))
    if shape == "winding":
        field %= MARKED
        field[::2] += MARKED
        field[1::4, -1:] += MARKED
        field[3::4, :1] += MARKED
    elif shape == "spots":
        field //= 2
        for _ in range((field.size + 299) // 300):
            y, x = rng.integers(0, height), rng.integers(0, width)
            field[y : y + rng.integers(1, 12), x : x + rng.integers(1, 12)] |= MARKED
    elif shape == "slopes":
        field = (field // 8 + np.add.outer(np.arange(height), np.arange(width))) % COLOURS
    return field.astype(np.uint8)


# --- correctness cases --------------------------------------------------------------------------

SIDES = st.integers(0, 4) | st.integers(0, 20) | st.sampled_from([15, 16, 17, 31, 32, 33, 40])
EDGES = np.array([0, 1, 7, 8, 15, 16, 63, 64, 255, 256, 8191, 16382, 16383])


def _drawn(state: int, count: int) -> NDArray[np.int64]:
    """Return the numbers below END that a sequence of states begins with."""
    found = []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        found.append(state * END >> 32)
    return np.array(found)


def _case_set(rng: np.random.Generator, kind: str) -> Set:
    if kind == "edges":
        found = rng.choice(EDGES, rng.integers(0, len(EDGES)))
    elif kind == "runs":
        starts = rng.integers(0, END, rng.integers(0, 6))
        found = np.concatenate([np.arange(0), *(np.arange(at, at + rng.integers(1, 90)) for at in starts)])
    elif kind == "drawn":
        found = (_drawn(1, 40)[:, None] + np.arange(6)).ravel()
        found = found[rng.random(found.size) < 0.6]
    elif kind == "low":
        found = rng.integers(0, 70, rng.integers(0, 90))
    else:
        found = rng.integers(0, END, rng.integers(0, 400))
    return np.unique(found[found < END]).astype(np.uint16)


def _case_question(rng: np.random.Generator, kind: int, sets: int) -> Question:
    least = int(rng.choice([0, 1, 16, 32, 32, 48, 60, 63, 64]))
    first, count = int(rng.integers(0, sets + 2)), int(rng.integers(0, sets + 2))
    state = int(rng.integers(0, 2**32))
    match KINDS[kind]:
        case "union" | "common":
            return kind, first, count, 0
        case "free":
            return kind, first, count, int(rng.choice([0, 1, 40]))
        case "ranks":
            return kind, first, int(rng.choice([0, 1, 60])), state
        case "crowd":
            return kind, least, int(rng.choice([0, 1, 2, 3, 5, 8, 60])), 0
        case "ways":
            return kind, int(rng.choice([0, 1, 7, 31, 63])), 0, 0
        case "palette":
            return (
                kind,
                int(rng.choice([0, 1, 30])),
                int(rng.choice([1, 2, 3, 4, 7, 8, 9, 16, 17, 60])),
                state,
            )
    return kind, least, 0, 0


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: up to 40 by 40 cells, up to 9 sets and up to 10 questions of any kind."""
    width, height, sets = draw(SIDES), draw(SIDES), draw(st.integers(0, 9))
    shape = draw(st.sampled_from(["random", "winding", "spots", "slopes"]))
    members = draw(st.sampled_from(["edges", "runs", "low", "any", "drawn"]))
    kinds = draw(st.lists(st.integers(0, len(KINDS) - 1), max_size=10))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return encode(
        _field(rng, shape, width, height),
        [_case_set(rng, members) for _ in range(sets)],
        [_case_question(rng, kind, sets) for kind in kinds],
    )


# --- timed workloads ----------------------------------------------------------------------------


def workload(
    rng: np.random.Generator, *, rounds: int, width: int, height: int, sets: int, members: int, asked: str
) -> list[bytes]:
    """Return one payload for each round and each item of ``asked``.

    An item names the shape of the field, the kind and number of its questions, and their three parameters.
    Each set has about ``members`` members anywhere.
    """
    found = []
    for item in [item.split() for item in asked.split(",")] * rounds:
        shape, kind, count, *numbers = item
        a, b, c = map(int, numbers)
        # The first parameter names sets: others from question to question.
        moves = kind in ("union", "common", "ranks", "free")
        questions = [(KINDS.index(kind), a + (at % 4 if moves else 0), b, c) for at in range(int(count))]
        drawn = [np.unique(rng.integers(0, END, members)).astype(np.uint16) for _ in range(sets)]
        found.append(encode(_field(rng, shape, width, height), drawn, questions))
    return found
