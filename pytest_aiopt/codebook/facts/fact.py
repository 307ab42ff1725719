"""Countable facts about a program: what they are and how they are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """The kinds of facts; the key of each says which one it is."""

    LOOP = "loop"  # depth
    PASS = "pass"  # an outermost loop: the shapes of its statements
    STEP = "step"  # a loop that moves by more than one and is not unrolled
    NEST = "nest"  # outer bound | inner bound
    ORDER = "order"  # the same, names numbered
    START = "start"  # where an index starts: a variable
    RECORD = "record"  # what a struct or class holds
    CONTAINER = "container"  # a container type with what it holds
    OWNER = "owner"  # container @ depth at which it is made
    STATIC = "static"  # data kept from call to call
    TABLE = "table"  # constant arrays
    EXIT = "exit"  # a loop left early
    RECURSION = "recursion"
    ALGORITHM = "algorithm"  # library algorithms by name
    MIXING = "mixing"  # constants that spread bits
    PARALLEL = "parallel"
    CARRIED = "carried"  # moving sums and scans
    WORK = "work"  # handed to a thread: the calls it makes
    IO = "io"
    ISA = "isa"
    INDIRECT = "indirect"
    FLOAT = "float"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class Fact:
    """One countable thing at a 1-based line."""

    kind: Kind
    key: str
    line: int


@dataclass(frozen=True)
class Structure:
    """All facts of one program."""

    facts: tuple[Fact, ...]

    def count(self, kind: Kind) -> Counter[str]:
        """How often each key of this kind occurs."""
        return self._counts.get(kind, Counter())

    @cached_property
    def _counts(self) -> dict[Kind, Counter[str]]:
        found: dict[Kind, Counter[str]] = {}
        for fact in self.facts:
            found.setdefault(fact.kind, Counter())[fact.key] += 1
        return found

    def lines(self, kind: Kind, keys: Iterable[str]) -> tuple[int, ...]:
        """Return the lines of the facts with one of these keys."""
        wanted = set(keys)
        return tuple(sorted({f.line for f in self.facts if f.kind is kind and f.key in wanted}))
