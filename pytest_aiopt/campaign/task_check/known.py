"""Measures the known programs of a task, its ladder and frontier, on the workload that a bench scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log2, nan

import msgspec

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check.ahead import Ahead
from pytest_aiopt.campaign.task_check.progress import Progress
from pytest_aiopt.evaluation.host.machine import fingerprint
from pytest_aiopt.model import Candidate, Confirmed, Measurement, Rung, Status, Verdict, pool
from pytest_aiopt.tasks import frontier, ladders
from pytest_aiopt.tasks.criteria import Gain
from pytest_aiopt.tasks.frontier import Known

RUNG_S = 0.8


@dataclass(frozen=True, slots=True)
class KnownGains:
    """Gains on the scored workload. ``confirmed``: of the fastest program; None if none is faster."""

    rungs: tuple[Gain, ...]
    frontier: tuple[Gain, ...]
    confirmed: Confirmed | None = None

    @property
    def fastest(self) -> Gain | None:
        """The fastest step of the ladder or program of the frontier; None if none is faster."""
        found = [gain for gain in (*self.rungs, *self.frontier) if gain.is_step and gain.speedup > 1.0]
        return max(found, key=lambda gain: gain.speedup, default=None)


def measure(bench: Bench, progress: Progress | None = None, ahead: Ahead | None = None) -> KnownGains:
    """Judge and measure ladder and frontier, confirm the fastest, and store the result for reports."""
    progress = progress or Progress(bench.task.name)
    ready = str if ahead is None else ahead.ready
    ladder = progress.each("ladder", ladder_of(bench))
    rungs = tuple(gain(bench, rung.file, ready(source), rung) for rung, source in ladder)
    others = tuple(
        gain(bench, name, ready(source), examine=True)
        for name, source in progress.each("frontier", frontier_of(bench).items())
    )
    found = KnownGains(rungs, others)
    if (best := found.fastest) is not None:
        progress.phase(f"confirming {best.file} on held-out workloads")
        confirmed = confirm(bench, Candidate(source_of(bench, best)))
        found = replace(found, confirmed=None if isinstance(confirmed, Verdict) else confirmed)
    keep(bench, found)
    return found


def keep(bench: Bench, found: KnownGains) -> None:
    """Store gains for reports."""
    task, confirmed = bench.task, found.confirmed
    ladders.store(
        bench.store.ladders,
        task.name,
        task.digest,
        fingerprint(bench.machine),
        found.rungs,
        workload=task.scored.name,
        frontier=found.frontier,
        confirmed=None if confirmed is None else confirmed.log2_speedup,
    )


def gain(bench: Bench, file: str, source: str, rung: Rung | None = None, *, examine: bool = False) -> Gain:
    """Judge and measure a program. ``examine``: on the hidden corpus and with sanitizers too."""
    candidate = Candidate(source)
    structural, decoy = (rung.structural, rung.decoy) if rung is not None else (True, False)
    verdict = examined(bench, candidate) if examine else judge(bench, candidate)
    found: Measurement | Verdict = verdict
    if verdict.status is Status.PASSED:
        found = bench.compare(candidate, bench.task.scored, RUNG_S)
    if isinstance(found, Verdict):
        return Gain(file, structural, decoy, found.status, nan, nan, nan)
    return Gain(file, structural, decoy, Status.PASSED, found.speedup, 2**found.low, 2**found.high)


def judge(bench: Bench, candidate: Candidate) -> Verdict:
    """Return the gate's verdict on a program, which may not compile."""
    build = bench.build(candidate)
    if build.path is None:
        return Verdict(Status.COMPILE_ERROR, build.detail)
    return bench.judge(candidate)


def examined(bench: Bench, candidate: Candidate) -> Verdict:
    """Return the verdict of gate, hidden corpus and sanitizers."""
    verdict = judge(bench, candidate)
    return bench.examine(candidate).verdict if verdict.status is Status.PASSED else verdict


def confirm(bench: Bench, candidate: Candidate) -> Confirmed | Verdict:
    """Measure a program on the held-out workloads."""
    found = bench.confirm(candidate)
    return found if isinstance(found, Verdict) else pool(found)


def source_of(bench: Bench, known: Gain) -> str:
    """Return the text of a rung or of a program of the frontier."""
    folder = bench.task.root if known.file.startswith(f"{frontier.FOLDER}/") else bench.task.root / "ladder"
    return (folder / known.file).read_text()


def entry(bench: Bench, found: KnownGains) -> Known | None:
    """Return the fastest program as the frontier of the scored workload; None where none is faster.

    The program may be in the frontier already, as the best one of another workload.
    """
    best, confirmed = found.fastest, found.confirmed
    if best is None:
        return None
    rung = Known("", frontier.Maker.AUTHOR, rung=best.file.removesuffix(".cpp"))
    others = {f"{each.name}.cpp": each for each in bench.task.frontier}
    return msgspec.structs.replace(
        others.get(best.file, rung),
        workload=bench.task.scored.name,
        log2_speedup=round(log2(best.speedup), 3),
        confirmed_log2=None if confirmed is None else round(confirmed.log2_speedup, 3),
        machine=fingerprint(bench.machine),
    )


def ladder_of(bench: Bench) -> list[tuple[Rung, str]]:
    """Return the steps of the ladder with their texts."""
    return [(rung, (bench.task.root / "ladder" / rung.file).read_text()) for rung in bench.task.ladder]


def frontier_of(bench: Bench) -> dict[str, str]:
    """Return the texts of the frontier's programs that are no steps of the ladder, by file."""
    root, known = bench.task.root, bench.task.frontier
    return {f"{each.name}.cpp": frontier.source(root, each) for each in known if each.file}
