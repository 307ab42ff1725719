import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mstats

from pytest_aiopt.evaluation.meter import LOOKS, estimate, quality
from pytest_aiopt.model import Pair, Quality

VALUES = st.lists(st.floats(-3, 3), min_size=5, max_size=48).filter(lambda v: np.std(v) > 1e-6)


@given(VALUES)
def test_the_estimate_is_scipys_trimmed_mean_and_interval(values):
    found = estimate(values)
    low, high = mstats.trimmed_mean_ci(np.array(values), limits=(0.2, 0.2))
    assert found.mean == pytest.approx(
        float(mstats.trimmed_mean(np.array(values), limits=(0.2, 0.2))), abs=1e-9
    )
    if len(values) in (5, 10, 20, 40):  # scipy divides by 0.6 n only where 0.2 n is whole
        assert (found.low, found.high) == pytest.approx((float(low), float(high)), rel=1e-6, abs=1e-9)


@given(VALUES, st.floats(-2, 2))
def test_shifting_every_ratio_shifts_the_estimate(values, shift):
    before, after = estimate(values), estimate([value + shift for value in values])
    assert after.mean - before.mean == pytest.approx(shift, abs=1e-9)
    assert after.high - after.low == pytest.approx(before.high - before.low, abs=1e-9)


@given(VALUES)
def test_swapping_the_sides_negates_the_estimate(values):
    one, other = estimate(values), estimate([-value for value in values])
    assert (other.mean, other.low, other.high) == pytest.approx((-one.mean, -one.high, -one.low), abs=1e-9)


def test_the_interval_covers_the_truth_nineteen_times_of_twenty():
    draw = random.Random(1)
    covered = 0
    for _ in range(2000):
        found = estimate([draw.gauss(0.3, 0.05) for _ in range(16)])
        covered += found.low <= 0.3 <= found.high
    assert 0.93 < covered / 2000 < 0.97


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_pairs_carry_no_interval(n):
    with pytest.raises(ValueError, match="no interval"):
        estimate([0.1] * n)


def pairs(baseline, ratio=lambda i: 1.0):
    return [Pair(b, b / ratio(i), True) for i, b in enumerate(baseline)]


def test_quality_names_drift_and_noise():
    assert quality(pairs([1.0] * 10)) is Quality.QUIET
    assert quality(pairs([1.0] * 5 + [1.2] * 5)) is Quality.DRIFTING
    assert quality(pairs([1.0] * 10, lambda i: math.exp((-1) ** i * 0.2))) is Quality.NOISY


def test_chance_is_no_drift():
    draw = random.Random(1)
    runs = [pairs([draw.gauss(1.0, 0.1) for _ in range(20)]) for _ in range(400)]
    assert sum(quality(run) is Quality.DRIFTING for run in runs) <= 0.025 * len(runs)


def test_a_single_outlier_is_no_noise():
    assert quality(pairs([1.0] * 10, lambda i: 3.0 if i == 4 else 1.0)) is Quality.QUIET


def test_looks_rise():
    assert sorted(LOOKS) == list(LOOKS)
