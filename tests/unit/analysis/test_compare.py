from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.analysis.compare import ALL_TASKS, Comparison, Contrast, compare
from pytest_aiopt.analysis.plan import CLASSICAL
from pytest_aiopt.analysis.statistics.ranks import NOTHING, Interval, NotEstimable, Shift
from pytest_aiopt.analysis.statistics.verdict import verdict
from pytest_aiopt.model import Feedback, NoiseFloor

LOW = (0.00, 0.10, 0.20, 0.30, 0.40)
HIGH = (1.00, 1.11, 1.22, 1.33, 1.44)


def contrast(comparison: Comparison, name: str, scope: str = ALL_TASKS) -> Contrast:
    (found,) = [c for c in comparison.contrasts if f"{c.treated}-{c.control}" == name and c.scope == scope]
    return found


def reasons(comparison: Comparison) -> dict[str, str]:
    return {e.cell: e.reason for e in comparison.excluded}


def test_separated_tracks(arms: Any) -> None:
    """Five against five without overlap: p = 2/252, Holm over three planned tests gives 6/252."""
    found = contrast(compare(arms(A=LOW, C=HIGH)), "C-A")
    assert (found.n_treated, found.n_control, found.tasks) == (5, 5, ("alpha",))
    assert (found.a12, found.delta) == (1.0, 1.0)
    assert found.p == pytest.approx(2 / 252)
    assert found.p_holm == pytest.approx(6 / 252)
    differences = sorted(h - v for h in HIGH for v in LOW)
    assert isinstance(found.shift, Shift)
    assert found.shift.estimate == pytest.approx(differences[12])
    assert isinstance(found.shift.interval, Interval)
    assert (found.shift.interval.low, found.shift.interval.high) == pytest.approx(
        (differences[2], differences[22])
    )


def test_three_planned_contrasts_name_what_differs(arms: Any) -> None:
    found = compare(arms(A=LOW, B=LOW, C=HIGH, D=HIGH))
    assert [(c.treated, c.control) for c in found.contrasts] == list(CLASSICAL)
    assert [c.differs for c in found.contrasts] == [
        "feedback profile instead of none, both with model small",
        "model strong instead of small, both with feedback none",
        "feedback profile instead of none, both with model strong",
    ]


def test_tasks_are_blocks(arms: Any) -> None:
    """A task's own level cancels: each of two tasks has U = 3 of 25, far apart from each other."""
    other = [x + 5 for x in LOW]
    treated = [x + 0.25 for x in LOW]
    cells = arms("alpha", A=LOW, C=treated) + arms("beta", A=other, C=[x + 5 for x in treated])
    found = compare(cells)
    assert [c.scope for c in found.contrasts] == [ALL_TASKS] * 3 + ["alpha"] * 3 + ["beta"] * 3
    pooled, alone = contrast(found, "C-A"), contrast(found, "C-A", "alpha")
    assert (pooled.n_treated, pooled.tasks) == (10, ("alpha", "beta"))
    assert pooled.a12 == alone.a12 == 22 / 25
    assert isinstance(pooled.p, float)
    assert isinstance(alone.p, float)
    assert pooled.p < alone.p
    assert isinstance(pooled.shift, Shift)
    assert pooled.shift.estimate == pytest.approx(0.25)


def test_every_number_names_the_journals_it_comes_from(arms: Any) -> None:
    cells = arms(A=LOW, B=LOW, C=HIGH)
    expected = {t.journal for t in cells if t.cell.track in "AC"}
    found = contrast(compare(cells), "C-A").sources
    assert set(found) == expected
    assert len(found) == len(expected)


def test_one_seed_each_gets_no_number(arms: Any) -> None:
    found = contrast(compare(arms(A=[0.1], C=[0.5])), "C-A")
    assert (found.n_treated, found.n_control) == (1, 1)
    for value in (found.shift, found.a12, found.delta, found.p, found.p_holm):
        assert isinstance(value, NotEstimable)


def test_absent_track_is_no_contrast(arms: Any) -> None:
    found = contrast(compare(arms(A=LOW, C=HIGH)), "D-B")
    assert (found.n_treated, found.n_control, found.sources) == (0, 0, ())
    assert found.differs == found.p == NotEstimable("no task has comparable cells of both tracks")


def test_task_with_one_track_is_left_out_of_the_pool(arms: Any) -> None:
    found = contrast(compare(arms("alpha", A=LOW, C=HIGH) + arms("beta", A=LOW)), "C-A")
    assert (found.n_treated, found.n_control, found.tasks) == (5, 5, ("alpha",))


def test_tracks_that_differ_in_two_factors_are_not_compared(make: Any) -> None:
    cells = [make.trajectory("A", s) for s in range(5)]
    cells += [make.trajectory("C", s, model="other") for s in range(5)]
    found = contrast(compare(cells), "C-A")
    assert isinstance(found.p, NotEstimable)
    assert "model other instead of small and feedback profile instead of none" in found.p.reason


def test_tracks_that_differ_in_nothing_are_not_compared(make: Any) -> None:
    cells = [make.trajectory(t, 1, feedback=Feedback.NONE) for t in "AC"]
    assert "differ in nothing" in str(contrast(compare(cells), "C-A").differs)


def test_track_of_two_models_is_not_compared(make: Any) -> None:
    cells = [make.trajectory("A", 1), make.trajectory("A", 2, model="other"), make.trajectory("C", 1)]
    assert "one track differ in model" in str(contrast(compare(cells), "C-A").differs)


def test_incomplete_cells_are_left_out_with_a_reason(make: Any, arms: Any) -> None:
    cells = [
        *arms(A=LOW, C=HIGH),
        make.trajectory("A", 6, finished=False),
        make.trajectory("A", 7, confirmed=[]),
    ]
    found = compare(cells)
    assert contrast(found, "C-A").n_control == 5
    assert reasons(found) == {
        "alpha-track_A-seed_6": "not finished",
        "alpha-track_A-seed_7": "its champion was not confirmed",
    }


def test_cells_of_other_conditions_are_left_out_with_a_reason(make: Any, arms: Any) -> None:
    elsewhere = NoiseFloor("alpha", "machine-2", (), 0.01, 0.03)
    cells = [
        *arms(A=LOW, C=HIGH),
        make.trajectory("A", 6, iterations=2),
        make.trajectory("A", 7, floor=elsewhere),
        make.trajectory("A", 8, confirmed=[0.2, 0.3]),
    ]
    found = compare(cells)
    assert contrast(found, "C-A").n_control == 5
    assert reasons(found) == {
        "alpha-track_A-seed_6": "2 iterations where the others have 20",
        "alpha-track_A-seed_7": "measured on another machine (machine-2, the others machine-1)",
        "alpha-track_A-seed_8": "confirmed on h0, h1, the others on h0",
    }


def test_cell_is_counted_once(make: Any) -> None:
    twice = [make.trajectory("A", 1, journal="a"), make.trajectory("A", 1, journal="b", finished=False)]
    found = compare([*twice, make.trajectory("C", 1)])
    assert contrast(found, "C-A").sources == ("a", "four/alpha-track_C-seed_1/journal.jsonl")
    assert [(e.journal, e.reason) for e in found.excluded] == [
        ("b", "another journal of this cell is counted")
    ]


def test_where_nobody_was_faster_there_is_nothing_to_compare(make: Any) -> None:
    cells = [make.trajectory(t, s, champion=None, confirmed=[]) for t in "AC" for s in range(5)]
    found = contrast(compare(cells), "C-A")
    for number in (found.shift, found.a12, found.delta, found.p, found.p_holm):
        assert isinstance(number, NotEstimable)
        assert number.reason == NOTHING
    assert isinstance(found.p_equal, NotEstimable)


def test_one_gain_among_unchanged_cells_is_no_equality(make: Any) -> None:
    cells = [make.trajectory(t, s, champion=None, confirmed=[]) for t in "AC" for s in range(8)]
    cells.append(make.trajectory("C", 8, confirmed=[0.8]))
    found = contrast(compare(cells), "C-A")
    assert isinstance(found.p, NotEstimable)
    assert isinstance(found.p_equal, NotEstimable)
    assert verdict(found.p_holm, found.shift, found.p_equal) == "undecided"


def test_studies_are_never_mixed(make: Any) -> None:
    with pytest.raises(ValueError, match="several studies"):
        compare([make.trajectory(), make.trajectory("C", study="other")])


@given(st.permutations(range(10)))
def test_order_of_the_cells_does_not_matter(arms: Any, order: Sequence[int]) -> None:
    cells = arms(A=LOW, C=HIGH)
    assert compare([cells[i] for i in order]) == compare(cells)
