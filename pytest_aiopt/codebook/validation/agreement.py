"""Agreement of two labellings beyond chance: Cohen's kappa with interval, PABAK, confusion."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from scipy.stats import beta, norm


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two labellings of ``n`` items. ``kappa`` is None if chance alone would always agree.

    ``error``: asymptotic standard error (Fleiss, Cohen & Everitt, Psychol. Bull. 72, 1969). ``lower``: 95 %
    lower bound, the smaller of the asymptotic one and the one from the exact binomial bound of the observed
    agreement, which is below 1 even at kappa 1.
    """

    n: int
    observed: float
    kappa: float | None
    error: float | None
    lower: float | None
    pabak: float


def agreement(pairs: Sequence[tuple[Hashable, Hashable]]) -> Agreement:
    """Return Cohen's kappa of (first, second) labels; raises ValueError without any pair."""
    if not pairs:
        raise ValueError("nothing to agree on")
    n = len(pairs)
    joint = Counter(pairs)
    labels = sorted({label for pair in pairs for label in pair}, key=str)
    first = {label: sum(joint[label, other] for other in labels) / n for label in labels}
    second = {label: sum(joint[other, label] for other in labels) / n for label in labels}
    observed = sum(joint[label, label] for label in labels) / n
    chance = sum(first[label] * second[label] for label in labels)
    ways = max(len(labels), 2)
    pabak = (ways * observed - 1) / (ways - 1)
    if chance >= 1:
        return Agreement(n, observed, None, None, None, pabak)
    kappa = (observed - chance) / (1 - chance)
    shares = {pair: count / n for pair, count in joint.items()}
    error = _standard_error(shares, first, second, n)
    exact = (_binomial_lower(round(observed * n), n) - chance) / (1 - chance)
    lower = min(kappa - norm.ppf(0.975) * error, exact)
    return Agreement(n, observed, kappa, error, float(lower), pabak)


def _standard_error(
    shares: dict[tuple[Hashable, Hashable], float],
    first: dict[Hashable, float],
    second: dict[Hashable, float],
    n: int,
) -> float:
    """Fleiss, Cohen & Everitt's standard error of a nonzero kappa."""
    observed = sum(share for (a, b), share in shares.items() if a == b)
    chance = sum(first[label] * second[label] for label in first)
    agree = sum(
        share * ((1 - chance) - (first[a] + second[a]) * (1 - observed)) ** 2
        for (a, b), share in shares.items()
        if a == b
    )
    differ = (1 - observed) ** 2 * sum(
        share * (second[a] + first[b]) ** 2 for (a, b), share in shares.items() if a != b
    )
    rest = (observed * chance - 2 * chance + observed) ** 2
    return math.sqrt(max(agree + differ - rest, 0.0) / n) / (1 - chance) ** 2


def _binomial_lower(hits: int, n: int) -> float:
    """Clopper and Pearson's two-sided 95 % lower bound of a proportion."""
    return float(beta.ppf(0.025, hits, n - hits + 1)) if hits else 0.0
