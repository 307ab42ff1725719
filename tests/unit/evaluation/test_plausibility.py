from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt import testing
from pytest_aiopt.evaluation.meter.plausibility import flagged, least_seconds
from pytest_aiopt.model import Pair, Plausible


@given(st.lists(st.binary(max_size=20)), st.floats(0, 100), st.floats(0, 100))
def test_the_bound_adds_up_over_requests(payloads, per_byte, per_request):
    bound = Plausible(per_byte, per_request)
    total = sum(least_seconds(bound, [payload]) for payload in payloads)
    assert least_seconds(bound, payloads) == pytest.approx(total)


@pytest.mark.parametrize(("least_s", "odd"), [(None, False), (0.4, False), (0.5, False), (0.6, True)])
def test_only_what_is_faster_than_possible_is_flagged(least_s, odd):
    measured = testing.measurement(2.0)  # half a second a run
    found = flagged(measured, least_s)
    assert bool(found.implausible) == odd
    assert replace(found, implausible="") == measured


def test_one_disturbed_pair_does_not_decide():
    measured = testing.measurement(2.0)
    pairs = (Pair(1.0, 1e-6, True), *measured.pairs[1:])
    assert flagged(replace(measured, pairs=pairs), 0.4).implausible == ""
