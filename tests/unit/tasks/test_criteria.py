"""The criteria of a fit task: each is met by a fit one and failed by one that breaks it alone."""

import json
from dataclasses import replace
from math import nan

import helpers
import pytest

from pytest_aiopt.cli.task import criteria_table
from pytest_aiopt.cli.task.rewrites import Places
from pytest_aiopt.model import Status
from pytest_aiopt.tasks import criteria, loader, wording
from pytest_aiopt.tasks.criteria import Evidence, Gain


def gain(file, speedup, *, structural=True, decoy=False, status=Status.PASSED):
    return Gain(file, structural, decoy, status, speedup, speedup * 0.99, speedup * 1.01)


STEPS = [gain("01.cpp", 1.3), gain("02.cpp", 2.2), gain("03.cpp", 3.6), gain("04.cpp", 5.0)]
IDLE = [gain("00.cpp", 1.0, structural=False), gain("90.cpp", 1.0, decoy=True)]
FIT = Evidence(
    task="fit",
    base_ms=30.0,
    base_cv=0.01,
    gains=[*STEPS, *IDLE],
    tops={"w0": 3, "w1": 4},
    words=[],
    evaluation_s=3.0,
    cases=500,
    mutants=8,
    accepted=[],
)
BROKEN = {
    "a run takes 8.0 ms": {"base_ms": 8.0},
    "spread by 5.0%": {"base_cv": 0.05},
    "spread by 9.0%": {"base_cv": 0.09, "waits": True},
    "an evaluation takes 15.0 s": {"evaluation_s": 15.0},
    "3 steps, fewer than 4": {"gains": [*STEPS[1:], *IDLE]},
    "gains 2.50, less than 3": {"gains": [gain(f"{i}.cpp", 1 + 0.375 * i) for i in range(1, 5)] + IDLE},
    "02.cpp gains 1.08 over": {"gains": [STEPS[0], gain("02.cpp", 1.4), *STEPS[2:], *IDLE]},
    "01.cpp gains 4.00 over": {
        "gains": [gain("01.cpp", 4.0), gain("02.cpp", 6.0), gain("03.cpp", 9.0), gain("04.cpp", 16.0), *IDLE]
    },
    "02.cpp holds 63%": {
        "gains": [gain("01.cpp", 1.2), gain("02.cpp", 3.5), gain("03.cpp", 4.1), gain("04.cpp", 5.5), *IDLE]
    },
    "04.cpp is refused: wrong_answer": {
        "gains": [*STEPS, Gain("04.cpp", True, False, Status.WRONG_ANSWER, nan, nan, nan), *IDLE]
    },
    "no superficial rung": {"gains": [*STEPS, IDLE[1]]},
    "no decoy rung": {"gains": [*STEPS, IDLE[0]]},
    "90.cpp is a decoy rung but gains 1.20": {"gains": [*STEPS, IDLE[0], gain("90.cpp", 1.2, decoy=True)]},
    "no twin": {"tops": {"w0": 3}},
    "no profile of w1": {"tops": {"w0": 3, "w1": None}},
    "the top line of w0 stays the same on w2": {"tops": {"w0": 3, "w1": 4, "w2": 3}},
    "waiting decides nowhere": {"tops_on_cpu": {"w0": 3, "w1": 4}},
    "shown words name a bottleneck: cache": {"words": ["cache"]},
    "499 cases": {"cases": 499},
    "7 mutants": {"mutants": 7},
    "the gate accepts 03_late.cpp": {"accepted": ["03_late.cpp"]},
}


COSTS = replace(
    FIT,
    base_ms=2.0,
    base_cv=0.0,
    gains=[gain("01.cpp", 1.05), gain("02.cpp", 1.2), gain("03.cpp", 1.35), gain("04.cpp", 1.42), *IDLE],
    tops={"w0": 2, "w1": 1, "w2": 2},
    counted="misses",
    closed=0.7,
)
BROKEN_COSTS = {
    "a run takes 200 ms, more than 150": {"base_ms": 200.0},
    "the misses of the program differ from run to run": {"base_cv": 1e-6},
    "an evaluation takes 15.0 s": {"evaluation_s": 15.0},
    "3 steps, fewer than 4": {"gains": [*COSTS.gains[1:4], *IDLE]},
    "gains 1.20, less than 1.3, and closes 40%": {
        "gains": [gain(f"0{i}.cpp", 1 + 0.05 * i) for i in range(1, 5)] + IDLE,
        "closed": 0.4,
    },
    "02.cpp gains 1.010 over the step before, not surely": {
        "gains": [COSTS.gains[0], gain("02.cpp", 1.05 * 1.01), *COSTS.gains[2:]]
    },
    "02.cpp holds 68%": {"gains": [COSTS.gains[0], gain("02.cpp", 1.334), *COSTS.gains[2:]]},
    "on no twin another step than on w0 gains most": {"tops": {"w0": 2, "w1": 2}},
    "90.cpp is a decoy rung but gains 1.02": {
        "gains": [*COSTS.steps, IDLE[0], gain("90.cpp", 1.02, decoy=True)]
    },
}


def as_json(found):
    """The document of some tasks, each with three structural sites and one local one."""
    return criteria_table.as_json(found, {seen.task: Places(seen.task, 3, 1) for seen in found})


def test_a_fit_task_fails_nothing():
    assert FIT.failures == []
    assert COSTS.failures == []
    halved = [gain(f"0{i}.cpp", 1 + 0.05 * i) for i in range(1, 5)] + IDLE
    assert replace(COSTS, gains=halved, closed=0.5).failures == []


def test_further_steps_may_pay_on_twins_only():
    idle = [gain("05.cpp", STEPS[-1].speedup), gain("06.cpp", 1.01 * STEPS[-1].speedup)]
    assert replace(FIT, gains=[*STEPS, *idle, *IDLE]).failures == []


@pytest.mark.parametrize("words", BROKEN_COSTS)
def test_each_criterion_of_decisions_is_failed_alone(words):
    failures = replace(COSTS, **BROKEN_COSTS[words]).failures
    assert words in failures[0], failures


def test_what_makes_no_sense_for_decisions_is_said():
    row, note = criteria_table.table([COSTS]).splitlines()[-1], "\n".join(criteria_table.notes([COSTS]))
    assert "n/a" in row
    assert "1.42 (1.41-1.43)" in row
    assert "fit: ratios of misses; spread n/a" in note
    assert "70% of the way to the least possible" in note
    exported = json.loads(json.dumps(as_json([COSTS])))["fit"]
    assert (exported["counted"], exported["closed"], exported["passed"]) == ("misses", 0.7, True)


@pytest.mark.parametrize("words", BROKEN)
def test_each_criterion_is_failed_alone(words):
    (failure,) = replace(FIT, **BROKEN[words]).failures
    assert words in failure


def test_a_step_is_compared_with_the_one_before():
    gains = dict(criteria.step_gains(FIT.steps))
    assert gains["01.cpp"] == pytest.approx(1.3)
    assert gains["03.cpp"] == pytest.approx(3.6 / 2.2)


@pytest.mark.parametrize("word", ["cache", "unlocked", "Hashing", "tile", "lowCost", "vectorised"])
def test_the_lexicon_knows_words_that_give_the_answer_away(word):
    assert wording.LEXICON.search(word.lower())


@pytest.mark.parametrize("word", ["block", "vector", "table", "chain", "until", "bucket"])
def test_the_lexicon_leaves_plain_words_alone(word):
    assert not wording.LEXICON.search(word)


@pytest.mark.parametrize("name", loader.discover(helpers.TASKS))
def test_no_task_shows_such_a_word(name):
    assert wording.revealing(helpers.task(name)) == []


def test_words_are_found_in_comments_and_names_but_not_in_the_librarys():
    source = "#include <hash.h>\n// A slow one.\nstd::hash<int> plain; int cache_size = 1;\n"
    words = [word for word, _ in wording.own_words(source)]
    assert {"slow", "cache_size", "plain"} <= set(words)
    assert not any("hash" in word for word in words)


def test_the_table_and_the_json_tell_the_same():
    found = [replace(FIT, unit="tokens", per_second=(100.4, 502.0)), replace(FIT, task="late", base_ms=300.0)]
    table, notes = criteria_table.table(found), "\n".join(criteria_table.notes(found))
    exported = json.loads(json.dumps(as_json(found)))
    assert "5.0 (5.0-5.0)" in table or "5.0 (4.9-5.0)" in table
    assert "late: a run takes 300.0 ms" in notes
    assert "fit: 100 tokens per second, best rung 502" in notes
    assert (exported["fit"]["passed"], exported["late"]["passed"]) == (True, False)
    assert exported["fit"]["headroom"] == 5.0
    assert exported["fit"]["tokens_per_s"] == [100, 502]
    assert exported["late"]["rewriter_sites"] == {"structural": 3, "local": 1}
    assert set(exported["late"]) >= {"passed", "base_ms", "base_cv", "headroom", "failures"}


def test_what_was_not_measured_has_no_number():
    broken = Gain("05.cpp", True, False, Status.CRASH, nan, nan, nan)
    exported = as_json([replace(FIT, gains=[*STEPS, broken, *IDLE])])
    assert json.loads(json.dumps(exported))["fit"]["rungs"]["05.cpp"]["speedup"] is None


def test_a_line_of_cpu_time_is_shown_where_it_is_another():
    waiting = replace(FIT, tops_on_cpu={"w0": 9, "w1": 4})
    assert waiting.failures == []
    assert "w0:3(9) w1:4" in criteria_table.table([waiting])
    assert as_json([waiting])["fit"]["tops_on_cpu"] == {"w0": 9, "w1": 4}


STILL = {"tops": {"w0": 3, "w1": 4, "w2": 3}}


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ({}, False),
        ({"base_cv": 0.05}, True),
        ({"evaluation_s": 71.0}, True),
        ({"base_ms": 160.0}, True),
        ({"base_ms": 300.0}, False),
        ({"gains": [STEPS[0], gain("02.cpp", 1.45), *STEPS[2:], *IDLE]}, True),
        ({"gains": [STEPS[0], gain("02.cpp", 1.2), *STEPS[2:], *IDLE]}, False),
        ({"gains": [*STEPS, IDLE[0], gain("90.cpp", 1.08, decoy=True)]}, True),
        ({"gains": [*STEPS, IDLE[0], gain("90.cpp", 1.5, decoy=True)]}, False),
        (STILL, True),
        (STILL | {"base_cv": 0.05}, True),
        ({"tops": {"w0": 3, "w1": None}}, True),
        ({"mutants": 7}, False),
    ],
)
def test_only_what_load_may_explain_is_measured_again(changes, again):
    assert replace(FIT, **changes).measuring_may_help is again
