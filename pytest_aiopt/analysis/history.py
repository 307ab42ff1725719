"""From a journal's events to a Trajectory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from pytest_aiopt.analysis.outcomes.causal_fitness import causal_fitness
from pytest_aiopt.analysis.outcomes.claims import claimed
from pytest_aiopt.analysis.outcomes.mechanism import hot_lines, targeting, uptake
from pytest_aiopt.analysis.trajectory import Attempt, Mutation, Reconfirmation, Trajectory
from pytest_aiopt.codebook.classed import Classer
from pytest_aiopt.journal.events import (
    AnyEvent,
    Built,
    Confirmed,
    Edited,
    Finished,
    Floored,
    Judged,
    Measured,
    Opened,
    Paused,
    Profiled,
    Proposed,
    Rechecked,
    Reconfirmed,
)
from pytest_aiopt.model import Candidate, Measurement, Profile, Status


def trajectory(
    events: Sequence[AnyEvent],
    journal: str,
    classer: Classer | None = None,
    reconfirmed: Sequence[Reconfirmed] = (),
) -> Trajectory:
    """Return what the journal at ``journal`` (relative to the results directory) tells of its cell.

    ``classer`` classes the mutations; one that remembers saves their time. ``reconfirmed``: what later
    sessions measured of the champion.
    """
    opened, last = events[0], events[-1]
    if not isinstance(opened, Opened):
        raise ValueError(f"{journal} does not start with an opened event")
    parents = [event.any_taken for event in events if isinstance(event, Profiled)]
    confirmed = [event for event in events if isinstance(event, Confirmed)]
    accepted = next((event for event in confirmed if event.refused is None), None)
    return Trajectory(
        cell=opened.cell,
        model=opened.model,
        feedback=opened.track.feedback,
        variant=opened.track.variant,
        declared=opened.contrasts,
        stage=opened.stage,
        stratum=opened.stratum,
        study=opened.study,
        journal=journal,
        iterations=opened.iterations,
        finished=isinstance(last, Finished),
        attempts=_attempts(events, opened.program, classer or Classer()),
        floor=next((event.floor for event in events if isinstance(event, Floored)), None),
        champion=accepted.candidate if accepted else None,
        confirmations=accepted.measurements if accepted else (),
        profiles_taken=parents.count(True),
        profiles_failed=parents.count(False),
        notes=(*_notes(opened, confirmed), *_replies(events), *_paused(last)),
        strategy=opened.track.strategy,
        hint=opened.track.hint,
        description=opened.track.description,
        identity=opened.identity,
        machine=opened.machine,
        answered=_answered(events),
        reconfirmations=tuple(_reconfirmation(event) for event in reconfirmed),
    )


def _answered(events: Sequence[AnyEvent]) -> tuple[str, ...]:
    """Name the models that replied, with the configuration that the endpoint says they had."""
    said = {(e.completion.model, e.completion.fingerprint) for e in events if isinstance(e, Proposed)}
    return tuple(sorted(f"{model} ({mark})" if mark else model for model, mark in said if model))


def _reconfirmation(event: Reconfirmed) -> Reconfirmation:
    return Reconfirmation(
        candidate=event.candidate,
        visible=event.visible,
        measurements=event.measurements,
        machine=event.machine,
        refused=event.refused.status.value if event.refused else "",
    )


def _notes(opened: Opened, confirmed: Sequence[Confirmed]) -> tuple[str, ...]:
    refused = [event.refused.status.value for event in confirmed if event.refused is not None]
    unexamined = sorted({reason for event in confirmed for reason in event.unexamined})
    missing = opened.machine.get("sandbox_missing")
    return (
        *([f"candidates were run with {missing}"] if missing else []),
        *([f"refused at confirmation: {', '.join(refused)}"] if refused else []),
        *(f"champions not checked with the {reason}" for reason in unexamined),
    )


def _replies(events: Sequence[AnyEvent]) -> tuple[str, ...]:
    """Name the ways in which replies ended that leave no usable text (stop: the normal end)."""
    ends = {event.completion.finish_reason for event in events if isinstance(event, Proposed)}
    odd = sorted(ends - {"stop", "unknown"})
    return (f"some replies were cut short, refused or empty: {', '.join(odd)}",) if odd else ()


def _paused(last: AnyEvent) -> tuple[str, ...]:
    where = {"budget": "stopped at its budget", "endpoint": "stopped as its endpoint failed"}
    return (where.get(last.reason, last.reason),) if isinstance(last, Paused) else ()


@dataclass(slots=True)
class _Reading:
    """What steps refer to: sources, binaries and profiles by candidate, measurements by machine code."""

    measured: dict[str, Measurement | None]
    classer: Classer
    sources: dict[str, str] = field(default_factory=dict)
    binaries: dict[str, str | None] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    all_profiles: dict[str, tuple[Profile, ...]] = field(default_factory=dict)
    hot: dict[str, frozenset[int]] = field(default_factory=dict)

    def mutation(self, proposed: Proposed, edited: Edited) -> Mutation | None:
        """Class what a reply made of its parent; None where it made nothing."""
        parent = self.sources.get(proposed.parent)
        if edited.candidate is None or edited.source is None or parent is None:
            return None
        binary = self.binaries.get(edited.candidate)
        same = binary is not None and binary == self.binaries.get(proposed.parent)
        found = self.classer.classed(parent, edited.source, same)
        profile = self.profiles.get(proposed.parent)
        return Mutation(
            kind=found.kind,
            labels=found.labels,
            claimed=tuple(sorted(claimed(proposed.completion.text))),
            tokens=found.tokens,
            size=found.size,
            storage=found.storage,
            targeting=None
            if profile is None
            else targeting(found.changed, self._hot(proposed.parent, parent)),
            uptake=None if profile is None else uptake(proposed.completion.text, profile),
        )

    def _hot(self, sha: str, source: str) -> frozenset[int]:
        if sha not in self.hot:
            self.hot[sha] = hot_lines(source, self.profiles[sha])
        return self.hot[sha]


def _attempts(events: Sequence[AnyEvent], program: str, classer: Classer) -> tuple[Attempt, ...]:
    """One Attempt a completed step; a step cut off before its candidate was decided on is left out."""
    reading = _Reading(_by_binary(events), classer)
    reading.sources[Candidate(program).sha] = program
    for event in events:
        if isinstance(event, Edited) and event.candidate is not None and event.source is not None:
            reading.sources[event.candidate] = event.source
        elif isinstance(event, Built):
            reading.binaries[event.candidate] = event.binary_sha
        elif isinstance(event, Profiled):
            reading.profiles[event.candidate] = event.of_time
            reading.all_profiles[event.candidate] = event.profiles
    steps = [event for event in events if isinstance(event, Proposed | Edited | Built | Judged | Measured)]
    found = (_attempt(list(group), reading) for _, group in groupby(steps, key=lambda event: event.step))
    checks = _Checks.of(events, reading.binaries)
    return tuple(checks.of_attempt(attempt) for attempt in found if attempt is not None)


@dataclass(frozen=True, slots=True)
class _Checks:
    """What was found beyond the gate, by machine code; ``sanitized``: every passed candidate was."""

    rechecked: dict[str, Rechecked]
    hidden: dict[str, bool]
    clean: dict[str, bool]
    sanitized: bool

    @classmethod
    def of(cls, events: Sequence[AnyEvent], binaries: dict[str, str | None]) -> _Checks:
        """Collect rechecks and the examinations of would-be champions."""
        opened = events[0]
        found = cls({}, {}, {}, isinstance(opened, Opened) and "gate" in opened.identity)
        for event in events:
            binary = binaries.get(event.candidate) if isinstance(event, Rechecked | Confirmed) else None
            if binary is None:
                continue
            if isinstance(event, Rechecked):
                found.rechecked[binary] = event
                found.hidden[binary] = event.verdict.status is Status.PASSED
            elif isinstance(event, Confirmed):
                if event.hidden_correct is not None:
                    found.hidden.setdefault(binary, event.hidden_correct)
                if event.sanitizer_clean is not None:
                    found.clean[binary] = event.sanitizer_clean
        return found

    def of_attempt(self, attempt: Attempt) -> Attempt:
        """Return the attempt with what is known of its machine code; a child is rechecked once."""
        if attempt.status is not Status.PASSED or attempt.binary is None:
            return attempt
        again = self.rechecked.get(attempt.binary)
        return replace(
            attempt,
            hidden_correct=self.hidden.get(attempt.binary),
            sanitizer_clean=True if self.sanitized else self.clean.get(attempt.binary),
            rechecked=again is not None,
            again=again.measurement if again is not None and again.step == attempt.step else None,
        )


def _by_binary(events: Iterable[AnyEvent]) -> dict[str, Measurement | None]:
    """Measurements by machine code; None stands for the original program, which needs none."""
    binaries = {event.candidate: event.binary_sha for event in events if isinstance(event, Built)}
    found: dict[str, Measurement | None] = {
        event.binary_sha: None
        for event in events
        if isinstance(event, Built) and event.step == 0 and event.binary_sha
    }
    for event in events:
        if isinstance(event, Measured) and event.measurement and (binary := binaries.get(event.candidate)):
            found[binary] = event.measurement
    return found


def _attempt(group: Sequence[AnyEvent], reading: _Reading) -> Attempt | None:
    proposed = next((event for event in group if isinstance(event, Proposed)), None)
    status = _status(group, reading.measured)
    if proposed is None or status is None:
        return None
    edited = next(event for event in group if isinstance(event, Edited))
    built = next((event for event in group if isinstance(event, Built)), None)
    passed = status is Status.PASSED and built is not None and built.binary_sha is not None
    measurement = reading.measured.get(built.binary_sha) if passed and built and built.binary_sha else None
    return Attempt(
        step=proposed.step,
        status=status,
        changed=edited.candidate is not None,
        candidate=edited.candidate,
        parent=proposed.parent,
        measurement=measurement,
        causal_fitness=causal_fitness(measurement, reading.all_profiles.get(edited.candidate or "", ())),
        seconds=proposed.completion.seconds,
        usage=proposed.completion.usage,
        responded=bool(proposed.completion.text.strip()),
        parsed=edited.reason is None or edited.reason.parsed,
        binary=built.binary_sha if built is not None else None,
        mutation=reading.mutation(proposed, edited),
    )


def _status(group: Sequence[AnyEvent], measured: dict[str, Measurement | None]) -> Status | None:
    """How the step ended; None where the journal stops before that."""
    match group[-1]:
        case Edited(rule=str(rule)) | Built(rule=str(rule)) if rule:
            return Status.RULE
        case Edited(candidate=None):
            return Status.EDIT_ERROR
        case Built(ok=False):
            return Status.COMPILE_ERROR
        case Built(binary_sha=str(binary)) if binary in measured:
            return Status.PASSED
        case Judged(verdict=verdict) if verdict.status is not Status.PASSED:
            return verdict.status
        case Measured(verdict=verdict):
            return Status.PASSED if verdict is None else verdict.status
    return None
