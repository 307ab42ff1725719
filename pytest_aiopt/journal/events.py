"""The typed events of a journal. Their lines, and the versions of both, are in schema.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from pytest_aiopt.journal.schema import SCHEMA, Line, Reader, complete_lines, crc
from pytest_aiopt.model import (
    Cell,
    Completion,
    Declared,
    Diagnostic,
    EditReason,
    Measurement,
    NoiseFloor,
    PauseReason,
    Primary,
    Profile,
    ProfileState,
    Prompt,
    Stage,
    Track,
    Verdict,
)
from pytest_aiopt.models import keys


class Event(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower):
    """Something that happened to a cell; subclasses are the journal's vocabulary."""


class Opened(Event, frozen=True):
    """First event of every journal: the cell, its starting program, and everything that identifies it.

    ``sampling`` goes with every request. ``oracle`` is the task's hint and ``guidance`` the text on methods,
    for the tracks that show them. ``twin`` is the workload on which parents are profiled a second time, for
    the placebo; "" if none is needed. ``contrasts`` are those that the study file declares, ``stage`` the
    part of its seeds that the cell is of, and ``stratum`` that of its task.
    ``scored``: the scored workload, "" if the record does not say; ``workload_words`` describes it for the
    tracks that show it. ``start``: the version that ``program`` is, as in the study file.
    ``search``: the settings of the search. ``rules``: identity.VERSION; 0 where it does not say.
    ``alias``: the model's name in tables, "" where that is its spec. ``outcome``: the one that decides the
    study; before there was a choice, it was effective structural mutations per call.
    ``missing``: profilers and the part of the sandbox that do not work on the machine, with the reasons.
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
    sampling: dict[str, Any] = {}
    oracle: str = ""
    twin: str = ""
    guidance: str = ""
    contrasts: tuple[Declared, ...] = ()
    stage: int = 1
    stratum: str = ""
    search: dict[str, int | float] = {}
    rules: int = 0
    missing: dict[str, str] = {}
    scored: str = ""
    workload_words: str = ""
    start: str = "program"
    alias: str = ""
    outcome: Primary = Primary.EFFECTIVE


class Floored(Event, frozen=True):
    """The noise floor that this cell's "faster" is held against."""

    floor: NoiseFloor


class Profiled(Event, frozen=True):
    """A parent's profiles, taken alike in every track. ``render``: version of the text made from them.

    ``twin``: of the same binary on the cell's twin workload, by the same profilers; for the placebo alone.
    """

    candidate: str
    profile: Profile
    more: tuple[Profile, ...] = ()
    render: int = 0
    twin: tuple[Profile, ...] = ()

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All profiles of the parent, one per profiler."""
        return (self.profile, *self.more)

    @property
    def of_time(self) -> Profile:
        """The profile of time with its timed items alone; the first profile where none has any."""
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
    """The candidate that a reply made of the parent, or the reason for having none.

    ``rule``: the code of the rule of replies that the reply breaks; "" if it breaks none. ``new_tokens``:
    how many a candidate adds to its parent; None in records that do not say.
    """

    step: int
    candidate: str | None
    source: str | None
    detail: str = ""
    rule: str = ""
    reason: EditReason | None = None
    new_tokens: int | None = None


class Built(Event, frozen=True):
    """The compiler's outcome for a candidate. ``rule``: the code of the rule that refuses it, or ""."""

    step: int
    candidate: str
    ok: bool
    key: str
    binary_sha: str | None
    diagnostics: tuple[Diagnostic, ...] = ()
    detail: str = ""
    seconds: float = 0.0
    rule: str = ""


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


class Rechecked(Event, frozen=True):
    """A child that passed the gate, checked again when the search was over; one a distinct machine code.

    ``verdict``: on the hidden corpus, or what a wrong answer in the timed runs earned. ``measurement``:
    fresh, and against its own parent; None if the search's measurements gave it no gain to look at.
    """

    step: int
    candidate: str
    parent: str
    verdict: Verdict
    measurement: Measurement | None = None


class Confirmed(Event, frozen=True):
    """A candidate for champion, measured again on held-out workloads; ``refused``: its verdict if wrong.

    ``examined`` and ``unexamined``: the checks beyond the gate that were made, and those this machine lacks;
    ``sanitizers``: the names of those among the former.
    """

    candidate: str
    measurements: tuple[Measurement, ...]
    refused: Verdict | None = None
    examined: tuple[str, ...] = ()
    unexamined: tuple[str, ...] = ()
    sanitizers: tuple[str, ...] = ()

    @property
    def hidden_correct(self) -> bool | None:
        """Whether all hidden and held-out answers were right; None if nobody looked."""
        if not self.examined:
            return None
        return self.refused is None or self._unclean

    @property
    def sanitizer_clean(self) -> bool | None:
        """Whether the sanitizers that work here found nothing; None if none was asked."""
        if not self.sanitizers:
            return None
        return not self._unclean

    @property
    def _unclean(self) -> bool:
        return self.refused is not None and self.refused.stage is Stage.SANITIZER


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
    schema: int = SCHEMA


class Finished(Event, frozen=True):
    """Last line of a completed cell."""

    calls: int
    champion: str


class Note(Event, frozen=True):
    """An event that is not a step of the campaign; replay skips it."""


class Asked(Note, frozen=True):
    """A model call is about to be made, with what it may cost at most (``money`` None if it has no price).

    Without a following ``proposed`` or ``paused`` it was cut off in flight, or timed out (``lost``), and may
    have been charged.
    """

    step: int
    prompt: str
    call_seed: int
    tokens: int
    money: float | None = None


class Lost(Note, frozen=True):
    """The call that was asked for got no answer in time; the model may have made one, and charged for it."""

    step: int


class Faulted(Note, frozen=True):
    """An attempt of a call failed, and the next one is made after ``wait_s`` seconds."""

    step: int
    detail: str
    wait_s: float


class Paused(Note, frozen=True):
    """The cell stopped here for now. What follows resumes it."""

    step: int
    reason: PauseReason
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
    | Rechecked
    | Confirmed
    | Reconfirmed
    | Finished
    | Asked
    | Lost
    | Faulted
    | Paused
)


_MESSAGES = ("detail", "error", "faults", "diagnostics", "message", "problem", "stderr")
"""Fields of events that hold messages of tools; no program, prompt or reply stands in them."""


def encode(
    number: int, event: Event, now: float, ran: float = 0.0, *, prev: str = "", schema: int = 0
) -> bytes:
    """Return the journal line for ``event``; ``prev``: the digest of the line before."""
    raw = msgspec.json.encode(event)
    return msgspec.json.encode(Line(number, now, crc(raw), msgspec.Raw(raw), ran, prev, schema)) + b"\n"


def redacted(event: AnyEvent) -> AnyEvent:
    """Return ``event`` without keys in its messages; programs, prompts and replies stay as they are."""
    said = msgspec.to_builtins(event)
    hidden = _hidden(said)
    return event if hidden == said else msgspec.convert(hidden, type=AnyEvent)


def _hidden(value: Any, message: bool = False) -> Any:
    if isinstance(value, dict):
        return {name: _hidden(each, message or name in _MESSAGES) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(each, message) for each in value]
    return keys.hide(value) if message and isinstance(value, str) else value


def next_event(reader: Reader, line: bytes) -> AnyEvent:
    """Return the event of the next line of a journal; raises JournalError if it is not as written."""
    raw = reader.raw(line)
    try:
        event: AnyEvent = msgspec.json.decode(raw, type=AnyEvent)
    except (msgspec.DecodeError, ValueError) as error:
        raise reader.damaged(reader.lines, error) from error
    return event


def read(path: Path) -> list[AnyEvent]:
    """Return every event of a journal file; raises JournalError if a line is not as it was written."""
    reader = Reader(path)
    return [next_event(reader, line) for line in complete_lines(path)]
