import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mstats, ttest_1samp

from pytest_aiopt.evaluation.meter.estimate import (
    EQUAL,
    FAMILY,
    RACE_PAIRS,
    Looks,
    estimate,
    quality,
    student,
)
from pytest_aiopt.model import Decision, Pair, Quality

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


@given(VALUES)
def test_the_mean_over_inputs_is_scipys_with_its_interval_and_p(values):
    found, theirs = student(values), ttest_1samp(values, 0.0)
    assert found.mean == pytest.approx(np.mean(values), abs=1e-12)
    assert found.p == pytest.approx(theirs.pvalue, abs=1e-9)
    interval = theirs.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-12)


def test_equal_costs_are_equal_at_the_first_look():
    equal = student([0.0] * 6)
    assert (equal.mean, equal.low, equal.high, equal.p) == (0.0, 0.0, 0.0, 1.0)
    assert Looks(student).decide([0.0] * 6) is Decision.EQUAL
    assert Looks(student).decide([0.1, 0.1, 0.1, 0.1, 0.1, 0.11]) is Decision.FASTER


def test_a_pair_compares_costs_where_it_has_them():
    assert Pair(1.0, 2.0, True).log2_ratio == -1.0
    assert Pair(1.0, 2.0, True, costs=(40.0, 10.0)).log2_ratio == 2.0


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


def decided(draw_ratio, most):
    """The decision of the sequential rule over at most ``most`` pairs, and how many it took."""
    looks, found = Looks(), []
    while len(found) < most:
        found.append(draw_ratio())
        if looks.due(len(found)) and (decision := looks.decide(found)):
            return decision, len(found)
    return looks.conclude(found), len(found)


@pytest.mark.parametrize("heavy_tails", [False, True])
def test_equals_are_called_different_in_at_most_one_case_of_twenty(heavy_tails):
    draw = random.Random(1)

    def noise():
        return draw.gauss(0, 0.02) * (draw.choice([1, 1, 1, 1, 8]) if heavy_tails else 1)

    wrong = sum(decided(noise, 120)[0] in (Decision.FASTER, Decision.SLOWER) for _ in range(1000))
    assert wrong <= FAMILY * 1000 + 3 * math.sqrt(1000 * FAMILY * (1 - FAMILY))
    assert wrong > 0  # a rule that never speaks would pass too


@pytest.mark.parametrize(("effect", "decision"), [(0.07, Decision.FASTER), (-0.07, Decision.SLOWER)])
def test_clear_effects_are_decided_early(effect, decision):
    draw = random.Random(2)
    found = [decided(lambda: draw.gauss(effect, 0.015), 200) for _ in range(200)]
    assert {one for one, _ in found} == {decision}
    assert sorted(pairs for _, pairs in found)[100] <= 16


def test_a_hopeless_candidate_is_raced_out():
    assert decided(lambda: -0.4, 200) == (Decision.SLOWER, RACE_PAIRS)


def test_equality_is_decided_where_the_interval_is_narrow():
    draw = random.Random(3)
    decision, taken = decided(lambda: draw.gauss(0, EQUAL), 200)
    assert decision is Decision.EQUAL
    assert taken < 200


@given(st.integers(0, 500))
def test_the_rule_is_asked_at_the_pairs_it_names(count):
    looks = Looks()
    assert looks.pairs_until_next(count) >= 1
    if count < RACE_PAIRS:
        assert looks.due(count + looks.pairs_until_next(count))
