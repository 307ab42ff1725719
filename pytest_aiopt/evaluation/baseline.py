"""The noise floor: the baseline against itself through the same path, stored per machine and task."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from math import log2
from pathlib import Path

import msgspec

from pytest_aiopt.errors import InfrastructureError, StoreError
from pytest_aiopt.model import Measurement, NoiseFloor, Verdict

MINIMUM_DELTA = log2(1.02)  # code layout alone moves a binary by up to this much


def measure(
    task: str, fingerprint: str, compare: Callable[[], Measurement | Verdict], evaluations: int
) -> NoiseFloor:
    """Return the floor of ``evaluations`` A/A comparisons: delta = max(log2 1.02, 3 sd)."""
    ratios = tuple(_log2_ratio(task, compare()) for _ in range(evaluations))
    # Around zero, not around their mean: the truth of an A/A comparison is known.
    sd = statistics.fmean(ratio**2 for ratio in ratios) ** 0.5
    return NoiseFloor(task, fingerprint, ratios, sd, max(MINIMUM_DELTA, 3 * sd))


def _log2_ratio(task: str, found: Measurement | Verdict) -> float:
    if isinstance(found, Verdict):
        problem = f"task {task!r} does not agree with itself: {found.status.value} {found.detail}"
        raise InfrastructureError(problem, "make program.cpp deterministic and within its limits")
    return found.log2_speedup


def stored(folder: Path, task: str, digest: str, fingerprint: str) -> NoiseFloor | None:
    """Return the floor stored for this task on this very machine, if there is one."""
    path = _path(folder, task, digest, fingerprint)
    try:
        return msgspec.json.decode(path.read_bytes(), type=NoiseFloor)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise StoreError(f"{path}: {error}", "delete it; the floor is then measured again") from error


def store(folder: Path, digest: str, floor: NoiseFloor) -> None:
    """Keep ``floor`` for later campaigns on this machine."""
    path = _path(folder, floor.task, digest, floor.fingerprint)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.format(msgspec.json.encode(floor)) + b"\n")
        os.replace(temporary, path)
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}", "choose another --aiopt-results"
        ) from error


def _path(folder: Path, task: str, digest: str, fingerprint: str) -> Path:
    return folder / f"{task}-{digest[:8]}-{fingerprint}.json"
