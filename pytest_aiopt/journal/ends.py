"""The first and the last line of a journal, read without the lines between them."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.events import Asked, Finished, Opened, Proposed, next_event
from pytest_aiopt.journal.schema import Line, Reader, decode_line

BLOCK = 4096
"""Bytes that are read at a time from the end of a journal."""


class _Kind(msgspec.Struct, frozen=True):
    kind: str = ""


def first_event(path: Path) -> Opened | None:
    """Return the event that opens a cell; None if the first line is damaged or of another kind."""
    line = _first_line(path)
    try:
        event = next_event(Reader(path), line) if line else None
    except JournalError:
        return None  # the cell's own test reports it
    return event if isinstance(event, Opened) else None


def began(path: Path) -> float:
    """Return when the first line of an undamaged journal was written, in unix seconds."""
    return msgspec.json.decode(_first_line(path), type=Line).time


def ended(path: Path) -> float:
    """Return when the last line of an undamaged journal was written, in unix seconds."""
    return msgspec.json.decode(last_line(path), type=Line).time


def has_call(path: Path) -> bool:
    """Whether a model call is on record or was about to be made."""
    with path.open("rb") as file:
        for line in file:
            try:
                kind = msgspec.json.decode(decode_line(line.rstrip(b"\n")).event, type=_Kind).kind
            except (msgspec.DecodeError, ValueError):
                return True  # a damaged journal is kept; its own test reports it
            if kind in (Asked.__name__.lower(), Proposed.__name__.lower()):
                return True
    return False


def is_finished(path: Path) -> bool:
    """Whether a journal exists and its last complete line ends the cell; the other lines are not checked."""
    if not path.is_file():
        return False
    try:
        line = decode_line(last_line(path))
        return msgspec.json.decode(line.event, type=_Kind).kind == Finished.__name__.lower()
    except (msgspec.DecodeError, ValueError):
        return False


def last_ran(path: Path) -> float:
    """Return the seconds that the cell of an undamaged journal has run, by its last complete line."""
    line = last_line(path)
    return msgspec.json.decode(line, type=Line).ran if line else 0.0


def last_line(path: Path) -> bytes:
    """Return the last complete line without its newline; b"" without one."""
    tail = b""
    with path.open("rb") as file:
        at = file.seek(0, os.SEEK_END)
        while at and tail.count(b"\n") < 2:
            size = min(at, max(BLOCK, len(tail)))
            at = file.seek(at - size)
            tail = file.read(size) + tail
    return tail.rpartition(b"\n")[0].rpartition(b"\n")[2]


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        line = file.readline()
    return line[:-1] if line.endswith(b"\n") else b""
