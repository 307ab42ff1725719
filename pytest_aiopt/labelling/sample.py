"""Draw a stratified sample of mutations to rate, each reduced to its two programs."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pytest_aiopt.codebook.raters.ratings import Place
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Status

_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Mutation:
    """A valid child and its parent. ``task``: what both programs do; no track, speed, reply or order."""

    task: str
    parent: str
    child: str

    @property
    def id(self) -> str:
        """The mutation's id."""
        return mutation_id(self.task, self.parent, self.child)


def mutation_id(task: str, parent: str, child: str) -> str:
    """Return the id of a mutation: a digest of both programs, so that the same change is rated once."""
    return hashlib.sha256(f"{task}\0{parent}\0{child}".encode()).hexdigest()[:_SHOWN]


def mutations(record: CellRecord) -> Iterator[tuple[Place, Mutation]]:
    """Yield the changes of a cell that passed the gate."""
    opened = record.opened
    for step in record.steps:
        child = step.edited.source if step.edited is not None else None
        parent = record.sources.get(step.proposed.parent)
        if record.status(step) is not Status.PASSED or child is None or parent is None:
            continue
        cell = opened.cell
        yield (
            Place(opened.study, cell.task, cell.track, cell.seed, step.number),
            Mutation(cell.task, parent, child),
        )


def drawn(found: Iterable[tuple[Place, Mutation]], size: int, seed: int = 0) -> list[Mutation]:
    """Return up to ``size`` different mutations, balanced over (study, task, track).

    The draw and the order depend only on ``seed`` and the programs, so a session can be resumed, and a larger
    sample contains the smaller one.
    """
    strata: defaultdict[tuple[str, str, str], dict[str, Mutation]] = defaultdict(dict)
    for place, mutation in found:
        strata[place.study, place.task, place.track][mutation.id] = mutation
    rows = [sorted(own.values(), key=lambda one: _draw(seed, one.id)) for _, own in sorted(strata.items())]
    rounds = (sorted(filter(None, each), key=lambda one: _draw(seed, one.id)) for each in zip_longest(*rows))
    different = {mutation.id: mutation for each in rounds for mutation in each}
    return list(different.values())[:size]


def _draw(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{name}".encode()).digest()


def positions(sample: Sequence[Mutation], rated: Iterable[str]) -> list[int]:
    """Return the 1-based places in the sample whose mutation is not among ``rated``."""
    done = set(rated)
    return [place for place, mutation in enumerate(sample, start=1) if mutation.id not in done]
