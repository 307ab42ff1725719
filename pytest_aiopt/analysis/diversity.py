"""How many different programs a cell found, on a fixed grid that is not the search's own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from pytest_aiopt.analysis.character import Class
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.model import Status

DRAWS = 200
"""Random subsets that a rarefied figure is the mean of."""


@dataclass(frozen=True, slots=True)
class Diversity:
    """Figures of ``n`` valid children (rarefied: means over subsets of n).

    ``programs``, ``binaries``: distinct ones per child. ``coverage``: occupied cells of the grid (labels of a
    structural change x log2 of the program's size x places that make containers). ``quality``: sum over those
    cells of the best log2 speedup, at least 0 (QD-score). ``entropy``: of the label sets, in nats.
    """

    n: int
    programs: float
    binaries: float
    coverage: float
    quality: float
    entropy: float


def valid(trajectory: Trajectory) -> list[Attempt]:
    """Return the attempts whose changed program passed the gate and was classed."""
    passed = [a for a in trajectory.attempts if a.changed and a.status is Status.PASSED]
    return [a for a in passed if a.mutation is not None]


def diversity(children: Sequence[Attempt]) -> Diversity | None:
    """Return the figures of some valid children; None without any."""
    if not children:
        return None
    n = len(children)
    best: dict[Hashable, float] = {}
    for child in children:
        speed = child.measurement.log2_speedup if child.measurement else 0.0
        best[_cell(child)] = max(best.get(_cell(child), 0.0), speed)
    return Diversity(
        n=n,
        programs=len({child.mutation.tokens for child in children if child.mutation}) / n,
        binaries=len({child.binary for child in children}) / n,
        coverage=float(len(best)),
        quality=math.fsum(best.values()),
        entropy=entropy([_labels(child) for child in children]),
    )


def rarefied(children: Sequence[Attempt], n: int, seed: int = 0) -> Diversity | None:
    """Return the mean figures over random subsets of ``n`` children; None where there are fewer."""
    if n < 1 or len(children) < n:
        return None
    if len(children) == n:
        return diversity(children)
    rng = np.random.default_rng(seed)
    drawn = [
        diversity([children[i] for i in rng.choice(len(children), n, replace=False)]) for _ in range(DRAWS)
    ]
    found = [each for each in drawn if each is not None]

    def mean(name: str) -> float:
        return math.fsum(getattr(each, name) for each in found) / len(found)

    return Diversity(n, *(mean(name) for name in ("programs", "binaries", "coverage", "quality", "entropy")))


def entropy(values: Sequence[Hashable]) -> float:
    """Return Shannon's entropy in nats, Miller and Madow's (classes - 1) / 2n added; 0 without values."""
    counts, n = Counter(values).values(), len(values)
    if not n:
        return 0.0
    plain = -math.fsum(count / n * math.log(count / n) for count in counts)
    return plain + (len(counts) - 1) / (2 * n)


def _labels(child: Attempt) -> tuple[str, ...]:
    mutation = child.mutation
    return mutation.labels if mutation and mutation.kind is Class.STRUCTURAL else ()


def _cell(child: Attempt) -> Hashable:
    mutation = child.mutation
    if mutation is None:
        return ()
    return (_labels(child), round(math.log2(max(mutation.size, 1))), min(mutation.storage, 8))
