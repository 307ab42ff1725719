"""Oracle of cell_sets: every number by its definition, with Python's sets and relaxation over arrays."""

from __future__ import annotations

import bisect
import itertools
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

QUESTION = struct.Struct("<IIII")
MODULUS = 2**64
END, FAR = 16384, 2**32 - 1

Cells = NDArray[np.int64]
Sets = Sequence[Sequence[int]]


def _draws(state: int, ends: Iterable[int]) -> Iterator[int]:
    for end in ends:
        state = (state * 1664525 + 1013904223) % 2**32
        yield state * end >> 32


def _settled(values: Cells, relaxed: Callable[[Cells], Cells]) -> Cells:
    """Return the values after every cell took the least that its neighbours offer, until none changes."""
    while True:
        padded = np.pad(values, 1, constant_values=FAR)
        around = [padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]]
        after = np.minimum(values, relaxed(np.minimum.reduce(around)))
        if (after == values).all():
            return values
        values = after


def _regions(cells: Cells, least: int) -> list[int]:
    marked = cells >= least
    own = np.where(marked, np.arange(cells.size).reshape(cells.shape), FAR)
    return [int(each) for each in _settled(own, lambda near: np.where(marked, near, FAR))[marked]]


def _nearest(cells: Cells, least: int) -> list[int]:
    start = np.where(cells >= least, 0, sum(cells.shape))
    found: list[int] = _settled(start, lambda near: near + 1).ravel().tolist()
    return found


def _crowd(cells: Cells, least: int, radius: int) -> Iterator[int]:
    for y, x in np.ndindex(cells.shape):
        square = cells[max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1]
        yield int((square >= least).sum())


def _ways(cells: Cells, most: int) -> list[int]:
    added = np.minimum(cells, most) + 1
    start = np.full(cells.shape, FAR)
    start[:1, :1] = added[:1, :1]
    found: list[int] = _settled(start, lambda near: near + added).ravel().tolist()
    return found


def _palette(cells: Cells, count: int, side: int, state: int) -> Iterator[int]:
    height, width = cells.shape
    drawn = list(_draws(state, [width, height] * count))
    for x, y in zip(drawn[::2], drawn[1::2], strict=True):
        yield sum(1 << colour for colour in set(cells[y : y + side, x : x + side].ravel().tolist()))


def _view(cells: Cells, least: int) -> Iterator[int]:
    for y, x in np.ndindex(cells.shape):
        column, row = cells[:, x], cells[y]
        lines = [row[:x][::-1], row[x + 1 :], column[:y][::-1], column[y + 1 :]]
        yield sum(int(np.append(np.flatnonzero(line >= least), len(line))[0]) for line in lines)


def _free(taken: set[int], draws: int) -> Iterator[int]:
    for number in _draws(1, [END] * draws):
        yield next(each for each in itertools.count(number) if each not in taken)


def _numbers(cells: Cells, sets: Sets, question: tuple[int, ...]) -> Iterable[int]:
    kind, a, b, c = question
    some = [sets[s] if s < len(sets) else [] for s in range(a, a + b)] if kind in (2, 6, 9) else []
    match kind:
        case 0:
            return _regions(cells, a)
        case 1:
            return _nearest(cells, a)
        case 2:
            return sorted(set().union(*some))
        case 3:
            members = sets[a] if a < len(sets) else []
            return (bisect.bisect_left(members, number) for number in _draws(c, [END] * b))
        case 4:
            return _crowd(cells, a, b)
        case 5:
            return _ways(cells, a)
        case 6:
            return (len(set(some[s]) & set(other)) for s in range(b) for other in some[:s])
        case 7:
            return _palette(cells, a, b, c) if cells.size else ()
        case 8:
            return _view(cells, a)
        case _:
            return _free(set().union(*some), c)


def _decode(request: bytes) -> tuple[Cells, list[list[int]], list[tuple[int, ...]]]:
    width, height, set_count, asked = struct.unpack_from("<IIII", request)
    questions = [QUESTION.unpack_from(request, 64 + QUESTION.size * at) for at in range(asked)]
    at = 64 + QUESTION.size * asked
    starts = np.frombuffer(request, "<u4", set_count + 1, at).tolist()
    at += 4 * len(starts)
    members = np.frombuffer(request, "<u2", starts[-1], at).tolist()
    cells = np.frombuffer(request, np.uint8, width * height, at + 2 * len(members))
    sets = [members[start:end] for start, end in itertools.pairwise(starts)]
    return cells.astype(np.int64).reshape(height, width), sets, questions


def solve(request: bytes) -> bytes:
    """Return count and digest of the numbers that every question yields, packed as in task.hpp."""
    cells, sets, questions = _decode(request)
    answers = []
    for question in questions:
        count, digest = 0, 0
        for number in _numbers(cells, sets, question):
            digest = ((digest << 7 | digest >> 57) + number) % MODULUS
            count += 1
        answers.append(struct.pack("<QQ", count, digest))
    return b"".join(answers)


def describe(request: bytes) -> str:
    """Return the sizes, the first row, the first sets and the first questions as text."""
    cells, sets, questions = _decode(request)
    shown = [each[:6] for each in sets[:3]]
    return (
        f"field {cells.shape[1]} x {cells.shape[0]} {cells[:1, :12].tolist()}, {len(sets)} sets {shown}, "
        f"{len(questions)} questions (kind, a, b, c) {questions[:6]}"
    )
