"""Pieces of text that may stand in a prompt: one line, printable, bounded."""

from __future__ import annotations

from collections.abc import Sequence

NAME_LETTERS = 32


def tenths(share: float) -> int:
    """Return whole tenths of a percent, cut; the small addend undoes binary fractions such as 0.2899999."""
    return int(share * 1000 + 1e-6)


def percent(count: int) -> str:
    """Return whole tenths of a percent as percent with one digit."""
    return f"{count // 10}.{count % 10}"


def name(text: str) -> str:
    """Return a name of at most NAME_LETTERS."""
    return plain(text)[:NAME_LETTERS]


def plain(text: str) -> str:
    """Return ``text`` on one line, printable, and unable to close the fence it will stand in."""
    words = " ".join(text.replace("`", "'").split())
    return "".join(letter for letter in words if letter.isprintable())


def quote(source: Sequence[str], line: int, letters: int, more: int = 0) -> str:
    """Return the text of a line (1-based), blanks joined and cut to ``letters``; "" where there is none.

    ``more`` letters are added from where that ends, also from the lines that follow (the first one after the
    last), or taken off its end.
    """
    if not 0 < line <= len(source):
        return ""
    found = plain(source[line - 1])[:letters].rstrip()
    if more > 0:
        following = [*source[line - 1 :], *source[: line - 1]]
        return plain(" ".join(following))[: len(found) + more].rstrip()
    return found[: max(0, len(found) + more)].rstrip()
