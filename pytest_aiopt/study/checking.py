"""Observes a task for its criteria: times the ladder, profiles program and twins, tries the mutants."""

from __future__ import annotations

import statistics
import time
from math import log, nan, sqrt
from pathlib import Path

from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation import corpus
from pytest_aiopt.evaluation.machine import fingerprint
from pytest_aiopt.model import Candidate, Measurement, Pair, Rung, Status, Verdict, Workload
from pytest_aiopt.profiling.base import dearest_line
from pytest_aiopt.study import ladders
from pytest_aiopt.study.bench import Bench
from pytest_aiopt.tasks import criteria
from pytest_aiopt.tasks.criteria import Evidence, Gain

SPREAD_S = 1.0
RUNG_S = 0.8
TO_SIGMA = 1.4826  # of a normal distribution, from the median absolute deviation


def observe(bench: Bench) -> Evidence:
    """Return what the criteria ask about a task, measured on this machine; raises AioptError.

    The measured ladder is kept for reports.
    """
    task = bench.task
    pairs = _equal_pairs(bench)
    base_s = statistics.median(pair.baseline_s for pair in pairs)
    gains = [_gain(bench, rung) for rung in task.ladder]
    ladders.store(bench.store.ladders, task.name, task.digest, fingerprint(bench.machine), gains)
    mutants = sorted((task.root / "mutants").glob("*.cpp"))
    accepted = [path.name for path in mutants if _judge(bench, path).status is Status.PASSED]
    seen = Evidence(
        task=task.name,
        base_ms=1e3 * base_s,
        base_cv=_spread(pairs),
        gains=gains,
        tops={each.name: _top(bench, each) for each in _visible(bench)},
        words=criteria.revealing(task),
        evaluation_s=_evaluation_s(bench),
        cases=len(corpus.load(task).requests),
        mutants=len(mutants),
        accepted=accepted,
        unit=task.unit,
    )
    return seen if not task.unit else _with_rate(seen, task.scored, base_s)


def _visible(bench: Bench) -> list[Workload]:
    scored = bench.task.scored
    return [scored, *(each for each in bench.task.workloads if each.twin_of == scored.name)]


def _equal_pairs(bench: Bench) -> tuple[Pair, ...]:
    base = bench.binary(bench.task.program)
    return _measured(bench, bench.meter.compare(base, base, bench.task.scored, SPREAD_S)).pairs


def _measured(bench: Bench, found: Measurement | Verdict) -> Measurement:
    if isinstance(found, Verdict):
        problem = f"the program of {bench.task.name} does not agree with itself: {found.status.value}"
        raise TaskError(problem, "make program.cpp deterministic and within its limits")
    return found


def _spread(pairs: tuple[Pair, ...]) -> float:
    """Relative standard deviation of one run, from the ratios of runs on the same input."""
    ratios = [log(pair.baseline_s / pair.candidate_s) for pair in pairs]
    middle = statistics.median(ratios)
    return TO_SIGMA * statistics.median(abs(ratio - middle) for ratio in ratios) / sqrt(2)


def _judge(bench: Bench, path: Path) -> Verdict:
    candidate = Candidate(path.read_text())
    build = bench.build(candidate)
    if build.path is None:
        return Verdict(Status.COMPILE_ERROR, build.detail)
    return bench.judge(candidate)


def _gain(bench: Bench, rung: Rung) -> Gain:
    path = bench.task.root / "ladder" / rung.file
    verdict = _judge(bench, path)
    found: Measurement | Verdict = verdict
    if verdict.status is Status.PASSED:
        base, binary = bench.binary(bench.task.program), bench.binary(Candidate(path.read_text()))
        found = bench.meter.compare(base, binary, bench.task.scored, RUNG_S)
    if isinstance(found, Verdict):
        return Gain(rung.file, rung.structural, rung.decoy, found.status, nan, nan, nan)
    interval = (2**found.low, 2**found.high)
    return Gain(rung.file, rung.structural, rung.decoy, Status.PASSED, found.speedup, *interval)


def _top(bench: Bench, workload: Workload) -> int | None:
    return dearest_line(bench.profile(bench.task.program, workload))


def _evaluation_s(bench: Bench) -> float:
    """Seconds to build, judge and measure a candidate that was never seen: the program with a comment."""
    candidate = Candidate(f"{bench.task.program.source}\n// {time.time_ns()}\n")
    started = time.monotonic()
    bench.judge(candidate)
    bench.measure(candidate)
    return time.monotonic() - started


def _with_rate(seen: Evidence, scored: Workload, base_s: float) -> Evidence:
    from dataclasses import replace

    units = float(scored.params[seen.unit]) * float(scored.params.get("requests", 1))
    return replace(seen, per_second=(units / base_s, seen.headroom * units / base_s))
