"""Searches for the steps of solvers: known changes to a program, alone and together, within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from math import log2
from statistics import fmean
from typing import Protocol

from pytest_aiopt.campaign.task_check.parts import merged, parts
from pytest_aiopt.cpp.newness import new_tokens, tokens

MOST_PARTS = 24
"""Programs that are tried as a first step, one change each."""
MOST_UNKNOWN = 3
"""Programs tried per further step whose change cannot be made in the original program."""
MOST_TRIES = 3
"""Programs tried per step of a walk by what their changes gained in the original one; as many of several."""
TOGETHER = 3
"""Most changes that are made in one step."""
LEAST_TIME = 0.02
"""Share of the original's time that no prediction goes below."""


class Gains(Protocol):
    """What programs gain."""

    def on(self, source: str, workload: str) -> float | None:
        """Return the log2 speedup over the original program; None where it is refused."""

    def expect(self, sources: Iterable[str]) -> None:
        """Take note of programs that will probably be asked for, in this order."""


@dataclass(frozen=True)
class Known:
    """The programs that changes are taken from.

    ``ladder``: each contains the one before, if the ladder is cumulative. ``others``: any other program.
    ``steps``: programs known to be one step from the original, such as the first ones of campaigns.
    """

    program: str
    ladder: Sequence[str] = ()
    others: Sequence[str] = ()
    steps: Sequence[str] = ()


@dataclass(frozen=True)
class Part:
    """A change that the original program allows. ``saved``: share of the original's time by workload."""

    source: str
    tokens: int
    saved: dict[str, float]


@dataclass
class Walks:
    """Walks of solvers from one program, over the same known changes."""

    known: Known
    workloads: Sequence[str]
    gains: Gains
    budget: int
    found: list[Part] = field(default_factory=list)
    first: list[str] = field(default_factory=list)
    """First steps that were tried and passed."""

    def __post_init__(self) -> None:
        """Try each change alone."""
        singles = self._singles()
        self.gains.expect(singles)
        for source in singles:
            reached = {w: self.gains.on(source, w) for w in self.workloads}
            saved = {w: 1 - 2**-gained for w, gained in reached.items() if gained is not None}
            if len(saved) == len(self.workloads):
                self.found.append(Part(source, new_tokens(self.known.program, source), saved))
                self.first.append(source)

    def walk(self, workloads: Sequence[str], steps: int) -> str:
        """Return where a solver ends that takes the best step on average over ``workloads``."""
        program, reached = self.known.program, 0.0
        for _ in range(steps):
            value, best = max(self._tried(program, workloads), default=(0.0, program))
            if value <= reached:
                break
            program, reached = best, value
        return program

    def _tried(self, program: str, workloads: Sequence[str]) -> Iterator[tuple[float, str]]:
        """Try steps: those that nothing predicts, then the best by prediction as long as one could win."""
        best = float("-inf")
        unknown = [] if program == self.known.program else list(self._unknown(program))
        offers = self._offers(program, workloads)
        self.gains.expect([*unknown, *(source for _, source in offers)])
        for predicted, source in [*((float("inf"), each) for each in unknown), *offers]:
            if predicted <= best:
                break
            value = self._worth(source, workloads)
            if value is not None:
                best = max(best, value)
                if program == self.known.program and source not in self.first:
                    self.first.append(source)
                yield value, source

    def _worth(self, source: str, workloads: Sequence[str]) -> float | None:
        found = [self.gains.on(source, workload) for workload in workloads]
        known = [each for each in found if each is not None]
        return fmean(known) if len(known) == len(found) else None

    def _offers(self, program: str, workloads: Sequence[str]) -> list[tuple[float, str]]:
        """Return steps by what they are predicted to reach, as if a change saved the same time anywhere."""
        time = {w: 2 ** -(self.gains.on(program, w) or 0.0) for w in workloads}

        def predicted(chosen: Sequence[Part]) -> float:
            left = (time[w] - sum(each.saved[w] for each in chosen) for w in workloads)
            return fmean(-log2(max(each, LEAST_TIME)) for each in left)

        found: list[tuple[float, str]] = []
        for choices in ([(part,) for part in self.found], self._together()):
            ranked = sorted(((predicted(each), each) for each in choices), key=lambda each: -each[0])
            made = ((value, self._made(program, each)) for value, each in ranked)
            found += islice(((value, source) for value, source in made if source is not None), MOST_TRIES)
        return sorted(found, reverse=True)

    def _together(self) -> list[tuple[Part, ...]]:
        """Return the changes that fit in one step together."""
        chosen = (c for count in range(2, TOGETHER + 1) for c in combinations(self.found, count))
        return [parts for parts in chosen if sum(each.tokens for each in parts) <= self.budget]

    def _made(self, program: str, chosen: Sequence[Part]) -> str | None:
        """Return the program with all changes, each of which must change it; None beyond the budget."""
        source = program
        for each in chosen:
            changed = merged(self.known.program, each.source, source)
            if changed is None or changed == source:
                return None
            source = changed
        return source if new_tokens(program, source) <= self.budget else None

    def _singles(self) -> list[str]:
        """Return the programs one change away: known steps, the ladder's changes, parts of other programs."""
        program = self.known.program
        sources = [*self.known.steps, *self._changes(program)]
        return list(islice(_different(sources, [program]), MOST_PARTS))

    def _unknown(self, program: str) -> Iterator[str]:
        """Give changes that the original program does not allow, or that are refused there."""
        predicted = (self._made(program, (part,)) for part in self.found)
        seen = [program, *(source for source in predicted if source is not None)]
        return islice(_different(self._changes(program), seen), MOST_UNKNOWN)

    def _changes(self, program: str) -> list[str]:
        start, ladder = self.known.program, [self.known.program, *self.known.ladder]
        found, large = [], [(start, other) for other in self.known.others]
        for distance in range(1, len(ladder)):
            for before, after in zip(ladder, ladder[distance:], strict=False):
                changed = merged(before, after, program)
                if changed is not None and new_tokens(program, changed) <= self.budget:
                    found.append(changed)
                elif distance == 1 and (program == start or changed is not None):
                    large.append((before, after))
        for before, after in large:
            found += parts(program, merged(before, after, program) or after, self.budget)
        return found


def _different(sources: Sequence[str], seen: Sequence[str]) -> Iterator[str]:
    """Give the sources that differ in tokens from each other and from those ``seen``."""
    known = {tuple(tokens(source)) for source in seen}
    for source in sources:
        if (key := tuple(tokens(source))) not in known:
            known.add(key)
            yield source
