from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.model import Cell, Feedback, Measurement, NoiseFloor, Quality, Status, Usage


def measurement(
    log2_speedup: float, half: float = 0.1, workload: str = "h0", quality: Quality = Quality.QUIET
) -> Measurement:
    return Measurement(workload, log2_speedup, log2_speedup - half, log2_speedup + half, (), quality)


def attempt(step: int, status: Status) -> Attempt:
    found = measurement(0.5, workload="w0") if status is Status.PASSED else None
    return Attempt(
        step=step,
        status=status,
        changed=True,
        candidate=f"c{step}",
        parent="base",
        measurement=found,
        seconds=1.0,
        usage=Usage(),
    )


def trajectory(
    track: str = "A",
    seed: int = 1,
    task: str = "alpha",
    passed: int = 1,
    failed: int = 1,
    confirmed: Sequence[float] = (0.5,),
    **changes: object,
) -> Trajectory:
    """A finished cell of the usual four tracks; ``changes`` replace any field."""
    cell = Cell(task, track, seed)
    statuses = [Status.PASSED] * passed + [Status.COMPILE_ERROR] * failed
    fields = {
        "cell": cell,
        "model": "small" if track in "AC" else "strong",
        "feedback": Feedback.PROFILE if track in "CD" else Feedback.NONE,
        "study": "four",
        "journal": f"four/{cell.id}/journal.jsonl",
        "iterations": len(statuses),
        "finished": True,
        "attempts": tuple(attempt(step, status) for step, status in enumerate(statuses, start=1)),
        "floor": NoiseFloor(task, "machine", (), 0.01, 0.03),
        "champion": "c1",
        "confirmations": tuple(measurement(value, workload=f"h{i}") for i, value in enumerate(confirmed)),
        "profiles_taken": 3,
        "profiles_failed": 0,
        "notes": (),
    }
    return Trajectory(**(fields | changes))  # type: ignore[arg-type]


class Make:
    """Builders of records with sensible defaults."""

    measurement = staticmethod(measurement)
    trajectory = staticmethod(trajectory)


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make


@pytest.fixture(scope="session")
def study() -> Callable[..., list[Trajectory]]:
    def build(task: str = "alpha", **values: Sequence[float]) -> list[Trajectory]:
        """Cells of one task from the confirmed log2 speedups of each track, seeds from 1."""
        return [
            trajectory(track, seed, task, confirmed=[value])
            for track, each in values.items()
            for seed, value in enumerate(each, start=1)
        ]

    return build
