"""Classify a mutation by its source and machine code, never by its speed.

Null: the programs differ only in names, comments and layout, or have equal machine code. Unclassed: a program
cannot be read. Structural: at least one of the signals S1 to S7 holds. Superficial: everything else. Each
signal and label cites its evidence lines.
"""

from __future__ import annotations

import difflib
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from threading import Lock
from typing import TypeVar

from pytest_aiopt.codebook.depth import Deep, Depth, deep
from pytest_aiopt.codebook.facts.reading import Read, reading
from pytest_aiopt.codebook.machine_code import MachineCode
from pytest_aiopt.codebook.methodologies import Label, methodologies
from pytest_aiopt.codebook.signals import Signal, signals

CODEBOOK = "3"
"""Version of the rules; incremented when any mutation may be classified differently."""


DEEPEST = 200_000
"""Maximum nesting depth that is analysed."""


class Class(StrEnum):
    """Classes of mutations."""

    NULL = "null"
    SUPERFICIAL = "superficial"
    STRUCTURAL = "structural"
    UNCLASSED = "unclassed"


@dataclass(frozen=True, slots=True)
class Character:
    """Class, signals and methodology labels of a mutation; a null mutation has no signals or labels.

    ``why``: why a mutation is null or unclassed. ``parent_lines``, ``child_lines``: the changed lines
    (1-based). ``deep``: the depth with its evidence; None if the mutation is unclassed.
    """

    kind: Class
    signals: tuple[Signal, ...] = ()
    labels: tuple[Label, ...] = ()
    why: str = ""
    parent_lines: tuple[int, ...] = ()
    child_lines: tuple[int, ...] = ()
    deep: Deep | None = None

    @property
    def depth(self) -> Depth | None:
        """Depth of the mutation; None if it is unclassed."""
        return self.deep.depth if self.deep is not None else None

    @property
    def names(self) -> frozenset[str]:
        """Codes of the labels."""
        return frozenset(label.code for label in self.labels)


_LOCK = Lock()
"""Programs share the syntax trees of their declarations, so only one program is read at a time."""


@lru_cache(maxsize=4096)
def read(program: str) -> Read:
    """Return the alpha-renamed tokens and the facts of a program; cached, because parents recur."""
    with _LOCK, _reading():
        return reading(program)


@contextmanager
def _reading() -> Iterator[None]:
    """Raise the recursion limit for deeply nested programs and disable garbage collection during parsing."""
    before, collects = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(before, DEEPEST))
    gc.disable()
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
        if collects:
            gc.enable()


def character(
    parent: str,
    child: str,
    *,
    same_binary: bool = False,
    codes: tuple[MachineCode, MachineCode] | None = None,
) -> Character:
    """Classify the mutation of ``parent`` into ``child``.

    ``same_binary``: both programs are known to have the same binary. ``codes``: their normalised machine
    code.
    """
    before, after = read(parent), read(child)
    parent_lines, child_lines = changed_lines(parent, child)
    if why := _null(before, after, same_binary, codes):
        null = Deep(Depth.NULL, why, parent_lines, child_lines)
        return Character(Class.NULL, why=why, parent_lines=parent_lines, child_lines=child_lines, deep=null)
    if before.fault or after.fault:
        why = f"the child: {after.fault}" if after.fault else f"the parent: {before.fault}"
        return Character(Class.UNCLASSED, why=why, parent_lines=parent_lines, child_lines=child_lines)
    found = signals(before.structure, after.structure)
    labels = methodologies(before.structure, after.structure, child_lines)
    kind = Class.STRUCTURAL if found else Class.SUPERFICIAL
    where = (frozenset(parent_lines), frozenset(child_lines))
    depth = deep(before.structure, after.structure, found)
    if depth is None:
        depth = Deep(Depth.SUPERFICIAL, "no signal", parent_lines, child_lines)
    return Character(
        kind,
        tuple(_cited(signal, *where) for signal in found),
        tuple(_cited(label, *where) for label in labels),
        "",
        parent_lines,
        child_lines,
        _cited(depth, *where),
    )


_Evidence = TypeVar("_Evidence", Signal, Label, Deep)


def _cited(evidence: _Evidence, parent: frozenset[int], child: frozenset[int]) -> _Evidence:
    """Keep only the cited lines that changed; keep all if a fact moved because its callers changed."""
    old = tuple(line for line in evidence.parent_lines if line in parent)
    new = tuple(line for line in evidence.child_lines if line in child)
    if not (old or new):
        return evidence
    return replace(evidence, parent_lines=old, child_lines=new)


def _null(before: Read, after: Read, same_binary: bool, codes: Sequence[MachineCode] | None) -> str:
    if before.tokens == after.tokens:
        return "equal but for names, comments and layout"
    if same_binary or (codes is not None and codes[0].digest == codes[1].digest):
        return "equal machine code"
    return ""


def changed_lines(parent: str, child: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the 1-based lines of each program that are missing in the other, ignoring layout."""
    old, new = ([" ".join(line.split()) for line in text.split("\n")] for text in (parent, child))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changed = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    before = tuple(i + 1 for _, low, high, _, _ in changed for i in range(low, high))
    after = tuple(i + 1 for _, _, _, low, high in changed for i in range(low, high))
    return before, after
