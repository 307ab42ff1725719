"""Warnings to read before trusting a report's numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pytest_aiopt.analysis.trajectory import Trajectory, confirm
from pytest_aiopt.journal.treatment import Gap
from pytest_aiopt.model import Feedback, Measurement, Quality
from pytest_aiopt.models.base import EMBEDDED, MUTATOR

MOST_NAMED = 3
WORDS = {Gap.UNPROFILED: "whose parent has no profile", Gap.CUT: "cut by the endpoint"}


@dataclass(frozen=True, slots=True)
class Caveat:
    """One warning about a study, with the affected journals."""

    study: str
    text: str
    sources: tuple[str, ...]


Unfit = Mapping[tuple[str, str], Sequence[str]]
"""The criteria that tasks missed in their last checks, by name and digest."""

FIT: Unfit = {}


def caveats(trajectories: Sequence[Trajectory], unfit: Unfit = FIT) -> list[Caveat]:
    """Collect the warnings about one study's cells, most serious first."""
    checks = (
        _laboratory_models,
        partial(_unfit, unfit),
        _unfinished,
        _unconfirmed,
        _without_profiles,
        _failed_profiles,
        _undelivered,
        _cut,
        _implausible,
        _unsteady,
        _without_floor,
        _unequal_seeds,
        _second_stage,
        _notes,
    )
    return [
        Caveat(trajectories[0].study, text, tuple(t.journal for t in about))
        for check in checks
        for text, about in check(trajectories)
        if about
    ]


Found = Iterator[tuple[str, Sequence[Trajectory]]]


def _laboratory_models(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in trajectories if t.model in EMBEDDED]
    models = listed(sorted({t.shown for t in about}))
    calls = [attempt for t in about if t.model != MUTATOR for attempt in t.attempts]
    idle = sum(not attempt.changed for attempt in calls)
    nothing = f"; {idle} of {len(calls)} calls of the rewriter gave no usable edit" if idle else ""
    text = f"{models}: embedded, no language model. These cells only validate the laboratory{nothing}"
    yield text, about


def _unfit(unfit: Unfit, trajectories: Sequence[Trajectory]) -> Found:
    by_task: dict[tuple[str, str], list[Trajectory]] = defaultdict(list)
    for t in trajectories:
        by_task[t.cell.task, t.identity.get("task", "")].append(t)
    for (task, digest), about in sorted(by_task.items()):
        if missed := unfit.get((task, digest)):
            yield f"task {task} is not fit by its last check: {listed(missed)}", about


def _unfinished(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in trajectories if not t.finished]
    progress = [f"{t.cell.id} ({len(t.attempts)} of {t.iterations} calls)" for t in about]
    text = f"not finished, so without a confirmed speedup: {listed(progress)}"
    yield f"{text}; the same command again goes on with them", about


def _unconfirmed(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in trajectories if t.finished and confirm(t) is None]
    text = "champion not confirmed on held-out workloads; leaving these cells out may favour their tracks"
    yield f"{text}: {_cells(about)}", about


def _without_profiles(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in _treated(trajectories) if t.attempts and (not t.profiles_taken or t.untreated)]
    text = "left out, as no prompt held a profile, so that the treatment is missing"
    yield f"{text}: {_cells(about)}", about


def _failed_profiles(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in _treated(trajectories) if t.profiles_taken and t.profiles_failed]
    failed = sum(t.profiles_failed for t in about)
    tried = failed + sum(t.profiles_taken for t in about)
    yield f"{failed} of {tried} profiles failed, so some treated prompts held none: {_cells(about)}", about


def _undelivered(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in trajectories if t.gaps and not t.untreated]
    gaps = sum((Counter(t.gaps) for t in about), Counter[str]())
    why = ", ".join(f"{count} {WORDS[Gap(gap)]}" for gap, count in sorted(gaps.items()))
    asked = sum(len(t.attempts) for t in about)
    text = f"{gaps.total()} of {asked} treated prompts reached the model without their treatment ({why})"
    yield f"{text}: {_cells(about)}", about


def _cut(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in trajectories if t.cut]
    cut, asked = sum(t.cut for t in about), sum(len(t.attempts) for t in about)
    text = f"the endpoint read only a part of {cut} of {asked} prompts; give its server a larger context"
    yield f"{text}: {_cells(about)}", about


def _treated(trajectories: Iterable[Trajectory]) -> list[Trajectory]:
    return [t for t in trajectories if t.feedback is not Feedback.NONE]


def _implausible(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in trajectories if any(m.implausible for m in (*_searched(t), *_confirmations(t)))]
    reasons = [m.implausible for t in about for m in (*_searched(t), *_confirmations(t)) if m.implausible]
    text = f"{len(reasons)} measurements are beyond what is possible; look at these programs before believing"
    yield f"{text} them ({listed(reasons, 1)}): {_cells(about)}", about


def _unsteady(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in trajectories if any(map(_is_unsteady, (*_searched(t), *_confirmations(t))))]
    counts = [
        f"{sum(map(_is_unsteady, counted))} of {len(counted)} {source}"
        for source, measurements_of in (("search", _searched), ("confirmation", _confirmations))
        if any(map(_is_unsteady, counted := [m for t in trajectories for m in measurements_of(t)]))
    ]
    cells = f"{len(about)} of {len(trajectories)} cells"
    yield f"noisy or drifting: {' and '.join(counts)} measurements ({cells})", about


def _searched(trajectory: Trajectory) -> list[Measurement]:
    return [a.measurement for a in trajectory.attempts if a.measurement]


def _confirmations(trajectory: Trajectory) -> Sequence[Measurement]:
    return trajectory.confirmations


def _is_unsteady(measurement: Measurement) -> bool:
    return measurement.quality is not Quality.QUIET


def _without_floor(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in trajectories if t.finished and t.floor is None]
    yield f"no noise floor, so whether a champion is faster is undecided: {_cells(about)}", about


def _unequal_seeds(trajectories: Sequence[Trajectory]) -> Found:
    by_task: dict[str, dict[str, int]] = defaultdict(dict)
    for t in trajectories:
        done = by_task[t.cell.task]
        done[t.cell.track] = done.get(t.cell.track, 0) + t.finished
    unequal = {task: done for task, done in sorted(by_task.items()) if len(set(done.values())) > 1}
    counts = [f"{task} ({_counts(done)})" for task, done in unequal.items()]
    about = [t for t in trajectories if t.cell.task in unequal]
    yield f"the tracks have unequal numbers of finished seeds: {listed(counts)}", about


def _second_stage(trajectories: Sequence[Trajectory]) -> Found:
    about = [t for t in trajectories if t.stage > 1]
    seeds = ", ".join(map(str, sorted({t.cell.seed for t in about})))
    yield f"seeds {seeds} are of the second stage, which the study file declared", about


def _counts(done: dict[str, int]) -> str:
    return ", ".join(f"{track} {count}" for track, count in sorted(done.items()))


def _notes(trajectories: Sequence[Trajectory]) -> Found:
    by_text = defaultdict(list)
    for t in trajectories:
        for note in t.notes:
            by_text[note].append(t)
    for note, about in by_text.items():
        yield f"{note}: {_cells(about)}", about


def _cells(trajectories: Iterable[Trajectory]) -> str:
    return listed([t.cell.id for t in trajectories])


def listed(names: Iterable[str], most: int = MOST_NAMED) -> str:
    """Join names, spelling out the first ``most`` of them."""
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
