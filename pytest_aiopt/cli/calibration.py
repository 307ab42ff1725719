"""Noise floors measured on purpose: many A/A evaluations of each task, spread over time in rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.model import Measurement, NoiseFloor

ROUNDS = 6
EVALUATIONS = 30


def calibrate(
    benches: Sequence[Bench], *, evaluations: int = EVALUATIONS, tell: Callable[[str], None]
) -> list[NoiseFloor]:
    """Measure and store the floor of each task; at least ``evaluations`` each, in rounds over all tasks.

    ``tell`` gets a line a round. Floors stored before are replaced, except where a task fails.
    """
    each = -(-evaluations // ROUNDS)
    found: dict[str, list[Measurement]] = {bench.task.name: [] for bench in benches}
    for number in range(1, ROUNDS + 1):
        for bench in benches:
            found[bench.task.name] += bench.equals(each)
        tell(f"round {number}/{ROUNDS}: {each} A/A evaluations of {', '.join(found)}")
    return [bench.keep_floor(found[bench.task.name]) for bench in benches]
