"""Times measured elsewhere, shown by pytest-benchmark: its table, JSON, storage and ``compare``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_aiopt.journal.events import Reconfirmed


@dataclass(slots=True)
class RecordedClock:
    """A timer for ``@pytest.mark.benchmark(timer=...)`` that the code advances by hand (seconds)."""

    now: float = 0.0

    def __call__(self) -> float:
        """Return the present."""
        return self.now

    def play(self, times: Sequence[float]) -> Callable[[], None]:
        """Return a function for ``benchmark.pedantic`` whose n-th call takes the n-th of ``times``."""
        left = iter(times)

        def take() -> None:
            self.now += next(left)

        return take


def times(found: Reconfirmed) -> list[float]:
    """Return the champion's seconds in every run of its first held-out workload.

    Where costs were compared these are seconds of CPU all the same: what decided is in the summary.
    """
    return [pair.candidate_s for one in found.measurements[:1] for pair in one.pairs]


def summary(found: Reconfirmed) -> dict[str, Any]:
    """Return what ``extra_info`` should hold: speedups, intervals, placements and the visible/held-out gap.

    ``compared`` says what the speedups are ratios of: time, or what the task counts.
    """
    from pytest_aiopt.campaign.champions import gap

    shrunk = gap(found)
    return {
        "cell": found.cell.id,
        "candidate": found.candidate,
        "compared": next((one.counted for one in found.measurements if one.counted), "time"),
        "visible_speedup": found.visible.speedup if found.visible else None,
        "held_out": {
            one.workload: {
                "speedup": one.speedup,
                "low": 2.0**one.low,
                "high": 2.0**one.high,
                "placements": [2.0**each for each in one.placements],
                "baseline_s": median(pair.baseline_s for pair in one.pairs),
                "quality": one.quality.value,
            }
            for one in found.measurements
        },
        "visible_over_held_out": None if shrunk is None else 2.0**shrunk,
    }
