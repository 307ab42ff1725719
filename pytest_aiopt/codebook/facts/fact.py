"""Countable facts about a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """Kinds of facts. The comments give the meaning of each fact's key."""

    LOOP = "loop"  # depth
    PASS = "pass"  # an outermost loop: the shapes of its statements
    STEP = "step"  # a loop that moves by more than one and is not unrolled
    NEST = "nest"  # outer bound | inner bound
    ORDER = "order"  # like NEST, with names numbered
    START = "start"  # a variable at which an index starts
    RECORD = "record"  # the members of a struct or class
    CONTAINER = "container"  # a container type with its element types
    OWNER = "owner"  # container @ loop depth of its creation
    STATIC = "static"  # data kept between calls
    TABLE = "table"  # constant arrays
    EXIT = "exit"  # a loop left early
    RECURSION = "recursion"
    ALGORITHM = "algorithm"  # names of library algorithms
    MIXING = "mixing"  # constants for bit mixing
    PARALLEL = "parallel"
    CARRIED = "carried"  # moving sums and scans
    WORK = "work"  # the calls made by a thread's function
    IO = "io"
    ISA = "isa"
    INDIRECT = "indirect"
    FLOAT = "float"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class Fact:
    """One countable fact at a 1-based line."""

    kind: Kind
    key: str
    line: int


@dataclass(frozen=True)
class Structure:
    """All facts of one program."""

    facts: tuple[Fact, ...]

    def count(self, kind: Kind) -> Counter[str]:
        """Count the occurrences of each key of this kind."""
        return self._counts.get(kind, Counter())

    @cached_property
    def _counts(self) -> dict[Kind, Counter[str]]:
        found: dict[Kind, Counter[str]] = {}
        for fact in self.facts:
            found.setdefault(fact.kind, Counter())[fact.key] += 1
        return found

    def lines(self, kind: Kind, keys: Iterable[str]) -> tuple[int, ...]:
        """Return the lines of the facts with any of these keys."""
        wanted = set(keys)
        return tuple(sorted({f.line for f in self.facts if f.kind is kind and f.key in wanted}))
