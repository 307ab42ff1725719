from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.analysis.outcomes.funnel import funnel
from pytest_aiopt.analysis.trajectory import best_so_far, confirm
from pytest_aiopt.model import Status, pool

ratio = st.floats(-3, 3)


def test_funnel_counts_each_stage(make: Any) -> None:
    calls = [
        make.attempt(1, Status.EDIT_ERROR, candidate=None),
        make.attempt(2, Status.PASSED, log2=0.0, changed=False),
        make.attempt(3, Status.COMPILE_ERROR),
        make.attempt(4, Status.WRONG_ANSWER),
        make.attempt(5, Status.TIMEOUT),
        make.attempt(6, Status.PASSED, log2=0.035),  # its interval reaches below delta = .03
        make.attempt(7, Status.PASSED, log2=0.05),
        make.attempt(8, Status.PASSED),  # passed, never measured
    ]
    found = funnel(make.trajectory(attempts=calls))
    assert (found.calls, found.edited, found.compiled, found.passed, found.faster) == (8, 6, 5, 3, 1)
    assert found.valid == 3 / 8


def test_without_noise_floor_nothing_is_called_faster(make: Any) -> None:
    assert funnel(make.trajectory(floor=None)).faster is None
    assert funnel(make.trajectory(attempts=[make.attempt(1, log2=5.0)], floor=None)).faster is None


@given(st.lists(st.tuples(st.sampled_from(list(Status)), st.booleans(), st.one_of(st.none(), ratio))))
def test_funnel_only_narrows(make: Any, calls: list[tuple[Status, bool, float | None]]) -> None:
    attempts = [make.attempt(i, s, log2=x, changed=c) for i, (s, c, x) in enumerate(calls)]
    found = funnel(make.trajectory(finished=False, attempts=attempts or [make.attempt(0)]))
    assert found.faster is not None
    assert found.calls >= found.edited >= found.compiled >= found.passed >= found.faster >= 0


def test_no_call_has_no_valid_fraction(make: Any) -> None:
    assert funnel(replace(make.trajectory(), attempts=())).valid is None


def test_best_so_far_starts_at_the_baseline_and_ignores_failures(make: Any) -> None:
    calls = [
        make.attempt(1, log2=-0.4),
        make.attempt(2, log2=0.2),
        make.attempt(3, Status.WRONG_ANSWER, log2=9.0),
        make.attempt(4, log2=0.1),
        make.attempt(5, log2=0.3),
    ]
    assert best_so_far(make.trajectory(attempts=calls)) == (0.0, 0.2, 0.2, 0.2, 0.3)


@given(st.lists(ratio, min_size=1, max_size=30))
def test_best_so_far_never_falls(make: Any, values: list[float]) -> None:
    curve = best_so_far(make.trajectory(attempts=[make.attempt(i, log2=x) for i, x in enumerate(values)]))
    assert list(curve) == sorted(curve)
    assert curve[-1] == max(0.0, *values)


def test_pooling_adds_standard_errors_in_quadrature(make: Any) -> None:
    """Workloads .4 +- .03 and .6 +- .04: mean .5, half width sqrt(.03^2 + .04^2) / 2 = .025."""
    found = pool([make.measurement(0.4, 0.03, "h0"), make.measurement(0.6, 0.04, "h1")])
    assert found.log2_speedup == pytest.approx(0.5)
    assert (found.low, found.high) == pytest.approx((0.475, 0.525))
    assert found.workloads == ("h0", "h1")
    assert not found.by_identity


@given(st.lists(st.tuples(ratio, st.floats(0, 1)), min_size=1, max_size=5))
def test_pooled_interval_lies_within_the_mean_of_the_intervals(
    make: Any, values: list[tuple[float, float]]
) -> None:
    found = pool([make.measurement(x, half, f"h{i}") for i, (x, half) in enumerate(values)])
    widest = math.fsum(half for _, half in values) / len(values)
    assert found.low <= found.log2_speedup <= found.high
    assert found.high - found.low <= 2 * widest + 1e-9


def test_one_workload_keeps_its_interval(make: Any) -> None:
    found = confirm(make.trajectory(confirmed=[0.5]))
    assert found is not None
    assert (found.log2_speedup, found.low, found.high) == pytest.approx((0.5, 0.49, 0.51))


@pytest.mark.parametrize("champion", [None, "base"])
def test_champion_that_is_the_baseline_has_ratio_one_by_identity(make: Any, champion: str | None) -> None:
    found = confirm(make.trajectory(champion=champion, confirmed=[]))
    assert found is not None
    assert (found.log2_speedup, found.low, found.high, found.workloads) == (0, 0, 0, ())
    assert found.by_identity
    assert not found.faster_than(0.0)


def test_missing_confirmations_stay_missing(make: Any) -> None:
    assert confirm(make.trajectory(confirmed=[])) is None
    for champion, confirmed in itertools.product([None, "c1"], [[], [0.5]]):
        assert confirm(make.trajectory(finished=False, champion=champion, confirmed=confirmed)) is None


def test_faster_means_the_whole_interval_above_the_floor(make: Any) -> None:
    found = confirm(make.trajectory(confirmed=[0.05]))
    assert found is not None
    assert found.faster_than(0.039)
    assert not found.faster_than(0.041)
