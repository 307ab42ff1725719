"""Estimated number of tokens of a text, by a rule that needs no model's vocabulary.

Byte-pair tokenizers first split a text into runs of letters, of up to three digits and of other signs, each
with its preceding blank, and then cut long runs into known pieces. The rule counts those runs: a word has one
token per started WORD letters, digits one per started three, other signs one per started SIGNS, and a line
end one.
"""

from __future__ import annotations

import re

WORD = 6
SIGNS = 2
TOLERANCE = 0.02
"""Relative difference in tokens up to which two texts count as equally long."""

_RUNS = re.compile(
    r"(?P<line>\n)|(?P<digits>\d{1,3})|(?P<word>[A-Z]?[^\W\d_A-Z]+|[^\W\d_]+)|(?P<signs>[^\w\s]+|_+)"
)


def count(text: str) -> int:
    """Return the estimated number of tokens of ``text``."""
    total = 0
    for found in _RUNS.finditer(text):
        size = found.end() - found.start()
        if found.lastgroup == "word":
            total += -(-size // WORD)
        elif found.lastgroup == "signs":
            total += -(-size // SIGNS)
        else:
            total += 1
    return total


def alike(one: str, other: str) -> bool:
    """Whether the lengths of two texts are equal within TOLERANCE of the first."""
    return abs(count(other) - count(one)) <= TOLERANCE * count(one)
