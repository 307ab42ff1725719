"""What a journal holds: typed events and their line format.

Line format (version 1): ``{"n": line number from 1, "time": unix seconds, "crc": crc32 of the event's bytes,
"event": {...}}``.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import msgspec

from pytest_aiopt.errors import JournalError
from pytest_aiopt.model import (
    Cell,
    Completion,
    Diagnostic,
    Measurement,
    NoiseFloor,
    Profile,
    Prompt,
    Track,
    Verdict,
)

SCHEMA = 1


class Event(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower):
    """Something that happened to a cell; subclasses are the journal's vocabulary."""


class Opened(Event, frozen=True):
    """First line of every journal: what runs here, what it starts from, and everything that identifies it."""

    cell: Cell
    track: Track
    model: str
    study: str
    iterations: int
    program: str
    identity: dict[str, str]
    machine: dict[str, str]
    schema: int = SCHEMA


class Floored(Event, frozen=True):
    """The noise floor that this cell's "faster" is held against."""

    floor: NoiseFloor


class Profiled(Event, frozen=True):
    """A parent's profile, taken alike in every track."""

    candidate: str
    profile: Profile


class Proposed(Event, frozen=True):
    """One model call: exact prompt, the treatment text inside it (if any) and the reply."""

    step: int
    parent: str
    prompt: Prompt
    artifacts: dict[str, str]
    call_seed: int
    completion: Completion


class Edited(Event, frozen=True):
    """What the reply made of the parent: a candidate's source, or why there is none."""

    step: int
    candidate: str | None
    source: str | None
    detail: str = ""


class Built(Event, frozen=True):
    """The compiler's outcome for a candidate."""

    step: int
    candidate: str
    ok: bool
    key: str
    binary_sha: str | None
    diagnostics: tuple[Diagnostic, ...] = ()
    detail: str = ""
    seconds: float = 0.0


class Judged(Event, frozen=True):
    """The gate's verdict on a candidate."""

    step: int
    candidate: str
    verdict: Verdict


class Measured(Event, frozen=True):
    """A candidate's measurement, or the verdict that a timed run's output earned it instead."""

    step: int
    candidate: str
    measurement: Measurement | None
    verdict: Verdict | None = None


class Confirmed(Event, frozen=True):
    """A would-be champion re-measured on held-out workloads; ``refused`` where its output was wrong there."""

    candidate: str
    measurements: tuple[Measurement, ...]
    refused: Verdict | None = None


class Reconfirmed(Event, frozen=True):
    """A finished cell's champion, measured again in a later session; kept beside the journal.

    ``visible`` is the measurement by which the search chose it.
    """

    cell: Cell
    candidate: str
    visible: Measurement | None
    measurements: tuple[Measurement, ...]
    machine: dict[str, str]
    refused: Verdict | None = None


class Finished(Event, frozen=True):
    """Last line of a completed cell."""

    calls: int
    champion: str


AnyEvent = (
    Opened
    | Floored
    | Profiled
    | Proposed
    | Edited
    | Built
    | Judged
    | Measured
    | Confirmed
    | Reconfirmed
    | Finished
)


class _Line(msgspec.Struct):
    n: int
    time: float
    crc: int
    event: msgspec.Raw


def encode(number: int, event: Event, now: float) -> bytes:
    """Return the journal line for ``event``."""
    raw = msgspec.json.encode(event)
    return msgspec.json.encode(_Line(number, now, zlib.crc32(raw), msgspec.Raw(raw))) + b"\n"


def decode(line: bytes, number: int, where: Path | str) -> AnyEvent:
    """Return the event of one line; raises JournalError where it is damaged."""
    try:
        outer = msgspec.json.decode(line, type=_Line)
        raw = bytes(outer.event)
        if outer.n != number:
            raise ValueError(f"it carries number {outer.n}")
        if zlib.crc32(raw) != outer.crc:
            raise ValueError("its checksum does not match")
        event: AnyEvent = msgspec.json.decode(raw, type=AnyEvent)
        return event
    except (msgspec.DecodeError, ValueError) as error:
        raise JournalError(
            f"{where}, line {number} is damaged ({error})",
            "restore the file from a copy, or set this cell aside and start it again with --aiopt-fresh",
        ) from error


def read(path: Path) -> list[AnyEvent]:
    """Return every complete event of a journal file; an unterminated last line is not an event."""
    lines = path.read_bytes().split(b"\n")[:-1]
    return [decode(line, number, path) for number, line in enumerate(lines, 1)]
