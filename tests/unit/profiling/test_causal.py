"""The mathematics of causal profiles, against data whose effects are known."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.model import ItemKind
from pytest_aiopt.profiling import causal
from pytest_aiopt.profiling.causal import Experiment, Run

MS = 1_000_000


def made(selected, speedup, duration_ms, visits, on_line=0):
    return Experiment(selected, speedup, round(duration_ms * MS), {"item": visits}, on_line)


def noisy_run(effect, seed=0, line="p.cpp:1", experiments=20):
    """Experiments of 50 ms with 5 % noise, whose period at 50 % is shorter by ``effect``."""
    draw = random.Random(seed)
    found = []
    for _ in range(experiments):
        found.append(made(line, 0.0, 50 * draw.gauss(1, 0.05), 100))
        found.append(made(line, 0.5, 50 * (1 - effect) * draw.gauss(1, 0.05), 100))
    return Run(tuple(found))


def test_a_period_is_all_time_over_all_visits():
    # not the mean of the two ratios, which is 15 ms
    assert causal.period([made("a", 0, 10, 1), made("a", 0, 60, 3)], "item") == 70 * MS / 4
    assert causal.period([made("a", 0, 10, 0)], "item") is None
    assert causal.period([], "item") is None


def test_the_speedup_of_a_program_is_the_share_of_time_saved():
    assert causal.program_speedup(100, 75) == 0.25


@given(st.floats(-0.2, 0.9), st.integers(0, 1000))
def test_a_known_effect_is_found(true, seed):
    (line,) = causal.lines([noisy_run(true, seed)], "item")
    (effect,) = line.curve
    assert effect.at == 0.5
    assert effect.value == pytest.approx(true, abs=0.08)
    assert effect.low <= effect.value <= effect.high


def test_intervals_hold_what_they_promise():
    hits = 0
    for seed in range(100):
        (line,) = causal.lines([noisy_run(0.3, seed)], "item")
        hits += line.curve[0].low <= 0.3 <= line.curve[0].high
    assert hits >= 87  # 95 % of 100, less three standard deviations, less the bootstrap's known optimism


def test_the_applied_speedup_is_no_prediction():
    run = Run(tuple(made("p.cpp:1", speedup, 50, 100) for speedup in (0.0, 0.95) for _ in range(10)))
    (line,) = causal.lines([run], "item")
    assert [(each.at, each.value) for each in line.curve] == [(0.95, 0.0)]


@given(st.permutations(range(6)), st.integers(1, 5))
def test_merging_does_not_depend_on_how_experiments_are_split_into_runs(order, cut):
    parts = [noisy_run(0.2, seed, experiments=4).experiments for seed in order]
    together = Run(tuple(each for part in parts for each in part))
    split = [Run(tuple(e for p in parts[:cut] for e in p)), Run(tuple(e for p in parts[cut:] for e in p))]
    (one,), (two,) = causal.lines([together], "item"), causal.lines(split, "item")
    assert one.curve[0].value == two.curve[0].value
    assert one.curve[0].samples == two.curve[0].samples == 24


def test_the_baseline_is_shared_between_lines():
    base = tuple(made("p.cpp:1", 0.0, 50, 100) for _ in range(10))
    other = tuple(made("p.cpp:2", 0.5, 40, 100) for _ in range(10))
    (line,) = causal.lines([Run(base + other)], "item")
    assert line.name == "p.cpp:2"
    assert line.curve[0].value == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("without", "on_line"), [(causal.MIN_BASELINE - 1, 50), (50, causal.MIN_POINTS - 1)], ids=str
)
def test_too_few_points_are_refused(without, on_line):
    run = Run(
        tuple(made("p.cpp:1", 0.0, 50, 100) for _ in range(without))
        + tuple(made("p.cpp:1", 0.5, 30, 100) for _ in range(on_line))
    )
    (line,) = causal.lines([run], "item")
    assert line.curve == ()
    assert "too few" in line.refused
    assert causal.items([line], {}) == ()
    assert causal.refusals([line]) == (f"line 1: {line.refused}",)


def test_an_uncertain_effect_is_not_reported():
    draw = random.Random(1)
    run = Run(tuple(made("p.cpp:1", s, 50 * draw.uniform(0.2, 2), 10) for s in (0.0, 0.5) for _ in range(8)))
    (line,) = causal.lines([run], "item")
    assert line.curve == ()
    assert "not certain" in line.refused


def test_a_share_of_runs_without_the_profiler_must_be_more_certain():
    draw = random.Random(1)
    speeds = [(s, 50 * (1 - 0.6 * s) * draw.uniform(0.8, 1.2)) for s in (0.0, 0.5) for _ in range(16)]
    run = Run(tuple(made("p.cpp:1", s, duration, 10) for s, duration in speeds))
    (line,) = causal.lines([run], "item")
    (effect,) = line.curve
    assert causal.WIDEST_ALONE < effect.high - effect.low < causal.WIDEST
    (line,) = causal.lines([run], "item", alone_ns=[5 * MS] * 16)
    assert (line.curve, line.refused) == ((), "its effect is not certain enough to be reported")


def test_a_line_without_progress_is_refused():
    run = Run(tuple(made("p.cpp:1", s, 50, 0) for s in (0.0, 0.5) for _ in range(10)))
    assert causal.lines([run], "item")[0].curve == ()


def test_the_last_experiment_of_each_run_can_be_left_out():
    run = Run((made("a", 0.0, 10, 1), made("a", 0.0, 500, 1)))
    assert causal.merge([run, run], whole=False) == [run.experiments[0]] * 2
    assert len(causal.merge([run, run])) == 4


def test_phase_factor_by_hand():
    # the line has 30 of 100 samples in 1 s of experiments, and 60 in the 10 s of the whole run
    run = Run((Experiment("a", 0.5, 1000 * MS, {"item": 1}, 30),), 10_000 * MS, {"a": 60, "b": 900})
    assert causal.phase_factor([run], "a") == pytest.approx((1000 / 30) * (60 / 10_000))
    assert causal.phase_factor([run], "b") is None


def test_items_tell_the_trusted_end_of_the_curve():
    experiments = [
        made("p.cpp:7", s, 50 * (1 - s / 2), 100) for s in (0.0, 0.25, 0.75, 1.0) for _ in range(10)
    ]
    (item,) = causal.items(causal.lines([Run(tuple(experiments))], "item"), {7: "work"})
    assert (item.line, item.function, item.kind) == (7, "work", ItemKind.CAUSAL)
    assert item.value == pytest.approx(0.375)
    assert [each.at for each in item.curve] == [0.25, 0.75, 1.0]
