"""text_fields: its oracle against answers found by hand, and its inputs."""

import struct

import helpers
import pytest

TASK = helpers.task("text_fields")
TEXT = b"aba (b[a)]\nab;c\\;d\\\\\n\n\xc3\x84Z \xc3\x97 aba\\\n"
PATTERNS = [b"aba", b"ab"]
VALUES = [0, 999, 1000, 2**64 - 1]
ANSWERS = [  # kind, first, last, low, and what its number is
    (0, 0, 5, 12, 3),
    (0, 0, 5, 0, 5),
    (1, 1, 3, 0, b"ab\tc;d\\"),
    (1, 3, 4, 0, b"\xc3\x84Z \xc3\x97 aba"),
    (2, 0, 2, 0, 4),
    (2, 0, 1, 0, 0),
    (3, 0, 1, 0, 0),
    (3, 1, 2, 1, 5),
    (4, 0, 4, 0, b"0 999 1,000 18,446,744,073,709,551,615 "),
    (5, 0, 4, 1, 4 + 4),
    (6, 0, 5, 0, 5),
    (7, 0, 4, 0, 2 + 1 + 2),
    (8, 0, 1, 0, 4**2 + 3**2),
    (9, 3, 4, 0, b"\xc3\xa4z \xc3\x97 aba\\"),
]


def packed(jobs):
    head = struct.pack("<4I48x", len(TEXT), len(PATTERNS), len(VALUES), len(jobs))
    rows = [bytes([len(pattern)]) + pattern.ljust(64, b"\0") for pattern in PATTERNS]
    return b"".join(
        [head, struct.pack("<4Q", *VALUES), *(struct.pack("<4I", *job) for job in jobs), *rows, TEXT]
    )


def mark(text):
    padded = text.ljust((len(text) + 7) // 8 * 8, b"\0")
    words = enumerate(struct.iter_unpack("<Q", padded))
    return sum(word * (2 * place + 1) for place, (word,) in words) % 2**64


@pytest.mark.parametrize("asked", ANSWERS, ids=lambda asked: str(asked[:4]))
def test_the_oracle_agrees_with_answers_by_hand(asked):
    *job, expected = asked
    number = expected if isinstance(expected, int) else mark(expected)
    assert TASK.answer(packed([job])) == b"%d\n" % number


def test_answers_come_in_the_order_of_kinds():
    assert TASK.answer(packed([(6, 0, 5, 0), (2, 0, 2, 0), (3, 0, 1, 0)])) == b"4\n0\n5\n"


def test_the_cases_ask_every_kind_of_empty_and_large_texts():
    kinds, sizes = set(), set()
    for case in helpers.cases("text_fields", 200):
        size, _, values, jobs = struct.unpack_from("<4I", case)
        asked = struct.iter_unpack("<4I", case[64 + 8 * values : 64 + 8 * values + 16 * jobs])
        kinds.update(kind for kind, *_ in asked)
        sizes.add(size)
    assert kinds == set(range(10))
    assert 0 in sizes
    assert max(sizes) > 1000
