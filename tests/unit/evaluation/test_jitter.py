"""How steady a core is, on a clock that is given."""

import itertools
import os

import pytest

from pytest_aiopt.evaluation.host import jitter


def clock(steps):
    """A clock that goes on by the given seconds between two readings of one loop, and stands still else."""
    now = itertools.accumulate(step for step in steps for step in (0.0, step))
    return lambda: next(now)


def test_a_steady_loop_has_no_scatter():
    assert jitter.observe(None, loops=5, clock=clock([1.0] * 5)).scatter == pytest.approx(0)


def test_scatter_is_the_scaled_median_deviation_over_the_median():
    found = jitter.observe(None, loops=5, clock=clock([1.0, 1.1, 0.9, 1.2, 0.8]))
    assert found.scatter == pytest.approx(1.4826 * 0.1)


def test_the_process_may_use_all_its_cores_again():
    usual = os.sched_getaffinity(0)
    found = jitter.observe(min(usual), loops=3)
    assert os.sched_getaffinity(0) == usual
    assert 0 <= found.others <= 1
    assert 0 <= found.stolen <= 1
