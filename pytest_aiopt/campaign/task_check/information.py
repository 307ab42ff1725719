"""The value of knowing the scored workload, by two greedy searches of which one knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from statistics import fmean

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import known
from pytest_aiopt.campaign.task_check.parts import parts
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.model import Candidate, Measurement, Status
from pytest_aiopt.tasks import frontier
from pytest_aiopt.tasks.information import STEP_TOKENS, STEPS, Component, Information, store

SECONDS = 0.25
"""Of timed runs per program and workload, in one placement of the code: gains of interest are large."""
MOST_PARTS = 10
"""Programs that are tried for one step."""


@dataclass
class Gains:
    """Measures programs on every scored workload, each once. ``benches``: by workload."""

    benches: Mapping[str, Bench]
    known: dict[tuple[str, str], float | None] = field(default_factory=dict)
    passed: dict[str, bool] = field(default_factory=dict)

    def on(self, source: str, workload: str) -> float | None:
        """Return the log2 speedup over the program; None where it is refused."""
        candidate, bench = Candidate(source), self.benches[workload]
        if candidate.sha == bench.task.program.sha:
            return 0.0
        if candidate.sha not in self.passed:
            self.passed[candidate.sha] = known.judge(bench, candidate).status is Status.PASSED
        if not self.passed[candidate.sha]:
            return None
        key = candidate.sha, workload
        if key not in self.known:
            found = bench.compare(candidate, bench.task.scored, SECONDS)
            self.known[key] = found.log2_speedup if isinstance(found, Measurement) else None
        return self.known[key]

    def mean(self, source: str) -> float | None:
        """Return the mean over the workloads; None where the program is refused on one."""
        found = [self.on(source, workload) for workload in self.benches]
        known = [each for each in found if each is not None]
        return fmean(known) if len(known) == len(found) else None


def observe(bench: Bench) -> Information:
    """Measure steps, components and the value of information of a task on all its scored workloads."""
    task = bench.task
    quick = MeterSpec(budget_s=SECONDS, placements=1)
    gains = Gains(
        {
            name: Bench(
                task.pose(name),
                toolchain=bench.toolchain,
                sandbox=bench.sandbox,
                meter=quick,
                store=bench.store,
            )
            for name in task.scorable
        }
    )
    steps = [rung.file for rung in task.ladder if rung.structural and not rung.decoy]
    ladder = [(task.root / "ladder" / file).read_text() for file in steps]
    others = [frontier.source(task.root, each) for each in task.frontier if each.file]
    targets = list(dict.fromkeys([*ladder, *others]))
    first = _steps(task.program.source, targets)
    blind = _walk(task.program.source, targets, gains.mean)
    informed = {w: _walk(task.program.source, targets, partial(gains.on, workload=w)) for w in gains.benches}
    best = {w: _best([*targets, *first, informed[w]], gains, w) for w in gains.benches}
    reach = {w: log2 for w, log2 in best.items() if log2 > 0}
    found = Information(
        task=task.name,
        workloads=task.scorable,
        frontier=reach,
        step={w: _best(first, gains, w) / log2 for w, log2 in reach.items()},
        components=_components(task.program.source, dict(zip(steps, ladder, strict=True)), gains, reach),
        value={w: (gains.on(informed[w], w) or 0.0) - (gains.on(blind, w) or 0.0) for w in gains.benches},
        tried=len(gains.passed),
    )
    store(bench.store.information, task.digest, found)
    return found


def _steps(program: str, targets: list[str]) -> list[str]:
    return parts(program, targets, STEP_TOKENS, MOST_PARTS)


def _walk(program: str, targets: list[str], worth: Callable[[str], float | None]) -> str:
    """Return the program after STEPS greedy steps by what programs are worth to a solver."""
    reached = 0.0
    for _ in range(STEPS):
        tried = [(value, part) for part in _steps(program, targets) if (value := worth(part)) is not None]
        value, part = max(tried, default=(0.0, program))
        if value <= reached:
            break
        reached, program = value, part
    return program


def _best(programs: list[str], gains: Gains, workload: str) -> float:
    return max((log2 for each in programs if (log2 := gains.on(each, workload)) is not None), default=0.0)


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
