"""A cell's journal as one typed record: the only place that joins its events.

``read_cell(path)`` decodes a journal once as long as nothing is written to it; the latest records are cached.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.events import (
    AnyEvent,
    Built,
    Confirmed,
    Edited,
    Event,
    Finished,
    Floored,
    Judged,
    Measured,
    Opened,
    Paused,
    Profiled,
    Proposed,
    Rechecked,
    read,
)
from pytest_aiopt.model import Candidate, Cell, Measurement, NoiseFloor, Status

CACHED = 64
"""Maximum number of records in memory."""

E_ = TypeVar("E_", bound=Event)
Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The events of one iteration; None for those that did not happen (yet)."""

    proposed: Proposed
    edited: Edited | None = None
    built: Built | None = None
    judged: Judged | None = None
    measured: Measured | None = None

    @property
    def number(self) -> int:
        """The iteration, from 1."""
        return self.proposed.step

    @property
    def binary(self) -> str | None:
        """The sha256 of the candidate's machine code; None without a build."""
        return self.built.binary_sha if self.built is not None else None

    def with_(self, event: Event) -> Step:
        """Return the step with a further event; one that belongs to no step changes nothing."""
        match event:
            case Edited():
                return replace(self, edited=event)
            case Built():
                return replace(self, built=event)
            case Judged():
                return replace(self, judged=event)
            case Measured():
                return replace(self, measured=event)
        return self

    def status(self, measured: Container[str | None]) -> Status | None:
        """Return how the step ended; None if it has not. ``measured``: machine code measured before."""
        edited, built = self.edited, self.built
        if edited is None:
            return None
        if edited.rule or (built is not None and built.rule):
            return Status.RULE
        if edited.candidate is None:
            return Status.EDIT_ERROR
        if built is None:
            return None
        if not built.ok:
            return Status.COMPILE_ERROR
        if self.measured is not None:
            return Status.PASSED if self.measured.verdict is None else self.measured.verdict.status
        if self.judged is not None:
            failed = self.judged.verdict.status
            return None if failed is Status.PASSED else failed
        return Status.PASSED if built.binary_sha in measured else None


@dataclass(frozen=True)
class CellRecord:
    """A cell's events, folded. ``opened`` is the first of ``events``."""

    opened: Opened
    events: tuple[AnyEvent, ...]

    @classmethod
    def of(cls, events: Sequence[AnyEvent], where: Path | str = "the journal") -> CellRecord:
        """Return the record of a journal's events; raises JournalError if they do not open a cell."""
        first = events[0] if events else None
        if not isinstance(first, Opened):
            raise JournalError(
                f"{where} does not start with an opened event",
                "set this cell aside and start it again with --aiopt-fresh",
            )
        return cls(first, tuple(events))

    @staticmethod
    def opens(events: Sequence[AnyEvent]) -> bool:
        """Whether the first of ``events`` opens a cell."""
        return bool(events) and isinstance(events[0], Opened)

    @property
    def cell(self) -> Cell:
        """The cell."""
        return self.opened.cell

    @property
    def last(self) -> AnyEvent:
        """The latest event."""
        return self.events[-1]

    @property
    def finished(self) -> bool:
        """Whether the cell is complete."""
        return isinstance(self.last, Finished)

    @property
    def paused(self) -> Paused | None:
        """The pause at the end of the journal; None without one."""
        return self.last if isinstance(self.last, Paused) else None

    @cached_property
    def floor(self) -> NoiseFloor | None:
        """The noise floor; None before it was measured."""
        return next((event.floor for event in self.all(Floored)), None)

    @cached_property
    def proposals(self) -> tuple[Proposed, ...]:
        """The model calls."""
        return tuple(self.all(Proposed))

    @cached_property
    def confirmations(self) -> tuple[Confirmed, ...]:
        """The champions that were confirmed or refused, in order."""
        return tuple(self.all(Confirmed))

    @property
    def accepted(self) -> Confirmed | None:
        """The confirmation of the champion; None before there is one."""
        return next((event for event in self.confirmations if event.refused is None), None)

    @cached_property
    def rechecks(self) -> tuple[Rechecked, ...]:
        """The children that were checked again after the search."""
        return tuple(self.all(Rechecked))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The iterations begun, in order."""
        steps: dict[int, Step] = {}
        for event in self.events:
            if isinstance(event, Proposed):
                steps[event.step] = Step(event)
            elif isinstance(event, Edited | Built | Judged | Measured) and event.step in steps:
                steps[event.step] = steps[event.step].with_(event)
        return tuple(steps.values())

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Source texts by candidate, the original program included."""
        sources = {Candidate(self.opened.program).sha: self.opened.program}
        for edited in self.all(Edited):
            if edited.candidate is not None and edited.source is not None:
                sources[edited.candidate] = edited.source
        return sources

    @cached_property
    def binaries(self) -> Mapping[str, str | None]:
        """The machine code by candidate; None if it does not compile."""
        return {built.candidate: built.binary_sha for built in self.all(Built)}

    @cached_property
    def measurements(self) -> Mapping[str, Measurement | None]:
        """Measurements by machine code; None for the original program's, which is its own baseline."""
        found: dict[str, Measurement | None] = {
            built.binary_sha: None for built in self.all(Built) if built.step == 0 and built.binary_sha
        }
        for measured in self.all(Measured):
            binary = self.binaries.get(measured.candidate)
            if binary and measured.measurement:
                found[binary] = measured.measurement
        return found

    @cached_property
    def profiles(self) -> Mapping[str, Profiled]:
        """Profiles by candidate."""
        return {event.candidate: event for event in self.all(Profiled)}

    @property
    def champion(self) -> Candidate | None:
        """The champion of a finished cell; None if that is the original program."""
        if not isinstance(self.last, Finished):
            return None
        sha = self.last.champion
        original = sha == Candidate(self.opened.program).sha
        return None if original or sha not in self.sources else Candidate(self.sources[sha])

    def measurement(self, candidate: Candidate) -> Measurement | None:
        """Return the measurement that the search made of a candidate's machine code."""
        return self.measurements.get(self.binaries.get(candidate.sha) or "")

    def status(self, step: Step) -> Status | None:
        """Return how a step ended; None if the journal stops before that."""
        return step.status(self.measurements)

    def all(self, kind: type[E_]) -> Iterator[E_]:
        """Give every event of a kind, in order."""
        return (event for event in self.events if isinstance(event, kind))


def read_cell(path: Path | str) -> CellRecord:
    """Return the record of the journal at ``path``; raises JournalError if it is damaged."""
    path = Path(path)
    record = find_cell(path)
    if record is None:
        raise JournalError(f"{path} holds no event", "name the journal of a cell that was run")
    return record


def find_cell(path: Path) -> CellRecord | None:
    """Return the record of the journal at ``path``; None if there is no file or no event in it."""
    if not path.is_file():
        return None
    path, stamp = path.resolve(), _stamp(path)
    known = _records.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    events = read(path)
    return _hold(path, stamp, CellRecord.of(events, path)) if events else None


def remember(path: Path, record: CellRecord) -> None:
    """Cache ``record`` as the content of the journal at ``path``, so that it need not be decoded."""
    _hold(path.resolve(), _stamp(path), record)


def _hold(path: Path, stamp: Stamp, record: CellRecord) -> CellRecord:
    _records.pop(path, None)
    _records[path] = stamp, record
    if len(_records) > CACHED:
        del _records[next(iter(_records))]
    return record


def _stamp(path: Path) -> Stamp:
    """Return what changes with every write to a file."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


_records: dict[Path, tuple[Stamp, CellRecord]] = {}
