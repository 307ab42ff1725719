"""Tells two kinds of texts apart by form alone: words, lengths, punctuation, spacing, digits, lines.

A logistic regression with a ridge penalty, cross-validated over groups of pairs: both texts of a pair,
and all pairs of a group, are in the same fold.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from scipy.optimize import minimize

from pytest_aiopt.model import Profile

Array = np.ndarray[Any, np.dtype[np.float64]]

RECORDED = Path(__file__).parent / "data" / "profiles" / "recorded" / "workload_pairs.jsonl.xz"
_SIGNS = ".,;:()[]{}<>=+-*/&|%_\"'#!"
_RIDGE = 1.0


class Seen(msgspec.Struct, frozen=True):
    """What the profilers saw of one program on two workloads."""

    task: str
    program: str
    profiles: tuple[Profile, ...]
    twin: tuple[Profile, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A true text and its placebo; ``group``: pairs of one group share a fold."""

    true: str
    placebo: str
    group: Hashable


def recorded() -> list[Seen]:
    """Return what is on record of the programs in tests/data."""
    lines = lzma.decompress(RECORDED.read_bytes()).splitlines()
    return [msgspec.json.decode(line, type=Seen) for line in lines]


def features(text: str) -> list[float]:
    """Return the form of a text as numbers."""
    lines, words, numbers = text.split("\n"), re.findall(r"[^\W\d]+", text), re.findall(r"\d+", text)
    return [
        len(text),
        len(words),
        len(set(words)) / max(1, len(words)),
        *_spread([len(word) for word in words]),
        len(lines),
        *_spread([len(line) for line in lines]),
        *(text.count(sign) for sign in _SIGNS),
        text.count(" "),
        text.count("  "),
        text.count(" ..."),
        sum(letter.isupper() for letter in text),
        *_spread([len(number) for number in numbers]),
        len(numbers),
        len(re.findall(r"\b0\.\d", text)),
        len(re.findall(r"\d\.\d", text)),
    ]


def _spread(values: Sequence[int]) -> list[float]:
    counted = np.array(values or [0], dtype=float)
    return [
        float(x) for x in (counted.mean(), counted.std(), counted.min(), counted.max(), np.median(counted))
    ]


def accuracy(pairs: Sequence[Pair], folds: int = 10) -> float:
    """Return the share of texts whose kind is recognized in a fold that was not learned from.

    ``folds`` at most; with as many as there are groups, each group is judged by all the others.
    """
    true, placebo = (np.array([features(text) for text in texts]) for texts in _texts(pairs))
    groups = sorted({pair.group for pair in pairs}, key=repr)
    order = np.random.default_rng(0).permutation(len(groups))
    fold_of = {groups[at]: place % folds for place, at in enumerate(order)}
    fold = np.array([fold_of[pair.group] for pair in pairs])
    right = sum(_recognized(true, placebo, fold == number) for number in set(fold_of.values()))
    return right / (2 * len(pairs))


def _texts(pairs: Sequence[Pair]) -> tuple[Iterator[str], Iterator[str]]:
    return (pair.true for pair in pairs), (pair.placebo for pair in pairs)


def _recognized(true: Array, placebo: Array, tested: Any) -> int:
    """Return how many texts of the tested pairs are recognized after learning from the others."""
    learned = np.concatenate([true[~tested], placebo[~tested]])
    kind = np.repeat([1.0, 0.0], (~tested).sum())
    middle, scale = learned.mean(axis=0), learned.std(axis=0) + 1e-9
    weights = _fitted((learned - middle) / scale, kind)
    of_true, of_placebo = (
        (side[tested] - middle) / scale @ weights[1:] + weights[0] for side in (true, placebo)
    )
    return int((of_true > 0).sum() + (of_placebo <= 0).sum())


def _fitted(rows: Array, kind: Array) -> Array:
    def loss(weights: Array) -> tuple[float, Array]:
        scores = rows @ weights[1:] + weights[0]
        penalty = _RIDGE * weights[1:] @ weights[1:] / 2
        error = 1 / (1 + np.exp(-scores)) - kind
        slope = np.concatenate([[error.sum()], rows.T @ error + _RIDGE * weights[1:]])
        return float(np.logaddexp(0, scores * (1 - 2 * kind)).sum() + penalty), slope

    start = np.zeros(rows.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)
