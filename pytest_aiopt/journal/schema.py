"""The form of a journal's lines and its versions.

A line is ``{"n": number from 1, "time": unix seconds, "crc": crc32 of the event's bytes, "event": {...},
"ran": seconds the cell had run over all sessions, "prev": sha256 of the line before}``. A file ``*.head``
beside the journal names its last line, so that lines missing at the end are noticed. The first event names
the journal's version; a field that is absent was not recorded. The versions that are read:

2. Reasons of edits and stages of verdicts are texts alone (upgrade.py derives the codes).
3. They are codes.

A journal that a later version continues keeps its number; the lines added to it carry theirs (``schema``).
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.upgrade import upgraded

OLDEST, SCHEMA = 2, 3
REMEDY = "restore the file from a copy, or set this cell aside and start it again with --aiopt-fresh"


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a journal; see the module for its fields. ``schema``: where it is not the journal's."""

    n: int
    time: float
    crc: int
    event: msgspec.Raw
    ran: float = 0.0
    prev: str = ""
    schema: int = 0


class _Versioned(msgspec.Struct, frozen=True):
    schema: int = SCHEMA


def crc(event: bytes) -> int:
    """Return the checksum of an encoded event."""
    return zlib.crc32(event)


def digest(line: bytes) -> str:
    """Return the sha256 of a line, without its newline, by which the next one names it."""
    return hashlib.sha256(line).hexdigest()


def ran(line: bytes) -> float:
    """Return the seconds the cell had run when an undamaged line was written; 0 if it does not say."""
    return msgspec.json.decode(line, type=Line).ran


def version(event: bytes, where: Path | str) -> int:
    """Return the version that a journal's first event names; raises JournalError for one it cannot read."""
    schema = msgspec.json.decode(event, type=_Versioned).schema
    refuse_unknown(schema, where)
    return schema


def refuse_unknown(schema: int, where: Path | str) -> None:
    """Raise JournalError if this version does not know how to read ``schema``."""
    if schema < OLDEST:
        fault = f"was written before the first release (schema {schema}, the oldest read is {OLDEST})"
        remedy = "set this cell aside and start it again with --aiopt-fresh"
        raise JournalError(f"{where} {fault}", remedy, fault=fault)
    if schema > SCHEMA:
        fault = f"was written by a newer pytest-aiopt (schema {schema}, this one reads up to {SCHEMA})"
        remedy = "install the version that wrote it, or a later one"
        raise JournalError(f"{where} {fault}", remedy, fault=fault)


def decode_line(line: bytes) -> Line:
    """Return a line whose checksum holds; raises ValueError."""
    found = msgspec.json.decode(line, type=Line)
    if crc(bytes(found.event)) != found.crc:
        raise ValueError("its checksum does not match")
    return found


def complete_lines(path: Path) -> list[bytes]:
    """Return the complete lines of a journal file; an unterminated last line is left out."""
    return path.read_bytes().split(b"\n")[:-1]


@dataclass(slots=True)
class Reader:
    """Reads the lines of one journal in order: number, checksum, digest of the line before, version.

    ``latest``: the line that ``raw`` read last.
    """

    where: Path | str
    lines: int = 0
    schema: int = 0
    digest: str = ""
    latest: Line | None = None

    def raw(self, line: bytes) -> bytes:
        """Return the next line's event in this version's form; raises JournalError if it is damaged."""
        try:
            found = decode_line(line)
            if found.n != self.lines + 1:
                raise ValueError(f"it carries number {found.n}")
            self.check_link(found)
            raw = self.event(found)
        except (msgspec.DecodeError, ValueError) as error:
            raise self.damaged(self.lines + 1, error) from error
        self.passed(line)
        self.latest = found
        return raw

    def check_link(self, found: Line) -> None:
        """Raise ValueError unless a line was written after the one before."""
        if found.prev != self.digest:
            raise ValueError(f"it was not written after line {self.lines} as that is now")

    def event(self, found: Line) -> bytes:
        """Return the event of a line in this version's form; raises JournalError for a newer version."""
        raw = bytes(found.event)
        self.schema = self.schema or version(raw, self.where)
        own = found.schema or self.schema
        refuse_unknown(own, self.where)
        return raw if own == SCHEMA else upgraded(raw)

    def passed(self, line: bytes) -> None:
        """Take ``line`` for the one before the next."""
        self.lines, self.digest = self.lines + 1, digest(line)

    def damaged(self, number: int, error: Exception) -> JournalError:
        """Return the error for a damaged line."""
        return JournalError(f"{self.where}, line {number} is damaged ({error})", REMEDY)


@dataclass(frozen=True, slots=True)
class Head:
    """The content of ``*.head``: the number of lines of its journal, and the digest of the last."""

    lines: int
    digest: str

    @classmethod
    def beside(cls, journal: Path) -> Head | None:
        """Return the head of a journal; None without one.

        Raises JournalError if it is damaged.
        """
        path = head_path(journal)
        try:
            words = path.read_text().split()
        except FileNotFoundError:
            return None
        if not words:  # created, and the machine died
            return None
        try:
            return cls(int(words[0]), words[1])
        except (ValueError, IndexError):
            raise JournalError(
                f"{path} is damaged", f"restore it from a copy, or remove it if {journal.name} is whole"
            ) from None

    def encode(self) -> bytes:
        """Return the content of the file, of constant length so that it can be overwritten in place."""
        return f"{self.lines:>12} {self.digest}\n".encode()

    def problem(self, lines: list[bytes]) -> str:
        """Return how ``lines`` differ from what was written; "" if they do not. There may be further lines.

        The head is written after its line, so a killed process may leave it behind.
        """
        if len(lines) < self.lines:
            missing = self.lines - len(lines)
            return f"its last {missing} {'lines are' if missing > 1 else 'line is'} missing"
        if self.lines and digest(lines[self.lines - 1]) != self.digest:
            return f"line {self.lines} is not the one that was written"
        return ""


def head_path(journal: Path) -> Path:
    """Return where the head of a journal lies."""
    return journal.with_suffix(".head")
