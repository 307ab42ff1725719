"""Number of different programs that a cell found, on a fixed grid independent of the search's grid."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.model import Status

Codes = NDArray[np.intp]

DRAWS = 200
"""Number of random subsets averaged for a rarefied value."""


@dataclass(frozen=True, slots=True)
class Diversity:
    """Diversity of ``n`` valid children (rarefied: means over subsets of n).

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
    """Return the attempts whose changed program passed the gate and was classified."""
    passed = [a for a in trajectory.attempts if a.changed and a.status is Status.PASSED]
    return [a for a in passed if a.mutation is not None and a.mutation.kind is not Class.UNCLASSED]


def diversity(children: Sequence[Attempt]) -> Diversity | None:
    """Return the diversity of some valid children; None without any."""
    return _figures(_Coded.of(children), slice(None)) if children else None


def rarefied(children: Sequence[Attempt], n: int, seed: int = 0) -> Diversity | None:
    """Return the mean diversity over random subsets of ``n`` children; None if there are fewer."""
    if n < 1 or len(children) < n:
        return None
    coded = _Coded.of(children)
    if len(children) == n:
        return _figures(coded, slice(None))
    rng = np.random.default_rng(seed)
    found = [_figures(coded, rng.choice(len(children), n, replace=False)) for _ in range(DRAWS)]

    def mean(name: str) -> float:
        return math.fsum(getattr(each, name) for each in found) / len(found)

    return Diversity(n, *(mean(name) for name in ("programs", "binaries", "coverage", "quality", "entropy")))


@dataclass(frozen=True, slots=True)
class _Coded:
    """Children encoded as numbers: equal ones share a code from 0; ``speeds`` are log2, at least 0."""

    programs: Codes
    binaries: Codes
    cells: Codes
    labels: Codes
    speeds: NDArray[np.float64]

    @classmethod
    def of(cls, children: Sequence[Attempt]) -> _Coded:
        speeds = [child.measurement.log2_speedup if child.measurement else 0.0 for child in children]
        return cls(
            _codes([child.mutation.tokens if child.mutation else "" for child in children]),
            _codes([child.binary for child in children]),
            _codes([_cell(child) for child in children]),
            _codes([_labels(child) for child in children]),
            np.maximum(np.array(speeds), 0.0),
        )


def _codes(values: Sequence[Hashable]) -> Codes:
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values])


def _figures(coded: _Coded, chosen: slice | Codes) -> Diversity:
    cells, labels = coded.cells[chosen], coded.labels[chosen]
    best = np.zeros(int(cells.max()) + 1)
    np.maximum.at(best, cells, coded.speeds[chosen])
    n = len(cells)
    return Diversity(
        n=n,
        programs=_distinct(coded.programs[chosen]) / n,
        binaries=_distinct(coded.binaries[chosen]) / n,
        coverage=float(_distinct(cells)),
        quality=math.fsum(best),
        entropy=_entropy([int(count) for count in np.bincount(labels) if count]),
    )


def _distinct(codes: Codes) -> int:
    return int(np.count_nonzero(np.bincount(codes)))


def entropy(values: Sequence[Hashable]) -> float:
    """Return the entropy in nats, with Miller and Madow's correction (classes - 1) / 2n; 0 without values."""
    return _entropy(list(Counter(values).values()))


def _entropy(counts: Sequence[int]) -> float:
    n = sum(counts)
    if not n:
        return 0.0
    plain = -math.fsum(count / n * math.log(count / n) for count in counts)
    return plain + (len(counts) - 1) / (2 * n)


def _labels(child: Attempt) -> tuple[str, ...]:
    mutation = child.mutation
    return mutation.findings if mutation and mutation.kind is Class.STRUCTURAL else ()


def _cell(child: Attempt) -> Hashable:
    mutation = child.mutation
    if mutation is None:
        return ()
    return (_labels(child), round(math.log2(max(mutation.size, 1))), min(mutation.storage or 0, 8))
