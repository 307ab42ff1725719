"""Gain by depth: the parts add up to the best, and nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.analysis.outcomes.gains import gain_by_depth
from pytest_aiopt.analysis.trajectory import Mutation, best_so_far
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.codebook.depth import Depth
from pytest_aiopt.model import Status
from tests.unit.analysis.conftest import attempt, trajectory


def mutation(depth):
    return Mutation(
        kind=Class.STRUCTURAL,
        depth=depth,
        labels=(),
        claimed=(),
        tokens="",
        size=1,
        storage=0,
        targeting=None,
        uptake=None,
    )


def cell(*steps):
    """A cell whose calls are (depth, log2 speedup); a speedup of None is a wrong answer."""
    return trajectory(
        attempts=[
            attempt(
                number,
                status=Status.WRONG_ANSWER if log2 is None else Status.PASSED,
                log2=log2,
                mutation=mutation(depth),
            )
            for number, (depth, log2) in enumerate(steps, start=1)
        ]
    )


def test_each_rise_of_the_best_counts_for_the_depth_that_made_it():
    gained = gain_by_depth(cell((1, 0.2), (4, None), (3, 1.0), (2, 0.9)))
    assert gained == pytest.approx({0: 0.0, 1: 0.05, 2: 0.0, 3: 0.2, 4: 0.0})


@given(st.lists(st.tuples(st.integers(0, 4), st.none() | st.floats(-3, 5)), min_size=1, max_size=12))
def test_the_parts_add_up_to_the_best_per_call(steps):
    found = cell(*steps)
    assert sum(gain_by_depth(found).values()) == pytest.approx(best_so_far(found)[-1] / len(steps))
    assert all(gain >= 0 for gain in gain_by_depth(found).values())


def test_a_gain_without_a_depth_makes_the_cell_unknown():
    assert gain_by_depth(cell((None, 0.5))) is None
    assert gain_by_depth(cell((None, -0.5), (2, 0.5)))[Depth.LOCAL] == pytest.approx(0.25)
    assert gain_by_depth(trajectory(attempts=[attempt(1, log2=-1.0)])) == dict.fromkeys(Depth, 0.0)
