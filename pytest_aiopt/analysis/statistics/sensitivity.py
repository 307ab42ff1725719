"""Sensitivity analysis: a linear model of normal scores, adjusted for task effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata
from scipy.stats import t as student

from pytest_aiopt.analysis.statistics.ranks import Block, NotEstimable


@dataclass(frozen=True, slots=True)
class RankModel:
    """The treatment's coefficient in sd of normal scores, with its two-sided p and degrees of freedom."""

    effect: float
    p: float
    df: int


def rank_model(blocks: Sequence[Block]) -> RankModel | NotEstimable:
    """Fit score ~ block + treated by least squares; scores are van der Waerden scores of ranks within blocks.

    An approximation that assumes equal variances; the exact blocked test decides.
    """
    complete = [block for block in blocks if block.treated and block.control]
    df = sum(sum(block.size) for block in complete) - len(complete) - 1
    if df < 1:
        return NotEstimable("n too small")
    scores, treated = [], []
    for block in complete:
        values = block.treated + block.control
        marks = np.r_[np.ones(len(block.treated)), np.zeros(len(block.control))]
        score = norm.ppf(rankdata(values) / (len(values) + 1))
        scores.append(score - score.mean())
        treated.append(marks - marks.mean())
    y, x = np.concatenate(scores), np.concatenate(treated)
    effect = float(x @ y / (x @ x))
    error = float(np.sum((y - effect * x) ** 2) / df / (x @ x)) ** 0.5
    if error == 0:
        return NotEstimable("no variation within the arms")
    return RankModel(effect, float(2 * student.sf(abs(effect) / error, df)), df)
