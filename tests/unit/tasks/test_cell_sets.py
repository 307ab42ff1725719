"""cell_sets: its oracle, its inputs and the program of its frontier."""

import struct

import helpers
import numpy as np
import pytest

TASK = helpers.task("cell_sets")
KINDS = 10
CELLS = [[1, 0, 1], [1, 0, 0], [0, 0, 1]]
SETS = [[1, 2, 9], [2, 3, 16383], []]


def request(*questions, cells=CELLS, sets=SETS):
    starts = np.cumsum([0, *map(len, sets)])
    height, width = len(cells), len(cells[0]) if cells else 0
    return b"".join(
        [
            struct.pack("<IIII48x", width, height, len(sets), len(questions)),
            *(struct.pack("<IIII", *question) for question in questions),
            starts.astype("<u4").tobytes(),
            *(np.array(each, "<u2").tobytes() for each in sets),
            bytes(colour for row in cells for colour in row),
        ]
    )


def answer(numbers):
    digest = 0
    for number in numbers:
        digest = ((digest << 7 | digest >> 57) + number) % 2**64
    return struct.pack("<QQ", len(numbers), digest)


def drawn(state, *ends):
    for end in ends:
        state = (state * 1664525 + 1013904223) % 2**32
        yield state * end >> 32


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ((0, 1, 0, 0), [0, 2, 0, 8]),
        ((0, 0, 0, 0), [0] * 9),
        ((1, 1, 0, 0), [0, 1, 0, 0, 1, 1, 1, 1, 0]),
        ((1, 5, 0, 0), [6] * 9),
        ((2, 0, 3, 0), [1, 2, 3, 9, 16383]),
        ((2, 2, 9, 0), []),
        ((3, 2, 2, 5), [0, 0]),
        ((4, 1, 1, 0), [2, 3, 1, 2, 4, 2, 1, 2, 1]),
        ((4, 1, 0, 0), [1, 0, 1, 1, 0, 0, 0, 0, 1]),
        ((5, 0, 0, 0), [1, 2, 3, 2, 3, 4, 3, 4, 5]),
        ((5, 9, 0, 0), [2, 3, 5, 4, 4, 5, 5, 5, 7]),
        ((6, 0, 3, 0), [1, 0, 0]),
        ((6, 0, 1, 0), []),
        ((8, 1, 0, 0), [1, 2, 2, 3, 3, 1, 1, 3, 3]),
        ((9, 0, 9, 0), []),
    ],
)
def test_the_oracle_on_cells_and_sets_answered_by_hand(question, numbers):
    assert TASK.answer(request(question)) == answer(numbers)


def test_drawn_squares_hold_the_colours_within_them():
    x, y = drawn(7, 3, 3)
    colours = {colour for row in CELLS[y : y + 2] for colour in row[x : x + 2]}
    assert TASK.answer(request((7, 1, 2, 7))) == answer([sum(1 << colour for colour in colours)])


def test_ranks_and_free_numbers_start_from_the_drawn_ones():
    (number,) = drawn(1, 16384)
    sets = [[number - 1, number], [number + 1]]
    assert TASK.answer(request((3, 0, 1, 1), sets=sets)) == answer([1])
    assert TASK.answer(request((9, 0, 1, 1), sets=sets)) == answer([number + 1])
    assert TASK.answer(request((9, 0, 2, 1), sets=sets)) == answer([number + 2])


def test_a_field_without_cells_and_no_sets_have_empty_answers():
    asked = [(kind, 1, 1, 0) for kind in (0, 1, 2, 4, 5, 7, 8, 9)]
    assert TASK.answer(request(*asked, cells=[], sets=[])) == answer([]) * len(asked)


def test_the_cases_reach_kinds_and_sizes_that_matter():
    heads = [struct.unpack_from("<IIII", case) for case in helpers.cases("cell_sets", 150)]
    kinds = {
        struct.unpack_from("<I", case, 64 + 16 * at)[0]
        for case, head in zip(helpers.cases("cell_sets", 150), heads, strict=True)
        for at in range(head[3])
    }
    assert kinds == set(range(KINDS))
    assert {0, 1, 2} <= {width for width, _, _, _ in heads}
    assert {0, 1, 9} <= {sets for _, _, sets, _ in heads}
    assert max(width * height for width, height, _, _ in heads) > 900


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert sum(map(len, requests)) < 3_000_000


@pytest.mark.needs("g++")
def test_the_program_of_the_frontier_answers_like_the_oracle():
    binary = helpers.build(TASK.root, (TASK.root / "frontier" / "every_step.cpp").read_text())
    requests = helpers.cases("cell_sets", 150)
    assert helpers.answer(binary, requests) == [TASK.answer(each) for each in requests]
