"""The value of knowing the scored workload, by two greedy searches of which one knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import log2

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import known
from pytest_aiopt.campaign.task_check.ahead import Ahead
from pytest_aiopt.campaign.task_check.progress import Progress
from pytest_aiopt.campaign.task_check.walks import Known, Walks
from pytest_aiopt.cpp.newness import new_tokens
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.evaluation.meter.inputs import Draw, InTurn
from pytest_aiopt.model import Candidate, Measurement, Status
from pytest_aiopt.tasks.criteria import Gain
from pytest_aiopt.tasks.information import STEP_TOKENS, STEPS, Component, Information, store
from pytest_aiopt.tasks.loader import Task

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

    def take(self, source: str, workload: str, known: Gain) -> None:
        """Take note of a gain that was measured before, or of a program that was refused."""
        sha = Candidate(source).sha
        self.passed[sha] = known.status is Status.PASSED
        if self.passed[sha]:
            self.known[sha, workload] = log2(known.speedup)

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


def observe(
    bench: Bench,
    steps: Sequence[str] = (),
    progress: Progress | None = None,
    rungs: Sequence[Gain] = (),
) -> Information:
    """Measure components, the largest step and the value of information of a task on its scored workloads.

    In this order, which is that of their costs; the first one that keeps the task from being informative is
    the last one measured. ``steps``: programs one step from the original, as campaigns made them; larger
    steps are left out. ``rungs``: gains on the scored workload that are known already.
    """
    with Ahead() as ahead:
        draw = InTurn()
        benches = {name: _quick(bench, name, draw) for name in bench.task.scorable}
        gains = Gains(benches, ahead, progress=progress or Progress(bench.task.name))
        for rung in rungs:
            gains.take(known.source_of(bench, rung), bench.task.scored.name, rung)
        found = _observe(bench, steps, gains)
    store(bench.store.information, bench.task.digest, found)
    return found


def _observe(bench: Bench, steps: Sequence[str], gains: Gains) -> Information:
    gains.progress.phase("value of information")
    program = bench.task.program.source
    ladder = {
        rung.file: source for rung, source in known.ladder_of(bench) if rung.structural and not rung.decoy
    }
    others = list(dict.fromkeys(known.frontier_of(bench).values()))
    gains.expect([*ladder.values(), *others])
    seen = _Seen(bench.task, gains, ladder, others)
    found = seen.so_far()
    if not found.lacks:
        small = [each for each in steps if new_tokens(program, each) <= STEP_TOKENS]
        programs = Known(program, list(ladder.values()), others, small)
        walks = Walks(programs, bench.task.scorable, gains, STEP_TOKENS)
        found = seen.so_far(walks.first)
        if not found.lacks:
            found = seen.after(walks)
    return found


@dataclass(frozen=True)
class _Seen:
    """What the gains say of a task. ``ladder``: the texts of its steps by file; ``others``: the frontier."""

    task: Task
    gains: Gains
    ladder: Mapping[str, str]
    others: Sequence[str]

    def so_far(self, first: Sequence[str] = (), ends: Iterable[str] = ()) -> Information:
        """Return what known programs, first steps and the ends of walks show."""
        tried = [*self.ladder.values(), *self.others, *first, *ends]
        best = {w: _best(tried, self.gains, w) for w in self.task.scorable}
        reach = {w: gained for w, gained in best.items() if gained > 0}
        return Information(
            task=self.task.name,
            workloads=self.task.scorable,
            frontier=reach,
            components=_components(self.task.program.source, self.ladder, self.gains, reach),
            step={w: _best(first, self.gains, w) / most for w, most in reach.items()} if first else {},
            tried=len(self.gains.passed),
        )

    def after(self, walks: Walks) -> Information:
        """Return the same after walks of who knows the workload and of who does not."""
        blind = walks.walk(self.task.scorable, STEPS)
        ends = {w: walks.walk((w,), STEPS) for w in self.task.scorable}
        value = {w: self._gain(end, w) - self._gain(blind, w) for w, end in ends.items()}
        return replace(self.so_far(walks.first, ends.values()), value=value)

    def _gain(self, end: str, workload: str) -> float:
        return self.gains.on(end, workload) or 0.0


def _quick(bench: Bench, workload: str, draw: Draw) -> Bench:
    spec = MeterSpec(budget_s=SECONDS, placements=PLACEMENTS)
    quick = Bench(
        bench.task.pose(workload),
        toolchain=bench.toolchain,
        sandbox=bench.sandbox,
        meter=spec,
        store=bench.store,
    )
    return quick.drawing(draw)


def _best(programs: Sequence[str], gains: Gains, workload: str) -> float:
    """Return the largest gain; that of the original where none is larger."""
    found = (gains.on(each, workload) for each in programs)
    return max([0.0, *(gained for gained in found if gained is not None)])


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
