"""Areas, milestones and rungs, worked out by hand."""

from __future__ import annotations

import datetime
from dataclasses import replace
from math import log2
from pathlib import Path
from typing import Any

import pytest

from pytest_aiopt.analysis.outcomes.funnel import funnel
from pytest_aiopt.analysis.outcomes.ladder import Ladder, RungGain, with_frontier
from pytest_aiopt.errors import StoreError
from pytest_aiopt.model import Status, Usage
from pytest_aiopt.models.prices import Price, Prices
from pytest_aiopt.report.document import build_report
from pytest_aiopt.report.pace import pace_row
from pytest_aiopt.report.tables import pace as tables
from pytest_aiopt.tasks import ladders
from pytest_aiopt.tasks.criteria import Gain

IDENTITY = {"task": "d" * 16, "machine": "m"}


def rung(log2_speedup: float, structural: bool = True, decoy: bool = False) -> RungGain:
    return RungGain("r.cpp", structural, decoy, log2_speedup, log2_speedup, log2_speedup)


LADDER = Ladder(
    "alpha", "d" * 16, "m", (rung(0.5), rung(1.0), rung(2.0), rung(9.0, decoy=True), rung(5.0, False))
)


def cell(make: Any, seed: int, *speeds: float | None, **changes: Any) -> Any:
    """A cell whose calls have these log2 speedups; None is one that failed. Call i costs 100 i tokens."""
    attempts = []
    for step, speed in enumerate(speeds, 1):
        plain = make.trajectory().attempts[0]
        status = Status.PASSED if speed is not None else Status.WRONG_ANSWER
        found = None if speed is None else make.measurement(speed)
        usage = Usage(90 * step, 10 * step)
        attempts.append(
            replace(plain, step=step, status=status, measurement=found, usage=usage, candidate=f"c{step}")
        )
    made = make.trajectory(seed=seed, attempts=tuple(attempts), identity=IDENTITY, **changes)
    return with_frontier(made, [LADDER])


def test_areas_are_shares_of_the_best_step(make: Any) -> None:
    """Best so far 0, 1, 1, 2 of 2: by calls (0 + 1 + 1 + 2) / 4 / 2, by tokens (0 + 2 + 3 + 8) / 10 / 2."""
    row = pace_row([cell(make, 1, None, 1.0, 0.4, 2.0)], [LADDER], None)
    assert row.areas["calls"] == pytest.approx(0.5)
    assert row.areas["tokens"] == pytest.approx(0.65)
    assert row.areas["seconds"] == pytest.approx(0.5)
    assert row.areas["money"] is None


def test_money_comes_from_the_price_table(make: Any) -> None:
    prices = Prices(datetime.date(2026, 1, 1), models={"small": Price(1.0, 1.0)})
    row = pace_row([cell(make, 1, None, 1.0, 0.4, 2.0)], [LADDER], prices)
    assert row.areas["money"] == pytest.approx(row.areas["tokens"])


def test_cells_that_do_not_get_there_count_with_all_their_calls(make: Any) -> None:
    cells = [cell(make, 1, None, 1.0, 2.0, 2.0), cell(make, 2, 0.01, 0.02, None, 0.0)]
    floor, quarter, half, most = pace_row(cells, [LADDER], None).milestones
    assert (floor.reached, floor.cells, floor.calls) == (1, 2, 3.0)
    assert (quarter.reached, quarter.calls) == (1, 3.0)
    assert (half.reached, half.calls) == (1, 3.0)
    assert (most.reached, most.calls) == (1, 3.5)


def test_unequal_numbers_of_calls_have_no_mean_where_a_cell_did_not_get_there(make: Any) -> None:
    cells = [cell(make, 1, None, None), cell(make, 2, None, None, None)]
    floor = pace_row(cells, [LADDER], None).milestones[0]
    assert (floor.reached, floor.cells, floor.calls) == (0, 2, None)


def test_rungs_are_steps_that_are_no_faster(make: Any) -> None:
    row = pace_row([cell(make, 1, 1.0), cell(make, 2, 0.4)], [LADDER], None)
    assert (row.rungs, row.of_rungs) == (1.0, 3)


@pytest.mark.parametrize(
    "other", [{"task": "e" * 16, "machine": "m"}, {"task": "d" * 16, "machine": "n"}, {}]
)
def test_a_ladder_of_another_task_or_machine_is_none(make: Any, other: dict[str, str]) -> None:
    row = pace_row([with_frontier(replace(cell(make, 1, 1.0), identity=other), [LADDER])], [LADDER], None)
    assert (row.areas["calls"], row.rungs, row.of_rungs) == (None, None, None)
    assert [m.cells for m in row.milestones] == [1, 0, 0, 0]


def test_ladders_are_kept_as_measured(tmp_path: Path) -> None:
    nan = float("nan")
    gains = [
        Gain("01.cpp", True, False, Status.PASSED, 2.0, 1.9, 2.1),
        Gain("02.cpp", True, False, Status.WRONG_ANSWER, nan, nan, nan),
    ]
    path = ladders.store(tmp_path / "ladders", "alpha", "d" * 16, "m", gains)
    (found,) = ladders.stored(tmp_path / "ladders")
    assert [r.file for r in found.rungs] == ["01.cpp"]
    assert found.rungs[0].log2_speedup == log2(2.0)
    path.write_text("{")
    with pytest.raises(StoreError, match="aiopt task frontier"):
        ladders.stored(tmp_path / "ladders")


def test_pace_funnel_and_verdict_share_one_rule_for_faster(make: Any) -> None:
    """A point estimate above the floor whose interval is not is faster nowhere."""
    noisy = make.measurement(0.05, half=0.1)
    (only,) = make.trajectory(failed=0).attempts
    one = make.trajectory(attempts=(replace(only, measurement=noisy),), confirmed=[0.05])
    floor = pace_row([one], [], None).milestones[0]
    assert one.floor is not None
    assert noisy.log2_speedup > one.floor.delta
    assert (floor.name, floor.reached, floor.cells) == ("floor", 0, 1)
    assert funnel(one).faster == 0
    (table,) = build_report([one]).studies[0].tables
    assert (table.rows[0].faster, table.rows[0].decided) == (0, 1)


def test_a_track_without_calls_does_not_make_the_known_programs_unmeasured(make: Any) -> None:
    begun = pace_row([cell(make, 1, 1.0)], [LADDER], None)
    waiting = pace_row([cell(make, 1)], [LADDER], None)
    (section,) = tables.sections([begun, waiting])
    assert section.notes == ()
    (section,) = tables.sections([pace_row([cell(make, 1, 1.0)], [], None), waiting])
    assert section.notes == (tables.NO_LADDER.format(tasks="alpha"),)
