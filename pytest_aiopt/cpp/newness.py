"""How much of a program is new: the tokens that its parent does not hold, at least.

Comments and layout are no tokens, what is deleted costs nothing, and a whole line that moves is not new.
Read by a lexer and not by a syntax tree, as a tree takes the body of a macro for one token.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set

from rapidfuzz.distance import LCSseq, Opcode

_Lines = Sequence[tuple[str, ...]]

PIECE = 8
"""A literal in quotes counts as one token for each of so many characters, so that it cannot hold a table."""

_TOKEN = re.compile(
    r"""
      (?P<skip>//(?:\\\n|[^\n])*|/\*.*?(?:\*/|\Z)|\s+|\\\n)
    | (?P<quoted>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"
        |(?:u8|[uUL])?"(?:\\.|[^"\\\n])*"|(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
    | (?P<word>\.?\d(?:[eEpP][+-]|'?\w|\.)*|\w+
        |<=>|<<=|>>=|->\*|\.\.\.|::|->|\+\+|--|<<|[<>=!+\-*/%&|^]=|&&|\|\||\#\#|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(source: str) -> list[str]:
    """Return the tokens of a C++ source in order; any text has some."""
    return [token for line in _lines(source) for token in line]


def new_tokens(parent: str, child: str) -> int:
    """Return the least number of tokens that ``child`` adds to ``parent``.

    The tokens of ``child`` outside a longest common subsequence of both; or, if that is less, the same after
    lines that only move were taken out of both programs.
    """
    before, after = _lines(parent), _lines(child)
    return min(_added(before, after), _added(*_without_moves(before, after)))


def new_by_line(parent: str, child: str) -> dict[int, int]:
    """Return how many tokens of ``child`` are new by the line of ``parent`` (from 1) at which they stand.

    New are those outside a longest common subsequence; a line that moves counts where it moves to.
    """
    old = list(_numbered(parent))
    before, after = [token for token, _ in old], tokens(child)
    found: Counter[int] = Counter()
    for block in _insertions(before, after):
        place = old[max(block.src_start - 1, 0)][1] if old else 1
        found[place] += block.dest_end - block.dest_start
    return dict(found)


def newest_lines(parent: str, child: str, most: int) -> list[tuple[int, str]]:
    """Return at most ``most`` (new tokens, line of ``child``), those with the most tokens first.

    New are tokens outside a longest common subsequence, as in ``new_by_line``: moved lines are among them.
    """
    after, texts = list(_numbered(child)), child.split("\n")
    blocks = _insertions(tokens(parent), [token for token, _ in after])
    counts = Counter(line for block in blocks for _, line in after[block.dest_start : block.dest_end])
    return [(count, texts[line - 1].strip()) for line, count in counts.most_common(most)]


def _insertions(before: Sequence[str], after: Sequence[str]) -> list[Opcode]:
    """Return where a longest common subsequence leaves tokens of ``after``."""
    return [block for block in LCSseq.opcodes(before, after) if block.tag == "insert"]


def _lines(source: str) -> list[tuple[str, ...]]:
    """Return the tokens of every line that has any."""
    found: dict[int, list[str]] = {}
    for token, line in _numbered(source):
        found.setdefault(line, []).append(token)
    return [tuple(line) for line in found.values()]


def _numbered(source: str) -> Iterator[tuple[str, int]]:
    """Give every token with the number of the line on which it starts."""
    line = 1
    for match in _TOKEN.finditer(source):
        text = match[0]
        if match["skip"] is None:
            step = PIECE if match["quoted"] else len(text)
            yield from ((text[at : at + step], line) for at in range(0, len(text), step))
        line += text.count("\n")


def _added(before: _Lines, after: _Lines) -> int:
    old, new = ([token for line in lines for token in line] for lines in (before, after))
    return len(new) - int(LCSseq.similarity(old, new))


def _without_moves(before: _Lines, after: _Lines) -> tuple[_Lines, _Lines]:
    """Return both programs less the lines that each has outside a longest common sequence of lines."""
    stays = [block for block in LCSseq.opcodes(before, after) if block.tag == "equal"]
    gone = set(range(len(before))).difference(*(range(b.src_start, b.src_end) for b in stays))
    come = set(range(len(after))).difference(*(range(b.dest_start, b.dest_end) for b in stays))
    moved = Counter(before[at] for at in gone) & Counter(after[at] for at in come)
    return _less(before, gone, moved), _less(after, come, moved)


def _less(lines: _Lines, candidates: Set[int], moved: Counter[tuple[str, ...]]) -> _Lines:
    """Return ``lines`` without those at ``candidates`` that ``moved`` counts."""
    left, kept = Counter(moved), []
    for at, line in enumerate(lines):
        if at in candidates and left[line] > 0:
            left[line] -= 1
        else:
            kept.append(line)
    return kept
