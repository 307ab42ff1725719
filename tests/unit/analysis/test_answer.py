"""The answer to the research question on simulated studies."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pytest_aiopt.analysis.answer import NO_PLACEBO, OutcomeTest, answer
from pytest_aiopt.analysis.compare import ALL_TASKS, compare
from pytest_aiopt.analysis.outcomes.effective import effective_rate
from pytest_aiopt.analysis.plan import plan
from pytest_aiopt.analysis.statistics.ranks import NotEstimable, Shift
from pytest_aiopt.model import Declared, Status
from pytest_aiopt.report.document import build_report
from pytest_aiopt.report.text.terminal import render
from pytest_aiopt.testing import measurement

from .studies import attempt, cell, study

SIX = {
    "A": ("small", "none"),
    "B": ("strong", "none"),
    "C": ("small", "profile"),
    "Cp": ("small", "placebo"),
    "D": ("strong", "profile"),
    "Dp": ("strong", "placebo"),
}


def planted(treated: int, control: int, tasks: int = 6, seeds: int = 5, model: str = "small") -> list[Any]:
    """Cells with these numbers of effective structural mutations among ten calls, one more by odd seeds."""
    return [
        cell(f"t{task}", track, seed, found + seed % 2, 0.5 + seed / 100, model=model, feedback=feedback)
        for task in range(tasks)
        for track, feedback, found in (("C", "profile", treated), ("Cp", "placebo", control))
        for seed in range(1, seeds + 1)
    ]


def text(cells: list[Any]) -> str:
    return " ".join(" ".join(render(build_report(cells))).split())


def test_a_profile_that_helps_is_better() -> None:
    found = answer(planted(5, 2)).primary
    assert isinstance(found, OutcomeTest)
    assert (found.treated, found.control, found.word) == ("C", "Cp", "better")
    assert (found.n_treated, found.n_control, found.tasks) == (30, 30, 6)
    assert found.treated_mean == pytest.approx(0.56)
    assert isinstance(found.shift, Shift)
    assert found.shift.estimate == pytest.approx(0.3)
    assert isinstance(found.shift.interval, NotEstimable)  # of four different rates: it would have no width
    assert found.by_task_p == pytest.approx(2 / 64)


def test_a_placebo_that_helps_as_much_leaves_it_undecided() -> None:
    found = answer(planted(3, 3)).primary
    assert isinstance(found, OutcomeTest)
    assert (found.word, found.p) == ("undecided", 1.0)


def test_without_scatter_there_is_nothing_to_compare() -> None:
    flat = [replace(c, cell=replace(c.cell, seed=2 * c.cell.seed)) for c in planted(2, 2) if c.cell.seed % 2]
    found = answer(flat).primary
    assert isinstance(found, OutcomeTest)
    assert found.word == "nothing to compare"
    assert "There is nothing to compare, as all cells of a task have the same value" in text(flat)


def test_nobody_effective_is_said_plainly() -> None:
    none = [replace(c, attempts=(attempt(1, False),)) for c in planted(2, 2)]
    said = text(none)
    assert "There is nothing to compare: no track has an effective structural mutation." in said


def test_a_profile_that_misleads_is_worse() -> None:
    found = answer(planted(1, 4)).primary
    assert isinstance(found, OutcomeTest)
    assert found.word == "worse"


def test_one_seed_is_not_enough_and_says_what_would_be() -> None:
    cells = planted(5, 2, tasks=2, seeds=1)
    found = answer(cells).primary
    assert isinstance(found, OutcomeTest)
    assert found.word == "not enough data"
    said = text(cells)
    assert "10 seeds per track on 2 blocks or 30 blocks with 1 seed per track" in said
    assert "a conclusion about other tasks needs 6 tasks" in said


def test_without_a_placebo_there_is_no_answer_but_the_nearest_contrast() -> None:
    cells = [
        replace(c, feedback="none", cell=replace(c.cell, track="A")) if c.cell.track == "Cp" else c
        for c in planted(5, 2)
    ]
    found = answer([replace(c, journal=c.cell.id) for c in cells])
    assert found.primary == NotEstimable(NO_PLACEBO)
    assert isinstance(found.against_none, OutcomeTest)
    assert found.against_none.word == "better"


def test_two_models_are_pooled_and_compared_only_with_themselves() -> None:
    rng = np.random.default_rng(1)
    found = answer(study(rng, tracks=SIX))
    assert isinstance(found.primary, OutcomeTest)
    assert (found.primary.treated, found.primary.control) == ("C+D", "Cp+Dp")
    assert (found.primary.n_treated, found.primary.tasks) == (60, 6)
    assert found.interaction is not None


def test_interaction_is_the_difference_of_two_differences() -> None:
    """The profile adds 1 (log2) to the strong model and 0.25 to the small one, on every task."""
    gains = {"A": 0.0, "B": 2.0, "C": 0.25, "D": 3.0}
    cells = [
        cell(f"t{t}", track, 1, 1, t + gains[track], model=SIX[track][0], feedback=SIX[track][1])
        for t in range(6)
        for track in gains
    ]
    found = answer(cells).interaction
    assert found is not None
    shift, p = found
    assert isinstance(shift, Shift)
    assert shift.estimate == pytest.approx(0.75)
    assert p == pytest.approx(2 / 64)


def test_the_report_says_when_the_model_is_a_rewriter() -> None:
    said = text(planted(5, 2, model="rewriter-local"))
    assert "rewriter-local (track C, Cp) is a program that rewrites code, not a language model" in said
    assert "no language model" not in text(planted(5, 2, model="gpt"))


def test_report_shows_the_verdict_with_interval_and_what_was_not_recorded() -> None:
    said = text(planted(5, 2))
    assert (
        "Answer: Yes, it does: C (profile) 0.560 and Cp (placebo) 0.260 effective structural mutations"
        in said
    )
    assert "C 0.560, Cp 0.260 (30 against 30 cells, 6 tasks), shift +0.300 (no interval" in said
    assert "that checked no mutation again on hidden inputs" in said


# --- what counts --------------------------------------------------------------------------------


def test_the_same_child_counts_once_and_failures_not_at_all() -> None:
    one = cell("t", "C", 1, 3, 0.5, model="m", feedback="profile")
    rate = effective_rate(one)
    assert rate is not None
    assert (rate.calls, rate.structural, rate.effective, rate.value) == (10, 3, 3, 0.3)
    again = replace(one, attempts=(*one.attempts, attempt(1, True)))
    assert effective_rate(again) == replace(rate, calls=11)
    wrong = replace(one.attempts[0], status=Status.WRONG_ANSWER)
    assert effective_rate(replace(one, attempts=(wrong, *one.attempts[1:]))) == replace(rate, effective=2)


def test_known_to_be_wrong_where_hidden_is_not_effective() -> None:
    one = cell("t", "C", 1, 3, 0.5, model="m", feedback="profile")
    hidden = tuple(replace(a, hidden_correct=a.step != 1, sanitizer_clean=a.step != 2) for a in one.attempts)
    rate = effective_rate(replace(one, attempts=hidden))
    assert rate is not None
    assert (rate.structural, rate.effective, rate.checked) == (3, 1, False)


def test_a_fresh_measurement_against_the_parent_replaces_the_one_that_was_picked() -> None:
    one = cell("t", "C", 1, 3, 0.5, model="m", feedback="profile")
    faster, slower = measurement(2**0.4), measurement(2**0.001)
    again = {1: faster, 2: slower, 3: None}
    checked = tuple(
        replace(a, hidden_correct=True, rechecked=True, again=again.get(a.step)) for a in one.attempts
    )
    rate = effective_rate(replace(one, attempts=checked))
    assert rate is not None
    assert (rate.structural, rate.effective, rate.checked) == (3, 1, True)


def test_faster_is_held_against_the_parent() -> None:
    """A child of a parent of log2 .5 that is no faster than it is not effective."""
    one = cell("t", "C", 1, 2, 0.5, model="m", feedback="profile")
    second = replace(one.attempts[1], parent="c1-True")
    rate = effective_rate(replace(one, attempts=(one.attempts[0], second)))
    assert rate is not None
    assert (rate.structural, rate.effective) == (2, 1)


def test_without_floor_or_classes_there_is_no_rate() -> None:
    one = cell("t", "C", 1, 3, 0.5, model="m", feedback="profile")
    assert effective_rate(replace(one, floor=None)) is None
    assert effective_rate(replace(one, attempts=(replace(one.attempts[0], mutation=None),))) is None
    assert answer([replace(one, floor=None)]).missing == ("t-track_C-seed_1",)


# --- the plan -----------------------------------------------------------------------------------


def test_contrasts_follow_from_the_factors() -> None:
    found = plan(study(np.random.default_rng(0), tasks=1, seeds=1, tracks=SIX | {"M": ("rewriter", "none")}))
    confirming = [("+".join(p.treated), "+".join(p.control)) for p in found if p.confirms]
    exploring = [("+".join(p.treated), "+".join(p.control)) for p in found if not p.confirms]
    assert confirming == [("C", "A"), ("D", "B"), ("C+D", "Cp+Dp")]
    assert exploring == [
        ("C", "Cp"), ("D", "Dp"), ("Cp", "A"), ("Dp", "B"), ("B", "A"), ("M", "A"), ("M", "B")
    ]  # fmt: skip


DECLARED = (
    Declared("content", ("C", "D"), ("Cp", "Dp"), primary=True),
    Declared("local", ("C",), ("A",), primary=True),
    Declared("model", ("B",), ("A",)),
    Declared("advice", ("V",), ("A",), primary=True),
)


def test_declared_contrasts_go_before_the_factors() -> None:
    cells = study(np.random.default_rng(0), tasks=1, seeds=1, tracks=SIX)
    found = plan([replace(c, declared=DECLARED) for c in cells])
    assert [(p.name, p.treated, p.control, p.confirms, p.across_models) for p in found] == [
        ("content", ("C", "D"), ("Cp", "Dp"), True, False),
        ("local", ("C",), ("A",), True, False),
        ("model", ("B",), ("A",), False, True),
    ], "without the one that has no cells"


def test_a_declared_contrast_counts_only_models_of_both_sides() -> None:
    tracks = {name: SIX[name] for name in ("C", "D", "Cp")}
    cells = study(np.random.default_rng(0), tasks=6, tracks=tracks)
    told = answer([replace(c, declared=DECLARED) for c in cells]).primary
    assert isinstance(told, OutcomeTest)
    assert (told.treated, told.control) == ("C", "Cp")


def test_other_factors_are_contrasted_with_the_plain_track_alone() -> None:
    tracks = SIX | {"O": ("small", "none"), "A1": ("small", "none")}
    cells = study(np.random.default_rng(0), tasks=2, seeds=5, tracks=tracks)
    cells = [replace(c, variant="hint oracle") if c.cell.track == "O" else c for c in cells]
    found = plan(cells)
    assert [(p.treated, p.control) for p in found if "O" in (*p.treated, *p.control)] == [(("O",), ("A",))]
    (contrast,) = [c for c in compare(cells).contrasts if (c.treated, c.scope) == ("O", ALL_TASKS)]
    assert contrast.differs == "hint oracle instead of plain, both with model small and feedback none"
    replicate = (Declared("replicate", ("A1",), ("A",)),)
    (null,) = [
        c for c in compare([replace(c, declared=replicate) for c in cells]).contrasts if c.scope == ALL_TASKS
    ]
    assert null.differs == "nothing, replicates: both with model small and feedback none"
    assert isinstance(null.p, float)


def test_pooled_contrast_compares_within_models() -> None:
    """The strong model is far ahead; within each model the profile changes nothing."""
    cells = [
        cell(
            "t", track, seed, 1, (9.0 if model == "strong" else 0.0) + seed / 10, model=model, feedback=level
        )
        for track, (model, level) in SIX.items()
        for seed in range(1, 6)
    ]
    (pooled,) = [c for c in compare(cells).contrasts if c.treated == "C+D"]
    assert (pooled.a12, pooled.p, pooled.n_treated) == (0.5, 1.0, 10)
    assert pooled.differs == "feedback profile instead of placebo, both with model small and strong"


# --- the whole analysis on many studies ---------------------------------------------------------

STUDIES = 1000


def test_type_one_error_of_the_answer() -> None:
    """No effect, tasks of different levels, counts with many ties: 5 seeds on 6 tasks."""
    rng = np.random.default_rng(20)
    rejected = sum(p <= 0.05 for p in (_primary_p(rng) for _ in range(STUDIES)))
    assert 0.03 <= rejected / STUDIES <= 0.07


def _primary_p(rng: np.random.Generator) -> float:
    found = answer(study(rng)).primary
    assert isinstance(found, OutcomeTest)
    assert isinstance(found.p, float)
    return found.p


def test_a_planted_shift_of_one_sd_is_found_as_often_as_predicted() -> None:
    """Confirmed speedups, profile against placebo: power .93 at 5 seeds on 6 tasks."""
    rng = np.random.default_rng(21)
    studies, found = 400, 0
    for _ in range(studies):
        comparison = compare(study(rng, shift=1.0))
        (pooled,) = [c for c in comparison.contrasts if (c.treated, c.scope) == ("C", ALL_TASKS)]
        assert isinstance(pooled.p, float)
        found += pooled.p <= 0.05
    assert found / studies == pytest.approx(0.93, abs=0.05)
    assert math.sqrt(0.93 * 0.07 / studies) < 0.013
