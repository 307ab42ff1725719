from __future__ import annotations

from typing import Any

from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.model import NoiseFloor
from pytest_aiopt.report.everywhere import everywhere
from pytest_aiopt.report.tables.everywhere import notes


def on(machine: str, make: Any, *, low: float, high: float, **settings: str) -> list[Trajectory]:
    """Cells of tracks A and C with six seeds each; the champions of C are ``high``, those of A ``low``."""
    return [
        make.trajectory(
            track,
            seed,
            confirmed=[value + seed / 100],
            identity={"machine": machine, "gate": "plain", **settings},
            floor=NoiseFloor("alpha", machine, (), 0.01, 0.3),
        )
        for track, value in (("A", low), ("C", high))
        for seed in range(1, 7)
    ]


def test_one_machine_is_no_comparison(make: Any) -> None:
    assert everywhere(on("m1", make, low=0.5, high=1.5)) is None


def test_the_same_verdict_on_all_machines_holds(make: Any) -> None:
    found = everywhere([*on("m1", make, low=0.5, high=1.5), *on("m2", make, low=0.5, high=2.5)])
    assert found is not None
    assert found.machines == ("m1", "m2")
    (one,) = (each for each in found.comparisons if (each.treated, each.control) == ("C", "A"))
    assert [each.word for each in one.found] == ["faster", "faster"]
    assert (one.holds, one.contradicts) == (True, False)
    assert "C - A, speedup: faster on all 2 machines" in list(notes(found))
    assert {(row.track, row.by_machine, row.everywhere) for row in found.faster} == {
        ("A", ((6, 6), (6, 6)), (6, 6)),
        ("C", ((6, 6), (6, 6)), (6, 6)),
    }


def test_opposite_verdicts_contradict(make: Any) -> None:
    found = everywhere([*on("m1", make, low=0.5, high=1.5), *on("m2", make, low=1.5, high=0.5)])
    assert found is not None
    (one,) = (each for each in found.comparisons if (each.treated, each.control) == ("C", "A"))
    assert (one.holds, one.contradicts) == (False, True)


def test_what_one_machine_leaves_open_does_not_hold(make: Any) -> None:
    few = [t for t in on("m2", make, low=0.1, high=1.5, gate="strict") if t.cell.seed < 3]
    found = everywhere([*on("m1", make, low=0.5, high=1.5), *few])
    assert found is not None
    (one,) = (each for each in found.comparisons if (each.treated, each.control) == ("C", "A"))
    assert (one.holds, one.contradicts) == (False, False)
    assert found.differing == ("gate",)
    assert {row.track: row.everywhere for row in found.faster} == {"A": (0, 2), "C": (2, 2)}
