"""Reads a stored file of events to its end, even a corrupted one, and reports every fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.events import AnyEvent
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.journal.schema import Head, Line, Reader, decode_line, digest, head_path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A fault of a stored file; ``line`` counts from 1 and is 0 where the fault concerns the whole file."""

    path: Path
    line: int
    problem: str


@dataclass(slots=True)
class Scan:
    """The events of a file with their line numbers, and its faults. ``torn``: bytes after the last line."""

    path: Path
    events: list[tuple[int, AnyEvent]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0
    torn: bool = False

    @property
    def record(self) -> CellRecord | None:
        """The record of the events; None if the first one opens no cell."""
        events = [event for _, event in self.events]
        return CellRecord.of(events, self.path) if CellRecord.opens(events) else None

    def fault(self, line: int, problem: str) -> None:
        """Add a fault."""
        self.faults.append(Fault(self.path, line, problem))


def scan(path: Path) -> Scan:
    """Read a journal, or what lies beside one, that may have been tampered with."""
    found = Scan(path)
    head = _head(found)  # before the lines, as the journal may be growing
    data = path.read_bytes()
    *lines, rest = data.split(b"\n")
    found.lines, found.torn = len(lines), bool(rest)
    walk = _Walk(found, Reader(path))
    for at, line in enumerate(lines, 1):
        if not walk.take(at, line):
            return found
    _compare(found, head, walk, lines)
    return found


@dataclass(slots=True)
class _Walk:
    """Goes along the lines. ``next``: the number that must follow; ``sound``: whether the last line was."""

    scan: Scan
    reader: Reader
    next: int = 1
    sound: bool = True
    numbers: dict[int, int] = field(default_factory=dict)

    def take(self, at: int, line: bytes) -> bool:
        """Check one line; return whether the following lines can still be read."""
        self.reader.lines = at - 1
        problems = []
        try:
            found = decode_line(line)
        except (msgspec.DecodeError, ValueError) as error:
            problems.append(f"is damaged ({error})")
            self.next += 1
        else:
            problems += self._order(found)
            self.numbers.setdefault(found.n, at)
            self.next = max(self.next, found.n + 1)
            try:
                self.scan.events.append((at, _event(self.reader.event(found))))
            except (msgspec.DecodeError, ValueError) as error:
                problems.append(f"is damaged ({error})")
            except JournalError as newer:
                self.scan.fault(0, f"{newer.fault}; {newer.remedy}")
                return False
        for problem in problems:
            self.scan.fault(at, problem)
        self.sound = not problems
        self.reader.passed(line)
        return True

    def _order(self, found: Line) -> Iterator[str]:
        """Give the reasons why a line does not follow the one before, unless that is damaged."""
        if found.n > self.next:
            first, last = self.next, found.n - 1
            missing = f"line {first} is" if first == last else f"lines {first} to {last} are"
            yield f"carries number {found.n}: {missing} missing before it"
        elif found.n < self.next:
            yield f"carries number {found.n} again: a copy, or out of order"
        elif self.sound:
            try:
                self.reader.check_link(found)
            except ValueError as error:
                yield f"was changed, or line {self.reader.lines} was: {error}"


def _event(raw: bytes) -> AnyEvent:
    event: AnyEvent = msgspec.json.decode(raw, type=AnyEvent)
    return event


def _head(found: Scan) -> Head | None:
    try:
        return Head.beside(found.path)
    except JournalError as error:
        found.fault(0, error.problem)
        return None


def _compare(found: Scan, head: Head | None, walk: _Walk, lines: list[bytes]) -> None:
    """Compare the end of the file with its head."""
    if head is None:
        damaged = any(fault.line == 0 for fault in found.faults)
        if lines and not damaged:
            name = head_path(found.path).name
            found.fault(0, f"{name} is missing, so that lines missing at the end could not be noticed")
        return
    missing = head.lines - (walk.next - 1)
    if missing > 0:
        which = f"line {head.lines} is" if missing == 1 else f"lines {walk.next} to {head.lines} are"
        found.fault(head.lines, f"{which} missing at the end")
    elif head.lines in walk.numbers:
        at = walk.numbers[head.lines]
        if digest(lines[at - 1]) != head.digest and not any(fault.line == at for fault in found.faults):
            found.fault(at, "is not the line that was written")
