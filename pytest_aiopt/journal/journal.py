"""A cell's append-only record, and the recorder that replays it.

One JSON line per event (schema.py), fsynced before anything builds on it. A line without its newline was in
flight when the process died; it is dropped on opening. Any other damage, also lines missing at the end, is an
error that names the line, and the file is left as it is.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from pytest_aiopt.errors import InUse, JournalError
from pytest_aiopt.files import unwritable
from pytest_aiopt.journal.ends import last_ran
from pytest_aiopt.journal.events import AnyEvent, Event, Note, encode, next_event, redacted
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.journal.schema import REMEDY, SCHEMA, Head, Reader, complete_lines, head_path

E_ = TypeVar("E_", bound=Event)
OTHER = "run it with the version and settings that wrote it, or start again with --aiopt-fresh"


class Journal:
    """A journal open for appending by one process."""

    def __init__(self, path: Path) -> None:
        """Open or create ``path``; raises StoreError if it cannot be written or is in use."""
        self.path = path
        self._head = -1
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = _opened(path)
        except OSError as error:
            raise unwritable(path, error) from error
        self._lock()
        try:
            self.events = self._read()
            self._drop_torn_tail()
            self._ran_before, self._opened = last_ran(path), time.monotonic()
            self._head = _opened(head_path(path))
        except OSError as error:
            self.close()
            raise unwritable(path, error) from error
        except BaseException:
            self.close()
            raise

    @property
    def record(self) -> CellRecord | None:
        """The cell so far; None before its first event. Raises JournalError if that opens no cell."""
        return CellRecord.of(self.events, self.path) if self.events else None

    @property
    def ran(self) -> float:
        """The seconds this cell has run over all sessions, each counted up to its last event."""
        return self._ran_before + time.monotonic() - self._opened

    def append(self, event: AnyEvent) -> AnyEvent:
        """Write ``event`` and wait until the disk has it; a failed write leaves the file as it was.

        Returns what was written: the event, without any key of the environment that was in it.
        """
        event = redacted(event)
        digest = self._reader.digest
        line = encode(len(self.events) + 1, event, time.time(), self.ran, prev=digest, schema=self._schema)
        after = replace(self._reader)
        after.passed(line[:-1])
        self._commit(line, after)
        self.events.append(event)
        return event

    def extend(self, lines: bytes) -> list[AnyEvent]:
        """Append complete lines that another machine wrote, the next ones; return their events."""
        after = replace(self._reader)
        events = [next_event(after, line) for line in lines.split(b"\n")[:-1]]
        self._commit(lines, after)
        self.events += events
        return events

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return os.fstat(self._fd).st_size

    def _commit(self, lines: bytes, after: Reader) -> None:
        """Write lines, after which the reader is ``after``; leave the file as it was on failure."""
        end = self.size
        try:
            _write(self._fd, lines, end)
            os.fsync(self._fd)
            _write(self._head, Head(after.lines, after.digest).encode(), 0)
        except OSError as error:
            os.ftruncate(self._fd, end)
            raise unwritable(self.path, error) from error
        self._reader = after

    def close(self) -> None:
        """Release the file and its lock."""
        if self._head >= 0:
            os.fsync(self._head)
            os.close(self._head)
        os.close(self._fd)

    def _read(self) -> list[AnyEvent]:
        """Return the events on record; raises JournalError if one was changed or removed."""
        self._reader = Reader(self.path)
        lines = complete_lines(self.path)
        events = [next_event(self._reader, line) for line in lines]
        head = Head.beside(self.path)
        if head is not None and (problem := head.problem(lines)):
            raise JournalError(f"{self.path}: {problem}", REMEDY)
        self._schema = SCHEMA if events and self._reader.schema != SCHEMA else 0
        return events

    def _lock(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._fd)
            raise InUse(f"{self.path} is in use by another session", "wait for it or stop it") from error

    def _drop_torn_tail(self) -> None:
        data = self.path.read_bytes()
        os.ftruncate(self._fd, data.rfind(b"\n") + 1)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _write(fd: int, data: bytes, at: int) -> None:
    if os.pwrite(fd, data, at) != len(data):
        raise OSError("short write, is the disk full?")


class Records(Protocol):
    """The part of a journal that a recorder uses."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def events(self) -> list[AnyEvent]:
        """The recorded events in order."""

    def append(self, event: AnyEvent) -> AnyEvent:
        """Put ``event`` on record and return it as it was written."""


class Recorder:
    """Runs a campaign against its journal: replays recorded steps, makes and appends missing ones."""

    def __init__(self, journal: Records) -> None:
        self.journal = journal
        self._next = -1
        self._advance()

    @property
    def replaying(self) -> bool:
        """Whether the next event is already in the journal."""
        return self._next < len(self.journal.events)

    def take(self, kind: type[E_], make: Callable[[], E_], **expected: object) -> E_:
        """Return the next event: from the journal if it is there, else ``make()`` appended.

        ``expected`` are fields that a replayed event must hold; a journal that disagrees was written by
        another design or another version and raises JournalError.
        """
        if self.replaying:
            line, recorded = self._next + 1, self.journal.events[self._next]
            self._advance()
            if problem := _disagrees(kind, recorded, expected):
                raise JournalError(f"{self.journal.path}, line {line} {problem}", OTHER, line, fault=problem)
            return recorded  # type: ignore[return-value]
        event: E_ = self.journal.append(make())  # type: ignore[arg-type, assignment]
        self._next = len(self.journal.events)
        return event

    def note(self, note: Note) -> None:
        """Append an event that is not a step of the campaign."""
        self.journal.append(note)  # type: ignore[arg-type]
        self._next = len(self.journal.events)

    def _advance(self) -> None:
        """Go to the next event that is a step of the campaign."""
        self._next += 1
        while self.replaying and isinstance(self.journal.events[self._next], Note):
            self._next += 1


def _disagrees(kind: type[Event], event: Event, expected: dict[str, object]) -> str:
    """Return how a recorded event differs from the one that must follow; "" if it does not."""
    if not isinstance(event, kind):
        return f"holds {type(event).__name__} where {kind.__name__} must follow"
    names = (name for name, value in expected.items() if getattr(event, name) != value)
    return next((f"holds another {name} than replaying it gives" for name in names), "")
