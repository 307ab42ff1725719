"""route_desk: its oracle against answers found by hand, and its inputs."""

import struct

import helpers
import numpy as np
import pytest

TASK = helpers.task("route_desk")
NO_WAY = 65536
ROADS = [(0, 1, 7), (2, 1, 5), (2, 3, 9), (0, 3, 6), (3, 4, 8)]  # place 5 has none
NEIGHBOURS = [[1, 3], [0, 2], [1, 3], [0, 2, 4], [3], []]
PARENTS = [0, 0, 0, 1, 2, 2]
CHILDREN = [[1, 2], [3], [4, 5], [], [], []]
GRADES = [1, 2, 3, 4, 5, 2]
ANSWERS = [  # kind, first, last, limit, and the answer
    (0, 0, 2, 0, 2),
    (0, 0, 5, 0, 0),
    (1, 4, 0, 0, 1),
    (1, 4, 0, 2, 4),
    (1, 4, 0, 2**32 - 1, 5),
    (2, 4, 5, 0, 2),
    (2, 3, 4, 0, 0),
    (2, 3, 1, 0, 1),
    (3, 1, 3, 0, 7),
    (3, 1, 5, 0, NO_WAY),
    (3, 5, 5, 0, 0),
    (4, 4, 0, 3, 2),
    (4, 4, 0, 2, 3),
    (4, 4, 0, 9, NO_WAY),
    (5, 0, 0, 0, 2),
    (5, 1, 3, 0, 3),
    (6, 0, 4, 0, 4),
    (6, 3, 6, 0, 1),
    (7, 0, 0, 1, 6),
    (7, 0, 0, 9, 17),
    (8, 3, 5, 0, 1),
    (8, 1, 2, 0, 0),
    (9, 0, 0, 8, 7 + 7 + 5 + 6),
    (9, 0, 0, 5, 0),
]


def starts(lists):
    return np.cumsum([0, *map(len, lists)]).astype("<u4").tobytes()


def packed(questions):
    lengths = {frozenset(road[:2]): road[2] for road in ROADS}
    flat = [(place, other) for place, others in enumerate(NEIGHBOURS) for other in others]
    numbers = [
        *(number for road in ROADS for number in road),
        *(other for _, other in flat),
        *(lengths[frozenset(pair)] for pair in flat),
        *PARENTS,
        *(child for children in CHILDREN for child in children),
    ]
    return b"".join(
        [
            struct.pack("<III52x", len(PARENTS), len(ROADS), len(questions)),
            *(struct.pack("<4I", *question) for question in questions),
            starts(NEIGHBOURS),
            starts(CHILDREN),
            np.array(numbers, "<u2").tobytes(),
            bytes(GRADES),
        ]
    )


@pytest.mark.parametrize("asked", ANSWERS, ids=lambda asked: str(asked[:4]))
def test_the_oracle_agrees_with_answers_by_hand(asked):
    *question, expected = asked
    assert struct.unpack("<Q", TASK.answer(packed([question]))) == (expected,)


def test_the_cases_ask_every_kind_of_empty_and_large_networks():
    kinds, sizes, many = set(), set(), 0
    for case in helpers.cases("route_desk", 200):
        places, _, count = struct.unpack_from("<III", case)
        kinds.update(kind for kind, *_ in struct.iter_unpack("<4I", case[64 : 64 + 16 * count]))
        sizes.add(places)
        many = max(many, count)
    assert kinds == set(range(10))
    assert 0 in sizes
    assert max(sizes) >= 255
    assert many > 2 * 64
