"""What a journal holds: typed events and their line format.

Line format (version 1): ``{"n": line number from 1, "time": unix seconds, "ran": seconds the cell had run,
over all sessions, "crc": crc32 of the event's bytes, "event": {...}}``. Lines of older journals lack ``ran``.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path

import msgspec

from pytest_aiopt.errors import JournalError
from pytest_aiopt.llm import keys
from pytest_aiopt.model import (
    Cell,
    Completion,
    Diagnostic,
    Measurement,
    NoiseFloor,
    Profile,
    ProfileState,
    Prompt,
    Track,
    Verdict,
)

SCHEMA = 1


class Event(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower):
    """Something that happened to a cell; subclasses are the journal's vocabulary."""


class Opened(Event, frozen=True):
    """First line of every journal: what runs here, what it starts from, and everything that identifies it.

    ``sampling`` goes with every request. ``oracle`` is the task's hint, for the tracks that show it.
    """

    cell: Cell
    track: Track
    model: str
    study: str
    iterations: int
    program: str
    identity: dict[str, str]
    machine: dict[str, str]
    schema: int = SCHEMA
    sampling: dict[str, str | int | float] = {}
    oracle: str = ""


class Floored(Event, frozen=True):
    """The noise floor that this cell's "faster" is held against."""

    floor: NoiseFloor


class Profiled(Event, frozen=True):
    """A parent's profiles, taken alike in every track. ``render``: version of the text made from them."""

    candidate: str
    profile: Profile
    more: tuple[Profile, ...] = ()
    render: int = 1

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All profiles of the parent, one a profiler."""
        return (self.profile, *self.more)

    @property
    def of_time(self) -> Profile:
        """What tells where time goes, with these items alone; the first profile where there is none."""
        timed = [each for each in self.profiles if each.state is ProfileState.TAKEN and each.timed]
        return replace(timed[0], items=timed[0].timed) if timed else self.profile

    @property
    def any_taken(self) -> bool:
        """Whether a profile that says where was taken; counters of the whole run alone are no treatment."""
        taken = (profile for profile in self.profiles if profile.state is ProfileState.TAKEN)
        return any(item.line or item.function for profile in taken for item in profile.items)


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
    """A would-be champion re-measured on held-out workloads; ``refused`` where it was wrong there or before.

    ``examined`` and ``unexamined``: the checks beyond the gate that were made, and those this machine lacks.
    """

    candidate: str
    measurements: tuple[Measurement, ...]
    refused: Verdict | None = None
    examined: tuple[str, ...] = ()
    unexamined: tuple[str, ...] = ()


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


class Note(Event, frozen=True):
    """Said beside the campaign: replaying passes over it."""


class Asked(Note, frozen=True):
    """A model call is about to be made, with what it may cost at most (``money`` None where it has no price).

    Without a following ``proposed`` or ``paused`` it was cut off in flight, and may have been charged.
    """

    step: int
    prompt: str
    call_seed: int
    tokens: int
    money: float | None = None


class Paused(Note, frozen=True):
    """The cell stopped here for now: ``reason`` is ``budget`` or ``endpoint``. What follows resumes it."""

    step: int
    reason: str
    detail: str


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
    | Asked
    | Paused
)


class _Line(msgspec.Struct):
    n: int
    time: float
    crc: int
    event: msgspec.Raw
    ran: float = 0.0


def encode(number: int, event: Event, now: float, ran: float = 0.0) -> bytes:
    """Return the journal line for ``event``."""
    raw = msgspec.json.encode(event)
    return msgspec.json.encode(_Line(number, now, zlib.crc32(raw), msgspec.Raw(raw), ran)) + b"\n"


def redacted(event: AnyEvent) -> AnyEvent:
    """Return ``event`` without the keys of the environment, wherever in it they stood."""
    raw = msgspec.json.encode(event)
    hidden = keys.hide_bytes(raw)
    if hidden == raw:
        return event
    clean: AnyEvent = msgspec.json.decode(hidden, type=AnyEvent)
    return clean


def ran(line: bytes) -> float:
    """Return the seconds the cell had run when an undamaged line was written; 0 where it does not say."""
    return msgspec.json.decode(line, type=_Line).ran


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
    return decoded(path.read_bytes(), path)


def decoded(data: bytes, where: Path | str) -> list[AnyEvent]:
    """Return every complete event of a journal's bytes."""
    return [decode(line, number, where) for number, line in enumerate(data.split(b"\n")[:-1], 1)]
