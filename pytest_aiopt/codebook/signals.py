"""The signals S1 to S7 of structural change, each a difference between the facts of parent and child."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pytest_aiopt.codebook.facts.fact import Kind, Structure

LOCKS = frozenset({"mutex", "shared_mutex", "recursive_mutex", "lock_guard", "scoped_lock"})
"""Names that protect data shared by threads without starting any."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason to call a mutation structural, with its evidence lines in parent and child."""

    code: str
    why: str
    parent_lines: tuple[int, ...]
    child_lines: tuple[int, ...]


def signals(parent: Structure, child: Structure) -> tuple[Signal, ...]:
    """Return every signal of the change from parent to child, in the codebook's order."""
    return tuple(found for rule in _RULES for found in rule(parent, child))


Found = Iterable[Signal]


def gained(parent: Structure, child: Structure, kind: Kind) -> Counter[str]:
    """Count the facts of this kind that the child has more of."""
    return child.count(kind) - parent.count(kind)


def lost(parent: Structure, child: Structure, kind: Kind) -> Counter[str]:
    """Count the facts of this kind that the parent has more of."""
    return parent.count(kind) - child.count(kind)


def _signal(code: str, why: str, parent: Structure, child: Structure, kind: Kind) -> Signal:
    more, less = gained(parent, child, kind), lost(parent, child, kind)
    return Signal(code, why, parent.lines(kind, less), child.lines(kind, more))


def _differs(code: str, why: str, kind: Kind) -> Callable[[Structure, Structure], Found]:
    """Return a rule that applies if the two programs differ in the facts of one kind."""

    def rule(parent: Structure, child: Structure) -> Found:
        if parent.count(kind) != child.count(kind):
            yield _signal(code, why, parent, child, kind)

    return rule


def _loops(parent: Structure, child: Structure) -> Found:
    if parent.count(Kind.LOOP) != child.count(Kind.LOOP):
        yield _signal("S1", "number or depth of loops", parent, child, Kind.LOOP)
    if child.count(Kind.STEP)[""] > parent.count(Kind.STEP)[""]:
        yield _signal("S1", "a loop in larger steps", parent, child, Kind.STEP)
    if gained(parent, child, Kind.START):
        yield _signal("S1", "where an index starts", parent, child, Kind.START)


def _order(parent: Structure, child: Structure) -> Found:
    """Detect two interchanged loops, by the names of their bounds or by the numbers of these names."""
    for kind in (Kind.NEST, Kind.ORDER):
        old, new = parent.count(kind), child.count(kind)
        for pair in gained(parent, child, kind):
            outer, _, inner = pair.partition("|")
            turned = f"{inner}|{outer}"
            if outer != inner and old[turned] > new[turned]:
                lines = parent.lines(kind, [turned]), child.lines(kind, [pair])
                yield Signal("S1", "order of loops", *lines)
                return


def _records(parent: Structure, child: Structure) -> Found:
    if parent.count(Kind.RECORD) != child.count(Kind.RECORD):
        yield _signal("S2", "what the program's types hold", parent, child, Kind.RECORD)


def _containers(parent: Structure, child: Structure) -> Found:
    old, new = set(parent.count(Kind.CONTAINER)), set(child.count(Kind.CONTAINER))
    if old != new:
        why = ", ".join(
            [f"-{name}" for name in sorted(old - new)] + [f"+{name}" for name in sorted(new - old)]
        )
        yield Signal(
            "S2",
            f"containers: {why}",
            parent.lines(Kind.CONTAINER, old - new),
            child.lines(Kind.CONTAINER, new - old),
        )


def _storage(parent: Structure, child: Structure) -> Found:
    """Detect containers created at another loop depth, added or removed."""
    less, more = lost(parent, child, Kind.OWNER), gained(parent, child, Kind.OWNER)
    types = {key.split("@")[0] for key in (*less, *more)}
    for held in sorted(types):
        old = sum(n for key, n in less.items() if key.split("@")[0] == held)
        new = sum(n for key, n in more.items() if key.split("@")[0] == held)
        if held == "string" and not (old and new):
            continue  # a single added or removed named string is a temporary
        keys = [key for key in (*less, *more) if key.split("@")[0] == held]
        why = "made at another depth of loops" if old and new else "made no more" if old else "made here"
        yield Signal("S3", f"{held} {why}", parent.lines(Kind.OWNER, keys), child.lines(Kind.OWNER, keys))
    if gained(parent, child, Kind.STATIC):
        yield _signal("S3", "data kept from call to call", parent, child, Kind.STATIC)


def _dataflow(parent: Structure, child: Structure) -> Found:
    if gained(parent, child, Kind.TABLE):
        yield _signal("S4", "a constant table", parent, child, Kind.TABLE)
    if child.count(Kind.EXIT)[""] > parent.count(Kind.EXIT)[""]:
        yield _signal("S4", "a loop left early", parent, child, Kind.EXIT)


def _instructions(parent: Structure, child: Structure) -> Found:
    if gained(parent, child, Kind.ISA):
        yield _signal("S6", "instructions asked for by name", parent, child, Kind.ISA)


def _algorithm(parent: Structure, child: Structure) -> Found:
    if parent.count(Kind.ALGORITHM) != child.count(Kind.ALGORITHM):
        yield _signal("S7", "library algorithms", parent, child, Kind.ALGORITHM)
    if parent.count(Kind.RECURSION) != child.count(Kind.RECURSION):
        yield _signal("S7", "recursion", parent, child, Kind.RECURSION)
    if set(parent.count(Kind.MIXING)) != set(child.count(Kind.MIXING)):
        yield _signal("S7", "how bits are spread", parent, child, Kind.MIXING)
    if parent.count(Kind.INDIRECT) != child.count(Kind.INDIRECT):
        yield _signal("S7", "calls through pointers", parent, child, Kind.INDIRECT)


_RULES = (
    _loops,
    _order,
    _records,
    _containers,
    _storage,
    _dataflow,
    _differs("S5", "threads, locks or atomics", Kind.PARALLEL),
    _differs("S5", "input and output", Kind.IO),
    _instructions,
    _algorithm,
)
