"""Observes a task for its criteria: times the ladder, profiles program and twins, tries the mutants."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import log, nan, sqrt

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import decisions as decided
from pytest_aiopt.campaign.task_check import known, original
from pytest_aiopt.campaign.task_check.ahead import Ahead
from pytest_aiopt.campaign.task_check.progress import Progress
from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.meter.inputs import InTurn, fresh
from pytest_aiopt.model import Candidate, Measurement, Pair, Status, Verdict, Workload
from pytest_aiopt.profiling.base import Profiler, dearest_line
from pytest_aiopt.profiling.registry import CAUSAL, WAITING
from pytest_aiopt.prompts.notes import untaken
from pytest_aiopt.tasks import criteria, wording
from pytest_aiopt.tasks.criteria import Evidence

TRIES = 3
CALM_S, PAUSE_S = 300.0, 5.0
"""Seconds that all further tries together may wait until runs agree, and seconds between two checks."""

SPREAD_S, WALL_SPREAD_S = 1.0, 3.0
"""Seconds in which equal programs are compared; the second where they may wait, as their runs vary more."""
TO_SIGMA = 1.4826  # of a normal distribution, from the median absolute deviation


def check(
    benches: Sequence[Bench],
    tell: Callable[[Evidence, bool], None],
    say: Callable[[str], None] = lambda text: None,
) -> list[Evidence]:
    """Observe tasks, up to TRIES times where only measured criteria are not met.

    Load from other processes can widen the spread of runs and shrink steps for minutes. A task is therefore
    tried again only after all others, once its program's runs agree or CALM_S are over. Earlier failures are
    recorded.
    ``tell``: called after each try, with whether another one will come. ``say``: called with warnings about
    the original program, and when a phase begins.
    """
    found: list[Evidence] = []
    patience_s = CALM_S
    for number in range(TRIES):
        more = number + 1 < TRIES
        for at, bench in enumerate(benches):
            if number == 0:
                found.append(observe(bench, say))
            elif found[at].measuring_may_help:
                say(f"{found[at].task}: waiting until runs agree, for try {number + 1}")
                patience_s -= wait_for_calm(bench, patience_s)
                found[at] = replace(observe(bench, say), before=(*found[at].before, found[at].failures))
            else:
                continue
            tell(found[at], more and found[at].measuring_may_help)
    return found


def wait_for_calm(bench: Bench, most_s: float) -> float:
    """Wait until runs of the program on one input agree within the criterion; return the seconds waited.

    Reported values are measured afterwards, so that no measurement is selected by its result.
    """
    started, limit = time.monotonic(), criteria.most_spread(bench.waits)
    while time.monotonic() - started < most_s and _spread(_equal_pairs(bench)) > limit:
        time.sleep(PAUSE_S)
    return time.monotonic() - started


def observe(bench: Bench, say: Callable[[str], None] = lambda text: None) -> Evidence:
    """Measure on this machine the evidence that the criteria need; raises AioptError.

    The measured ladder is kept for reports.
    """
    bench, task = bench.drawing(InTurn()), bench.task
    progress = Progress(task.name, say)
    progress.phase("checking the original program")
    for warning in original.require(bench):
        say(warning)
    progress.phase("timing it against itself")
    pairs = _equal_pairs(bench)
    base_s = statistics.median(pair.baseline_s for pair in pairs)
    mutants = {path.name: path.read_text() for path in sorted((task.root / "mutants").glob("*.cpp"))}
    with Ahead() as ahead:
        ahead.expect(bench, [source for _, source in known.ladder_of(bench)])
        ahead.expect(bench, known.frontier_of(bench).values())
        ahead.expect(bench, mutants.values(), timed=False)
        measured = known.measure(bench, progress, ahead)
        verdicts = {
            name: known.judge(bench, Candidate(ahead.ready(source)))
            for name, source in progress.each("mutants", mutants.items())
        }
    gains = measured.rungs
    accepted = [name for name, verdict in verdicts.items() if verdict.status is Status.PASSED]
    timing = [profiler for profiler in bench.profilers if profiler.name not in CAUSAL]
    on_cpu = [profiler for profiler in timing if profiler.name not in WAITING]
    progress.phase("profiles")
    tops = _steps(bench) if task.counted else _tops(bench, timing)
    blank = [name for name, line in tops.items() if line is None and not task.counted]
    progress.phase("timing a whole evaluation")
    seen = Evidence(
        task=task.name,
        base_ms=1e3 * base_s,
        base_cv=_spread(pairs),
        waits=bench.waits,
        gains=gains,
        tops=tops,
        untaken={each.name: _reason(bench, each, timing) for each in _visible(bench) if each.name in blank},
        tops_on_cpu=_tops(bench, on_cpu) if bench.waits else {},
        words=wording.revealing(task),
        evaluation_s=_evaluation_s(bench.drawing(fresh)),
        cases=len(corpus.load(task).requests),
        mutants=len(mutants),
        accepted=accepted,
        unit=task.unit,
        counted=task.counted,
        closed=decided.closed(bench, gains) if task.counted else nan,
    )
    return seen if not task.unit else _with_rate(seen, task.scored, base_s)


def _visible(bench: Bench) -> list[Workload]:
    scored = bench.task.scored
    return [scored, *(each for each in bench.task.workloads if each.twin_of == scored.name)]


def _equal_pairs(bench: Bench) -> tuple[Pair, ...]:
    base = bench.binary(bench.task.program)
    return _measured(
        bench, bench.meter.compare(base, base, bench.task.scored, WALL_SPREAD_S if bench.waits else SPREAD_S)
    ).pairs


def _measured(bench: Bench, found: Measurement | Verdict) -> Measurement:
    if isinstance(found, Verdict):
        problem = f"the program of {bench.task.name} does not agree with itself: {found.status.value}"
        raise TaskError(problem, "make program.cpp deterministic and within its limits")
    return found


def _spread(pairs: tuple[Pair, ...]) -> float:
    """Relative standard deviation of a run, from ratios on the same input; of costs the largest."""
    ratios = [pair.log2_ratio * log(2) for pair in pairs]
    if pairs[0].costs:
        return max(map(abs, ratios))
    middle = statistics.median(ratios)
    return TO_SIGMA * statistics.median(abs(ratio - middle) for ratio in ratios) / sqrt(2)


def _steps(bench: Bench) -> dict[str, int | None]:
    """Return the greatest step of the ladder on each visible workload, where decisions are what counts."""
    return {each.name: decided.greatest_step(bench, each) for each in _visible(bench)}


def _tops(bench: Bench, profilers: Sequence[Profiler]) -> dict[str, int | None]:
    """Return the top line of the program on each visible workload, in the first profile that knows of any."""
    return {each.name: _top(bench, each, profilers) for each in _visible(bench)}


def _top(bench: Bench, workload: Workload, profilers: Sequence[Profiler]) -> int | None:
    lines = (dearest_line(bench.profile(bench.task.program, workload, (each,))) for each in profilers)
    return next((line for line in lines if line is not None), None)


def _reason(bench: Bench, workload: Workload, profilers: Sequence[Profiler]) -> str:
    return untaken(bench.profile(bench.task.program, workload, profilers))


def _evaluation_s(bench: Bench) -> float:
    """Seconds to build, judge and measure a candidate that was never seen: the program with a comment."""
    candidate = Candidate(f"{bench.task.program.source}\n// {time.time_ns()}\n")
    started = time.monotonic()
    bench.judge(candidate)
    bench.measure(candidate)
    return time.monotonic() - started


def _with_rate(seen: Evidence, scored: Workload, base_s: float) -> Evidence:
    units = float(scored.params[seen.unit]) * float(scored.params.get("requests", 1))
    return replace(seen, per_second=(units / base_s, seen.headroom * units / base_s))
