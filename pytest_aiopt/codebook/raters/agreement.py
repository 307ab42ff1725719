"""Agreement of two raters: quadratic kappa of depth and kappa per label, each with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from pytest_aiopt.codebook.raters.ratings import Rated, Rating

_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa of ``n`` pairs with its 95 % interval; None if a rater gave only one answer."""

    n: int
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two raters on the mutations that both rated. ``confusion``: counts of mutations by both depths."""

    first: str
    second: str
    n: int
    depth: Kappa
    labels: Mapping[str, Kappa]
    confusion: Mapping[tuple[int, int], int]


def pair(rated: Iterable[Rated], first: str, second: str) -> Pair:
    """Compare two raters."""
    both = [
        (each.ratings[first], each.ratings[second])
        for each in rated
        if first in each.ratings and second in each.ratings
    ]
    depths = [(a.depth, b.depth) for a, b in both]
    names = sorted({name for ratings in both for rating in ratings for name in rating.labels})
    labels = {name: kappa([(name in a.labels, name in b.labels) for a, b in both]) for name in names}
    return Pair(first, second, len(both), kappa(depths), labels, Counter(depths))


def kappa(pairs: Sequence[tuple[int, int]]) -> Kappa:
    """Return kappa with squared distances as weights; for two answers this is the unweighted kappa.

    The interval uses the large-sample standard error (Fleiss, Cohen & Everitt, Psychol. Bull. 72, 1969).
    """
    n = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    if len(first) < 2 and len(second) < 2:
        return Kappa(n, None)
    apart = sum((a - b) ** 2 for a, b in pairs) / n
    chance = sum(first[a] * second[b] * (a - b) ** 2 for a in first for b in second) / n**2
    value = 1 - apart / chance
    rows = {a: sum(second[b] * (a - b) ** 2 for b in second) / n for a in first}
    columns = {b: sum(first[a] * (a - b) ** 2 for a in first) / n for b in second}
    spread = sum(((a - b) ** 2 - (rows[a] + columns[b]) * (1 - value)) ** 2 for a, b in pairs) / n
    variance = max(spread - (chance * (1 - value)) ** 2, 0.0)
    error = sqrt(variance / n) / chance
    return Kappa(n, value, max(value - _Z * error, -1.0), min(value + _Z * error, 1.0))


def consensus(ratings: Iterable[Rating]) -> Rating | None:
    """Return the consensus: the median depth, and the labels given by more than half; None without ratings.

    For an even number of raters, the deeper of the two middle depths counts.
    """
    known = list(ratings)
    if not known:
        return None
    counts = Counter(label for rating in known for label in rating.labels)
    depths = sorted(rating.depth for rating in known)
    return Rating(
        depth=depths[len(depths) // 2],
        structural=2 * sum(rating.structural for rating in known) >= len(known),
        labels=tuple(sorted(label for label, count in counts.items() if 2 * count > len(known))),
    )
