"""word_shelf: its oracle against answers found by hand, its inputs, and the program of its frontier."""

import struct

import helpers
import pytest

TASK = helpers.task("word_shelf")
WORDS = ["bad", "ace", "dab", "bad", "pad", "acef", "e"]
CARDS = ["bad", "ad", "ab", "paddle", "ace"]
FORMS = ["?a?", "a???", "pad", "????", "?"]
ANSWERS = [  # kind, first, last, low, and the answer
    (0, 0, 5, 0, 1 + 0 + 0 + 0 + 2),
    (1, 0, 5, 2, 2 + 0 + 0 + 1 + 2),
    (1, 0, 5, 3, 2 + 0 + 0 + 1 + 2),
    (2, 0, 7, 0, 3),
    (2, 0, 7, 1, 3),
    (2, 0, 7, 3, 0),
    (3, 0, 1, 0, 2),
    (3, 0, 1, 1, 3),
    (3, 1, 2, 1, 3),
    (3, 4, 5, 2, 3),
    (4, 0, 7, 0, 6),
    (4, 2, 4, 3, 2),
    (5, 0, 5, 0, 3 * (1 + 2 + 3 + 4 + 5)),
    (5, 5, 7, 0, 1 * 1 + 2 * 4),
    (6, 0, 7, 0, 3 + 4 + 3 + 3 + 1),
    (7, 0, 4, 1, 0 + 0 + 1),
    (7, 0, 4, 3, 1 + 1),
    (8, 0, 5, 0, 4 + 1 + 1 + 1 + 1),
    (9, 0, 7, 0, 3 + 3 + 3),
    (9, 0, 4, 0, 6),
]


def packed(questions):
    rows = [struct.pack("<15sB", word.encode(), len(word)) for word in [*WORDS, *CARDS, *FORMS]]
    head = struct.pack("<IIII48x", len(WORDS), len(CARDS), len(FORMS), len(questions))
    return b"".join([head, *rows, *(struct.pack("<4I", *question) for question in questions)])


@pytest.mark.parametrize("asked", ANSWERS, ids=lambda asked: str(asked[:4]))
def test_the_oracle_agrees_with_answers_by_hand(asked):
    *question, expected = asked
    assert struct.unpack("<Q", TASK.answer(packed([question]))) == (expected,)


def test_the_cases_ask_every_kind_of_empty_and_large_shelves():
    kinds, sizes, longest = set(), set(), 0
    for case in helpers.cases("word_shelf", 150):
        words, cards, forms, _ = struct.unpack_from("<IIII", case)
        end = 64 + 16 * (words + cards + forms)
        kinds.update(kind for kind, *_ in struct.iter_unpack("<4I", case[end:]))
        sizes.add(words)
        longest = max([longest, *case[64 + 15 : end : 16]])
    assert kinds == set(range(10))
    assert 0 in sizes
    assert max(sizes) >= 255
    assert longest == 15


@pytest.mark.needs("g++")
def test_the_program_of_the_frontier_answers_like_the_oracle():
    binary = helpers.build(TASK.root, (TASK.root / "frontier" / "all_parts.cpp").read_text())
    requests = helpers.cases("word_shelf", 100)
    assert helpers.answer(binary, requests) == [TASK.answer(each) for each in requests]
