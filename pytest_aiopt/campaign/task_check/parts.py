"""Programs one edit away from a program: what its differences from known programs offer within a budget."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_aiopt.cpp.newness import new_tokens, tokens


class Block(NamedTuple):
    """Lines ``begin`` to ``end`` of one text that ``lines`` replace."""

    begin: int
    end: int
    lines: list[str]


def merged(before: str, after: str, program: str) -> str | None:
    """Return ``program`` with the change from ``before`` to ``after``; None where its lines are not there."""
    old, lines = before.split("\n"), program.split("\n")
    same = difflib.SequenceMatcher(None, old, lines, autojunk=False).get_matching_blocks()
    moved = []
    for block in blocks(old, after.split("\n")):
        shift = next((b - a for a, b, size in same if _holds(a, a + size, block)), None)
        if shift is None:
            return None
        moved.append(block._replace(begin=block.begin + shift, end=block.end + shift))
    return _applied(lines, moved)


def parts(program: str, target: str, most_tokens: int) -> Iterator[str]:
    """Give programs that add at most ``most_tokens`` new tokens of ``target`` to ``program``.

    Each takes differences that belong together, as they share a name that only one of the programs has; or a
    run of neighbouring differences, as long as the budget allows.
    """
    old = program.split("\n")
    found = blocks(old, target.split("\n"))
    for group in _linked(old, found, set(tokens(program)) ^ set(tokens(target))):
        if new_tokens(program, part := _applied(old, group)) <= most_tokens:
            yield part
    yield from _runs(program, old, found, most_tokens)


def blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return the differences between two texts, by lines of the first."""
    found = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [Block(begin, end, list(new[k:m])) for tag, begin, end, k, m in found if tag != "equal"]


def _holds(begin: int, end: int, block: Block) -> bool:
    """Whether equal lines hold all that a block replaces, and for an insertion a line beside it."""
    if block.begin == block.end:
        return begin < block.begin <= end or begin == block.begin < end
    return begin <= block.begin and block.end <= end


def _runs(program: str, old: Sequence[str], found: Sequence[Block], most_tokens: int) -> Iterator[str]:
    reached = 0
    for start in range(len(found)):
        end, longest = start, ""
        while end < len(found):
            part = _applied(old, found[start : end + 1])
            if new_tokens(program, part) > most_tokens:
                break
            end, longest = end + 1, part
        if end > reached and longest:
            reached = end
            yield longest


def _linked(old: Sequence[str], found: Sequence[Block], names: set[str]) -> Iterator[list[Block]]:
    """Give the groups of blocks that share any of ``names``, in the order of their first lines."""
    groups: list[tuple[set[str], list[int]]] = []
    for number, block in enumerate(found):
        used = {
            name for name in tokens("\n".join([*old[block.begin : block.end], *block.lines])) if name in names
        }
        joined = [group for group in groups if group[0] & used]
        groups = [group for group in groups if group not in joined]
        groups.append(
            (
                used.union(*(each for each, _ in joined)),
                sorted([number, *(n for _, ns in joined for n in ns)]),
            )
        )
    for _, numbers in sorted(groups, key=lambda group: group[1][0]):
        yield [found[number] for number in numbers]


def _applied(old: Sequence[str], found: Sequence[Block]) -> str:
    lines, at = [], 0
    for begin, end, new in found:
        lines += [*old[at:begin], *new]
        at = end
    return "\n".join([*lines, *old[at:]])
