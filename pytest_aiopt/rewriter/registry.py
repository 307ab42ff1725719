"""The registry of rewrites, and the sites of a program where they apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program


class Kind(StrEnum):
    """Whether a rewrite changes a few tokens, or the storage and traversal of data."""

    LOCAL = "local"
    STRUCTURAL = "structural"


@dataclass(frozen=True, slots=True)
class Change:
    """Edits of a program. ``lines``: the lines whose cost it affects (edited, or using edited code)."""

    edits: tuple[Edit, ...]
    lines: frozenset[int]
    description: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A named way to change a program. ``label``: methodology code of the codebook."""

    name: str
    kind: Kind
    label: str
    find: Callable[[Program], Iterator[Change]]


@dataclass(frozen=True, slots=True)
class Site:
    """A place in a program where a rewrite applies."""

    rewrite: Rewrite
    change: Change


_REGISTRY: dict[str, Rewrite] = {}
_Finder = Callable[[Program], Iterator[Change]]


def rewrite(kind: Kind, label: str) -> Callable[[_Finder], _Finder]:
    """Register a finder under its function name; it yields its possible changes to a program."""

    def register(find: _Finder) -> _Finder:
        _REGISTRY[find.__name__] = Rewrite(find.__name__, kind, label, find)
        return find

    return register


def all_rewrites() -> tuple[Rewrite, ...]:
    """Return every rewrite, ordered by name."""
    return tuple(_REGISTRY[name] for name in sorted(_REGISTRY))
