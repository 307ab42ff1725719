"""Convert the record of a cell into its Trajectory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pytest_aiopt.analysis.outcomes.causal_fitness import causal_fitness
from pytest_aiopt.analysis.outcomes.claims import claimed
from pytest_aiopt.analysis.outcomes.mechanism import hot_lines, targeting, uptake
from pytest_aiopt.analysis.trajectory import Attempt, Mutation, Reconfirmation, Trajectory
from pytest_aiopt.campaign.sources.surroundings import LOAD, SANDBOX
from pytest_aiopt.codebook.classed import Classer
from pytest_aiopt.journal.events import Edited, Profiled, Proposed, Rechecked, Reconfirmed
from pytest_aiopt.journal.record import CellRecord, Step
from pytest_aiopt.journal.treatment import gaps, was_cut
from pytest_aiopt.labelling.sample import mutation_id
from pytest_aiopt.model import PauseReason, Status

_NORMAL_ENDS = ("stop", "unknown", "eos", "eos_token", "end_turn", "stop_sequence", "complete")
_PAUSES = {
    PauseReason.BUDGET: "stopped at its budget",
    PauseReason.ENDPOINT: "stopped because its endpoint failed",
}


def trajectory(
    record: CellRecord,
    journal: str,
    classer: Classer | None = None,
    reconfirmed: Sequence[Reconfirmed] = (),
) -> Trajectory:
    """Return the trajectory of a cell whose journal is ``journal`` (relative to the results directory).

    ``classer`` classifies the mutations; one with a cache saves time. ``reconfirmed``: measurements of the
    champion by later sessions.
    """
    opened, accepted = record.opened, record.accepted
    taken = [event.any_taken for event in record.all(Profiled)]
    return Trajectory(
        cell=record.cell,
        model=opened.model,
        alias=opened.alias,
        gaps=Counter(gap.value for gap in gaps(record).values()),
        cut=sum(map(was_cut, record.proposals)),
        feedback=opened.track.feedback,
        variant=opened.track.variant,
        declared=opened.contrasts,
        stage=opened.stage,
        scored=opened.scored,
        outcome=opened.outcome,
        stratum=opened.stratum,
        study=opened.study,
        journal=journal,
        iterations=opened.iterations,
        finished=record.finished,
        attempts=_attempts(record, classer or Classer()),
        floor=record.floor,
        champion=accepted.candidate if accepted else None,
        confirmations=accepted.measurements if accepted else (),
        profiles_taken=taken.count(True),
        profiles_failed=taken.count(False),
        notes=(*_notes(record), *_replies(record), *_paused(record)),
        strategy=opened.track.strategy,
        hint=opened.track.hint,
        description=opened.track.description,
        identity=opened.identity,
        machine=opened.machine,
        answered=_answered(record),
        reconfirmations=tuple(_reconfirmation(event) for event in reconfirmed),
    )


def _answered(record: CellRecord) -> tuple[str, ...]:
    """Return the models that replied, with the configuration that the endpoint reported."""
    pairs = {(e.completion.model, e.completion.fingerprint) for e in record.proposals}
    return tuple(sorted(f"{model} ({mark})" if mark else model for model, mark in pairs if model))


def _reconfirmation(event: Reconfirmed) -> Reconfirmation:
    return Reconfirmation(
        candidate=event.candidate,
        visible=event.visible,
        measurements=event.measurements,
        machine=event.machine,
        refused=event.refused.status.value if event.refused else "",
    )


def _notes(record: CellRecord) -> tuple[str, ...]:
    refused = Counter(e.refused.status.value for e in record.confirmations if e.refused is not None)
    counts = ", ".join(f"{status.replace('_', ' ')} ({count})" for status, count in refused.items())
    unexamined = sorted({reason for event in record.confirmations for reason in event.unexamined})
    missing, unjudged = map(record.opened.missing.get, (SANDBOX, LOAD))
    return (
        *([f"candidates were run with {missing}"] if missing else []),
        *([unjudged] if unjudged else []),
        *([f"champions refused at confirmation: {counts}"] if refused else []),
        *(f"champions not checked with the {reason}" for reason in unexamined),
    )


def _replies(record: CellRecord) -> tuple[str, ...]:
    """Return the finish reasons of replies without usable text (stop is the normal one)."""
    ends = {event.completion.finish_reason for event in record.proposals}
    odd = sorted(end for end in ends if end.lower() not in _NORMAL_ENDS)
    return (f"some replies were cut short, refused or empty: {', '.join(odd)}",) if odd else ()


def _paused(record: CellRecord) -> tuple[str, ...]:
    return (_PAUSES[record.paused.reason],) if record.paused is not None else ()


@dataclass(slots=True)
class _Mutations:
    """Classifies the mutations of a cell; hot lines are computed once per parent."""

    record: CellRecord
    classer: Classer
    hot: dict[str, frozenset[int]] = field(default_factory=dict)

    def of(self, proposed: Proposed, edited: Edited) -> Mutation | None:
        """Return the class of an edit; None if the reply gave no candidate."""
        parent = self.record.sources.get(proposed.parent)
        if edited.candidate is None or edited.source is None or parent is None:
            return None
        binaries = self.record.binaries
        binary = binaries.get(edited.candidate)
        same = binary is not None and binary == binaries.get(proposed.parent)
        classed = self.classer.classed(parent, edited.source, same)
        profiled = self.record.profiles.get(proposed.parent)
        text = proposed.completion.text
        hot = None if profiled is None else self._hot(proposed.parent, parent, profiled)
        return Mutation(
            kind=classed.kind,
            depth=classed.depth,
            labels=classed.labels,
            claimed=tuple(sorted(claimed(text))),
            tokens=classed.tokens,
            size=classed.size,
            storage=classed.storage,
            targeting=None if hot is None else targeting(classed.added, hot),
            uptake=None if profiled is None else uptake(text, profiled.of_time),
            id=mutation_id(self.record.cell.task, parent, edited.source),
        )

    def _hot(self, sha: str, source: str, profiled: Profiled) -> frozenset[int]:
        if sha not in self.hot:
            self.hot[sha] = hot_lines(source, profiled.of_time)
        return self.hot[sha]


def _attempts(record: CellRecord, classer: Classer) -> tuple[Attempt, ...]:
    """Return one Attempt per completed step."""
    mutations, checks = _Mutations(record, classer), _Checks.of(record)
    attempts = (_attempt(step, record, mutations) for step in record.steps)
    return tuple(checks.of_attempt(attempt) for attempt in attempts if attempt is not None)


@dataclass(frozen=True, slots=True)
class _Checks:
    """Results of the checks beyond the gate, by machine code.

    ``sanitized``: every candidate that passed the gate was checked with sanitizers.
    """

    rechecked: dict[str, Rechecked]
    hidden: dict[str, bool]
    clean: dict[str, bool]
    sanitized: bool

    @classmethod
    def of(cls, record: CellRecord) -> _Checks:
        """Collect the rechecks and the checks of champion candidates."""
        checks = cls({}, {}, {}, "gate" in record.opened.identity)
        for recheck in record.rechecks:
            if binary := record.binaries.get(recheck.candidate):
                checks.rechecked[binary] = recheck
                checks.hidden[binary] = recheck.verdict.status is Status.PASSED
        for confirmed in record.confirmations:
            if binary := record.binaries.get(confirmed.candidate):
                if confirmed.hidden_correct is not None:
                    checks.hidden.setdefault(binary, confirmed.hidden_correct)
                if confirmed.sanitizer_clean is not None:
                    checks.clean[binary] = confirmed.sanitizer_clean
        return checks

    def of_attempt(self, attempt: Attempt) -> Attempt:
        """Return the attempt with the checks of its machine code; a child is rechecked once."""
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


def _attempt(step: Step, record: CellRecord, mutations: _Mutations) -> Attempt | None:
    """Return a completed step; None if the journal ends within it."""
    proposed, edited, status = step.proposed, step.edited, record.status(step)
    if edited is None or status is None:
        return None
    passed = status is Status.PASSED
    measurement = record.measurements.get(step.binary) if passed and step.binary else None
    profiled = record.profiles.get(edited.candidate or "")
    return Attempt(
        step=step.number,
        status=status,
        changed=edited.candidate is not None,
        candidate=edited.candidate,
        parent=proposed.parent,
        measurement=measurement,
        causal_fitness=causal_fitness(measurement, profiled.profiles if profiled else ()),
        seconds=proposed.completion.seconds,
        usage=proposed.completion.usage,
        responded=bool(proposed.completion.text.strip()),
        parsed=edited.reason is None or edited.reason.parsed,
        binary=step.binary,
        mutation=mutations.of(proposed, edited),
        new_tokens=edited.new_tokens,
    )
