"""The value of knowing the scored workload, by two greedy searches of which one knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import known
from pytest_aiopt.campaign.task_check.ahead import Ahead
from pytest_aiopt.campaign.task_check.progress import Progress
from pytest_aiopt.campaign.task_check.walks import Known, Walks
from pytest_aiopt.cpp.newness import new_tokens
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.model import Candidate, Measurement, Status
from pytest_aiopt.tasks.information import STEP_TOKENS, STEPS, Component, Information, store

SECONDS = 0.25
"""Of timed runs per program and workload: gains of interest are large."""
PLACEMENTS = 3
"""Of the code: in a single one a short loop can take twice its time."""


@dataclass
class Gains:
    """Measures programs on every scored workload, each once. ``benches``: by workload."""

    benches: Mapping[str, Bench]
    ahead: Ahead
    known: dict[tuple[str, str], float | None] = field(default_factory=dict)
    passed: dict[str, bool] = field(default_factory=dict)
    progress: Progress = field(default_factory=lambda: Progress(""))

    def on(self, source: str, workload: str) -> float | None:
        """Return the log2 speedup over the program; None where it is refused."""
        candidate, bench = Candidate(source), self.benches[workload]
        if candidate.sha == bench.task.program.sha:
            return 0.0
        self.progress.step(f"value of information, {len(self.passed)} programs so far")
        if candidate.sha not in self.passed:
            self.ahead.ready(source)
            self.passed[candidate.sha] = known.judge(bench, candidate).status is Status.PASSED
        if not self.passed[candidate.sha]:
            return None
        key = candidate.sha, workload
        if key not in self.known:
            found = bench.compare(candidate, bench.task.scored, SECONDS)
            self.known[key] = found.log2_speedup if isinstance(found, Measurement) else None
        return self.known[key]

    def expect(self, sources: Iterable[str]) -> None:
        """Build programs on other cores that will probably be asked for."""
        self.ahead.expect(next(iter(self.benches.values())), sources)


def observe(bench: Bench, steps: Sequence[str] = (), progress: Progress | None = None) -> Information:
    """Measure steps, components and the value of information of a task on all its scored workloads.

    ``steps``: programs one step from the original, as campaigns made them; larger steps are left out.
    """
    with Ahead() as ahead:
        benches = {name: _quick(bench, name) for name in bench.task.scorable}
        return _observe(bench, steps, Gains(benches, ahead, progress=progress or Progress(bench.task.name)))


def _observe(bench: Bench, steps: Sequence[str], gains: Gains) -> Information:
    task = bench.task
    gains.progress.phase("value of information")
    ladder = {
        rung.file: source for rung, source in known.ladder_of(bench) if rung.structural and not rung.decoy
    }
    others = known.frontier_of(bench).values()
    small = [each for each in steps if new_tokens(task.program.source, each) <= STEP_TOKENS]
    programs = Known(task.program.source, list(ladder.values()), list(dict.fromkeys(others)), small)
    walks = Walks(programs, task.scorable, gains, STEP_TOKENS)
    blind = walks.walk(task.scorable, STEPS)
    informed = {w: walks.walk((w,), STEPS) for w in task.scorable}
    known_best = {
        w: _best([*ladder.values(), *others, *walks.first, informed[w]], gains, w) for w in informed
    }
    reach = {w: log2 for w, log2 in known_best.items() if log2 > 0}
    found = Information(
        task=task.name,
        workloads=task.scorable,
        frontier=reach,
        step={w: _best(walks.first, gains, w) / log2 for w, log2 in reach.items()},
        components=_components(task.program.source, ladder, gains, reach),
        value={w: (gains.on(informed[w], w) or 0.0) - (gains.on(blind, w) or 0.0) for w in informed},
        tried=len(gains.passed),
    )
    store(bench.store.information, task.digest, found)
    return found


def _quick(bench: Bench, workload: str) -> Bench:
    return Bench(
        bench.task.pose(workload),
        toolchain=bench.toolchain,
        sandbox=bench.sandbox,
        meter=MeterSpec(budget_s=SECONDS, placements=PLACEMENTS),
        store=bench.store,
    )


def _best(programs: Sequence[str], gains: Gains, workload: str) -> float:
    """Return the largest gain; that of the original where none is larger."""
    return max([0.0, *(log2 for each in programs if (log2 := gains.on(each, workload)) is not None)])


def _components(
    program: str, ladder: Mapping[str, str], gains: Gains, reach: Mapping[str, float]
) -> list[Component]:
    """Return what each step of the ladder adds to the one before it, as a share of what is possible."""
    found = []
    for (_, before), (file, after) in pairwise([("", program), *ladder.items()]):
        added = {w: (gains.on(before, w), gains.on(after, w)) for w in reach}
        shares = {w: (b - a) / reach[w] for w, (a, b) in added.items() if a is not None and b is not None}
        if shares:
            found.append(Component(file, shares))
    return found
