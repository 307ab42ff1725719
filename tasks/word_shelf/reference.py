"""Oracle of word_shelf: every question by plain Python over the words that it names."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable

Words = list[str]

MODULUS = 2**64
HEADER, ROW = 64, 16


def solve(request: bytes) -> bytes:
    """Return the answers to all questions."""
    words, cards, forms, questions = decode(request)
    answers = []
    for kind, first, last, low in questions:
        asked_of = cards if kind in OF_CARDS else forms if kind == FORMS else words
        answers.append(ANSWERS[kind](asked_of[first:last], words, low))
    return struct.pack(f"<{len(answers)}Q", *(answer % MODULUS for answer in answers))


def decode(request: bytes) -> tuple[Words, Words, Words, list[tuple[int, ...]]]:
    """Return words, cards, forms and questions."""
    *counts, asked = struct.unpack_from("<IIII", request)
    found, at = [], HEADER
    for count in counts:
        rows = [request[begin : begin + ROW] for begin in range(at, at + ROW * count, ROW)]
        found.append([row[: row[-1]].decode() for row in rows])
        at += ROW * count
    questions = [struct.unpack_from("<IIII", request, at + ROW * n) for n in range(asked)]
    return found[0], found[1], found[2], questions


def find(cards: Words, words: Words, low: int) -> int:
    return sum(words.index(card) + 1 for card in cards if card in words)


def starts(cards: Words, words: Words, low: int) -> int:
    counts = Counter(word[:low] for word in words if len(word) >= low)
    return sum(counts[card[:low]] for card in cards)


def anagrams(words: Words, _: Words, low: int) -> int:
    counts = Counter("".join(sorted(word[low:])) for word in words if len(word) > low)
    return sum(count * (count - 1) // 2 for count in counts.values())


def near(cards: Words, words: Words, low: int) -> int:
    counts = Counter(words)
    return sum(counts[word] for card in cards for word in counts if edits(card, word, low) <= low)


def edits(one: str, two: str, most: int) -> int:
    """Return how many letters apart two words are; above ``most`` any number above it."""
    if one == two:
        return 0
    if abs(len(one) - len(two)) > most:
        return most + 1
    above = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for k, other in enumerate(two, 1):
            row.append(min(above[k] + 1, row[-1] + 1, above[k - 1] + (letter != other)))
        above = row
    return above[-1]


def letters(words: Words, _: Words, low: int) -> int:
    return "".join(words).count(chr(ord("a") + low))


def endings(words: Words, _: Words, low: int) -> int:
    ordered = sorted(word[::-1] for word in words)
    return sum(place * len(word) for place, word in enumerate(ordered, 1))


def stems(words: Words, _: Words, low: int) -> int:
    return len({word[:end] for word in words for end in range(1, len(word) + 1)})


def links(words: Words, _: Words, low: int) -> int:
    return sum(
        word[-1] == later[0] for at, word in enumerate(words) for later in words[at + 1 : at + low + 1]
    )


def fitting(forms: Words, words: Words, low: int) -> int:
    same_length = {length: [word for word in words if len(word) == length] for length in range(16)}
    return sum(
        all(known in ("?", letter) for known, letter in zip(form, word, strict=True))
        for form in forms
        for word in same_length[len(form)]
    )


def rising(words: Words, _: Words, low: int) -> int:
    """Keep the most letters of chains by their last word, in the order of words."""
    ordered = sorted(set(words))
    most = [0] * len(ordered)
    for word in words:
        at = bisect_left(ordered, word)
        most[at] = max(most[at], max(most[:at], default=0) + len(word))
    return max(most, default=0)


OF_CARDS, FORMS = (0, 1, 3), 8
ANSWERS: list[Callable[[Words, Words, int], int]] = [
    find,
    starts,
    anagrams,
    near,
    letters,
    endings,
    stems,
    links,
    fitting,
    rising,
]


def describe(request: bytes) -> str:
    """Return the sizes, the first words and the first questions as text."""
    words, cards, forms, questions = decode(request)
    shown = f"{words[:5]}, {len(cards)} cards {cards[:3]}, {len(forms)} forms {forms[:3]}"
    return f"{len(words)} words {shown}, {len(questions)} questions {questions[:3]}"
