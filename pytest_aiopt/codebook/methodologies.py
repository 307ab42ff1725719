"""Methodology labels of a mutation: SysGPT's eight (layering split in three), and labels beyond them.

Each label rests on a difference between the facts of parent and child and cites its lines. The rules are
those of the codebook (docs/explanation/codebook.md), expressed as countable facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pytest_aiopt.codebook.facts.fact import Kind, Structure
from pytest_aiopt.codebook.facts.types import without_digests
from pytest_aiopt.codebook.signals import LOCKS, gained, lost
from pytest_aiopt.model.methodology import NAMES

CODES = tuple(NAMES)

_TREES = ("map<", "set<", "multimap<", "multiset<")
_HASHED = ("unordered_map<", "unordered_set<", "unordered_multimap<", "unordered_multiset<")
_NODES = ("unique_ptr<", "shared_ptr<", "list<", "forward_list<")


@dataclass(frozen=True, slots=True)
class Label:
    """A methodology with its evidence: lines of parent and child (1-based)."""

    code: str
    why: str
    parent_lines: tuple[int, ...] = ()
    child_lines: tuple[int, ...] = ()


def methodologies(parent: Structure, child: Structure, lines: Sequence[int]) -> tuple[Label, ...]:
    """Return the labels of a mutation that is not null; LLM-micro, citing ``lines``, if none applies."""
    labels: dict[str, Label] = {}
    for label in _rules(parent, child):
        labels.setdefault(label.code, label)
    if not labels:
        return (Label("LLM-micro", "no known methodology", child_lines=tuple(lines)),)
    return tuple(labels[code] for code in CODES if code in labels)


def _rules(parent: Structure, child: Structure) -> Iterator[Label]:
    yield from _layout(parent, child)
    yield from _passes(parent, child)
    yield from _kept(parent, child)
    yield from _other(parent, child)


def _cite(code: str, why: str, parent: Structure, child: Structure, kind: Kind) -> Label:
    more, less = gained(parent, child, kind), lost(parent, child, kind)
    return Label(code, why, parent.lines(kind, less), child.lines(kind, more))


def _layout(parent: Structure, child: Structure) -> Iterator[Label]:
    less, more = lost(parent, child, Kind.RECORD), gained(parent, child, Kind.RECORD)
    old, new = set(parent.count(Kind.CONTAINER)), set(child.count(Kind.CONTAINER))
    away, come = old - new, new - old
    if any(_splits(wide, more) for wide in parent.count(Kind.RECORD)):
        yield _cite("L3", "one record becomes several", parent, child, Kind.RECORD)
    if any(sorted(_members(a)) == sorted(_members(b)) for a in less for b in more):
        yield _cite("B", "members in another order", parent, child, Kind.RECORD)
    arrays = [name for name in come if name.startswith(("vector<", "array<"))]
    nodes = [
        name for name in away if any(kind in name for kind in (*_NODES, *_TREES)) or "vector<vector" in name
    ]
    if nodes and arrays:
        cited = (parent.lines(Kind.CONTAINER, nodes), child.lines(Kind.CONTAINER, arrays))
        yield Label("B", "scattered objects become arrays", *cited)
    if any(name.count("vector<") for name in arrays) and len(arrays) >= 2:
        yield Label("B", "parallel arrays", child_lines=child.lines(Kind.CONTAINER, arrays))
    if nodes:
        yield Label("L2", "a layer of nodes goes", parent.lines(Kind.CONTAINER, nodes))
    trees = [name for name in away if name.startswith(_TREES)]
    hashed = [name for name in come if name.startswith(_HASHED)]
    if trees and hashed:
        cited = (parent.lines(Kind.CONTAINER, trees), child.lines(Kind.CONTAINER, hashed))
        yield Label("ALG", "ordered becomes hashed", *cited)


def _members(record: str) -> list[str]:
    return record.split(";")


def _splits(wide: str, narrow: Iterable[str]) -> bool:
    """Whether at least two new records consist only of members of one of the parent's records."""
    members = Counter(_members(wide))
    return sum(Counter(_members(part)) < members for part in narrow) >= 2


def _passes(parent: Structure, child: Structure) -> Iterator[Label]:
    old, new = parent.count(Kind.LOOP), child.count(Kind.LOOP)
    tiled = gained(parent, child, Kind.STEP)
    if tiled:
        yield _cite("B", "a loop in blocks", parent, child, Kind.STEP)
    if old.total() > new.total() or _fused(parent, child):
        yield _cite("L2", "fewer passes", parent, child, Kind.LOOP)
    if lost(parent, child, Kind.RECURSION):
        yield _cite("L2", "fewer recursive walks", parent, child, Kind.RECURSION)
    if lost(parent, child, Kind.INDIRECT):
        yield _cite("L2", "calls through pointers go", parent, child, Kind.INDIRECT)
    owners = [key for key in lost(parent, child, Kind.OWNER) if not key.startswith(("string", "heap"))]
    kept = gained(parent, child, Kind.OWNER) or gained(parent, child, Kind.STATIC)
    if owners and not kept:
        yield _cite("L2", "an intermediate container goes", parent, child, Kind.OWNER)


def _fused(parent: Structure, child: Structure) -> bool:
    """Whether one new loop does the work of two consecutive loops of the parent."""
    less = [set(key.split("\n")) - {""} for key in lost(parent, child, Kind.PASS).elements()]
    more = [set(key.split("\n")) for key in gained(parent, child, Kind.PASS)]
    return any(sum(bool(part) and part <= whole for part in less) >= 2 for whole in more)


def _kept(parent: Structure, child: Structure) -> Iterator[Label]:
    if gained(parent, child, Kind.TABLE):
        yield _cite("P", "a constant table", parent, child, Kind.TABLE)
    if gained(parent, child, Kind.STATIC):
        yield _cite("P", "room kept from call to call", parent, child, Kind.STATIC)
    if gained(parent, child, Kind.RESERVE):
        yield _cite("P", "room made beforehand", parent, child, Kind.RESERVE)
    for wide, narrow in _grown(parent, child):
        added = list((_counted(wide) - _counted(narrow)).elements())
        lines = child.lines(Kind.RECORD, [wide])
        if "bool" in added or any(each.endswith("*") for each in added):
            yield Label("C", "a result and whether it is known", child_lines=lines)
        else:
            yield Label("P", "a member that holds a result", child_lines=lines)


def _counted(record: str) -> Counter[str]:
    """Count the members of a record; nested records of the program count without their contents."""
    return Counter(without_digests(member) for member in _members(record))


def _grown(parent: Structure, child: Structure) -> Iterator[tuple[str, str]]:
    """Records of the child that extend a record of the parent by members."""
    less, more = lost(parent, child, Kind.RECORD), gained(parent, child, Kind.RECORD)
    for wide in more:
        for narrow in less:
            if _counted(narrow) < _counted(wide):
                yield wide, narrow


def _other(parent: Structure, child: Structure) -> Iterator[Label]:
    if parent.count(Kind.ALGORITHM) != child.count(Kind.ALGORITHM):
        yield _cite("ALG", "other library algorithms", parent, child, Kind.ALGORITHM)
    if set(child.count(Kind.MIXING)) - set(parent.count(Kind.MIXING)):
        yield _cite("ALG", "bits are spread", parent, child, Kind.MIXING)
    for kind in (Kind.ISA, Kind.MIXING):
        if gained(parent, child, kind):
            yield _cite("H", "instructions asked for by name, or arithmetic on bits", parent, child, kind)
    for kind in (Kind.PARALLEL, Kind.WORK):
        # An added lock protects new data; a removed lock removes waiting.
        if lost(parent, child, kind) or set(gained(parent, child, kind)) - LOCKS:
            yield _cite("PAR", "threads, or the work that they do", parent, child, kind)
    if gained(parent, child, Kind.FLOAT)["float"] and lost(parent, child, Kind.FLOAT)["double"]:
        yield _cite("R", "narrower floating point", parent, child, Kind.FLOAT)
    if child.count(Kind.EXIT)[""] > parent.count(Kind.EXIT)[""]:
        yield _cite("L1", "a loop left early", parent, child, Kind.EXIT)
