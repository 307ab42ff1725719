"""The progress of a cell from its events alone, so that any process can follow it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pytest_aiopt.journal.events import (
    Asked,
    Built,
    Confirmed,
    Edited,
    Event,
    Faulted,
    Finished,
    Floored,
    Judged,
    Lost,
    Measured,
    Opened,
    Paused,
    Profiled,
    Proposed,
    Rechecked,
)
from pytest_aiopt.journal.record import CellRecord, Step
from pytest_aiopt.model import Status
from pytest_aiopt.models.base import estimated_tokens

FAULT_LETTERS = 90
"""Of what an endpoint says that a line of progress shows: its address and the kind of fault."""

_NEXT: dict[type[Event], str] = {
    Opened: "noise floor",
    Floored: "building",
    Profiled: "asking",
    Asked: "asking",
    Proposed: "editing",
    Edited: "building",
    Built: "judging",
    Judged: "measuring",
    Measured: "profiling",
    Rechecked: "rechecking",
    Confirmed: "confirming",
    Lost: "asking",
    Faulted: "waiting for the endpoint",
    Paused: "paused",
    Finished: "finished",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``step`` of ``iterations`` model calls made. ``best``: speedup; None before the first measurement.

    ``decided``: calls with a known outcome. ``valid``: those whose candidate passed the gate and was
    measured, or has the machine code of one that was.
    ``tokens``: of prompts and replies; ``estimated`` where the model did not count them. ``eta_s``: expected
    seconds to the last call; None before a call was made in this session. ``doing``: the current stage.
    """

    cell: str
    step: int
    iterations: int
    best: float | None
    decided: int
    valid: int
    tokens: int
    estimated: bool
    eta_s: float | None
    doing: str

    @property
    def finished(self) -> bool:
        """Whether the cell is complete."""
        return self.doing == _NEXT[Finished]


@dataclass(slots=True)
class Tracker:
    """Follows one cell; ``record`` is that of earlier sessions.

    ``current``: the latest iteration. ``statuses``: how iterations ended, by number.
    """

    cell: str
    iterations: int
    record: CellRecord | None = None
    clock: Callable[[], float] = time.monotonic
    current: Step | None = None
    statuses: dict[int, Status] = field(default_factory=dict)
    _binaries: set[str | None] = field(default_factory=set)
    _best: float | None = None
    _tokens: int = 0
    _estimated: bool = False
    _doing: str = ""
    _began_s: float = 0.0
    _began_at: int = 0

    def __post_init__(self) -> None:
        for event in self.record.events if self.record else ():
            self._take(event)
        self._began_at, self._began_s = self._step, self.clock()

    def add(self, event: Event) -> Standing:
        """Take a new event and return the progress after it."""
        self._take(event)
        if isinstance(event, Floored):  # measured once, so no part of a step
            self._began_s = self.clock()
        return self.standing()

    def standing(self) -> Standing:
        """Return the progress of the cell."""
        steps = self._step - self._began_at
        each = (self.clock() - self._began_s) / steps if steps else None
        return Standing(
            cell=self.cell,
            step=self._step,
            iterations=self.iterations,
            best=self._best,
            decided=len(self.statuses),
            valid=sum(status is Status.PASSED for status in self.statuses.values()),
            tokens=self._tokens,
            estimated=self._estimated,
            eta_s=None if each is None else each * (self.iterations - self._step),
            doing=self._doing,
        )

    @property
    def _step(self) -> int:
        return self.current.number if self.current else 0

    def _take(self, event: Event) -> None:
        self._doing = _NEXT.get(type(event), self._doing)
        if isinstance(event, Faulted):
            self._doing += f": {event.detail[:FAULT_LETTERS]}"
        if isinstance(event, Built) and not event.step:
            self._binaries.add(event.binary_sha)
        if isinstance(event, Proposed):
            self.current = Step(event)
            self._count(event)
        elif self.current is not None:
            self.current = self.current.with_(event)
            self._conclude(self.current)

    def _conclude(self, step: Step) -> None:
        """Note how the step ended, if it has."""
        status = step.status(self._binaries)
        if status is None or step.number in self.statuses:
            return
        self.statuses[step.number] = status
        if step.measured is not None and step.measured.measurement is not None:
            self._binaries.add(step.binary)
            self._best = max(self._best or 1.0, step.measured.measurement.speedup)

    def _count(self, event: Proposed) -> None:
        usage = event.completion.usage
        for counted, text in (
            (usage.prompt_tokens, event.prompt.system + event.prompt.user),
            (usage.completion_tokens, event.completion.text + event.completion.reasoning),
        ):
            self._estimated |= counted is None
            self._tokens += estimated_tokens(text) if counted is None else counted


def line(standing: Standing) -> str:
    """Return the progress in one line."""
    one = standing
    parts = [f"{one.step}/{one.iterations}"]
    if one.best is not None:
        parts.append(f"best {one.best:.3f}x")
    if one.decided:
        parts.append(f"valid {100 * one.valid / one.decided:.0f} %")
    if one.step:
        parts.append(f"{'~' if one.estimated else ''}{_thousands(one.tokens)} tokens")
    if one.eta_s is not None and one.step < one.iterations:
        parts.append(f"ETA {_duration(one.eta_s)}")
    return f"{one.cell}  {'  '.join([*parts, one.doing])}"


def _thousands(count: int) -> str:
    return str(count) if count < 1000 else f"{count / 1000:.1f}k" if count < 1e6 else f"{count / 1e6:.2f}M"


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min"
