"""table_query: its oracle against answers found by hand, and its inputs."""

import struct

import helpers
import pytest

TASK = helpers.task("table_query")
SALES = [  # item, day, amount, pieces, buyer, shop, grade
    (7, 10, 500, 2, 1, 3, 9),
    (7, 12, 300, 4, 1, 1, 4),
    (8, 12, 500, 2, 1, 1, 2),
    (9, 20, 100, 1, 2, 1, 2),
]
PRICES = [(7, 12, 60), (7, 9, 50), (7, 12, 70), (8, 13, 480)]
ANSWERS = [  # kind, first, last, low, high, and the answer
    (0, 0, 4, 0, 0, 800**2 + 500**2 + 100**2),
    (1, 0, 4, 0, 0, 2 * 50 + 4 * 70),
    (2, 0, 4, 0, 0, 3),
    (3, 0, 4, 0, 0, 3),
    (4, 0, 4, 2, 0, 1000),
    (4, 3, 4, 2, 0, 100),
    (5, 1, 4, 50, 0, 20 + 40 + 50 + 30),
    (6, 0, 4, 2, 0, 3),
    (6, 0, 4, 10, 0, 5),
    (7, 2, 4, 300, 500, 3),
    (8, 0, 4, 0, 0, 1 * 500 + 2 * 100 + 3 * 300 + 4 * 500),
    (9, 1, 4, 1, 0, 300),
]


def packed(sales, prices, questions):
    head = struct.pack("<III52x", len(sales), len(prices), len(questions))
    rows = [struct.pack("<IIHHHBB", *row) for row in sales] + [struct.pack("<III", *row) for row in prices]
    return b"".join([head, *rows, *(struct.pack("<5I", *question) for question in questions)])


@pytest.mark.parametrize("asked", ANSWERS, ids=lambda asked: str(asked[:4]))
def test_the_oracle_agrees_with_answers_by_hand(asked):
    *question, expected = asked
    assert struct.unpack("<Q", TASK.answer(packed(SALES, PRICES, [question]))) == (expected,)


def test_the_cases_ask_every_kind_of_empty_and_large_tables():
    kinds, sizes = set(), set()
    for case in helpers.cases("table_query", 200):
        sales, prices, _ = struct.unpack_from("<III", case)
        asked = struct.iter_unpack("<5I", case[64 + 16 * sales + 12 * prices :])
        kinds.update(kind for kind, *_ in asked)
        sizes.update([sales, prices])
    assert kinds == set(range(10))
    assert 0 in sizes
    assert max(sizes) >= 255
