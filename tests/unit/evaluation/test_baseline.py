"""Noise floors: what they are made of, and that another machine's is never used."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.errors import InfrastructureError, StoreError
from pytest_aiopt.evaluation.meter import baseline
from pytest_aiopt.model import Measurement, Pair, Quality, Status, Verdict

HERE = {"cpu": "this one", "cores": "2", "kernel": "6.1"}
THERE = HERE | {"cpu": "that one", "cores": "64"}
DIGEST = "0123456789abcdef"


def comparison(ratio, seconds=0.01):
    pairs = (Pair(seconds, seconds / 2**ratio, True),) * 6
    return Measurement("w0", ratio, ratio, ratio, pairs, Quality.QUIET, 0.5)


@given(st.lists(st.floats(-0.2, 0.2), min_size=2, max_size=40))
def test_delta_is_three_sd_around_zero_and_two_percent_at_least(ratios):
    floor = baseline.floor_of("t", HERE, [comparison(ratio) for ratio in ratios])
    sd = math.sqrt(sum(ratio * ratio for ratio in ratios) / len(ratios))
    assert floor.sd == pytest.approx(sd)
    assert floor.delta == pytest.approx(max(math.log2(1.02), 3 * sd))
    assert floor.log2_ratios == tuple(ratios)
    assert (floor.pairs, floor.seconds) == (6 * len(ratios), 0.5 * len(ratios))


def test_costs_have_a_floor_of_half_a_percent_and_no_drift():
    found = (
        replace(comparison(0.0, 0.010), counted="misses"),
        replace(comparison(0.0, 0.020), counted="misses"),
    )
    floor = baseline.floor_of("t", HERE, found)
    assert floor.delta == pytest.approx(math.log2(1.005))
    assert floor.drift is None


def test_drift_tells_how_wrong_a_stored_baseline_would_be():
    floor = baseline.floor_of(
        "t", HERE, [comparison(0.0, 0.010), comparison(0.0, 0.012), comparison(0.0, 0.011)]
    )
    assert floor.drift == pytest.approx(math.log2(1.2))


def test_a_floor_is_found_again_on_its_machine(tmp_path):
    floor = baseline.floor_of("t", HERE, [comparison(0.001)] * 3)
    baseline.store(tmp_path, DIGEST, floor, HERE)
    assert baseline.stored(tmp_path, "t", DIGEST, HERE) == floor
    assert baseline.stored(tmp_path, "u", DIGEST, HERE) is None
    assert baseline.refused(tmp_path, "t", DIGEST, HERE) == []


def test_a_floor_of_another_machine_is_refused_with_what_differs(tmp_path):
    baseline.store(tmp_path, DIGEST, baseline.floor_of("t", THERE, [comparison(0.001)] * 3), THERE)
    assert baseline.stored(tmp_path, "t", DIGEST, HERE) is None
    (line,) = baseline.refused(tmp_path, "t", DIGEST, HERE)
    assert "is not valid on this one" in line
    assert line.endswith("cores was 64, is 2; cpu was that one, is this one")


def test_a_damaged_floor_is_one_line_that_names_the_file(tmp_path):
    path = baseline.store(tmp_path, DIGEST, baseline.floor_of("t", HERE, [comparison(0.0)] * 2), HERE)
    path.write_text(path.read_text()[:40])
    with pytest.raises(StoreError, match=rf"{path.name}.*delete it"):
        baseline.stored(tmp_path, "t", DIGEST, HERE)


def test_a_task_that_does_not_agree_with_itself_has_no_floor():
    wrong = Verdict(Status.WRONG_ANSWER, "in a timed run")
    with pytest.raises(InfrastructureError, match="'t' does not agree with itself: wrong_answer"):
        baseline.measure("t", lambda: wrong, 3)
