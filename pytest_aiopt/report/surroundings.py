"""Tracks, machines, noise floors and models of a study, with their costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from pytest_aiopt.analysis.trajectory import Reconfirmation, Trajectory
from pytest_aiopt.model import Confirmed, NoiseFloor, pool
from pytest_aiopt.models.prices import Prices

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DesignRow:
    """The factor levels of one track, and the number of its recorded cells."""

    track: str
    model: str
    feedback: str
    strategy: str
    hint: str
    cells: int
    description: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task, the stratum recorded by its cells ("" if there is none), and the number of cells."""

    task: str
    stratum: str
    cells: int


@dataclass(frozen=True, slots=True)
class MachineRow:
    """A machine by the fingerprint of the facts that affect timings, with these facts."""

    fingerprint: str
    facts: tuple[tuple[str, str], ...]
    cells: int


@dataclass(frozen=True, slots=True)
class FloorRow:
    """The noise floor used for a task's cells."""

    floor: NoiseFloor
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """The calls of one model. Tokens are None if any call was not counted; seconds are the model's time."""

    model: str
    answered: tuple[str, ...]
    calls: int
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float
    money: float | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainRow:
    """A champion measured in a later session: log2 speedups then and now; ``gap``: visible minus held-out."""

    cell: str
    then: Confirmed | None
    now: Confirmed | None
    gap: float | None
    same_machine: bool
    refused: str
    source: str


def design(trajectories: Sequence[Trajectory]) -> tuple[DesignRow, ...]:
    """Return one row per track with its factor levels."""
    found = Counter(
        (t.cell.track, t.shown, str(t.feedback), t.strategy.value, t.hint.value, t.description)
        for t in trajectories
    )
    return tuple(
        DesignRow(track, model, feedback, strategy, hint, cells, description)
        for (track, model, feedback, strategy, hint, description), cells in sorted(found.items())
    )


def tasks(trajectories: Sequence[Trajectory]) -> tuple[TaskRow, ...]:
    """Return one row per task and stratum."""
    found = Counter((t.stratum, t.cell.task) for t in trajectories)
    return tuple(TaskRow(task, stratum, cells) for (stratum, task), cells in sorted(found.items()))


def machines(trajectories: Sequence[Trajectory]) -> tuple[MachineRow, ...]:
    """Return one row per machine."""
    found: dict[str, list[Trajectory]] = {}
    for t in trajectories:
        found.setdefault(t.identity.get("machine", UNKNOWN), []).append(t)
    return tuple(
        MachineRow(name, _facts(cells[0].machine), len(cells)) for name, cells in sorted(found.items())
    )


def _facts(machine: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in machine.items() if value)


def floors(trajectories: Sequence[Trajectory]) -> tuple[FloorRow, ...]:
    """Return the distinct noise floors, by task."""
    found: dict[tuple[str, str, float], list[NoiseFloor]] = {}
    for t in trajectories:
        if t.floor is not None:
            found.setdefault((t.floor.task, t.floor.fingerprint, t.floor.sd), []).append(t.floor)
    return tuple(FloorRow(same[0], len(same)) for _, same in sorted(found.items()))


def models(trajectories: Sequence[Trajectory], prices: Prices | None) -> tuple[ModelRow, ...]:
    """Return one row per model."""
    found: dict[tuple[str, str], list[Trajectory]] = {}
    for t in trajectories:
        found.setdefault((t.shown, t.model), []).append(t)
    return tuple(_model(name, cells, prices) for (name, _), cells in sorted(found.items()))


def _model(name: str, cells: Sequence[Trajectory], prices: Prices | None) -> ModelRow:
    attempts = [attempt for t in cells for attempt in t.attempts]
    prompt = _sum(attempt.usage.prompt_tokens for attempt in attempts)
    completion = _sum(attempt.usage.completion_tokens for attempt in attempts)
    price = prices.find(cells[0].model) if prices else None
    paid = None if price is None or prompt is None or completion is None else price.of(prompt, completion)
    return ModelRow(
        model=name,
        answered=tuple(sorted({said for t in cells for said in t.answered})),
        calls=len(attempts),
        prompt_tokens=prompt,
        completion_tokens=completion,
        seconds=fsum(attempt.seconds for attempt in attempts),
        money=paid,
        currency=prices.currency if prices else "",
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    listed = list(counts)
    known = [count for count in listed if count is not None]
    return sum(known) if known and len(known) == len(listed) else None


def reconfirmed(trajectories: Iterable[Trajectory]) -> tuple[AgainRow, ...]:
    """Return one row per champion measured again, oldest first within a cell."""
    return tuple(_again(t, each) for t in trajectories for each in t.reconfirmations)


def _again(t: Trajectory, again: Reconfirmation) -> AgainRow:
    now = pool(again.measurements) if again.measurements else None
    same = again.candidate == t.champion and t.confirmations
    return AgainRow(
        cell=t.cell.id,
        then=pool(t.confirmations) if same else None,
        now=now,
        gap=again.visible.log2_speedup - now.log2_speedup if again.visible and now else None,
        same_machine=all(t.machine.get(key) == value for key, value in again.machine.items()),
        refused=again.refused,
        source=t.journal,
    )
