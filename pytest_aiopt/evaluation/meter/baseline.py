"""The noise floor: the baseline against itself through the same path, stored per machine and task."""

from __future__ import annotations

import contextlib
import hashlib
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log2
from pathlib import Path

import msgspec
from filelock import FileLock

from pytest_aiopt import files
from pytest_aiopt.errors import InfrastructureError, StoreError
from pytest_aiopt.evaluation.host.machine import fingerprint
from pytest_aiopt.model import Measurement, NoiseFloor, Verdict

MINIMUM_DELTA = log2(1.02)  # a smaller gain is not worth a claim
LEAST_COST_DELTA = log2(1.005)  # costs have no noise; less than this is not worth a claim
FLOOR_SDS = 3  # standard deviations of the program against itself
DELTA = {
    "time": {"minimum_log2": MINIMUM_DELTA, "standard_deviations": FLOOR_SDS},
    "cost": {"minimum_log2": LEAST_COST_DELTA, "standard_deviations": FLOOR_SDS},
}
"""By the quantity that a task compares; "faster" means above the larger of the two."""


class StoredFloor(msgspec.Struct, frozen=True):
    """A floor file: the floor, the machine it was measured on, and their digest; "" in older files."""

    floor: NoiseFloor
    machine: dict[str, str]
    sha256: str = ""


def measure(task: str, compare: Callable[[], Measurement | Verdict], evaluations: int) -> list[Measurement]:
    """Return ``evaluations`` A/A comparisons, each in a new sandbox."""
    return [_agreeing(task, compare()) for _ in range(evaluations)]


def _agreeing(task: str, found: Measurement | Verdict) -> Measurement:
    if isinstance(found, Verdict):
        problem = f"task {task!r} does not agree with itself: {found.status.value} {found.detail}"
        raise InfrastructureError(problem, "make program.cpp deterministic and within its limits")
    return found


def floor_of(
    task: str, machine: Mapping[str, str], found: Sequence[Measurement], notes: Sequence[str] = ()
) -> NoiseFloor:
    """Return the floor that A/A comparisons show; delta follows the rule of DELTA.

    Of costs each ratio is 1 on every input, and there is no machine to drift.
    """
    costs = any(one.counted for one in found)
    rule = DELTA["cost" if costs else "time"]
    ratios = tuple(one.log2_speedup for one in found)
    # Around zero, not around their mean: the truth of an A/A comparison is known.
    sd = statistics.fmean(ratio**2 for ratio in ratios) ** 0.5
    times = [statistics.median(pair.baseline_s for pair in one.pairs) for one in found]
    return NoiseFloor(
        task=task,
        fingerprint=fingerprint(dict(machine)),
        log2_ratios=ratios,
        sd=sd,
        delta=max(rule["minimum_log2"], rule["standard_deviations"] * sd),
        drift=None if costs else log2(max(times) / min(times)),
        pairs=sum(len(one.pairs) for one in found),
        seconds=sum(one.seconds for one in found),
        notes=tuple(notes),
    )


@contextlib.contextmanager
def only_once(folder: Path, task: str) -> Iterator[None]:
    """Let one process at a time look for the floor of ``task`` and measure it; raises StoreError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{task}.lock")
        lock.acquire()
    except OSError as error:
        raise StoreError(
            f"cannot write {folder}: {error.strerror}", "choose another results directory"
        ) from error
    try:
        yield
    finally:
        lock.release()


def stored(folder: Path, task: str, digest: str, machine: Mapping[str, str]) -> NoiseFloor | None:
    """Return the floor stored for this task on this very machine, if there is one."""
    path = _path(folder, task, digest, fingerprint(dict(machine)))
    return _read(path).floor if path.exists() else None


def refused(folder: Path, task: str, digest: str, machine: Mapping[str, str]) -> list[str]:
    """Return one line per stored floor of this task from another machine: the differences."""
    here = fingerprint(dict(machine))
    return [
        f"the noise floor that {task} has from machine {other.floor.fingerprint} is not valid on this one "
        f"({here}): {'; '.join(_differences(other.machine, machine))}"
        for other in _others(folder, task, digest, here)
    ]


def _others(folder: Path, task: str, digest: str, here: str) -> Iterator[StoredFloor]:
    for path in sorted(folder.glob(f"{task}-{digest[:8]}-*.json")):
        if path != _path(folder, task, digest, here):
            yield _read(path)


def _differences(there: Mapping[str, str], here: Mapping[str, str]) -> Iterator[str]:
    for key in sorted(there.keys() | here.keys()):
        if there.get(key) != here.get(key):
            yield f"{key} was {there.get(key, 'unknown')}, is {here.get(key, 'unknown')}"


def _read(path: Path) -> StoredFloor:
    try:
        return msgspec.json.decode(path.read_bytes(), type=StoredFloor)
    except (OSError, msgspec.DecodeError) as error:
        remedy = "delete it; the floor is then measured again"
        raise StoreError(f"{path}: {error}", remedy, fault=str(error)) from error


def spoilt(path: Path) -> str:
    """Return the fault of a stored floor, "" without one; raises StoreError if it cannot be read."""
    found = _read(path)
    if found.sha256 and found.sha256 != _digest(found.floor, found.machine):
        return "differs from its digest"
    if found.floor.fingerprint != fingerprint(found.machine):
        return "is not of the machine that it describes"
    return ""


def _digest(floor: NoiseFloor, machine: Mapping[str, str]) -> str:
    return hashlib.sha256(msgspec.json.encode([floor, dict(machine)], order="sorted")).hexdigest()


def store(folder: Path, digest: str, floor: NoiseFloor, machine: Mapping[str, str]) -> Path:
    """Keep ``floor`` for later campaigns on this machine; return where."""
    path = _path(folder, floor.task, digest, floor.fingerprint)
    kept = StoredFloor(floor, dict(machine), _digest(floor, machine))
    data = msgspec.json.format(msgspec.json.encode(kept))
    try:
        files.write(path, data + b"\n")
    except OSError as error:
        raise files.unwritable(path, error) from error
    return path


def _path(folder: Path, task: str, digest: str, fingerprint: str) -> Path:
    return folder / f"{task}-{digest[:8]}-{fingerprint}.json"
