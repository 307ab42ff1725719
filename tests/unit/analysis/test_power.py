from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytest_aiopt.analysis.statistics import power as table
from pytest_aiopt.analysis.statistics.power import jackpots, normal, pilot, power, resampled, study_power
from pytest_aiopt.analysis.statistics.ranks import critical_value, untied_null
from pytest_aiopt.analysis.trajectory import Frontier
from pytest_aiopt.model import Primary

GAIN: dict[str, Any] = {"outcome": Primary.GAIN, "frontier": Frontier(1.0, 1.0)}
"""The outcome of these cells: the confirmed log2 speedup itself, as that of the frontier is one."""

PUBLISHED = {
    (0.8, 5, 3): (0.46, 0.30),
    (0.8, 5, 6): (0.80, 0.66),
    (1.0, 5, 1): (0.21, 0.13),
    (1.0, 5, 3): (0.65, 0.50),
    (1.0, 5, 6): (0.93, 0.87),
    (1.0, 5, 10): (0.99, 0.99),
    (1.0, 10, 1): (0.50, 0.33),
    (1.5, 5, 1): (0.43, 0.30),
    (1.5, 5, 3): (0.94, 0.89),
    (2.0, 5, 1): (0.68, 0.51),
}
"""Power by (shift in sd, seeds, tasks) at alpha .05 and .0167, from an independent simulation."""


@pytest.mark.parametrize("case", PUBLISHED, ids=str)
def test_power_of_planted_shifts(case: tuple[float, int, int]) -> None:
    shift, seeds, tasks = case
    rng = np.random.default_rng(11)
    for alpha, expected in zip((0.05, 0.0167), PUBLISHED[case], strict=True):
        found = power(normal(), normal(shift), seeds, tasks, alpha=alpha, rng=rng)
        assert found == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("tasks", "chances", "expected"),
    [(3, (0.2, 0.6), 0.43), (6, (0.2, 0.6), 0.73), (6, (0.1, 0.4), 0.47), (10, (0.1, 0.4), 0.71)],
)
def test_power_of_planted_jackpots(tasks: int, chances: tuple[float, float], expected: float) -> None:
    old, new = (jackpots(chance, 6.0) for chance in chances)
    assert power(old, new, 5, tasks, rng=np.random.default_rng(12)) == pytest.approx(expected, abs=0.05)


def test_no_effect_is_found_as_often_as_the_level_says() -> None:
    """The attained level is exact: twice the tail of the null up to the critical value."""
    sizes = [(5, 5)] * 6
    critical = critical_value(sizes)
    assert critical == 51
    level = 2 * untied_null(sizes)[: critical + 1].sum()
    found = power(normal(), normal(), 5, 6, studies=8000, rng=np.random.default_rng(13))
    assert found == pytest.approx(level, abs=4 * (level / 8000) ** 0.5)


def test_three_seeds_on_one_task_find_nothing() -> None:
    assert power(normal(), normal(9), 3, 1, rng=np.random.default_rng(1)) == 0


def test_a_pilot_gives_its_scatter_and_its_jackpots(make: Any) -> None:
    """Seeds at 0, .1, .2 and three at 2: the sd within a track, and half of them found the trick."""
    values = [0.0, 0.1, 0.2, 2.0, 2.1, 2.2]
    cells = [make.trajectory("A", seed, confirmed=[x], **GAIN) for seed, x in enumerate(values, 1)]
    found = pilot(cells)
    assert found.sd == pytest.approx(np.std(values, ddof=1))
    assert np.std(found.residuals) == pytest.approx(1, abs=0.01)
    assert found.jackpot is not None
    assert found.jackpot[0] == 0.5


def test_a_pilot_of_one_seed_tells_no_scatter(make: Any) -> None:
    found = study_power([make.trajectory("A", 1)], studies=50)
    assert (found.pilot.sd, found.pilot.residuals, found.pilot.jackpot) == (None, (), None)
    text = "\n".join(table.lines(found))
    assert "normal scatter, as there are too few stored cells" in text
    assert "no rows for jackpots" in text


def test_cells_without_scatter_give_no_power(make: Any) -> None:
    cells = [make.trajectory(t, s, champion=None, confirmed=[], **GAIN) for t in "AC" for s in range(8)]
    cells.append(make.trajectory("C", 8, confirmed=[0.8], **GAIN))
    found = study_power(cells, studies=50)
    assert not found.rows
    (line,) = table.lines(found)
    assert line.startswith("no power is shown: 16 of 17 stored cells have exactly the outcome of another")
    assert table.as_json(found)["power"] == {}


def test_resampled_scatter_keeps_its_spread() -> None:
    drawn = resampled([-1.0, 1.0], shift=3.0)(np.random.default_rng(0), (20_000,))
    assert drawn.mean() == pytest.approx(3, abs=0.05)
    assert drawn.std() == pytest.approx(1, abs=0.05)
