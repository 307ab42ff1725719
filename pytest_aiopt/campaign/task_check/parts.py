"""Programs one edit away from a program: what its differences from known programs offer within a budget."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from pytest_aiopt.cpp.newness import new_tokens, tokens

Block = tuple[str, int, int, int, int]


def parts(program: str, targets: Sequence[str], most_tokens: int, most: int) -> list[str]:
    """Return at most ``most`` programs that add at most ``most_tokens`` new tokens to ``program``.

    Each takes a run of neighbouring differences from one of the targets, as long as the budget allows, or
    all of them. Targets take turns.
    """
    found: dict[tuple[str, ...], str] = {}
    for turn in zip_longest(*(_of(program, target, most_tokens) for target in targets)):
        for part in turn:
            if part is not None and len(found) < most:
                found.setdefault(tuple(tokens(part)), part)
    found.pop(tuple(tokens(program)), None)
    return list(found.values())


def _of(program: str, target: str, most_tokens: int) -> Iterator[str]:
    old, new = program.split("\n"), target.split("\n")
    blocks = [
        b for b in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if b[0] != "equal"
    ]
    reached = 0
    for start in range(len(blocks)):
        end, longest = start, ""
        while end < len(blocks):
            part = _applied(old, new, blocks[start : end + 1])
            if new_tokens(program, part) > most_tokens:
                break
            end, longest = end + 1, part
        if end > reached and longest:
            reached = end
            yield longest


def _applied(old: Sequence[str], new: Sequence[str], blocks: Sequence[Block]) -> str:
    lines, at = [], 0
    for _, begin, end, new_begin, new_end in blocks:
        lines += [*old[at:begin], *new[new_begin:new_end]]
        at = end
    return "\n".join([*lines, *old[at:]])
