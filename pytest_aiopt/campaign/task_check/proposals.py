"""Programs of campaigns: champions that are proposed for the frontier, and first steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log2, nan

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import known
from pytest_aiopt.campaign.task_check.known import KnownGains
from pytest_aiopt.evaluation.host.machine import fingerprint
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Candidate, Confirmed, Status, Verdict, pool
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.tasks import frontier
from pytest_aiopt.tasks.criteria import Gain
from pytest_aiopt.tasks.frontier import Known
from pytest_aiopt.tasks.loader import Task

MOST = 3
"""Number of programs tried per workload: those with the largest speedups on record."""


@dataclass(frozen=True, slots=True)
class Champion:
    """The champion of a finished cell, and its mean confirmed log2 speedup on record."""

    record: CellRecord
    candidate: Candidate
    log2_speedup: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A champion tried here. ``status``: PASSED, or why it was refused; then nothing was measured.

    ``better``: the lower bound of its confirmed speedup lies above the best known one.
    """

    champion: Champion
    status: Status
    gain: Gain | None = None
    confirmed: Confirmed | None = None
    better: bool = False


def name_of(candidate: Candidate) -> str:
    """Return the name of a program's file in the frontier."""
    return f"{candidate.sha[:12]}.cpp"


def champions(records: Iterable[CellRecord], task: Task) -> list[Champion]:
    """Return a task's champions on its scored workload, each program once, the fastest first."""
    found: dict[str, Champion] = {}
    for record in records:
        champion, accepted = record.champion, record.accepted
        scored = record.opened.scored or task.pose("").scored.name
        if record.cell.task != task.name or scored != task.scored.name:
            continue
        if champion is not None and accepted is not None and accepted.measurements:
            gained = pool(accepted.measurements).log2_speedup
            found.setdefault(champion.sha, Champion(record, champion, gained))
    return sorted(found.values(), key=lambda each: -each.log2_speedup)[:MOST]


def first_steps(records: Iterable[CellRecord], task: Task) -> list[str]:
    """Return correct programs whose parent was the task's program: the fastest ones per scored workload."""
    found: dict[str, dict[str, float]] = {}
    for record in records:
        if record.cell.task != task.name:
            continue
        of_workload = found.setdefault(record.opened.scored or task.scored.name, {})
        for step in record.steps:
            made = step.edited.candidate if step.edited is not None else None
            if step.proposed.parent == task.program.sha and made and record.status(step) is Status.PASSED:
                source = record.sources[made]
                measured = record.measurement(Candidate(source))
                of_workload[source] = measured.log2_speedup if measured is not None else 0.0
    fastest = [sorted(gains, key=lambda each: -gains[each])[:MOST] for gains in found.values()]
    return list(dict.fromkeys(source for sources in fastest for source in sources))


def attempt(bench: Bench, champion: Champion, best: Confirmed | None) -> Trial:
    """Run gate, hidden corpus, sanitizers and confirmation on a champion, and measure it."""
    candidate = champion.candidate
    verdict = known.examined(bench, candidate)
    if verdict.status is not Status.PASSED:
        return Trial(champion, verdict.status)
    found = bench.measure(candidate)
    if isinstance(found, Verdict):
        return Trial(champion, found.status)
    confirmed = known.confirm(bench, candidate)
    if isinstance(confirmed, Verdict):
        return Trial(champion, confirmed.status)
    file = f"{frontier.FOLDER}/{name_of(candidate)}"
    gain = Gain(file, True, False, Status.PASSED, found.speedup, 2**found.low, 2**found.high)
    least = best.log2_speedup if best is not None else 0.0
    return Trial(champion, Status.PASSED, gain, confirmed, confirmed.low > least)


def try_all(bench: Bench, found: KnownGains, tried: Sequence[Champion]) -> tuple[KnownGains, list[Trial]]:
    """Try champions one after the other against the best so far; return the gains with the best of them."""
    trials = []
    for champion in tried:
        trial = attempt(bench, champion, found.confirmed)
        trials.append(trial)
        if trial.better and trial.gain is not None:
            found = replace(found, frontier=(*found.frontier, trial.gain), confirmed=trial.confirmed)
    return found, trials


def entry(bench: Bench, trial: Trial) -> Known:
    """Return a champion as the frontier of the scored workload, with its provenance."""
    opened = trial.champion.record.opened
    spec = ModelSpec(opened.model, alias=opened.alias)
    return Known(
        workload=bench.task.scored.name,
        by=frontier.Maker.MODEL,
        file=name_of(trial.champion.candidate),
        model=spec.alias or spec.name,
        study=opened.study,
        cell=opened.cell.id,
        sha256=trial.champion.candidate.sha,
        log2_speedup=round(log2(trial.gain.speedup if trial.gain else nan), 3),
        confirmed_log2=round(trial.confirmed.log2_speedup if trial.confirmed else nan, 3),
        machine=fingerprint(bench.machine),
    )
