"""Sign flip, equivalence, BH, rank model, inversion: each against scipy, numpy or full enumeration."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_aiopt.analysis.statistics import simulation
from pytest_aiopt.analysis.statistics.equivalence import equivalence_p
from pytest_aiopt.analysis.statistics.ranks import (
    NOTHING,
    Block,
    Interval,
    NotEstimable,
    Shift,
    a12,
    benjamini_hochberg,
    cliffs_delta,
    exact_p,
    hodges_lehmann,
)
from pytest_aiopt.analysis.statistics.sensitivity import RankModel, rank_model
from pytest_aiopt.analysis.statistics.signflip import mean_effect, sign_flip_p
from pytest_aiopt.analysis.statistics.verdict import missing, verdict
from pytest_aiopt.codebook.validation.agreement import agreement

effect = st.integers(-50, 50).map(lambda n: n / 10)
seeds = st.lists(st.floats(-3, 3), min_size=4, max_size=6, unique=True)


# --- sign flip ----------------------------------------------------------------------------------


@given(st.lists(effect, min_size=6, max_size=9))
def test_sign_flip_is_the_enumeration(effects: list[float]) -> None:
    signs = itertools.product((1, -1), repeat=len(effects))
    sums = [abs(math.fsum(s * e for s, e in zip(sign, effects, strict=True))) for sign in signs]
    expected = np.mean([total >= abs(math.fsum(effects)) - 1e-9 for total in sums])
    found = sign_flip_p(effects)
    if isinstance(found, NotEstimable):
        assert sum(effect != 0 for effect in effects) < 6
    else:
        assert found == pytest.approx(expected)


def test_sign_flip_is_scipys() -> None:
    rng = np.random.default_rng(5)
    for _ in range(5):
        effects = rng.normal(0.5, 1, size=8)
        theirs = stats.permutation_test(
            (effects,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative="two-sided"
        )
        assert sign_flip_p(list(effects)) == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize(("tasks", "p"), [(6, 0.031), (8, 0.0078), (10, 0.002)])
def test_smallest_p_over_tasks(tasks: int, p: float) -> None:
    assert sign_flip_p([1.0 + i for i in range(tasks)]) == pytest.approx(p, abs=5e-4)


def test_five_tasks_are_too_few() -> None:
    assert isinstance(sign_flip_p([1.0] * 5), NotEstimable)
    found = mean_effect([1.0, 2.0, 3.0, 4.0, 5.0])
    assert isinstance(found, Shift)
    assert (found.estimate, isinstance(found.interval, NotEstimable)) == (3.0, True)


@settings(max_examples=30)
@given(st.lists(effect, min_size=6, max_size=8, unique=True))
def test_interval_holds_what_the_sign_flip_test_does_not_reject(effects: list[float]) -> None:
    found = mean_effect(effects)
    assert isinstance(found, Shift)
    assert isinstance(found.interval, Interval)
    low, high = found.interval.low, found.interval.high
    for value, kept in ((low + 1e-6, True), (high - 1e-6, True), (low - 1e-6, False), (high + 1e-6, False)):
        p = sign_flip_p([e - value for e in effects])
        assert isinstance(p, float)
        assert (p > 0.05) is kept
    assert found.interval.coverage >= 0.95


# --- inversion and equivalence ------------------------------------------------------------------


@settings(max_examples=30)
@given(seeds, seeds, seeds, seeds)
def test_interval_holds_what_the_blocked_test_does_not_reject(
    a: list[float], b: list[float], c: list[float], d: list[float]
) -> None:
    blocks = [Block(tuple(a), tuple(b)), Block(tuple(c), tuple(d))]
    found = hodges_lehmann(blocks)
    assert isinstance(found, Shift)
    assert isinstance(found.interval, Interval)

    def p_at(shift: float) -> float:
        moved = [Block(tuple(x - shift for x in block.treated), block.control) for block in blocks]
        p = exact_p(moved)
        assert isinstance(p, float)
        return p

    differences = sorted(x - y for block in blocks for x in block.treated for y in block.control)
    gap = min((y - x for x, y in itertools.pairwise(differences) if y > x), default=1.0) / 4
    if gap < 1e-9 or len(set(differences)) < len(differences):
        return  # ties within rounding have no inside
    assert p_at(found.interval.low + gap) > 0.05
    assert p_at(found.interval.high - gap) > 0.05
    assert p_at(found.interval.low - gap) <= 0.05
    assert p_at(found.interval.high + gap) <= 0.05


@given(seeds, seeds, st.floats(0.1, 2))
def test_equivalence_is_two_one_sided_tests_of_scipys(a: list[float], b: list[float], margin: float) -> None:
    above, below = [x + margin for x in a], [x - margin for x in a]
    if len({*above, *b}) < len(a) + len(b) or len({*below, *b}) < len(a) + len(b):
        return  # scipy's exact method knows no ties
    theirs = max(
        stats.mannwhitneyu(above, b, alternative="greater", method="exact").pvalue,
        stats.mannwhitneyu(below, b, alternative="less", method="exact").pvalue,
    )
    assert equivalence_p([Block(tuple(a), tuple(b))], margin) == pytest.approx(theirs)


def test_equivalence_needs_a_margin_and_data() -> None:
    with pytest.raises(ValueError, match="positive"):
        equivalence_p([Block((1.0,), (2.0,))], 0)
    assert isinstance(equivalence_p([Block((1.0,), (2.0,))], 1.0), NotEstimable)
    same = Block((0.0, 0.01, 0.02, 0.03, 0.04), (0.0, 0.01, 0.02, 0.03, 0.04))
    p = equivalence_p([same], 0.2)
    assert isinstance(p, float)
    assert p < 0.05


# --- families, models, agreement ----------------------------------------------------------------


def test_bh_is_the_textbook_example() -> None:
    """q_(i) = min over j >= i of m p_(j) / j; a missing test counts in m."""
    missing = NotEstimable("n=1")
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.04, 0.04))
    assert benjamini_hochberg([0.01, missing]) == (pytest.approx(0.02), missing)
    assert benjamini_hochberg([]) == ()


@given(st.lists(seeds, min_size=2, max_size=6))
def test_rank_model_is_least_squares_with_block_effects(values: list[list[float]]) -> None:
    blocks = [Block(tuple(v[:2]), tuple(v[2:])) for v in values]
    rows, scores = [], []
    for number, block in enumerate(blocks):
        both = block.treated + block.control
        ranks = stats.norm.ppf(stats.rankdata(both) / (len(both) + 1))
        for position, score in enumerate(ranks):
            rows.append([position < len(block.treated), *(number == k for k in range(len(blocks)))])
            scores.append(score)
    x, y = np.array(rows, float), np.array(scores)
    solution, rest, *_ = np.linalg.lstsq(x, y, rcond=None)
    df = len(y) - x.shape[1]
    found = rank_model(blocks)
    if isinstance(found, RankModel):
        assert found.effect == pytest.approx(solution[0])
        error = math.sqrt(rest[0] / df * np.linalg.inv(x.T @ x)[0, 0])
        assert found.p == pytest.approx(2 * stats.t.sf(abs(solution[0]) / error, df))
        assert found.df == df


def test_rank_model_of_one_task_is_a_t_test_of_normal_scores() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(1, size=6), rng.normal(size=6)
    scores = stats.norm.ppf(stats.rankdata([*a, *b]) / 13)
    found = rank_model([Block(tuple(a), tuple(b))])
    assert isinstance(found, RankModel)
    assert found.p == pytest.approx(stats.ttest_ind(scores[:6], scores[6:]).pvalue)


DESIGNS = [(seeds, blocks) for seeds in (1, 2, 3, 5) for blocks in (1, 2, 3, 6, 12)]


def test_what_is_said_to_be_enough_is_enough_in_simulated_studies() -> None:
    """Each claim is held against studies of its own that were not used to make it."""
    claims = {(simulation.seeds_needed(blocks), blocks) for _, blocks in DESIGNS}
    claims |= {(seeds, simulation.blocks_needed(seeds)) for seeds, _ in DESIGNS}
    right = []
    for seeds, blocks in claims:
        assert seeds is not None
        assert blocks is not None
        rng = np.random.default_rng([seeds, blocks])
        hits = 0
        for _ in range(200):
            drawn = rng.normal(size=(blocks, 2, seeds)) + np.array([[[simulation.EFFECT], [0.0]]])
            p = exact_p([Block(tuple(new), tuple(old)) for new, old in drawn])
            assert not isinstance(p, NotEstimable)
            hits += p <= 0.05
        right.append(hits / 200 >= simulation.WANTED - 0.06)  # two standard errors of 200 studies
    assert sum(right) >= 0.95 * len(right)


def test_one_seed_less_than_enough_is_less() -> None:
    seeds = simulation.seeds_needed(3)
    assert seeds is not None
    found = simulation.power(
        simulation.normal(), simulation.normal(1.0), seeds - 2, 3, rng=np.random.default_rng(4)
    )
    assert found < simulation.WANTED


def test_a_few_tasks_are_named_as_such() -> None:
    assert "needs 6 tasks" in missing([(1, 1)] * 3, 3)
    assert "needs 6 tasks" not in missing([(1, 1)] * 6, 6)


EQUAL = [Block((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)), Block((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))]
ONE_DIFFERS = [Block((0.0,) * 5, (0.0,) * 5), Block((0.0,) * 5, (0.0,) * 4 + (0.3,))]


def test_without_scatter_there_is_no_p_no_interval_and_no_equality() -> None:
    for found in (exact_p(EQUAL), hodges_lehmann(EQUAL), a12(EQUAL), cliffs_delta(EQUAL)):
        assert isinstance(found, NotEstimable)
        assert found.reason == NOTHING
    assert isinstance(equivalence_p(EQUAL), NotEstimable)
    assert isinstance(sign_flip_p([0.0] * 8), NotEstimable)
    for flat in (mean_effect([0.0] * 8), mean_effect([0.25] * 8)):
        assert isinstance(flat, Shift)
        assert isinstance(flat.interval, NotEstimable)
    assert verdict(exact_p(EQUAL), hodges_lehmann(EQUAL), equivalence_p(EQUAL)) == NOTHING


def test_one_cell_that_differs_gives_no_p_and_no_equality() -> None:
    p, shift, equal = exact_p(ONE_DIFFERS), hodges_lehmann(ONE_DIFFERS), equivalence_p(ONE_DIFFERS)
    assert isinstance(p, NotEstimable)
    assert isinstance(equal, NotEstimable)
    assert isinstance(shift, Shift)
    assert isinstance(shift.interval, NotEstimable)
    assert verdict(p, shift, equal) == "undecided"


def test_all_treated_cells_faster_than_unchanged_ones_is_significant() -> None:
    p = exact_p([Block((0.2, 0.3, 0.4, 0.5, 0.6), (0.0,) * 5)])
    assert p == pytest.approx(2 / 252)


def test_verdicts_claim_nothing_that_no_test_found() -> None:
    up, down = Shift(0.5, Interval(0.1, 0.9, 0.95)), Shift(-0.5, Interval(-0.9, -0.1, 0.95))
    assert verdict(0.01, up) == "better"
    assert verdict(0.01, down) == "worse"
    assert verdict(0.2, up) == "undecided"
    assert verdict(0.2, up, p_equal=0.01) == "equal"
    assert verdict(NotEstimable("n=1"), up) == "not enough data"


def test_kappa_is_the_published_example() -> None:
    """Fleiss, Cohen & Everitt 1969, 3 classes, n 200: kappa .429, standard error .054 (unweighted)."""
    table = {("a", "a"): 53, ("a", "b"): 5, ("a", "c"): 2, ("b", "a"): 11, ("b", "b"): 14, ("b", "c"): 5,
             ("c", "a"): 1, ("c", "b"): 6, ("c", "c"): 3}  # fmt: skip
    pairs = [pair for pair, count in table.items() for _ in range(2 * count)]
    found = agreement(pairs)
    assert found.n == 200
    assert found.kappa == pytest.approx(0.429, abs=5e-4)
    assert found.error == pytest.approx(0.054, abs=5e-4)
    assert found.lower is not None
    assert found.lower <= 0.429 - 1.96 * 0.0535


def test_perfect_agreement_has_a_lower_bound_below_one() -> None:
    found = agreement([(True, True)] * 50 + [(False, False)] * 50)
    assert found.kappa == 1
    assert found.lower == pytest.approx(2 * stats.binomtest(100, 100).proportion_ci().low - 1)


def test_one_class_has_no_kappa() -> None:
    assert agreement([(True, True)] * 5).kappa is None
    with pytest.raises(ValueError, match="nothing"):
        agreement([])
