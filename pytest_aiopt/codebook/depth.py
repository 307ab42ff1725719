"""Depth of a mutation, 0 to 4, from the same facts as its class; never from its speed.

The first level that applies: algorithm (changed computation or division of work), data (changed data or
storage), local (any other signal), superficial, null.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from pytest_aiopt.codebook.facts.fact import Kind, Structure
from pytest_aiopt.codebook.signals import LOCKS, Signal, gained, lost


class Depth(IntEnum):
    """Levels of depth."""

    NULL = 0
    SUPERFICIAL = 1
    LOCAL = 2
    DATA = 3
    ALGORITHM = 4


@dataclass(frozen=True, slots=True)
class Deep:
    """A depth with its evidence lines in parent and child (1-based)."""

    depth: Depth
    why: str
    parent_lines: tuple[int, ...] = ()
    child_lines: tuple[int, ...] = ()


def deep(parent: Structure, child: Structure, signals: Sequence[Signal]) -> Deep | None:
    """Return the depth of a change that is not null; None if it is superficial."""
    for depth, rule in ((Depth.ALGORITHM, _computed), (Depth.DATA, _stored)):
        for kind, why, less, more in rule(parent, child):
            if less or more:
                return Deep(depth, why, parent.lines(kind, less), child.lines(kind, more))
    return _local(signals) if signals else None


_Rules = Iterator[tuple[Kind, str, Collection[str], Collection[str]]]
"""A kind of facts, the reason why it matters, and the keys that the parent or the child has more of."""


def _computed(parent: Structure, child: Structure) -> _Rules:
    """Yield evidence for a different algorithm or a different division of work."""
    for kind, why in _ALGORITHMS.items():
        # An added lock protects new data; a removed lock removes waiting.
        yield kind, why, lost(parent, child, kind), gained(parent, child, kind).keys() - LOCKS
    # If the parent already carries values along, doing so in more places is not a new algorithm.
    old, new = parent.count(Kind.CARRIED), child.count(Kind.CARRIED)
    yield Kind.CARRIED, "values are carried along", (), new.keys() - old.keys()


_ALGORITHMS = {
    Kind.ALGORITHM: "library algorithms",
    Kind.RECURSION: "recursion",
    Kind.PARALLEL: "threads, locks or atomics",
    Kind.WORK: "the work of threads",
}


def _stored(parent: Structure, child: Structure) -> _Rules:
    """Yield evidence for different data, or for data stored elsewhere."""
    yield Kind.RECORD, "what records hold", *_both(parent, child, Kind.RECORD)
    old, new = set(parent.count(Kind.CONTAINER)), set(child.count(Kind.CONTAINER))
    yield Kind.CONTAINER, "containers", old - new, new - old
    less, more = _both(parent, child, Kind.OWNER)
    yield Kind.OWNER, "where containers are made", _lasting(less), _lasting(more)
    yield Kind.STATIC, "data kept from call to call", (), gained(parent, child, Kind.STATIC)
    yield Kind.TABLE, "a constant table", (), gained(parent, child, Kind.TABLE)


def _both(parent: Structure, child: Structure, kind: Kind) -> tuple[Collection[str], Collection[str]]:
    return lost(parent, child, kind), gained(parent, child, kind)


def _lasting(keys: Iterable[str]) -> list[str]:
    """Return containers except strings, which are mostly temporaries."""
    return [key for key in keys if not key.startswith("string@")]


def _local(signals: Sequence[Signal]) -> Deep:
    why = "; ".join(dict.fromkeys(signal.why for signal in signals))
    parent, child = (
        sorted({at for lines in each for at in lines})
        for each in ([s.parent_lines for s in signals], [s.child_lines for s in signals])
    )
    return Deep(Depth.LOCAL, why, tuple(parent), tuple(child))
