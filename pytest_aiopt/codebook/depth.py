"""The depth of a mutation, 0 to 4, from the same facts as its class; never from its speed.

The first level that holds: algorithm (who works when, or what is computed), data (what is stored, and where),
local (any other signal), superficial, null.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from pytest_aiopt.codebook.facts.fact import Kind, Structure
from pytest_aiopt.codebook.signals import Signal, gained, lost

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
    """A depth with the lines of parent and child that show it (1-based)."""

    depth: Depth
    why: str
    parent_lines: tuple[int, ...] = ()
    child_lines: tuple[int, ...] = ()


def deep(parent: Structure, child: Structure, signals: Sequence[Signal]) -> Deep | None:
    """Return the depth of a change that is not null; None where it is superficial."""
    for kind, why in _ALGORITHMS.items():
        more, less = gained(parent, child, kind), lost(parent, child, kind)
        # A lock that comes alone protects new data; one that goes ends waiting.
        if set(more) - _LOCKS or less:
            return Deep(Depth.ALGORITHM, why, parent.lines(kind, less), child.lines(kind, more))
    data = [s for s in signals if s.code in _DATA]
    if tables := gained(parent, child, Kind.TABLE):
        data.append(Signal("S4", "a constant table", (), child.lines(Kind.TABLE, tables)))
    if data:
        return _cited(Depth.DATA, data)
    return _cited(Depth.LOCAL, signals) if signals else None


_ALGORITHMS = {
    Kind.ALGORITHM: "library algorithms",
    Kind.RECURSION: "recursion",
    Kind.PARALLEL: "threads, locks or atomics",
    Kind.WORK: "the work of threads",
}


def _cited(found: Depth, signals: Sequence[Signal]) -> Deep:
    why = "; ".join(dict.fromkeys(signal.why for signal in signals))
    return Deep(found, why, _union(s.parent_lines for s in signals), _union(s.child_lines for s in signals))


def _union(lines: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted({line for each in lines for line in each}))
