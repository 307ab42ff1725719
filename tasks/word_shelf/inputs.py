"""Requests of word_shelf: words, cards, forms and questions, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

ALPHABET = 16  # letters there are
MOST_LETTERS = 15  # of a word
WORD = np.dtype([("letters", "u1", MOST_LETTERS), ("length", "u1")])
QUESTION = np.dtype([("kind", "<u4"), ("first", "<u4"), ("last", "<u4"), ("low", "<u4")])
NAMES = ["find", "starts", "anagrams", "near", "letters", "endings", "stems", "links", "forms", "rising"]
KEPT = np.tri(MOST_LETTERS + 1, MOST_LETTERS, -1, np.uint8)  # ones for the letters of each length
KINDS = range(len(NAMES))
FIND, STARTS, ANAGRAMS, NEAR, LETTERS, ENDINGS, STEMS, LINKS, FORMS, RISING = KINDS
OF_CARDS = (FIND, STARTS, NEAR)

Rows = NDArray[np.void]
Letters = NDArray[np.uint8]
Lengths = NDArray[np.uint8]


def encode(words: Rows, cards: Rows, forms: Rows, questions: Rows) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, then the packed rows."""
    head = struct.pack("<IIII48x", len(words), len(cards), len(forms), len(questions))
    return b"".join([head, *(rows.tobytes() for rows in (words, cards, forms, questions))])


def _rows(letters: Letters, lengths: Lengths) -> Rows:
    """Return words with the first ``lengths`` of 15 letters each."""
    rows = np.zeros(len(lengths), WORD)
    rows["letters"] = letters * KEPT[lengths]
    rows["length"] = lengths
    return rows


def _in_order(rows: Rows) -> NDArray[np.intp]:
    """Return where the rows are in the order of words."""
    return np.argsort(rows["letters"].copy().view(f"S{MOST_LETTERS}").ravel(), kind="stable")


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12), st.integers(0, 70), st.sampled_from([63, 64, 65, 127, 128, 129, 200, 255, 257])
)
LENGTHS = [(1, 1), (1, 3), (2, 5), (1, 15), (7, 8), (8, 9), (15, 15)]
LOWS = {
    FIND: [0],
    STARTS: [1, 2, 3, 7, 8, 9, 14, 15, 16, 100],
    ANAGRAMS: [0, 0, 1, 2, 7, 14, 15, 40],
    NEAR: [0, 1, 2, 2, 3, 5, 20],
    ENDINGS: [0],
    STEMS: [0],
    LINKS: [0, 1, 2, 7, 63, 1000, 2**32 - 1],
    FORMS: [0],
    RISING: [0],
}


def _case_words(rng: np.random.Generator, count: int, letters: int) -> Rows:
    """Words of few or many letters, some of which are another one, changed or in another order."""
    shortest, longest = LENGTHS[rng.integers(len(LENGTHS))]
    made = rng.integers(0, letters, (count, MOST_LETTERS))
    if letters < ALPHABET and rng.random() < 0.5:
        made = ALPHABET - 1 - made
    lengths = rng.integers(shortest, longest + 1, count)
    for at in range(1, count):
        chance, other = rng.random(), rng.integers(at)
        if chance < 0.15:
            made[at], lengths[at] = made[other], lengths[other]
        elif chance < 0.3:
            shared = rng.integers(0, MOST_LETTERS + 1)
            made[at, :shared] = made[other, :shared]
        elif chance < 0.45:
            lengths[at] = lengths[other]
            made[at, : lengths[at]] = rng.permutation(made[other, : lengths[at]])
    rows = _rows((made + ord("a")).astype(np.uint8), lengths.astype(np.uint8))
    return rows[_in_order(rows)] if rng.random() < 0.2 else rows


def _case_cards(rng: np.random.Generator, count: int, words: Rows, letters: int) -> Rows:
    """Words of their own, of the shelf, or one letter away from one of the shelf."""
    cards = _case_words(rng, count, letters)
    for at in range(count if len(words) else 0):
        chance = rng.random()
        if chance < 0.6:
            cards[at] = words[rng.integers(len(words))]
        if chance < 0.3:
            place, length = rng.integers(cards[at]["length"]), int(cards[at]["length"])
            longer = np.insert(cards[at]["letters"], place, rng.integers(ord("a"), ord("a") + letters))
            shorter = np.append(np.delete(cards[at]["letters"], place), 0)
            if chance < 0.1 and length < MOST_LETTERS:
                cards[at] = (longer[:MOST_LETTERS], length + 1)
            elif chance < 0.2 and length > 1:
                cards[at] = (shorter, length - 1)
            else:
                cards[at]["letters"][place] = longer[place]
    return cards


def _case_forms(rng: np.random.Generator, count: int, words: Rows, letters: int) -> Rows:
    forms = _case_cards(rng, count, words, letters)
    hidden = rng.random((count, MOST_LETTERS)) < rng.choice([0.2, 0.5, 0.9, 1.0])
    forms["letters"][hidden & (forms["letters"] > 0)] = ord("?")
    return forms


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 257 words, fewer cards and forms, 0 to 12 questions."""
    sizes = [draw(SIZES), draw(SIZES), draw(SIZES) // 2]
    letters = draw(st.sampled_from([1, 2, 2, 3, 5, ALPHABET]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    words = _case_words(rng, sizes[0], letters)
    cards = _case_cards(rng, min(sizes[1], 70), words, letters)
    forms = _case_forms(rng, sizes[2], words, letters)
    questions = []
    for kind in rng.choice(KINDS, draw(st.integers(0, 12))).tolist():
        rows = len(cards if kind in OF_CARDS else forms if kind == FORMS else words)
        first, last = sorted(rng.integers(0, rows + 1, 2).tolist())
        if rng.random() < 0.3:
            first, last = 0, rows
        low = int(rng.integers(ALPHABET) if kind == LETTERS else rng.choice(LOWS[kind]))
        if kind == LETTERS and rng.random() < 0.7:
            low %= letters
        questions.append((kind, first, last, low))
    return encode(words, cards, forms, np.array(questions, QUESTION))


# --- timed workloads ----------------------------------------------------------------------------


def _words(rng: np.random.Generator, count: int, lengths: tuple[int, int], starts: int) -> Rows:
    """Return words of any letters; ``starts`` above 0: the first three letters are one of so many."""
    letters = np.zeros((count, MOST_LETTERS), np.uint8)
    letters[:, : lengths[1]] = rng.integers(ord("a"), ord("a") + ALPHABET, (count, lengths[1]), np.uint8)
    if starts:
        shared = rng.integers(ord("a"), ord("a") + ALPHABET, (starts, 3), np.uint8)
        letters[:, :3] = shared[rng.integers(0, starts, count)]
    return _rows(letters, rng.integers(lengths[0], lengths[1] + 1, count, np.uint8))


def _forms(rng: np.random.Generator, count: int, words: Rows) -> Rows:
    """Return words of the shelf in which each letter is given with a chance of one half."""
    forms = rng.choice(words, count)
    hidden = rng.random((count, MOST_LETTERS)) < 0.5
    forms["letters"][hidden & (forms["letters"] > 0)] = ord("?")
    return forms


def _questions(rng: np.random.Generator, kind: int, asked: tuple[int, int, int], rows: int) -> Rows:
    """Return questions of a kind: how many, of how many rows each, and their ``low``, or up to which."""
    count, width, low = asked
    questions = np.zeros(count, QUESTION)
    questions["kind"] = kind
    questions["first"] = rng.integers(0, rows - width + 1, count)
    questions["last"] = questions["first"] + width
    questions["low"] = rng.integers(0, low + 1, count) if kind in (ANAGRAMS, LETTERS) else low
    return questions


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    words: int,
    cards: int,
    present: int,
    forms: int,
    lengths: str,
    starts: int,
    order: str,
    asked: str,
) -> list[bytes]:
    """Return ``requests`` payloads; ``asked``: kinds with number, width and ``low`` of questions.

    Of 100 cards ``present`` are words of the shelf, whose order is "random", or "near" that of words.
    """
    shortest, longest = (int(each) for each in lengths.split())
    wanted = [part.split() for part in asked.split(",")]
    result = []
    for _ in range(requests):
        shelf = _words(rng, words, (shortest, longest), starts)
        if order == "near":
            places = np.arange(words) + rng.integers(0, 20, words)
            shelf = shelf[_in_order(shelf)][np.argsort(places, kind="stable")]
        deck = _words(rng, cards, (shortest, longest), starts)
        found = np.flatnonzero(rng.integers(0, 100, cards) < present)
        deck[found] = shelf[rng.integers(0, words, len(found))]
        parts = []
        for name, count, width, low in wanted:
            kind = NAMES.index(name)
            rows = cards if kind in OF_CARDS else forms if kind == FORMS else words
            parts.append(_questions(rng, kind, (int(count), int(width), int(low)), rows))
        questions = np.concatenate(parts)
        rng.shuffle(questions)
        result.append(encode(shelf, deck, _forms(rng, forms, shelf), questions))
    return result
