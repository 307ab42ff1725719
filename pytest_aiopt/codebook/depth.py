"""The depth of a mutation, 0 to 4, from the same facts as its class; never from its speed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from pytest_aiopt.codebook.character import Character, Class
from pytest_aiopt.codebook.facts.fact import Kind, Structure
from pytest_aiopt.codebook.signals import gained, lost

_LOCKS = frozenset({"mutex", "shared_mutex", "recursive_mutex", "lock_guard", "scoped_lock"})
_DATA = frozenset({"S2", "S3"})


class Depth(IntEnum):
    """How deep a mutation goes."""

    NULL = 0
    SUPERFICIAL = 1
    LOCAL = 2
    DATA = 3
    ALGORITHM = 4


@dataclass(frozen=True, slots=True)
class Deep:
    """A depth with the changed lines of parent and child that show it (1-based)."""

    depth: Depth
    parent_lines: tuple[int, ...]
    child_lines: tuple[int, ...]


def depth(change: Character, parent: Structure, child: Structure) -> Deep:
    """Return the depth of a change between two programs with these facts."""
    for kind in (Kind.ALGORITHM, Kind.RECURSION, Kind.PARALLEL, Kind.WORK):
        more, less = gained(parent, child, kind), lost(parent, child, kind)
        # A lock that comes alone protects new data; one that goes ends waiting.
        if change.kind is not Class.NULL and (set(more) - _LOCKS or less):
            return Deep(Depth.ALGORITHM, parent.lines(kind, less), child.lines(kind, more))
    data = [s for s in change.signals if s.code in _DATA or (s.code == "S4" and _table(parent, child))]
    if data:
        return _cited(Depth.DATA, [s.parent_lines for s in data], [s.child_lines for s in data])
    if change.signals:
        found = change.signals
        return _cited(Depth.LOCAL, [s.parent_lines for s in found], [s.child_lines for s in found])
    flat = Depth.NULL if change.kind is Class.NULL else Depth.SUPERFICIAL
    return Deep(flat, change.parent_lines, change.child_lines)


def _table(parent: Structure, child: Structure) -> bool:
    return bool(gained(parent, child, Kind.TABLE))


def _cited(found: Depth, parent: list[tuple[int, ...]], child: list[tuple[int, ...]]) -> Deep:
    return Deep(found, _union(parent), _union(child))


def _union(lines: list[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted({line for each in lines for line in each}))
