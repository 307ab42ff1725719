"""The report as data, built from trajectories alone; every row names its source journals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import fmean, median
from typing import Literal

from pytest_aiopt.analysis.answer import Answer, answer
from pytest_aiopt.analysis.compare import Contrast, Exclusion, compare
from pytest_aiopt.analysis.outcomes.funnel import Funnel, funnel
from pytest_aiopt.analysis.outcomes.ladder import Ladder
from pytest_aiopt.analysis.outcomes.primary import gain
from pytest_aiopt.analysis.trajectory import Trajectory, confirm
from pytest_aiopt.model import Confirmed, Feedback
from pytest_aiopt.models.prices import Prices
from pytest_aiopt.report.caveats import Caveat, Unfit, caveats
from pytest_aiopt.report.everywhere import Everywhere, everywhere
from pytest_aiopt.report.mutations import MutationRow, mutation_row, rarefy
from pytest_aiopt.report.names import named
from pytest_aiopt.report.pace import PaceRow, pace_row
from pytest_aiopt.report.surroundings import (
    AgainRow,
    DesignRow,
    FloorRow,
    MachineRow,
    ModelRow,
    TaskRow,
    design,
    floors,
    machines,
    models,
    reconfirmed,
    tasks,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """One cell. ``confirmed`` is in log2; None if the cell is unfinished or was not confirmed.

    ``floor``: the noise floor's delta (log2). ``faster``: the confirmed interval lies above it. ``share``:
    confirmed share of the frontier's log2 speedup; None if the frontier was not measured on the cell's
    machine.
    """

    cell: str
    seed: int
    finished: bool
    funnel: Funnel
    confirmed: Confirmed | None
    floor: float | None
    faster: bool | None
    share: float | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Speedup as a ratio: median over seeds and their range, or one seed's estimate and 95 % interval.

    ``by_identity`` counts the seeds whose champion is the starting program (exactly 1, not measured).
    """

    speedup: float
    low: float
    high: float
    kind: Literal["interval", "range"]
    by_identity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRow:
    """The cells of one track on one task. ``calls`` and ``valid`` count unfinished cells too.

    ``valid``: fraction of calls whose changed program passed the gate. ``faster``: number of ``decided``
    cells (confirmed, noise floor known) that lie above the floor. ``floors``: the cells' distinct noise
    floors as ratios, ascending. ``share``: mean of the cells' shares of the frontier; None without any.
    """

    task: str
    track: str
    model: str
    feedback: Feedback
    cells: tuple[CellRow, ...]
    seeds_done: int
    calls: int
    valid: float | None
    speedup: Spread | None
    share: float | None
    faster: int
    decided: int
    floors: tuple[float, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskTable:
    """The tracks of one task. ``counted``: the costs whose ratios are its speedups; empty if that is time.

    ``known``: the distinct speedups of the frontier over the cells' scored workloads, as measured on their
    machine; () without any.
    """

    task: str
    rows: tuple[TrackRow, ...]
    counted: str = ""
    known: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyReport:
    """One study. ``journals``: patterns under the results directory, with ``*`` for the parts that differ.

    ``registration``: facts about the study's registration, one per line. ``everywhere``: the comparison of
    machines, None if the records come from one machine.
    """

    study: str
    cells: int
    finished: int
    answer: Answer
    tracks: tuple[MutationRow, ...]
    tables: tuple[TaskTable, ...]
    contrasts: tuple[Contrast, ...]
    excluded: tuple[Exclusion, ...]
    pace: tuple[PaceRow, ...]
    reconfirmed: tuple[AgainRow, ...]
    design: tuple[DesignRow, ...]
    tasks: tuple[TaskRow, ...]
    models: tuple[ModelRow, ...]
    machines: tuple[MachineRow, ...]
    floors: tuple[FloorRow, ...]
    journals: tuple[str, ...]
    registration: tuple[str, ...] = ()
    everywhere: Everywhere | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The content of the report: caveats first, then one part per study. ``results``: where journals are."""

    results: str
    caveats: tuple[Caveat, ...]
    studies: tuple[StudyReport, ...]


@dataclass(frozen=True, slots=True)
class Registered:
    """A study's registration: its time and hash, the package versions at that time, and deviations."""

    at: str
    sha256: str
    packages: Mapping[str, str]
    deviations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Facts that journals do not contain: measured ladders, prices, and each study's registration.

    ``registration``: sentences by study. ``registered``: facts by study; none for a study without a usable
    registration. ``elsewhere``: cells of the same studies from results of other machines, which are compared
    and never pooled. ``versions``: packages that make the report. ``unfit``: what tasks missed when checked.
    """

    ladders: Sequence[Ladder] = ()
    prices: Prices | None = None
    registration: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    registered: Mapping[str, Registered] = field(default_factory=dict)
    elsewhere: Sequence[Trajectory] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    unfit: Unfit = field(default_factory=dict)


NOTHING_BESIDE = Beside()


def build_report(
    trajectories: Iterable[Trajectory], results: str = "results", beside: Beside = NOTHING_BESIDE
) -> Report:
    """Build the report from the cells' journals; empty without cells."""
    groups = grouped(trajectories, lambda t: t.study)
    return Report(
        results=results,
        caveats=tuple(caveat for group in groups for caveat in caveats(named(group), beside.unfit)),
        studies=tuple(_study(group, beside) for group in groups),
    )


def _study(trajectories: Sequence[Trajectory], beside: Beside) -> StudyReport:
    specs, trajectories = trajectories, named(trajectories)
    comparison = compare(trajectories)
    elsewhere = named([t for t in beside.elsewhere if t.study == trajectories[0].study])
    by_track = grouped(trajectories, lambda t: t.cell.track)
    by_task_and_track = grouped(specs, lambda t: (t.cell.task, t.cell.track))
    return StudyReport(
        study=trajectories[0].study,
        cells=len(trajectories),
        finished=sum(t.finished for t in trajectories),
        answer=answer(trajectories),
        tracks=rarefy([mutation_row(group) for group in by_track]),
        tables=tuple(_table(group) for group in grouped(trajectories, lambda t: t.cell.task)),
        contrasts=comparison.contrasts,
        excluded=comparison.excluded,
        pace=tuple(pace_row(group, beside.ladders, beside.prices) for group in by_task_and_track),
        reconfirmed=reconfirmed(trajectories),
        design=design(trajectories),
        tasks=tasks(trajectories),
        models=models(specs, beside.prices),
        machines=machines([*trajectories, *elsewhere]),
        everywhere=everywhere([*trajectories, *elsewhere]),
        floors=floors([*trajectories, *elsewhere]),
        journals=tuple(sorted({_pattern(t.journal) for t in trajectories})),
        registration=beside.registration.get(trajectories[0].study, ()),
    )


def _pattern(journal: str) -> str:
    """Return ``study/task/track/seed/journal.jsonl`` with a star for every folder below the study's."""
    study, *folders, name = journal.split("/")
    return "/".join([study, *("*" for _ in folders), name])


def _table(trajectories: Sequence[Trajectory]) -> TaskTable:
    groups = grouped(trajectories, lambda t: (t.cell.track, t.model, t.feedback))
    measured = (a.measurement for t in trajectories for a in t.attempts if a.measurement)
    counted = next((one.counted for one in measured), "")
    known = tuple(sorted({2.0**t.frontier.log2_speedup for t in trajectories if t.frontier}))
    return TaskTable(trajectories[0].cell.task, tuple(_track(group) for group in groups), counted, known)


def _track(trajectories: Sequence[Trajectory]) -> TrackRow:
    cells = tuple(_cell(t) for t in trajectories)
    calls = sum(cell.funnel.calls for cell in cells)
    decided = [cell.faster for cell in cells if cell.faster is not None]
    shares = [cell.share for cell in cells if cell.share is not None]
    return TrackRow(
        task=trajectories[0].cell.task,
        track=trajectories[0].cell.track,
        model=trajectories[0].shown,
        feedback=trajectories[0].feedback,
        cells=cells,
        seeds_done=sum(cell.finished for cell in cells),
        calls=calls,
        valid=sum(cell.funnel.passed for cell in cells) / calls if calls else None,
        speedup=spread([cell.confirmed for cell in cells if cell.confirmed]),
        share=fmean(shares) if shares else None,
        faster=sum(decided),
        decided=len(decided),
        floors=tuple(sorted({2.0**cell.floor for cell in cells if cell.floor is not None})),
        sources=tuple(t.journal for t in trajectories),
    )


def _cell(trajectory: Trajectory) -> CellRow:
    confirmed = confirm(trajectory)
    delta = trajectory.floor.delta if trajectory.floor else None
    return CellRow(
        cell=trajectory.cell.id,
        seed=trajectory.cell.seed,
        finished=trajectory.finished,
        funnel=funnel(trajectory),
        confirmed=confirmed,
        floor=delta,
        faster=confirmed.faster_than(delta) if confirmed and delta is not None else None,
        share=gain(trajectory),
        sources=(trajectory.journal,),
    )


def spread(confirmed: Sequence[Confirmed]) -> Spread | None:
    """Summarise the seeds of a track; None without any. The median is taken over log2 ratios."""
    if not confirmed:
        return None
    identities = sum(c.by_identity for c in confirmed)
    if len(confirmed) == 1:
        only = confirmed[0]
        return Spread(2.0**only.log2_speedup, 2.0**only.low, 2.0**only.high, "interval", identities)
    values = [c.log2_speedup for c in confirmed]
    return Spread(2.0 ** median(values), 2.0 ** min(values), 2.0 ** max(values), "range", identities)


def grouped(
    trajectories: Iterable[Trajectory], key: Callable[[Trajectory], str | tuple[str, ...]]
) -> list[list[Trajectory]]:
    """Group the cells by a key; groups are sorted by key, cells keep their order."""
    ordered = sorted(trajectories, key=lambda t: (key(t), t.cell, t.journal))
    return [list(group) for _, group in groupby(ordered, key)]
