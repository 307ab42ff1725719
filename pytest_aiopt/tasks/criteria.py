"""Whether a task is fit for the experiment: the thresholds, and what a check found held against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log2

from pytest_aiopt.model import Status

BASE_MS = (15.0, 150.0)
MOST_SPREAD, MOST_WALL_SPREAD = 0.03, 0.08
"""Of runs on one input; the second where programs may wait, as the scheduler decides as well. An evaluation
of two seconds holds about twenty pairs: the standard error of their mean is then 2.5 %, a sixth of the least
step."""
LEAST_HEADROOM = 3.0
STEP = (1.15, 3.0)
"""Range of a step's gain over the one before; its interval must reach into this."""
MOST_SHARE = 0.6
FEWEST_STEPS = 4
"""Steps that gain so much on the scored workload; further ones may gain on twins only."""
IDLE = 1.03
"""Maximum gain of a superficial rung or a decoy."""
LEAST_COST_HEADROOM = 1.3
LEAST_CLOSED = 0.5
"""For costs: minimum gain of the best rung, or its share of the way to the least possible cost."""
COST_STEP = 1.005
"""For costs: minimum gain of each step, and of no superficial rung or decoy; costs have no noise."""
NEAR = 1.2
"""The factor around a threshold within which load may decide on which side a measurement lies."""
FEWEST_CASES = 500
FEWEST_MUTANTS = 8
MOST_EVALUATION_S = 12.0
"""So that 100 evaluations take at most 20 minutes. Each candidate is built in ten placements or more."""


@dataclass(frozen=True, slots=True)
class Gain:
    """A rung: the gate's verdict, and its speedup over the program with its 95 % interval or nan."""

    file: str
    structural: bool
    decoy: bool
    status: Status
    speedup: float
    low: float
    high: float

    @property
    def is_step(self) -> bool:
        """Whether the rung is one of the ladder's steps, each of which contains those before it."""
        return self.structural and not self.decoy


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The observations on a task.

    ``base_cv``: relative standard deviation of one timed run, from pairs on the same input. ``waits``:
    whether programs may wait, for threads or devices. ``tops``: the top
    line of the program's profile by workload, the scored one first; ``tops_on_cpu``: that of CPU time alone,
    of tasks whose programs may wait; ``untaken``: why there is no profile of a workload. ``accepted``:
    mutants that the gate let pass. ``per_second``: units of work per second, program and best rung, where the
    task names a unit. ``counted``: what decisions cost, where that is the metric; then ``closed`` is the best
    rung's share of the way from the program to what is least possible, and ``tops`` says which step gains
    most, from 1 on. ``before``: what was not met in each earlier try.
    """

    task: str
    base_ms: float
    base_cv: float
    waits: bool = False
    gains: Sequence[Gain]
    tops: Mapping[str, int | None]
    tops_on_cpu: Mapping[str, int | None] = field(default_factory=dict)
    untaken: Mapping[str, str] = field(default_factory=dict)
    words: Sequence[str]
    evaluation_s: float
    cases: int
    mutants: int
    accepted: Sequence[str]
    unit: str = ""
    per_second: tuple[float, float] = (0.0, 0.0)
    counted: str = ""
    closed: float = float("nan")
    before: tuple[Sequence[str], ...] = ()

    @property
    def steps(self) -> list[Gain]:
        """Return the ladder's steps in order."""
        return [gain for gain in self.gains if gain.is_step]

    @property
    def headroom(self) -> float:
        """Return the speedup of the best rung, nan where none was measured."""
        return max(
            (gain.speedup for gain in self.gains if gain.status is Status.PASSED), default=float("nan")
        )

    @property
    def failures(self) -> list[str]:
        """Return every criterion that the task does not meet, in words."""
        return self._failures(1.0)

    def _failures(self, slack: float) -> list[str]:
        """Return the criteria not met; with ``slack`` above 1 only those that load cannot explain."""
        parts = (_of_costs, _of_cost_ladder) if self.counted else (_of_timing, _of_ladder, _of_profiles)
        return [line for part in (*parts, _of_idle, _of_files) for line in part(self, slack)]

    @property
    def measuring_may_help(self) -> bool:
        """Whether load may explain every unmet criterion, so that another try may succeed."""
        return bool(self.failures) and not self._failures(NEAR)


def _of_files(seen: Evidence, slack: float) -> Iterable[str]:
    if seen.words:
        yield (
            f"shown words name a bottleneck: {', '.join(seen.words[:5])}; rename them (the list is in "
            "docs/how-to/tasks.md), or name words of the domain in domain_words of task.toml"
        )
    if seen.cases < FEWEST_CASES:
        yield f"{seen.cases} cases, fewer than {FEWEST_CASES}"
    if seen.mutants < FEWEST_MUTANTS:
        yield f"{seen.mutants} mutants, fewer than {FEWEST_MUTANTS}"
    if seen.accepted:
        yield (
            f"the gate accepts {', '.join(seen.accepted)}: let cases() in inputs.py draw a request on which "
            "each gives a wrong answer, then freeze the task again"
        )


def _of_timing(seen: Evidence, slack: float) -> Iterable[str]:
    if not BASE_MS[0] / slack <= seen.base_ms <= BASE_MS[1] * slack:
        yield (
            f"a run takes {seen.base_ms:.1f} ms, not {BASE_MS[0]:.0f} to {BASE_MS[1]:.0f}: change the "
            "parameters of the scored workload"
        )
    if seen.base_cv > most_spread(seen.waits) and slack == 1.0:
        yield f"runs on one input spread by {seen.base_cv:.1%}"
    if seen.evaluation_s > MOST_EVALUATION_S and slack == 1.0:
        yield _slow(seen)


def most_spread(waits: bool) -> float:
    """Return the limit on the spread of runs on one input."""
    return MOST_WALL_SPREAD if waits else MOST_SPREAD


def _slow(seen: Evidence) -> str:
    return (
        f"an evaluation takes {seen.evaluation_s:.1f} s, more than {MOST_EVALUATION_S:.0f}: let cases() draw "
        "smaller requests, or check again when nothing else runs here"
    )


def _of_costs(seen: Evidence, slack: float) -> Iterable[str]:
    if seen.base_ms > BASE_MS[1] * slack:
        yield f"a run takes {seen.base_ms:.0f} ms, more than {BASE_MS[1]:.0f}"
    if seen.base_cv:
        yield f"the {seen.counted} of the program differ from run to run"
    if seen.evaluation_s > MOST_EVALUATION_S and slack == 1.0:
        yield _slow(seen)
    scored, *twins = seen.tops
    if not any(seen.tops[name] != seen.tops[scored] for name in twins):
        yield f"on no twin another step than on {scored} gains most"


def _of_cost_ladder(seen: Evidence, slack: float) -> Iterable[str]:
    yield from _of_rungs(seen)
    if not (seen.headroom >= LEAST_COST_HEADROOM or seen.closed >= LEAST_CLOSED):
        closed = f"and closes {seen.closed:.0%} of the way to the least"
        yield f"the best rung gains {seen.headroom:.2f}, less than {LEAST_COST_HEADROOM}, {closed}"
        return
    steps = [gain for gain in seen.steps if gain.status is Status.PASSED]
    for step, (file, gain) in zip(steps, step_gains(steps), strict=True):
        if gain * step.low / step.speedup <= COST_STEP:
            yield f"{file} gains {gain:.3f} over the step before, not surely more than {COST_STEP}"
        if log2(gain) > MOST_SHARE * log2(seen.headroom):
            yield _most_of_it(file, gain, seen)


def _of_rungs(seen: Evidence) -> Iterable[str]:
    wrong = [gain for gain in seen.gains if gain.status is not Status.PASSED]
    yield from (f"{gain.file} is refused: {gain.status.value}" for gain in wrong)
    steps = len(seen.steps) - sum(gain.is_step for gain in wrong)
    if steps < FEWEST_STEPS:
        yield f"{steps} steps, fewer than {FEWEST_STEPS}"


def _of_ladder(seen: Evidence, slack: float) -> Iterable[str]:
    yield from _of_rungs(seen)
    steps = [gain for gain in seen.steps if gain.status is Status.PASSED]
    if not seen.headroom >= LEAST_HEADROOM / slack:
        yield f"the best rung gains {seen.headroom:.2f}, less than {LEAST_HEADROOM:.0f}"
        return
    gained = list(zip(steps, step_gains(steps), strict=True))
    large = sum(slack * gain * step.high / step.speedup >= STEP[0] for step, (_, gain) in gained)
    for step, (file, gain) in gained:
        least, most = gain * step.low / step.speedup, gain * step.high / step.speedup
        if (most * slack < STEP[0] and large < FEWEST_STEPS) or least > STEP[1] * slack:
            yield f"{file} gains {gain:.2f} over the step before, not {STEP[0]} to {STEP[1]:.0f}"
        if log2(gain) > MOST_SHARE * slack * log2(seen.headroom):
            yield _most_of_it(file, gain, seen)


def _most_of_it(file: str, gain: float, seen: Evidence) -> str:
    share = log2(gain) / log2(seen.headroom)
    return f"{file} holds {share:.0%} of the headroom in log2, more than {MOST_SHARE:.0%}: split it up"


def step_gains(steps: Sequence[Gain]) -> list[tuple[str, float]]:
    """Return each step's speedup over the one before it, the first one's over the program."""
    speedups = [1.0, *(gain.speedup for gain in steps)]
    return [
        (gain.file, after / before) for gain, (before, after) in zip(steps, pairwise(speedups), strict=True)
    ]


def _of_idle(seen: Evidence, slack: float) -> Iterable[str]:
    for name, chosen in (
        ("superficial", [gain for gain in seen.gains if not gain.structural]),
        ("decoy", [gain for gain in seen.gains if gain.decoy]),
    ):
        if not chosen:
            yield f"no {name} rung"
        for gain in chosen:
            if gain.status is Status.PASSED and gain.low > (COST_STEP if seen.counted else IDLE * slack):
                yield f"{gain.file} is a {name} rung but gains {gain.speedup:.2f}"


def _of_profiles(seen: Evidence, slack: float) -> Iterable[str]:
    scored, *twins = seen.tops
    if not twins:
        yield "no twin"
    missing = (name for name, line in seen.tops.items() if line is None and slack == 1.0)
    yield from (seen.untaken.get(name) or f"no profile of {name}" for name in missing)
    still = [name for name in twins if seen.tops[name] is not None and seen.tops[name] == seen.tops[scored]]
    if still and slack == 1.0:  # of lines that cost about the same, the sampling decides which one leads
        yield (
            f"the top line of {scored} stays the same on {', '.join(still)}: change its parameters until "
            "another line leads (aiopt task profile NAME --workload W)"
        )
    if seen.tops_on_cpu and all(seen.tops_on_cpu[name] == line for name, line in seen.tops.items()):
        yield "the top line is that of CPU time on every workload: waiting decides nowhere"
