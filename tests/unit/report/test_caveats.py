from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_aiopt.model import Quality
from pytest_aiopt.report.caveats import caveats


def only(trajectories: Any) -> str:
    (found,) = caveats(trajectories)
    return found.text


def test_sound_cells_have_no_caveat(study: Any) -> None:
    assert caveats(study(A=[0.1, 0.2], C=[0.1, 0.2])) == []


@pytest.mark.parametrize("model", ["rewriter-local", "rewriter-strong", "mutator"])
def test_embedded_models_do_not_answer_the_question(make: Any, model: str) -> None:
    cells = [make.trajectory(model=model), make.trajectory("B")]
    (found,) = caveats(cells)
    assert found.text.startswith(f"{model}: embedded, no language model.")
    assert "only validate the laboratory" in found.text
    assert found.sources == (cells[0].journal,)


def test_unfinished_cell(make: Any) -> None:
    cell = make.trajectory(finished=False, passed=2, failed=1, iterations=20, confirmed=[])
    assert "alpha-track_A-seed_1 (3 of 20 calls)" in only([cell])


def test_missing_confirmation(make: Any) -> None:
    assert "may favour their tracks: alpha-track_A-seed_1" in only([make.trajectory(confirmed=[])])


def test_treated_track_without_profiles(make: Any) -> None:
    cell = make.trajectory("C", profiles_taken=0, profiles_failed=2)
    assert "the treatment is missing: alpha-track_C-seed_1" in only([cell])
    assert caveats([make.trajectory("A", profiles_taken=0, profiles_failed=2)]) == []


def test_cell_before_its_first_call_lacks_no_profile(make: Any) -> None:
    cell = make.trajectory("C", finished=False, attempts=(), confirmed=[], profiles_taken=0)
    assert only([cell]).startswith("not finished")


def test_treated_track_with_failed_profiles(make: Any) -> None:
    cells = [make.trajectory("C", profiles_taken=3, profiles_failed=1), make.trajectory("C", 2)]
    assert only(cells).startswith("1 of 4 profiles failed")


@pytest.mark.parametrize("quality", [Quality.NOISY, Quality.DRIFTING])
def test_unsteady_measurements(make: Any, quality: Quality) -> None:
    shaky = make.measurement(0.5, workload="h1", quality=quality)
    cells = [make.trajectory(confirmations=(make.measurement(0.5), shaky)), make.trajectory("A", 2)]
    assert only(cells) == "noisy or drifting: 1 of 3 confirmation measurements (1 of 2 cells)"


def test_missing_noise_floor(make: Any) -> None:
    assert "no noise floor" in only([make.trajectory(floor=None)])


def test_unequal_seeds(study: Any) -> None:
    cells = study("alpha", A=[0.1, 0.2], C=[0.3]) + study("beta", A=[0.1], C=[0.2])
    assert only(cells) == "the tracks have unequal numbers of finished seeds: alpha (A 2, C 1)"


def test_notes_are_gathered_and_long_lists_cut(make: Any) -> None:
    cells = [make.trajectory(seed=seed, notes=("shared host",)) for seed in range(1, 6)]
    assert only(cells) == (
        "shared host: alpha-track_A-seed_1, alpha-track_A-seed_2, alpha-track_A-seed_3 and 2 more"
    )
    assert len(caveats(cells)[0].sources) == 5


def test_measurements_beyond_what_is_possible(make: Any) -> None:
    odd = replace(
        make.measurement(9.0), implausible="a run took 0.1 ms, and no program can need less than 1 ms"
    )
    cells = [make.trajectory(confirmations=(odd,)), make.trajectory("A", 2)]
    text = only(cells)
    assert text.startswith("1 measurements are beyond what is possible")
    assert "no program can need less than 1 ms): alpha-track_A-seed_1" in text


def test_tasks_that_missed_a_criterion_are_named_with_what_they_missed(make: Any) -> None:
    cells = [make.trajectory(identity={"task": "d1"}), make.trajectory(task="beta", identity={"task": "d2"})]
    missed = {("alpha", "d1"): ("one", "two"), ("beta", "another form"): ("three",), ("gamma", "d1"): ()}
    (found,) = caveats(cells, missed)
    assert found.text == "task alpha is not fit by its last check: one, two"
    assert found.sources == (cells[0].journal,)
