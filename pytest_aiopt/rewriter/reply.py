"""SEARCH/REPLACE blocks: convert two versions of a program into the text of a reply."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """One SEARCH/REPLACE block."""

    search: str
    replace: str

    def __str__(self) -> str:
        replace = f"{self.replace}\n" if self.replace else ""
        return f"<<<<<<< SEARCH\n{self.search}\n=======\n{replace}>>>>>>> REPLACE"


def blocks_between(old: str, new: str) -> list[Block]:
    """Return blocks that turn ``old`` into ``new`` when applied in order, first occurrence each.

    Each SEARCH is a run of whole consecutive lines that occurs once. If a later block would match text from
    an earlier one, a single block spanning all changes is returned.
    """
    before, after = old.split("\n"), new.split("\n")
    hunks = _widen(before, after, _hunks(before, after))
    blocks = [_block(before, after, hunk) for hunk in hunks]
    if apply_blocks(old, blocks) != new and len(hunks) > 1:
        spanning = (hunks[0][0], hunks[-1][1], hunks[0][2], hunks[-1][3])
        blocks = [_block(before, after, hunk) for hunk in _widen(before, after, [spanning])]
    return blocks


def written(blocks: list[Block], source: str, *, rewrite: bool) -> list[str]:
    """Return the parts of a reply: blocks, or the whole program after applying them."""
    if rewrite:
        return [f"```cpp\n{apply_blocks(source, blocks)}\n```"]
    return list(map(str, blocks))


def apply_blocks(source: str, blocks: list[Block]) -> str:
    """Apply blocks like the parser of replies: runs of lines, ignoring trailing white space."""
    lines = source.split("\n")
    for block in blocks:
        wanted = _bare(block.search.rstrip().split("\n"))
        at = _occurrences(lines, wanted)
        if at:
            lines[at[0] : at[0] + len(wanted)] = block.replace.rstrip().split("\n")
    return "\n".join(lines)


_Hunk = tuple[int, int, int, int]  # before[a:b] becomes after[c:d]


def _hunks(before: list[str], after: list[str]) -> list[_Hunk]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _widen(before: list[str], after: list[str], hunks: list[_Hunk]) -> list[_Hunk]:
    """Extend each hunk by context until it is unique and ends in text; join adjacent hunks."""
    joined: list[_Hunk] = []
    for hunk in hunks:
        wide = _unique(before, after, hunks, hunk[0], hunk[1])
        while joined and wide[0] <= joined[-1][1]:
            last = joined.pop()
            wide = _unique(before, after, hunks, last[0], max(wide[1], last[1]))
        joined.append(wide)
    return joined


def _unique(before: list[str], after: list[str], hunks: list[_Hunk], a: int, b: int) -> _Hunk:
    """Return the lines a:b, extended by surrounding lines until they are unique."""
    first, last = a, b
    while True:
        a, b, c, d = _with_image(hunks, a, b)
        good = _good(before, a, b) and _ends_in_text(after[c:d])
        if good or (a == 0 and b == len(before)):
            return a, b, c, d
        if b < len(before) and (a == 0 or (b - last) <= (first - a)):
            b += 1
        else:
            a -= 1


def _with_image(hunks: list[_Hunk], a: int, b: int) -> _Hunk:
    """Return the lines a:b, extended to whole hunks, and the lines that replace them."""
    while True:
        reached = [hunk for hunk in hunks if _reaches(hunk, a, b)]
        whole = min([a, *(hunk[0] for hunk in reached)]), max([b, *(hunk[1] for hunk in reached)])
        if whole == (a, b):
            break
        a, b = whole
    earlier = sum(map(_growth, (hunk for hunk in hunks if hunk[1] <= a and hunk not in reached)))
    return a, b, a + earlier, b + earlier + sum(map(_growth, reached))


def _reaches(hunk: _Hunk, a: int, b: int) -> bool:
    """Whether the lines a:b contain a line of the hunk, or the position of a pure insertion."""
    return a <= hunk[0] <= b if hunk[0] == hunk[1] else hunk[0] < b and a < hunk[1]


def _growth(hunk: _Hunk) -> int:
    return (hunk[3] - hunk[2]) - (hunk[1] - hunk[0])


def _good(before: list[str], a: int, b: int) -> bool:
    """Whether lines a:b are unique, and neither begin nor end with a blank line."""
    if not _ends_in_text(before[a:b]) or not before[a].strip():
        return False
    return len(_occurrences(before, _bare(before[a:b]))) == 1


def _ends_in_text(lines: list[str]) -> bool:
    """Whether lines survive a parser that strips white space at the end of a block."""
    return bool(lines) and bool(lines[-1].strip())


def _bare(lines: list[str]) -> list[str]:
    return [line.rstrip() for line in lines]


def _occurrences(lines: list[str], wanted: list[str]) -> list[int]:
    bare = _bare(lines)
    return [i for i in range(len(bare) - len(wanted) + 1) if bare[i : i + len(wanted)] == wanted]


def _block(before: list[str], after: list[str], hunk: _Hunk) -> Block:
    a, b, c, d = hunk
    return Block("\n".join(before[a:b]), "\n".join(after[c:d]))
