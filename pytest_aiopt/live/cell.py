"""One cell, followed through the lines of its journal as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import log2

import msgspec

from pytest_aiopt.campaign.ledger import Account
from pytest_aiopt.campaign.standing import Standing, Tracker
from pytest_aiopt.journal.events import (
    AnyEvent,
    Faulted,
    Finished,
    Floored,
    Lost,
    Opened,
    Paused,
    Proposed,
    next_event,
)
from pytest_aiopt.journal.schema import Reader
from pytest_aiopt.journal.store import ASIDE
from pytest_aiopt.model import PauseReason, Status
from pytest_aiopt.models.prices import Prices

HIDDEN_LOOKS, HIDDEN_S = 2, 600.0
"""A journal that grew at so many looks without a visible lock is written by a process that this one cannot
see, as in another container; it counts as running until nothing was written for so many seconds."""


class State(StrEnum):
    """Where a cell stands. STOPPED: unfinished, and no process has its journal open."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    PAUSED = "paused"
    FINISHED = "finished"
    DAMAGED = "damaged"


class Trouble(StrEnum):
    """What went wrong between a cell and its endpoint, or with its journal."""

    RETRY = "retry"
    LOST = "lost"
    ANSWER = "answer"
    ENDPOINT = "endpoint"
    BUDGET = "budget"
    DAMAGED = "damaged"


class Fault(msgspec.Struct, frozen=True):
    """A fault of an endpoint, a pause or a damaged journal; ``time`` in unix seconds."""

    cell: str
    time: float
    kind: Trouble
    text: str
    step: int = 0


class Mutation(msgspec.Struct, frozen=True):
    """How a model call ended. ``speedup``: over the start; None where nothing new was measured."""

    cell: str
    time: float
    step: int
    status: Status
    speedup: float | None = None
    best: bool = False
    reason: str = ""


News = Fault | Mutation


@dataclass(slots=True)
class FollowedCell:
    """What the journal ``id`` says so far. ``curve``: the best log2 speedup after each decided call."""

    id: str
    prices: Prices | None
    reader: Reader
    account: Account = field(init=False)
    tracker: Tracker = field(init=False)
    opened: Opened | None = None
    damaged: bool = False
    locked: bool = False
    curve: list[float] = field(default_factory=list)
    delta: float | None = None
    began: float = 0.0
    changed: float = 0.0
    ran: float = 0.0
    last: type[AnyEvent] | None = None
    _unseen: int = 0
    _faulted: bool = False

    def __post_init__(self) -> None:
        self.account = Account(self.prices)
        self.tracker = Tracker(self.id, 0, clock=lambda: self.ran)

    @property
    def aside(self) -> bool:
        """Whether the cell was set aside and begun anew."""
        return ASIDE in self.id

    def take(self, line: bytes) -> Iterator[News]:
        """Take the next line; raises JournalError where it is damaged."""
        event = next_event(self.reader, line)
        written = self.reader.latest
        assert written is not None
        self.changed, self.ran, self.last = written.time, written.ran, type(event)
        self.began = self.began or written.time
        if isinstance(event, Opened):
            self.opened, self.tracker.iterations = event, event.iterations
        if isinstance(event, Floored):
            self.delta = event.floor.delta
        best = self.tracker.standing().best
        self.tracker.add(event)
        self.account.book(event)
        yield from self._faults(event)
        yield from self._ended(best)

    def _faults(self, event: AnyEvent) -> Iterator[Fault]:
        """Give the faults that an event records; those of a reply only where no line came before it."""
        match event:
            case Faulted(step=step, detail=detail, wait_s=wait_s):
                self._faulted = True
                yield self.fault(Trouble.RETRY, f"{detail} (next attempt after {wait_s:.0f} s)", step)
            case Lost(step=step):
                yield self.fault(Trouble.LOST, "no answer in time; the call may be charged", step)
            case Paused(step=step, reason=reason, detail=detail):
                kind = Trouble.BUDGET if reason is PauseReason.BUDGET else Trouble.ENDPOINT
                yield self.fault(kind, detail, step)
            case Proposed(step=step, completion=reply):
                for text in () if self._faulted else reply.faults:
                    yield self.fault(Trouble.RETRY, text, step)
                if reply.error:
                    yield self.fault(Trouble.ANSWER, reply.error, step)
                self._faulted = False

    def _ended(self, before: float | None) -> Iterator[Mutation]:
        """Give the iteration that ended with the latest event, if one did."""
        if len(self.tracker.statuses) == len(self.curve):
            return
        step, best = self.tracker.current, self.tracker.standing().best
        self.curve.append(log2(best) if best is not None else 0.0)
        if step is None:
            return
        measured = step.measured.measurement if step.measured else None
        yield Mutation(
            cell=self.id,
            time=self.changed,
            step=step.number,
            status=self.tracker.statuses[step.number],
            speedup=measured.speedup if measured else None,
            best=best is not None and best > (before or 1.0),
            reason=(step.edited.rule or step.edited.reason or "") if step.edited else "",
        )

    def fault(self, kind: Trouble, text: str, step: int = 0) -> Fault:
        """Return a fault of now, which is the time of the latest line."""
        return Fault(self.id, self.changed, kind, text, step)

    def see(self, *, locked: bool, grew: bool) -> None:
        """Note whether the journal is locked, and whether it grew since the last look."""
        if locked or self.locked:
            self._unseen = 0
        elif grew:
            self._unseen += 1
        self.locked = locked

    def state(self, now: float) -> State:
        """Return where the cell stands at ``now`` (unix seconds)."""
        if self.damaged:
            return State.DAMAGED
        if self.last is Finished:
            return State.FINISHED
        if self.locked or (self._unseen >= HIDDEN_LOOKS and now - self.changed < HIDDEN_S):
            return State.RUNNING
        return State.PAUSED if self.last is Paused else State.STOPPED

    def standing(self) -> Standing:
        """Return the progress of the cell."""
        return self.tracker.standing()
