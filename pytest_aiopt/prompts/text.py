"""Safe pieces of prompt text: one line, printable, bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator

NAME_LETTERS = 40
CUT = " ..."
"""Marks the end of a cut quotation."""

_TOKENS = re.compile(r"\w+|\"(?:[^\"\\]|\\.)*\"|[^\w\s]+")


def tenths(share: float) -> int:
    """Return whole tenths of a percent, rounded down; the addend corrects binary fractions (0.2899999)."""
    return int(share * 1000 + 1e-6)


def percent(count: int) -> str:
    """Return tenths of a percent as a percentage with one decimal."""
    return f"{count // 10}.{count % 10}"


def share(value: float) -> str:
    """Return a share in 0..1 as a percentage with one decimal."""
    return percent(tenths(value))


def amount(value: float, unit: str) -> str:
    """Return an amount with three significant digits and a unit prefix: 1.60 MB, 24.1 ms, 38 B."""
    steps = _STEPS[unit]
    size, prefixed = next((step for step in steps if value >= 0.9995 * step[0]), steps[-1])
    if prefixed == "B":
        return f"{round(value)} {prefixed}"
    scaled = value / size
    digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
    return f"{scaled:.{digits}f} {prefixed}"


_STEPS = {
    "B": ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")),
}


def name(text: str) -> str:
    """Return a name, cut to at most NAME_LETTERS."""
    return plain(text)[:NAME_LETTERS]


def plain(text: str) -> str:
    """Return ``text`` on one line, printable, and unable to close its enclosing fence."""
    words = " ".join(text.replace("`", "'").split())
    return "".join(letter for letter in words if letter.isprintable())


def quote(line: str, letters: int) -> str:
    """Return a text on one line of at most ``letters``; a longer one is cut between two tokens, with CUT."""
    whole = plain(line)
    if len(whole) <= letters:
        return whole
    ends = [end for end in _ends(whole) if end + len(CUT) <= letters]
    return whole[: ends[-1]] + CUT if ends else CUT.strip()


def _ends(line: str) -> Iterator[int]:
    return (token.end() for token in _TOKENS.finditer(line))
