"""Funnel, curves, diversity and mechanism of single cells."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_aiopt.analysis.outcomes import curves
from pytest_aiopt.analysis.outcomes.claims import claim_gap, claimed
from pytest_aiopt.analysis.outcomes.diversity import diversity, entropy, rarefied
from pytest_aiopt.analysis.outcomes.funnel import funnel, gain
from pytest_aiopt.analysis.outcomes.mechanism import hot_lines, targeting, uptake
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.codebook.classed import Classer
from pytest_aiopt.model import Profile, ProfileItem, ProfileState, Status, Usage

from .studies import attempt, cell

PROGRAM = """int a() {
    return 1;
}





int b() {
    int x = 2;
    x += 3;




    return x;
}
"""


def profile(*items: tuple[int, str, float], state: ProfileState = ProfileState.TAKEN) -> Profile:
    found = tuple(ProfileItem(line, name, value, value, value) for line, name, value in items)
    return Profile("perf", "1", state, "b", "w0", "CPU time", 100, 1.0, 0.0, found)


NO_EDIT: dict[str, Any] = {
    "status": Status.EDIT_ERROR,
    "changed": False,
    "mutation": None,
    "candidate": None,
}

# --- funnel -------------------------------------------------------------------------------------


def test_stages_narrow_and_what_is_not_recorded_stays_unknown() -> None:
    null = attempt(1, False).mutation
    assert null is not None
    calls = (
        attempt(1, True),
        attempt(2, False),
        replace(attempt(3, True), status=Status.WRONG_ANSWER),
        replace(attempt(4, False), status=Status.COMPILE_ERROR, binary=None),
        replace(attempt(5, False), mutation=replace(null, kind=Class.NULL)),
        replace(attempt(6, False), **NO_EDIT),
        replace(attempt(7, False), **NO_EDIT, parsed=False),
        replace(attempt(8, False), **NO_EDIT, parsed=False, responded=False),
    )
    found = funnel(replace(cell("t", "C", 1, 1, 0.5, model="m", feedback="profile"), attempts=calls))
    assert (found.calls, found.responded, found.parsed, found.edited) == (8, 7, 6, 5)
    assert (found.rewritten, found.compiled, found.new_binary, found.passed) == (4, 3, 3, 2)
    assert (found.hidden_correct, found.sanitizer_clean) == (None, None)
    assert (found.faster, found.confirmed) == (1, 1)


def test_hidden_verdicts_narrow_where_they_are_recorded() -> None:
    one = cell("t", "C", 1, 2, 0.5, model="m", feedback="profile")
    case = tuple(replace(a, hidden_correct=a.step > 1, sanitizer_clean=True) for a in one.attempts)
    found = funnel(replace(one, attempts=case))
    assert (found.passed, found.hidden_correct, found.sanitizer_clean, found.faster) == (10, 9, 9, 1)
    assert found.confirmed == 0  # the champion is the one that is wrong there


def test_gain_over_a_parent_adds_both_uncertainties(make: Any) -> None:
    child, parent = make.measurement(0.5, 0.03), make.measurement(0.2, 0.04)
    assert gain(child, None) == pytest.approx((0.5, 0.47))
    assert gain(child, parent) == pytest.approx((0.3, 0.25))


# --- curves -------------------------------------------------------------------------------------


def test_area_is_the_mean_of_the_best_so_far(make: Any) -> None:
    """0, .5, .5, 1 of a ladder of 1; and 2 counts as 1.25."""
    case = make.trajectory(attempts=[make.attempt(i, log2=x) for i, x in enumerate((-1, 0.5, 0.2, 1.0))])
    assert curves.area(case, 1.0) == pytest.approx(0.5)
    beyond = make.trajectory(attempts=[make.attempt(1, log2=2.0)])
    assert curves.area(beyond, 1.0) == 1.25
    with pytest.raises(ValueError, match="cannot normalise anything"):
        curves.area(case, 0.0)


def test_area_weighs_calls_by_what_they_cost(make: Any) -> None:
    calls = [make.attempt(1, log2=0.0, seconds=3.0), make.attempt(2, log2=1.0, seconds=1.0)]
    case = make.trajectory(attempts=calls)
    assert curves.area(case, 1.0, curves.seconds) == pytest.approx(0.25)
    assert curves.area(case, 1.0, curves.tokens) is None
    counted = [replace(a, usage=Usage(10 * a.step, 0)) for a in calls]
    assert curves.area(make.trajectory(attempts=counted), 1.0, curves.tokens) == pytest.approx(2 / 3)
    paid = curves.money(0.001, 0.002)
    assert paid(replace(calls[0], usage=Usage(1000, 500))) == pytest.approx(2.0)
    assert paid(calls[0]) is None


def test_time_to_a_target_is_censored_at_the_end(make: Any) -> None:
    case = make.trajectory(attempts=[make.attempt(i, log2=x) for i, x in enumerate((0.1, 0.6, 0.2))])
    assert curves.time_to(case, 0.5) == curves.Reached(2.0, censored=False)
    assert curves.time_to(case, 0.7) == curves.Reached(3.0, censored=True)
    assert curves.time_to(replace(case, attempts=()), 0.5) is None


# --- diversity ----------------------------------------------------------------------------------


def test_diversity_counts_programs_binaries_and_cells() -> None:
    children = [attempt(1, True), attempt(2, True), attempt(2, True), attempt(3, False)]
    found = diversity(children)
    assert found is not None
    assert (found.n, found.programs, found.binaries) == (4, 0.75, 0.75)
    assert (found.coverage, found.quality) == (2, 0.5)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
def test_entropy_is_scipys_with_the_correction(values: list[str]) -> None:
    counts = [values.count(v) for v in set(values)]
    assert entropy(values) == pytest.approx(stats.entropy(counts) + (len(counts) - 1) / (2 * len(values)))


def test_rarefied_programs_are_the_hypergeometric_expectation() -> None:
    """Distinct programs among 3 of 8 children, of which 5 are one program."""
    children = [attempt(1, True)] * 5 + [attempt(i, True) for i in (2, 3, 4)]
    found = rarefied(children, 3)
    assert found is not None
    expected = 3 * 3 / 8 + 1 - math.comb(3, 3) / math.comb(8, 3)
    assert found.programs * 3 == pytest.approx(expected, abs=0.2)
    assert rarefied(children, 9) is None
    assert rarefied([], 0) is None


# --- mechanism ----------------------------------------------------------------------------------


def test_hot_regions_are_functions_and_neighbours_of_the_top_items() -> None:
    taken = profile((10, "b()", 0.6), (16, "b()", 0.2))
    assert hot_lines(PROGRAM, taken) >= set(range(9, 18))
    assert 2 not in hot_lines(PROGRAM, taken)
    assert targeting({2: 1, 10: 3}, hot_lines(PROGRAM, taken)) == 0.75
    assert targeting({}, hot_lines(PROGRAM, taken)) is None
    failed = profile(state=ProfileState.FAILED)
    assert targeting({2: 1}, hot_lines(PROGRAM, failed)) is None


def test_uptake_wants_a_hot_name_or_line_in_the_prose() -> None:
    taken = profile((10, "scan::walk(int)", 0.6))
    assert uptake("Most time goes to walk.", taken) is True
    assert uptake("I change line 10.", taken) is True
    assert uptake("I like sidewalks, line 100.", taken) is False
    assert uptake("<<<<<<< SEARCH\nwalk();\n=======\nrun();\n>>>>>>> REPLACE", taken) is False
    assert uptake("walk", profile(state=ProfileState.FAILED)) is None


def test_claims_are_read_from_the_prose_alone() -> None:
    code = "```cpp\n// lazy hash table\n```\n<<<<<<< SEARCH\nx\n=======\ntile\n>>>>>>> REPLACE"
    reply = f"I use SIMD and memoize.\n{code}"
    assert claimed(reply) == {"H", "C"}
    assert claim_gap(claimed(reply), ["H"]) == 0.5
    assert claim_gap((), ["H"]) is None


# --- what is remembered -------------------------------------------------------------------------


def test_classes_are_remembered_and_a_damaged_memory_is_made_again(tmp_path: Any) -> None:
    first = Classer.kept(tmp_path / "cache")
    case = first.classed(PROGRAM, PROGRAM.replace("x += 3", "x += 4"), False)
    assert case.kind is Class.SUPERFICIAL
    first.save()
    again = Classer.kept(tmp_path / "cache")
    assert list(again.known.values()) == [case]
    assert again.classed(PROGRAM, PROGRAM.replace("x += 3", "x += 4"), False) == case
    assert again.fresh == 0
    (path,) = (tmp_path / "cache").glob("classes-*.json")
    path.write_text("{")
    assert Classer.kept(tmp_path / "cache").known == {}


def test_only_labels_that_agree_with_raters_are_findings() -> None:
    mutation = attempt(1, True).mutation
    assert mutation is not None
    shown = replace(mutation, labels=("B", "H"), claimed=("B", "H", "PAR"))
    assert (shown.findings, shown.gap) == (("H",), 0.5)
    rated = replace(shown, raters=2)
    assert (rated.findings, rated.gap) == (("B", "H"), pytest.approx(1 / 3))
    assert replace(shown, claimed=("B",)).gap is None
