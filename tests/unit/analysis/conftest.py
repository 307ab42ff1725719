from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.model import Cell, Feedback, Measurement, NoiseFloor, Quality, Status, Usage


def measurement(log2_speedup: float, half: float = 0.01, workload: str = "h0") -> Measurement:
    return Measurement(
        workload, log2_speedup, log2_speedup - half, log2_speedup + half, pairs=(), quality=Quality.QUIET
    )


def attempt(
    step: int, status: Status = Status.PASSED, log2: float | None = None, **changes: object
) -> Attempt:
    fields = {
        "step": step,
        "status": status,
        "changed": True,
        "candidate": f"c{step}",
        "parent": "base",
        "measurement": None if log2 is None else measurement(log2, workload="w0"),
        "seconds": 1.0,
        "usage": Usage(),
    }
    return Attempt(**(fields | changes))  # type: ignore[arg-type]


def trajectory(
    track: str = "A",
    seed: int = 1,
    task: str = "alpha",
    attempts: Sequence[Attempt] = (),
    champion: str | None = "c1",
    confirmed: Sequence[float] = (0.5,),
    **changes: object,
) -> Trajectory:
    """A finished cell; odd tracks of the usual four have model small, C and D are shown profiles."""
    cell = Cell(task, track, seed)
    fields = {
        "cell": cell,
        "model": "small" if track in "AC" else "strong",
        "feedback": Feedback.PROFILE if track in "CD" else Feedback.NONE,
        "study": "four",
        "journal": f"four/{cell.id}/journal.jsonl",
        "iterations": 20,
        "finished": True,
        "attempts": tuple(attempts) or (attempt(1, log2=0.5),),
        "floor": NoiseFloor(task, "machine-1", (), 0.01, 0.03),
        "champion": champion,
        "confirmations": tuple(measurement(value, workload=f"h{i}") for i, value in enumerate(confirmed)),
        "profiles_taken": 3,
        "profiles_failed": 0,
        "notes": (),
    }
    return Trajectory(**(fields | changes))  # type: ignore[arg-type]


class Make:
    """Builders of records with sensible defaults."""

    measurement = staticmethod(measurement)
    attempt = staticmethod(attempt)
    trajectory = staticmethod(trajectory)


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make


Arms = Callable[..., list[Trajectory]]


@pytest.fixture(scope="session")
def arms() -> Arms:
    def build(task: str = "alpha", **values: Sequence[float]) -> list[Trajectory]:
        """Cells of one task from the confirmed log2 speedups of each track, seeds from 1."""
        return [
            trajectory(track, seed, task, confirmed=[value])
            for track, each in values.items()
            for seed, value in enumerate(each, start=1)
        ]

    return build
