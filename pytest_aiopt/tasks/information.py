"""Whether knowing the scored workload pays on a task: thresholds, and observations held against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import median

import msgspec

from pytest_aiopt import files

STEP_TOKENS = 150
"""New tokens that one step may add."""
STEPS = 3
"""Steps after which solvers are compared."""
MOST_OF_ONE_STEP = 0.4
FEWEST_COMPONENTS = 3
STRESSED, IDLE = 0.15, 0.05
"""The least share of a component on the workload that stresses it; on another it is below the second."""
LEAST_VALUE = 0.3
FEWEST_WORKLOADS = 3


class Lack(StrEnum):
    """Why a task is not informative."""

    WORKLOADS = "workloads"
    FRONTIER = "frontier"
    ACCIDENT = "accident"
    COMPETITION = "competition"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Component:
    """A step of the ladder: its share of the frontier's log2 gain by workload."""

    file: str
    shares: Mapping[str, float]

    @property
    def competes(self) -> bool:
        """Whether one workload stresses it and another one hardly does."""
        return max(self.shares.values()) >= STRESSED and min(self.shares.values()) < IDLE


@dataclass(frozen=True, slots=True)
class Information:
    """What was observed, in log2 by scored workload.

    ``frontier``: the gain of the fastest program known; a workload without one is missing. ``step``: the
    share of it that the largest single step takes. ``value``: gain after STEPS steps of a solver that knows
    the workload, minus that of one that does not. Both are empty where they were not measured, as the task
    lacks something else. ``tried``: programs that were judged for it.
    """

    task: str
    workloads: Sequence[str]
    frontier: Mapping[str, float]
    components: Sequence[Component]
    tried: int
    step: Mapping[str, float] = field(default_factory=dict)
    value: Mapping[str, float] = field(default_factory=dict)

    @property
    def competing(self) -> list[Component]:
        """The components that compete."""
        return [each for each in self.components if each.competes]

    @property
    def median_value(self) -> float | None:
        """The median over workloads of the value of information; None where it was not measured."""
        return median(self.value.values()) if self.value else None

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What was found that keeps the task from being informative."""
        value = self.median_value
        found = {
            Lack.WORKLOADS: len(self.workloads) < FEWEST_WORKLOADS,
            Lack.FRONTIER: len(self.frontier) < len(self.workloads),
            Lack.ACCIDENT: any(share > MOST_OF_ONE_STEP for share in self.step.values()),
            Lack.COMPETITION: len(self.competing) < FEWEST_COMPONENTS,
            Lack.VALUE: value is not None and value < LEAST_VALUE,
        }
        return tuple(lack for lack, holds in found.items() if holds)

    @property
    def informative(self) -> bool:
        """Whether the task can show what knowing the workload is worth; not before all was measured."""
        return bool(self.step and self.value) and not self.lacks


class Checked(msgspec.Struct, frozen=True):
    """What the last check of a task (by digest) said of it, stored for the cells that are begun later.

    ``unfit``: the criteria of a fit task that were not met; None where they were not checked.
    """

    task: str
    digest: str
    lacks: tuple[Lack, ...] = ()
    unfit: tuple[str, ...] | None = None


def store(folder: Path, digest: str, found: Information) -> None:
    """Keep the outcome of a check; raises StoreError."""
    _write(folder, msgspec.structs.replace(_last(folder, found.task, digest), lacks=found.lacks))


def store_fitness(folder: Path, task: str, digest: str, failures: Sequence[str]) -> None:
    """Keep which criteria of a fit task were not met; raises StoreError."""
    _write(folder, msgspec.structs.replace(_last(folder, task, digest), unfit=tuple(failures)))


def lacks(folder: Path, task: str, digest: str) -> tuple[Lack, ...]:
    """Return what a task lacks by its last check; () where it lacks nothing or was not checked."""
    return _last(folder, task, digest).lacks


def unfit(folder: Path, task: str, digest: str) -> tuple[str, ...] | None:
    """Return the criteria that a task missed in its last check; None where it was not checked."""
    return _last(folder, task, digest).unfit


def _last(folder: Path, task: str, digest: str) -> Checked:
    """Return what is stored of a task in this form; nothing of an earlier form of it."""
    try:
        found = msgspec.json.decode((folder / f"{task}.json").read_bytes(), type=Checked)
    except (OSError, msgspec.DecodeError):
        return Checked(task, digest)
    return found if found.digest == digest else Checked(task, digest)


def _write(folder: Path, found: Checked) -> None:
    path = folder / f"{found.task}.json"
    try:
        files.write(path, msgspec.json.encode(found) + b"\n")
    except OSError as error:
        raise files.unwritable(path, error) from error
