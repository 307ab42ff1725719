"""Where in a journal its events lie, so that a few of many can be read without the others."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from pytest_aiopt.journal.events import (
    AnyEvent,
    Built,
    Edited,
    Event,
    Judged,
    Measured,
    Opened,
    Profiled,
    Proposed,
)
from pytest_aiopt.journal.schema import Reader, decode_line

E_ = TypeVar("E_", bound=Event)

_FORM = struct.Struct("<IBI8s")
KINDS: tuple[type[Event], ...] = (Opened, Proposed, Edited, Built, Judged, Measured, Profiled)
"""The kinds of events that can be looked up; lines of other kinds are only counted."""
_OTHER = len(KINDS)


def index(lines: Sequence[bytes], events: Sequence[AnyEvent]) -> bytes:
    """Return size, kind, step and candidate of each line of a journal, packed."""
    return b"".join(_entry(len(line) + 1, event) for line, event in zip(lines, events, strict=True))


def _entry(size: int, event: AnyEvent) -> bytes:
    kind = next((at for at, each in enumerate(KINDS) if isinstance(event, each)), _OTHER)
    candidate = getattr(event, "candidate", None) or ""
    mark = bytes.fromhex(candidate[:16]) if kind < _OTHER and candidate else b""
    return _FORM.pack(size, kind, getattr(event, "step", 0), mark)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    start: int
    end: int


@dataclass(slots=True)
class Lines:
    """Events of one journal, looked up by kind and step or candidate; the first of several."""

    reader: Reader
    data: bytes
    by_step: dict[tuple[int, int], _Line] = field(default_factory=dict)
    by_candidate: dict[tuple[int, bytes], _Line] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, packed: bytes) -> Lines:
        """Open a journal with its index; making the index has read and checked every line."""
        data, reader = path.read_bytes(), Reader(path)
        if packed:
            reader.event(decode_line(data[: _FORM.unpack_from(packed)[0] - 1]))  # tells its version
        found = cls(reader, data)
        start = 0
        for number, (size, kind, step, mark) in enumerate(_FORM.iter_unpack(packed), 1):
            line = _Line(number, start, start + size - 1)
            found.by_step.setdefault((kind, step), line)
            if mark.strip(b"\0"):
                found.by_candidate.setdefault((kind, mark), line)
            start += size
        return found

    def at(self, kind: type[E_], step: int) -> tuple[int, E_] | None:
        """Return line number and event of a step; raises JournalError if the line is damaged."""
        return self._event(kind, self.by_step.get((KINDS.index(kind), step)))

    def of_candidate(self, kind: type[E_], sha: str) -> tuple[int, E_] | None:
        """Return line number and event of a candidate, as ``at``."""
        return self._event(kind, self.by_candidate.get((KINDS.index(kind), bytes.fromhex(sha[:16]))))

    def _event(self, kind: type[E_], line: _Line | None) -> tuple[int, E_] | None:
        if line is None:
            return None
        try:
            found = decode_line(self.data[line.start : line.end])
            if found.n != line.number:
                raise ValueError(f"it carries number {found.n}")
            raw = self.reader.event(found)
            event: AnyEvent = msgspec.json.decode(raw, type=AnyEvent)
        except (msgspec.DecodeError, ValueError) as error:
            raise self.reader.damaged(line.number, error) from error
        return (line.number, event) if isinstance(event, kind) else None
