"""Shares of the frontier by call, on curves and on a recorded cell."""

import pytest

from pytest_aiopt.analysis.outcomes.saturation import Curve, saturation


def test_shares_are_medians_over_cells_of_the_best_known():
    curves = [Curve((0.0, 1.0, *(2.0,) * 6), 2), Curve((3.0, *(3.0,) * 6, 4.0), 1), Curve((0.5,), 1)]
    found = saturation(curves)
    assert (found.cells, found.frontier_log2) == (3, 4.0)
    assert found.first_share == pytest.approx(1.0 / 4.0)
    assert found.late_share == pytest.approx(3.0 / 4.0), "cells of fewer calls are left out"


def test_a_frontier_known_from_elsewhere_counts():
    assert saturation([Curve((1.0,), 1)], known_log2=2.0).first_share == pytest.approx(0.5)
    assert saturation([Curve((3.0,), 1)], known_log2=2.0).frontier_log2 == 3.0


def test_without_a_gain_or_a_valid_reply_there_is_no_share():
    assert saturation([]) is None
    assert saturation([Curve((0.0, 0.0), 1)]) is None
    found = saturation([Curve((0.0,), None)], known_log2=1.0)
    assert (found.first_share, found.late_share) == (None, None)
