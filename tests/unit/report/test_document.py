from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_aiopt.model import Status
from pytest_aiopt.report.document import Report, TrackRow, build_report
from pytest_aiopt.report.tables import outcomes


def row(report: Report, track: str, task: str = "alpha") -> TrackRow:
    (found,) = [
        row for study in report.studies for table in study.tables for row in table.rows
        if (row.task, row.track) == (task, track)
    ]  # fmt: skip
    return found


def test_empty_results_make_an_empty_report() -> None:
    assert build_report([]) == Report("results", (), ())


def test_one_seed_shows_its_interval(make: Any) -> None:
    """log2 0.5 +- 0.1 is a factor of 1.414 (1.320 to 1.516); delta .03 is 1.021."""
    found = row(build_report([make.trajectory(confirmed=[0.5])]), "A")
    assert found.speedup is not None
    assert found.speedup.kind == "interval"
    assert (found.speedup.speedup, found.speedup.low, found.speedup.high) == pytest.approx(
        (1.41421, 1.31951, 1.51572), abs=1e-5
    )
    assert found.floors == pytest.approx((1.02101,), abs=1e-5)
    assert (found.faster, found.decided) == (1, 1)


def test_several_seeds_show_median_and_range(study: Any) -> None:
    found = row(build_report(study(A=[0.0, 3.0, 1.0])), "A")
    assert found.speedup is not None
    assert found.speedup.kind == "range"
    assert (found.speedup.speedup, found.speedup.low, found.speedup.high) == (2.0, 1.0, 8.0)
    assert (found.seeds_done, found.faster, found.decided) == (3, 2, 3)


def test_calls_add_up_over_seeds(make: Any) -> None:
    cells = [make.trajectory(seed=1, passed=3, failed=1), make.trajectory(seed=2, passed=1, failed=5)]
    found = row(build_report(cells), "A")
    assert (found.calls, found.valid) == (10, 0.4)
    assert [cell.funnel.passed for cell in found.cells] == [3, 1]


def test_wrong_answers_are_not_valid(make: Any) -> None:
    sound = make.trajectory().attempts[0]
    wrong = replace(sound, status=Status.WRONG_ANSWER)
    assert row(build_report([make.trajectory(attempts=(sound, wrong, wrong, wrong))]), "A").valid == 0.25


def test_unfinished_cells_give_calls_but_no_speedup(make: Any) -> None:
    cells = [make.trajectory(seed=1), make.trajectory(seed=2, finished=False, confirmed=[5.0])]
    found = row(build_report(cells), "A")
    assert (found.seeds_done, len(found.cells), found.calls) == (1, 2, 4)
    assert found.speedup is not None
    assert found.speedup.speedup == pytest.approx(2**0.5)


def test_missing_stays_missing(make: Any) -> None:
    cell = make.trajectory(confirmed=[], floor=None, attempts=())
    found = row(build_report([cell]), "A")
    assert (found.speedup, found.valid, found.floors, found.decided) == (None, None, (), 0)
    assert (found.cells[0].confirmed, found.cells[0].faster) == (None, None)


def test_baseline_champion_is_marked(make: Any) -> None:
    found = row(build_report([make.trajectory(champion=None, confirmed=[])]), "A")
    assert found.speedup is not None
    assert (found.speedup.speedup, found.speedup.by_identity, found.faster) == (1.0, 1, 0)


def test_studies_are_kept_apart(make: Any) -> None:
    report = build_report([make.trajectory("A"), make.trajectory("C", study="other")])
    assert [study.study for study in report.studies] == ["four", "other"]
    assert all(c.n_treated == 0 for study in report.studies for c in study.contrasts)


def test_track_with_two_models_has_two_rows(make: Any) -> None:
    report = build_report([make.trajectory(), make.trajectory(seed=2, model="other")])
    assert [row.model for row in report.studies[0].tables[0].rows] == ["other", "small"]


def test_rows_lead_back_to_their_journals(study: Any) -> None:
    cells = study(A=[0.1, 0.2], C=[0.3])
    report = build_report(cells)
    assert row(report, "A").sources == tuple(t.journal for t in cells[:2])
    assert row(report, "C").cells[0].sources == (cells[2].journal,)
    assert report.studies[0].journals == ("four/*/journal.jsonl",)


def test_a_task_whose_decisions_cost_is_named_by_what_is_counted(make: Any) -> None:
    timed, counted = make.trajectory(task="alpha"), make.trajectory(task="beta")
    measured = tuple(
        replace(one, measurement=one.measurement and replace(one.measurement, counted="misses"))
        for one in counted.attempts
    )
    (message,) = build_report([timed, replace(counted, attempts=measured)]).studies
    assert [(table.task, table.counted) for table in message.tables] == [("alpha", ""), ("beta", "misses")]
    shown = outcomes.speedups(message)
    (table,) = shown.tables
    assert [row[0].shown for row in table.rows] == ["alpha", "beta"]
    assert "beta: the ratio of misses, not of time" in shown.legend
    assert "alpha: the ratio" not in shown.legend
