"""Find the SEARCH/REPLACE blocks of an answer; a marker is a whole line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pytest_aiopt.model import EditReason, Refusal

_OPEN = re.compile(r"([ \t]*)<{7} ?SEARCH:?[ \t]*", re.IGNORECASE)
_SEPARATOR = re.compile(r"[ \t]*={7}[ \t]*")
_CLOSE = re.compile(r"[ \t]*>{7} ?REPLACE[ \t]*`*[ \t]*", re.IGNORECASE)
_NEARLY = re.compile(r"[ \t]*(?:<{3,12}|-{5,}) ?(?:SEARCH|ORIGINAL|HEAD|OLD|BEFORE)\b.*", re.IGNORECASE)
_QUOTED = re.compile(r"[ \t]*> ?<{7} ?SEARCH:?[ \t]*", re.IGNORECASE)
MOST_BLOCKS = 2000

Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Block:
    """The lines to find and the lines to put in their place."""

    search: str
    replace: str


def blocks_of(answer: str, fits: Fits) -> list[Block] | Refusal:
    """Return the blocks. ``fits`` says whether a text stands in the program: it settles which of
    several marker lines are code.
    """
    lines = answer.split("\n")
    if _next(_OPEN, lines, 0) is None:
        if _next(_QUOTED, lines, 0) is not None:  # the whole answer stands in a Markdown quotation
            lines = [re.sub(r"^[ \t]*> ?", "", line) for line in lines]
        elif _next(_NEARLY, lines, 0) is not None:
            return _malformed("a block begins with the line <<<<<<< SEARCH: seven signs and that word alone")
    found: list[Block] = []
    at = 0
    while (start := _next(_OPEN, lines, at)) is not None:
        if len(found) == MOST_BLOCKS:
            return _malformed(f"it has more than {MOST_BLOCKS} blocks")
        read = _read(lines, start, fits)
        if isinstance(read, Refusal):
            return read
        block, at = read
        found.append(block)
    return found


def _read(lines: list[str], start: int, fits: Fits) -> tuple[Block, int] | Refusal:
    indent = _indent(lines[start])
    limit = _next(_OPEN, lines, start + 1)
    stop = len(lines) if limit is None else limit
    splits = _splits(lines, start, stop, indent)
    if not splits and limit is not None and fits(lines[limit]):
        after = _next(_OPEN, lines, limit + 1)
        splits = _splits(lines, start, len(lines) if after is None else after, indent)
    if not splits:
        line = f"line {start + 1} of the reply"
        return _malformed(f"the SEARCH block at {line} has no ======= line or no >>>>>>> REPLACE line")
    fitting = splits if len(splits) == 1 else [split for split in splits if fits(split[0].search)]
    longest = max((len(block.search) for block, _ in fitting), default=0)
    fitting = [split for split in fitting if len(split[0].search) == longest]
    ends = {end for _, end in fitting}
    if len({block.search for block, _ in fitting}) == 1 and len(ends) > 1:
        fitting = [_choose_end(fitting)]
    if len(fitting) != 1:
        return _malformed("a block holds several ======= lines and it is unclear which one separates")
    return fitting[0]


def _splits(lines: list[str], start: int, stop: int, indent: str) -> list[tuple[Block, int]]:
    """Return every way to read one block: each separator with each end behind it."""
    separators = [i for i in range(start + 1, stop) if _SEPARATOR.fullmatch(lines[i])]
    strict = [i for i in separators if _indent(lines[i]) == indent]
    ends = [i for i in range(start + 1, stop) if _CLOSE.fullmatch(lines[i])]
    ends = [i for i in ends if _indent(lines[i]) == indent] or ends
    found = []
    for separator in (strict or separators)[:20]:
        for end in [i for i in ends if i > separator][:20]:
            search, replace = lines[start + 1 : separator], lines[separator + 1 : end]
            block = Block(_joined(search, indent), _joined(replace, indent))
            found.append((block, end + 1))
    return found


def _choose_end(splits: list[tuple[Block, int]]) -> tuple[Block, int]:
    """Return the split at the first end marker, or at the last if the program itself holds such a line."""
    first, last = min(splits, key=lambda split: split[1]), max(splits, key=lambda split: split[1])
    held = any(_CLOSE.fullmatch(line) for line in first[0].search.split("\n"))
    return last if held else first


def _joined(lines: list[str], indent: str) -> str:
    return "\n".join(line.removeprefix(indent) for line in lines)


def _next(pattern: re.Pattern[str], lines: list[str], at: int) -> int | None:
    return next((i for i in range(at, len(lines)) if pattern.fullmatch(lines[i])), None)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _malformed(detail: str) -> Refusal:
    return Refusal(EditReason.MALFORMED, f"malformed reply: {detail}")
