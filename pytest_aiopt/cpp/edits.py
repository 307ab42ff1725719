"""Changes of a program's text by byte range."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pytest_aiopt.cpp.source import Source


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes ``start`` to ``end`` replaced by ``new``."""

    start: int
    end: int
    new: str


Decoy = Callable[[Source, str], Iterable[Edit]]


def apply(program: str, edits: Iterable[Edit]) -> str:
    """Return the program with all edits made; of overlapping ones only the first."""
    data, done = program.encode(), len(program.encode()) + 1
    for edit in sorted(edits, key=lambda e: (-e.start, e.end)):
        if edit.end <= done:
            data = data[: edit.start] + edit.new.encode() + data[edit.end :]
            done = edit.start
    return data.decode()
