import math
import random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import t, trim_mean, ttest_1samp, ttest_ind

from pytest_aiopt.evaluation.meter.estimate import (
    EQUAL,
    FAMILY,
    RACE_PAIRS,
    Looks,
    by_placement,
    estimate,
    quality,
    ratios,
    student,
)
from pytest_aiopt.model import Decision, Pair, Quality

VALUES = st.lists(st.floats(-3, 3), min_size=5, max_size=48).filter(lambda v: np.std(v) > 1e-6)


@given(VALUES)
def test_the_estimate_is_scipys_trimmed_mean_and_yuens_test(values):
    found = estimate(values)
    assert found.mean == pytest.approx(trim_mean(values, 0.2), abs=1e-9)
    assume(found.high - found.low > 1e-4)  # scipy warns of less
    theirs = ttest_ind(values, [0.0] * 20, trim=0.2, equal_var=False)
    assert found.p == pytest.approx(theirs.pvalue, abs=1e-9)
    half = abs(found.mean / theirs.statistic) * t.ppf(0.975, len(values) - 2 * int(0.2 * len(values)) - 1)
    assert (found.low, found.high) == pytest.approx(
        (found.mean - half, found.mean + half), rel=1e-6, abs=1e-9
    )


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
    assert Looks(student).decide([0.0] * 6, 6) is Decision.EQUAL
    assert Looks(student).decide([0.1, 0.1, 0.1, 0.1, 0.1, 0.11], 6) is Decision.FASTER


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


def measured(draw, placements, count, effect, scatter, noise=0.02):
    """Pairs of a comparison: each placement has its own speed on either side, each pair its noise."""
    speeds = [scatter(draw) - scatter(draw) for _ in range(placements)]
    return [
        Pair(
            2 ** (effect + speeds[number % placements] + draw.gauss(0, noise)),
            1.0,
            True,
            None,
            number % placements,
        )
        for number in range(count)
    ]


SCATTERS = {
    "none": lambda draw: 0.0,
    "normal": lambda draw: draw.gauss(0, 0.03),
    "two modes": lambda draw: draw.choice([-0.05, -0.05, 0.1]),
    "seldom slow": lambda draw: 0.2 * (draw.random() < 0.1),
}


@pytest.mark.parametrize("placements", [10, 24])
@pytest.mark.parametrize("pairs_each", [1, 3])
@pytest.mark.parametrize("scatter", SCATTERS.values(), ids=SCATTERS)
def test_equals_differ_in_one_of_twenty_intervals_however_placements_scatter(scatter, placements, pairs_each):
    draw, runs = random.Random(5), 800
    outside = 0
    for _ in range(runs):
        found = estimate(by_placement(measured(draw, placements, placements * pairs_each, 0.0, scatter)))
        outside += not found.low <= 0 <= found.high
    assert outside / runs <= 0.07
    if scatter in (SCATTERS["none"], SCATTERS["normal"]):
        assert outside / runs >= 0.03


def test_pairs_instead_of_placements_would_be_wrong_far_more_often():
    draw, runs = random.Random(5), 200
    normal = SCATTERS["normal"]
    found = [estimate(ratios(measured(draw, 10, 60, 0.0, normal))) for _ in range(runs)]
    assert sum(not each.low <= 0 <= each.high for each in found) > 0.3 * runs


def test_an_estimate_has_one_value_per_placement():
    pairs = [Pair(2.0**value, 1.0, True, placement=number) for value, number in ((1, 0), (3, 0), (7, 2))]
    assert by_placement(pairs) == [2, 7]
    assert by_placement(pairs[:2]) == [1, 3]  # as compiled: there is no other placement to compare with


def test_a_placement_that_is_used_unevenly_often_counts_once():
    pairs = [Pair(1.0, 1.0, True, placement=number) for number in (0, 1, 2, 3)]
    pairs += [Pair(2.0, 1.0, True, placement=4)] * 40
    assert estimate(by_placement(pairs)).mean == pytest.approx(0.0)


def test_scatter_between_placements_is_no_noise():
    draw = random.Random(1)
    scattered = measured(draw, 12, 48, 0.0, lambda draw: draw.gauss(0, 0.2))
    assert quality(scattered) is Quality.QUIET
    assert quality(measured(draw, 12, 48, 0.0, SCATTERS["none"], noise=0.2)) is Quality.NOISY


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
        if looks.due(len(found)) and (decision := looks.decide(found, len(found))):
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


@pytest.mark.parametrize("scatter", SCATTERS.values(), ids=SCATTERS)
def test_the_rule_keeps_its_level_over_placements(scatter):
    draw, wrong, runs = random.Random(3), 0, 200
    for _ in range(runs):
        made, looks, decision = measured(draw, 24, 120, 0.0, scatter), Looks(), None
        for count in range(1, len(made) + 1):
            if looks.due(count):
                decision = decision or looks.decide(by_placement(made[:count]), count)
        wrong += (decision or looks.conclude(by_placement(made))) in (Decision.FASTER, Decision.SLOWER)
    assert wrong <= FAMILY * runs + 3 * math.sqrt(runs * FAMILY * (1 - FAMILY))


@given(st.integers(0, 500))
def test_the_rule_is_asked_at_the_pairs_it_names(count):
    looks = Looks()
    assert looks.pairs_until_next(count) >= 1
    if count < RACE_PAIRS:
        assert looks.due(count + looks.pairs_until_next(count))
