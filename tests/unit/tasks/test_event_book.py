"""event_book: its oracle against answers found by hand, and its inputs."""

import struct

import helpers
import pytest

TASK = helpers.task("event_book")
DAY = 1440
EVENTS = [  # start, length, period, lane, weight
    (10, 5, 4, 7, 3),
    (11, 2, 3, 8, 1),
    (11, 9, 6, 7, 5),
    (20, 1, 4, 9, 6),
]
ANSWERS = [  # kind, first, last, value, and the answer
    # 10, 11, 11, 14 (row 0), 14 (row 1) have weights 3, 1, 5, 3, 1
    (0, 0, 4, 5, 1 * 3 + 2 * 1 + 3 * 5 + 4 * 3 + 5 * 1),
    (0, 0, 4, 0, 0),
    # 14, 11, never
    (1, 0, 4, 0, 14 + 11),
    (1, 2, 4, 0, 0),
    # rows 1 and 3; rows 0 and 3
    (2, 0, 4, 0, 2),
    (2, 0, 3, 0, 1),
    (3, 0, 1, 0, 3 * (512 * 1970 + 32 + 1)),
    # at 10 row 0, at 11 all of rows 0 to 2 (twice), at 20 row 3
    (4, 0, 4, 0, 3**2 + 2 * 9**2 + 6**2),
    # at 14, 14, 17, 24
    (4, 0, 4, 1, 2 * 8**2 + 5**2),
    # lanes 7 and 8; 7 and 8; 7; 9
    (5, 0, 4, 0, 2 + 2 + 1 + 1),
    # row 1 in row 0, of rows that start together only the later one counts as inner
    (6, 0, 4, 0, 3 * 1),
    (7, 0, 4, 7, 10),
    # 15, 13, 20: lane 7 has no later start of lanes 6 to 8, lane 8 has that of lane 9
    (8, 0, 4, 0, 7),
    # row 0 at 10, row 2 of the same lane at 15, row 1 at 24, row 3 at 26
    (9, 0, 4, 0, 5 * 4 + 1 * 13 + 6 * 6),
]


def packed(events, questions):
    head = struct.pack("<II56x", len(events), len(questions))
    rows = [struct.pack("<IHHHH", *event) for event in events]
    return b"".join([head, *rows, *(struct.pack("<4I", *question) for question in questions)])


@pytest.mark.parametrize("asked", ANSWERS, ids=lambda asked: str(asked[:4]))
def test_the_oracle_agrees_with_answers_by_hand(asked):
    *question, expected = asked
    assert struct.unpack("<Q", TASK.answer(packed(EVENTS, [question]))) == (expected,)


def test_a_leap_day_has_a_date():
    first, second = ((365 * 2 + 31 + 28) * DAY, 1, 1, 0, 1), ((365 * 2 + 31 + 29) * DAY, 1, 1, 0, 1)
    answers = struct.unpack("<2Q", TASK.answer(packed([first, second], [(3, 0, 1, 0), (3, 1, 2, 0)])))
    assert answers == (512 * 1972 + 32 * 2 + 29, 512 * 1972 + 32 * 3 + 1)


def test_the_cases_ask_every_kind_of_empty_and_large_books():
    kinds, sizes = set(), set()
    for case in helpers.cases("event_book", 200):
        events, _ = struct.unpack_from("<II", case)
        kinds.update(kind for kind, *_ in struct.iter_unpack("<4I", case[64 + 12 * events :]))
        sizes.add(events)
    assert kinds == set(range(10))
    assert 0 in sizes
    assert max(sizes) >= 255
