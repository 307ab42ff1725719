"""How many tokens a text has, by a rule that needs no model's vocabulary.

Byte-pair tokenizers split a text first into runs of letters, of up to three digits and of other signs, each
with the blank before it, and then cut long runs into known pieces. The rule counts those runs: a word as one
token per started WORD letters, digits one per started three, other signs one per started SIGNS, a line's end
one.
"""

from __future__ import annotations

import re

WORD = 6
SIGNS = 2
TOLERANCE = 0.02
"""The relative difference in tokens within which two texts count as equally long."""

_RUNS = re.compile(
    r"(?P<line>\n)|(?P<digits>\d{1,3})|(?P<word>[A-Z]?[^\W\d_A-Z]+|[^\W\d_]+)|(?P<signs>[^\w\s]+|_+)"
)


def count(text: str) -> int:
    """Return about how many tokens ``text`` has."""
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
    """Whether two texts are equally long, within TOLERANCE of the first."""
    return abs(count(other) - count(one)) <= TOLERANCE * count(one)
