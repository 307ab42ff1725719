"""Outcomes of which one decides: shares of the frontier, worked out by hand, and where they are missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_aiopt.analysis.answer import OutcomeTest, answer
from pytest_aiopt.analysis.compare import blocks_of, comparable
from pytest_aiopt.analysis.outcomes.ladder import Ladder, RungGain, frontier, with_frontier
from pytest_aiopt.analysis.outcomes.primary import OUTCOMES, depth, gain, gained, rate
from pytest_aiopt.analysis.plan import Planned
from pytest_aiopt.analysis.trajectory import Frontier
from pytest_aiopt.model import Feedback, Primary

IDENTITY = {"task": "d" * 16, "machine": "m"}


def known(log2: float, file: str = "01_a.cpp", decoy: bool = False) -> RungGain:
    return RungGain(file, True, decoy, log2, log2, log2)


RUNGS = (known(1.0), known(2.0, "02_b.cpp"), known(9.0, "90_c.cpp", decoy=True))
W0 = Ladder("alpha", "d" * 16, "m", RUNGS, "w0", (known(4.0, "frontier/ab.cpp"),), 3.0)
W1 = Ladder("alpha", "d" * 16, "m", RUNGS, "w1")


def cell(make: Any, scored: str = "w0", **changes: Any) -> Any:
    return make.trajectory(scored=scored, identity={**IDENTITY, **changes.pop("identity", {})}, **changes)


@pytest.mark.parametrize(
    ("scored", "identity", "expected"),
    [
        ("w0", {}, Frontier(4.0, 3.0)),
        ("w1", {}, Frontier(2.0)),
        ("w2", {}, None),
        ("w0", {"machine": "n"}, None),
        ("w0", {"start": "rung:01_a"}, Frontier(3.0)),
        ("w0", {"start": "rung:02"}, Frontier(2.0)),
        ("w0", {"start": "rung:07"}, None),
        ("w0", {"start": "frontier"}, None),
    ],
)
def test_the_frontier_is_what_was_measured_where_the_cell_ran(make, scored, identity, expected):
    one = cell(make, scored, identity=identity)
    assert frontier(one.cell, one.identity, one.scored, [W1, W0]) == expected


def test_shares_of_the_frontier(make: Any) -> None:
    attempts = [
        make.attempt(1),
        make.attempt(2, log2=1.0),
        make.attempt(3, log2=0.5),
        make.attempt(4, log2=2.0),
    ]
    one = with_frontier(cell(make, attempts=attempts, confirmed=[1.0, 2.0]), [W0])
    assert gain(one) == pytest.approx(0.5)
    assert gained(one) == pytest.approx((0 + 1 + 1 + 2) / 4 / 4)
    assert gain(replace(one, champion=None, finished=True)) == 0.0


def test_what_is_missing_is_missing(make: Any) -> None:
    one = cell(make, "w1")
    assert (gain(one), gained(one), depth(one), rate(one)) == (None, None, None, None)
    unconfirmed = with_frontier(one, [W1])
    assert gain(unconfirmed) is None, "the frontier was not confirmed on this workload"
    assert gained(unconfirmed) is not None
    assert gain(replace(with_frontier(cell(make), [W0]), finished=False)) is None


def test_cells_scored_on_different_workloads_are_different_blocks(make: Any) -> None:
    cells = [
        replace(cell(make, f"w{seed % 2}", track=track, seed=seed), confirmations=(
            make.measurement(0.1 * seed, workload=f"h{seed % 2}"),))
        for track in "AC" for seed in range(1, 6)
    ]  # fmt: skip
    outcomes, excluded = comparable(cells)
    assert not excluded, "held-out workloads differ with the scored one"
    blocks = blocks_of(outcomes, Planned(("C",), ("A",)), lambda o: o.confirmed.log2_speedup)
    assert [block.size for block in blocks] == [(2, 2), (3, 3)]


def test_the_recorded_outcome_decides_and_the_others_explore(make: Any) -> None:
    cells = [
        replace(
            with_frontier(
                cell(make, task="alpha", track=track, seed=seed, confirmed=[level + seed / 10]), [W0]
            ),
            outcome=Primary.GAIN,
            feedback=Feedback.PROFILE if track == "C" else Feedback.PLACEBO,
            model="small",
        )
        for track, level in (("C", 2.0), ("Cp", 1.0))
        for seed in range(1, 6)
    ]
    found = answer(cells)
    assert found.outcome is Primary.GAIN
    assert isinstance(found.primary, OutcomeTest)
    assert (found.primary.word, found.missing) == ("better", ())
    assert found.primary.treated_mean == pytest.approx(2.3 / 3)
    assert [name for name, _ in found.explored] == [Primary.AREA]
    without = answer([replace(one, frontier=None) for one in cells])
    assert len(without.missing) == 10
    assert isinstance(without.primary, OutcomeTest)
    assert without.primary.treated_mean is None


def test_every_outcome_has_its_function() -> None:
    assert set(OUTCOMES) == set(Primary)
