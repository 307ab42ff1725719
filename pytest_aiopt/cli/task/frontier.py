"""``aiopt task frontier``: measures the best known programs, and adds better ones that campaigns made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import options, recorded
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.model import Status

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.campaign.task_check.known import KnownGains
    from pytest_aiopt.campaign.task_check.proposals import Trial
    from pytest_aiopt.journal.record import CellRecord
    from pytest_aiopt.tasks.frontier import Known
    from pytest_aiopt.tasks.loader import Task


def frontier(names: Sequence[str], laboratory: Laboratory, sources: Sequence[Path], out: Output) -> int:
    """Update the frontier of each task on every workload that can be scored; return 0."""
    laboratory.prepare()
    records = recorded.records(sources)
    found = {name: _of_task(laboratory.task(name), laboratory, records, out) for name in names}
    out.result({"tasks": found})
    return 0


def _of_task(
    task: Task, laboratory: Laboratory, records: Sequence[CellRecord], out: Output
) -> dict[str, object]:
    from pytest_aiopt.campaign.task_check import known, proposals
    from pytest_aiopt.tasks import frontier as files

    entries = {each.workload: each for each in task.frontier}
    sources: dict[str, str] = {}
    document: dict[str, object] = {}
    for workload in task.scorable:
        bench = laboratory.bench(task.pose(workload))
        found = known.measure(bench)
        found, trials = proposals.try_all(bench, found, proposals.champions(records, bench.task))
        better = [trial for trial in trials if trial.better]
        if better:
            entries[workload] = new = proposals.entry(bench, better[-1])
            sources[new.file] = better[-1].champion.candidate.source
            known.keep(bench, found)
        elif workload not in entries and (rung := known.entry(bench, found)) is not None:
            entries[workload] = rung
        for line in _lines(task.name, workload, found, trials, entries.get(workload)):
            out.line(line)
        document[workload] = _document(found, trials, entries.get(workload))
    if entries != {each.workload: each for each in task.frontier}:
        out.line(f"wrote {files.write(task.root, tuple(entries.values()), sources)}")
    return document


def _lines(
    task: str, workload: str, found: KnownGains, trials: Sequence[Trial], entry: Known | None
) -> Iterator[str]:
    best = found.fastest
    gains = "no known program is faster" if best is None else f"{best.file} {best.speedup:.2f}x"
    confirmed = "" if found.confirmed is None else f", confirmed {2**found.confirmed.log2_speedup:.2f}x"
    yield f"{task} {workload}: {gains}{confirmed}; frontier: {entry.name if entry else 'none'}"
    for refused in (each for each in found.frontier if each.status is not Status.PASSED):
        yield f"  {refused.file} is refused: {refused.status.value}; remove it"
    for trial in trials:
        name = f"{trial.champion.candidate.sha[:12]} of {trial.champion.record.cell.id}"
        if trial.confirmed is None:
            yield f"  {name}: refused, {trial.status.value}"
        else:
            word = "better" if trial.better else "not better"
            yield f"  {name}: confirmed {2**trial.confirmed.log2_speedup:.2f}x, {word}"


def _document(found: KnownGains, trials: Sequence[Trial], entry: Known | None) -> dict[str, object]:
    best = found.fastest
    return {
        "program": entry.name if entry else None,
        "by": entry.by.value if entry else None,
        "speedup": None if best is None else round(best.speedup, 3),
        "confirmed_log2": None if found.confirmed is None else round(found.confirmed.log2_speedup, 3),
        "champions": [
            {
                "candidate": trial.champion.candidate.sha,
                "cell": trial.champion.record.cell.id,
                "status": trial.status.value,
                "confirmed_log2": None if trial.confirmed is None else round(trial.confirmed.log2_speedup, 3),
                "better": trial.better,
            }
            for trial in trials
        ],
    }


def _run(call: Invocation) -> int:
    return frontier(call.tasks(), call.laboratory, call.args.sources, call.out)


COMMAND = Command(
    "frontier",
    "measure the best known programs of tasks, and add better ones that campaigns made",
    "aiopt task frontier scratch_pipeline --from results --from live.tar.xz",
    _run,
    (options.tasks, recorded.sources, options.sandbox),
)
