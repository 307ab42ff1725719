from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_aiopt.analysis.statistics.ranks import (
    Block,
    Interval,
    NotEstimable,
    Shift,
    a12,
    cliffs_delta,
    critical_value,
    exact_p,
    hodges_lehmann,
    holm,
    smallest_p,
    sum_u,
    untied_null,
)

tied = st.integers(-4, 4).map(float)
arm = st.lists(tied, min_size=1, max_size=6).map(tuple)
blocks = st.lists(st.builds(Block, arm, arm), min_size=1, max_size=3)
FIVE = (5, 5)


def swapped(given_blocks: list[Block]) -> list[Block]:
    return [Block(block.control, block.treated) for block in given_blocks]


def separated(u: int, n: int = 5) -> Block:
    """Two arms of n untied outcomes whose U (treated over control) is ``u`` <= n."""
    control = tuple(float(i) for i in range(n))
    treated = (*(-10.0 - i for i in range(n - 1)), u - 0.5)
    return Block(treated, control)


# --- published and independently computed values -----------------------------------------------


@pytest.mark.parametrize(("u", "p"), [(0, 2 / 252), (1, 4 / 252), (2, 8 / 252), (3, 14 / 252)])
def test_p_of_five_against_five(u: int, p: float) -> None:
    block = separated(u)
    assert sum_u([block]) == u
    assert exact_p([block]) == pytest.approx(p)


@pytest.mark.parametrize(("n", "p"), [(3, 0.10), (4, 0.0286), (5, 0.0079)])
def test_smallest_p(n: int, p: float) -> None:
    assert smallest_p([(n, n)]) == pytest.approx(p, abs=5e-5)


@pytest.mark.parametrize(
    ("tasks", "at_5", "at_1_67"),
    [(1, 2, 1), (2, 11, 8), (3, 20, 17), (4, 30, 26), (6, 51, 46), (8, 73, 67), (10, 94, 88), (12, 117, 109)],
)
def test_critical_values_over_tasks(tasks: int, at_5: int, at_1_67: int) -> None:
    """Exact values of the convolved null for 5 seeds a track on each task."""
    assert critical_value([FIVE] * tasks) == at_5
    assert critical_value([FIVE] * tasks, 0.0167) == at_1_67


def test_hodges_lehmann_interval_of_five_against_five() -> None:
    """[D(3), D(23)] of the 25 differences covers 96.8 %."""
    block = Block((1.0, 2.5, 4.1, 7.3, 9.9), (0.2, 0.7, 1.9, 3.3, 5.8))
    differences = sorted(t - c for t, c in itertools.product(block.treated, block.control))
    shift = hodges_lehmann([block])
    assert isinstance(shift, Shift)
    assert shift.estimate == pytest.approx(differences[12])
    assert shift.interval == Interval(differences[2], differences[22], pytest.approx(0.968, abs=5e-4))


@pytest.mark.parametrize("sizes", [(4, 4), (5, 5), (3, 7), (10, 10), (12, 9)])
def test_untied_p_is_scipys(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(sum(sizes))
    for shift in (0.0, 0.5, 1.5):
        block = Block(tuple(rng.normal(shift, size=sizes[0])), tuple(rng.normal(size=sizes[1])))
        theirs = stats.mannwhitneyu(block.treated, block.control, method="exact")
        assert sum_u([block]) == theirs.statistic
        assert exact_p([block]) == pytest.approx(theirs.pvalue)


@given(st.lists(tied, min_size=5, max_size=5), st.lists(tied, min_size=5, max_size=5))
def test_tied_p_is_the_enumeration(treated: list[float], control: list[float]) -> None:
    """All C(10, 5) relabellings, by scipy's midranks and plain counting."""
    ranks = stats.rankdata(treated + control)
    observed = abs(ranks[:5].sum() - 27.5)
    sums = [sum(chosen) for chosen in itertools.combinations(ranks, 5)]
    expected = np.mean([abs(s - 27.5) >= observed - 1e-9 for s in sums])
    found, least = exact_p([Block(tuple(treated), tuple(control))]), np.mean([s == max(sums) for s in sums])
    if isinstance(found, NotEstimable):
        assert 2 * min(least, np.mean([s == min(sums) for s in sums])) > 0.05
    else:
        assert found == pytest.approx(expected)


def test_blocked_p_is_the_enumeration() -> None:
    """Every relabelling within both of two tied blocks."""
    given_blocks = [Block((3.0, 1.0, 2.0), (1.0, 0.0)), Block((2.0, 2.0), (0.0, 2.0, 1.0))]
    us = [
        [
            sum((t > c) + (t == c) / 2 for t in chosen for c in pool_without(pool, chosen))
            for chosen in itertools.combinations(pool, len(block.treated))
        ]
        for block in given_blocks
        for pool in [block.treated + block.control]
    ]
    sums = np.array([u + v for u, v in itertools.product(*us)])
    tails = [np.mean(sums <= sum_u(given_blocks)), np.mean(sums >= sum_u(given_blocks))]
    assert exact_p(given_blocks) == pytest.approx(min(1, 2 * min(tails)))


def pool_without(pool: tuple[float, ...], chosen: tuple[float, ...]) -> list[float]:
    rest = list(pool)
    for value in chosen:
        rest.remove(value)
    return rest


def test_holm_is_the_textbook_example() -> None:
    """Holm 1979: p ordered .01, .02, .03, .04 adjusts to .04, .06, .06, .06."""
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx((0.06, 0.04, 0.06, 0.06))


# --- laws ----------------------------------------------------------------------------------------


@given(blocks)
def test_swapping_the_arms_mirrors_everything(given_blocks: list[Block]) -> None:
    other = swapped(given_blocks)
    p, mirrored_p = exact_p(given_blocks), exact_p(other)
    assert p == (mirrored_p if isinstance(mirrored_p, NotEstimable) else pytest.approx(mirrored_p))
    delta, mirrored = cliffs_delta(given_blocks), cliffs_delta(other)
    if isinstance(delta, float) and isinstance(mirrored, float):
        assert delta == pytest.approx(-mirrored)
    shift, back = hodges_lehmann(given_blocks), hodges_lehmann(other)
    if isinstance(shift, Shift) and isinstance(back, Shift):
        assert shift.estimate == pytest.approx(-back.estimate)
        if isinstance(shift.interval, Interval) and isinstance(back.interval, Interval):
            assert (shift.interval.low, shift.interval.high) == (-back.interval.high, -back.interval.low)


@given(blocks)
def test_ranks_ignore_monotone_transformations(given_blocks: list[Block]) -> None:
    bent = [Block(tuple(map(math.exp, b.treated)), tuple(map(math.exp, b.control))) for b in given_blocks]
    assert exact_p(given_blocks) == exact_p(bent)
    assert a12(given_blocks) == a12(bent)


@given(blocks, st.integers(-50, 50))
def test_shift_follows_the_treated_arm(given_blocks: list[Block], by: int) -> None:
    moved = [Block(tuple(t + by for t in b.treated), b.control) for b in given_blocks]
    before, after = hodges_lehmann(given_blocks), hodges_lehmann(moved)
    if isinstance(before, Shift) and isinstance(after, Shift):
        assert after.estimate == before.estimate + by


@given(blocks)
def test_estimates_stay_in_their_ranges(given_blocks: list[Block]) -> None:
    probability, p, shift = a12(given_blocks), exact_p(given_blocks), hodges_lehmann(given_blocks)
    assert isinstance(probability, NotEstimable) or 0 <= probability <= 1
    if not isinstance(p, NotEstimable):
        assert smallest_p([block.size for block in given_blocks]) <= p * (1 + 1e-9)
        assert p <= 1
    if isinstance(shift, Shift) and isinstance(shift.interval, Interval):
        assert shift.interval.low <= shift.estimate <= shift.interval.high
        assert 0.95 <= shift.interval.coverage < 1


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=4))
def test_null_is_a_symmetric_distribution(sizes: list[tuple[int, int]]) -> None:
    null = untied_null(sizes)
    assert null.size == 1 + sum(m * n for m, n in sizes)
    assert null.sum() == pytest.approx(1)
    assert null == pytest.approx(null[::-1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_monotone_and_never_below_p(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    ordered = sorted(zip(p_values, adjusted, strict=True))
    assert all(p <= a <= 1 for p, a in ordered)
    assert [a for _, a in ordered] == sorted(a for _, a in ordered)


@pytest.mark.parametrize("levels", [None, 3], ids=["continuous", "tied"])
@pytest.mark.parametrize("tasks", [1, 3])
def test_type_one_error_is_at_most_nominal(tasks: int, levels: int | None) -> None:
    """Both arms from one law (with task effects): p <= .05 in at most 5 % of runs, + 3 standard errors."""
    rng = np.random.default_rng(20)
    runs = 600
    rejected = 0
    for _ in range(runs):
        draw = rng.normal(size=(tasks, 10)) if levels is None else rng.integers(levels, size=(tasks, 10))
        values = draw + 100.0 * np.arange(tasks)[:, None]
        p = exact_p([Block(tuple(row[:5]), tuple(row[5:])) for row in values])
        rejected += isinstance(p, float) and p <= 0.05
    assert rejected / runs <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)


def test_interval_covers_as_stated() -> None:
    """The true shift lies in the 96.8 % interval in all but 3.2 % of runs, +- 4 standard errors."""
    rng = np.random.default_rng(7)
    runs = 1000
    covered = 0
    for _ in range(runs):
        shift = hodges_lehmann([Block(tuple(rng.normal(1, size=5)), tuple(rng.normal(size=5)))])
        assert isinstance(shift, Shift)
        assert isinstance(shift.interval, Interval)
        covered += shift.interval.low <= 1 <= shift.interval.high
    assert covered / runs == pytest.approx(0.968, abs=4 * math.sqrt(0.968 * 0.032 / runs))


# --- refusals ------------------------------------------------------------------------------------


def test_one_seed_estimates_nothing() -> None:
    one = [Block((1.0,), (0.0,))]
    assert a12(one) == cliffs_delta(one) == hodges_lehmann(one) == NotEstimable("n=1")
    assert str(exact_p(one)) == "not estimable: n too small (no p below 1.00 is possible)"


def test_three_seeds_give_an_estimate_but_neither_p_nor_interval() -> None:
    block = Block((4.0, 5.0, 6.0), (1.0, 2.0, 3.0))
    shift = hodges_lehmann([block])
    assert isinstance(exact_p([block]), NotEstimable)
    assert isinstance(shift, Shift)
    assert shift.estimate == 3
    assert isinstance(shift.interval, NotEstimable)


def test_one_seed_on_six_tasks_is_enough_for_p() -> None:
    assert exact_p([Block((1.0,), (0.0,))] * 6) == pytest.approx(2 / 64)


def test_blocks_without_one_arm_compare_nothing() -> None:
    full = separated(1)
    half = Block((1.0, 2.0), ())
    assert exact_p([full, half]) == exact_p([full])
    assert a12([full, half]) == a12([full])
    assert hodges_lehmann([full, half]) == hodges_lehmann([full])
    assert isinstance(a12([half]), NotEstimable)


def test_missing_outcomes_are_not_outcomes() -> None:
    with pytest.raises(ValueError, match="finite"):
        Block((math.nan,), (1.0,))


def test_holm_keeps_the_planned_family() -> None:
    """A test that cannot be made neither gets a number nor makes the others easier."""
    missing = NotEstimable("n=1")
    assert holm([0.01, missing, 0.04]) == (pytest.approx(0.03), missing, pytest.approx(0.08))
