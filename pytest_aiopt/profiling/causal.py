"""The mathematics of causal profiles: from experiments at virtual speedups to the effect of a faster line.

period(s) = sum of durations / sum of visits over all experiments in which the line looked s faster; program
speedup(s) = 1 - period(s) / period(0), the fraction of run time saved (Curtsinger & Berger, SOSP'15). The
speedup of an experiment is the one applied to the line, never a prediction.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_aiopt.model import Effect, ItemKind, ProfileItem

MIN_BASELINE, MIN_POINTS = 3, 8
"""Minimum numbers of experiments without speedup, and with one on the line, to report an effect."""

MIN_VISITS = 5
"""Minimum number of visits of the progress point at one speedup to use its period."""

WIDEST = 0.25
"""Maximum width of the 95 % interval of a reported effect."""

WIDEST_ALONE = 0.1
"""The same for shares of runs without the profiler: on programs of models, wider ones were 8 points off."""

TRUSTED = 0.75
"""The largest virtual speedup with a trusted effect; beyond it experiments overestimate the effect."""

UNIT = "of the program's time saved"
RESAMPLES = 400
_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment: ``selected`` looked ``speedup`` (0..1) faster for ``duration_ns``, without pauses.

    ``visits``: by progress point. ``on_line``: samples on the line. ``delay_ns``: length of the pauses; None:
    unknown.
    """

    selected: str
    speedup: float
    duration_ns: int
    visits: Mapping[str, int] = field(default_factory=dict)
    on_line: int = 0
    delay_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The experiments of one process, its length, and its samples by line (empty if it was killed).

    ``paced``: threads that Lull could sample only when its own thread was scheduled; ``unseen``: threads that
    it could not follow at all.
    """

    experiments: tuple[Experiment, ...]
    runtime_ns: int | None = None
    samples: Mapping[str, int] = field(default_factory=dict)
    paced: int = 0
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """The result for one line: its curve without s = 0, or the reason for its absence (``refused``).

    ``phase``: the correction factor for a line that runs only in part of the program (SOSP'15, section 3.4);
    None if the samples do not determine it.
    """

    name: str
    curve: tuple[Effect, ...]
    experiments: int
    refused: str = ""
    phase: float | None = None

    @property
    def best(self) -> float:
        """The largest effect on the curve; 0 without one."""
        return max((each.value for each in self.curve), default=0.0)


def period(experiments: Iterable[Experiment], point: str) -> float | None:
    """Return nanoseconds per visit over all ``experiments``; None without a visit."""
    visits = duration = 0
    for each in experiments:
        visits += each.visits.get(point, 0)
        duration += each.duration_ns
    return duration / visits if visits else None


def program_speedup(base: float, faster: float, alone: float | None = None) -> float:
    """Return the fraction of time saved, from period(0) and period(s).

    ``alone``: the period without the profiler. The saving is measured under the profiler, whose own work adds
    to both periods and cancels out; its share is that of the time alone.
    """
    return (base - faster) / (alone or base)


def merge(runs: Iterable[Run], *, whole: bool = True) -> list[Experiment]:
    """Return the experiments of all runs; without each run's last one unless ``whole``.

    The last experiment of a run of Coz includes the shutdown of the profiler.
    """
    return [each for run in runs for each in (run.experiments if whole else run.experiments[:-1])]


def phase_factor(runs: Sequence[Run], line: str) -> float | None:
    """Return (t_obs / s_obs) * (s / T): how representative the experiments on ``line`` are of the program.

    t_obs, s_obs: length of and samples in its experiments; s, T: samples and length of the whole runs.
    """
    own = [each for run in runs for each in run.experiments if each.selected == line]
    observed, seen = sum(each.duration_ns for each in own), sum(each.on_line for each in own)
    length = sum(run.runtime_ns or 0 for run in runs)
    samples = sum(run.samples.get(line, 0) for run in runs)
    if not seen or not length or not samples:
        return None
    return observed / seen * samples / length


def lines(
    runs: Sequence[Run],
    point: str,
    *,
    whole: bool = True,
    least: int = MIN_POINTS,
    seed: int = 0,
    alone_ns: Sequence[float] = (),
) -> list[Line]:
    """Return every selected line, largest effect first, refused ones last.

    ``least``: minimum number of experiments per line; fewer suffice if each is a whole run. The baseline is
    pooled over lines, because experiments without pauses do not depend on the line. ``alone_ns``: see effect.
    """
    experiments = merge(runs, whole=whole)
    base = [each for each in experiments if each.speedup == 0]
    names = dict.fromkeys(each.selected for each in experiments if each.speedup > 0)
    found = [_line(_Data(name, experiments, base, runs, point, least, alone_ns), seed) for name in names]
    return sorted(found, key=lambda line: (bool(line.refused), -line.best))


@dataclass(frozen=True, slots=True)
class _Data:
    """The data of a line's curve."""

    name: str
    experiments: Sequence[Experiment]
    base: Sequence[Experiment]
    runs: Sequence[Run]
    point: str
    least: int
    alone_ns: Sequence[float]


def _line(data: _Data, seed: int) -> Line:
    by_speedup: dict[float, list[Experiment]] = {}
    for each in data.experiments:
        if each.selected == data.name and each.speedup > 0:
            by_speedup.setdefault(each.speedup, []).append(each)
    count, without = sum(map(len, by_speedup.values())), len(data.base)
    phase = phase_factor(data.runs, data.name)
    if without < MIN_BASELINE or count < data.least:
        refused = f"{count} experiments and {without} without speedup are too few"
        return Line(data.name, (), count, refused, phase)
    visits = min(MIN_VISITS, data.least)
    effects = [
        effect(data.base, own, data.point, at, seed, visits=visits, alone_ns=data.alone_ns)
        for at, own in sorted(by_speedup.items())
    ]
    curve = tuple(each for each in effects if each is not None and certain(each, data.alone_ns))
    if not curve:
        return Line(data.name, (), count, "its effect is not certain enough to be reported", phase)
    return Line(data.name, curve, count, phase=phase)


def effect(
    base: Sequence[Experiment],
    own: Sequence[Experiment],
    point: str,
    at: float,
    seed: int = 0,
    *,
    visits: int = MIN_VISITS,
    alone_ns: Sequence[float] = (),
) -> Effect | None:
    """Return the program speedup between two sets of experiments with its 95 % bootstrap interval over them.

    ``alone_ns``: times of whole runs without the profiler, if experiments are whole runs; the saving is their
    share then, and the interval covers their scatter too. None if there are fewer than ``visits`` visits on
    either side.
    """
    before, after = period(base, point), period(own, point)
    if before is None or after is None or min(_visits(base, point), _visits(own, point)) < visits:
        return None
    draw = random.Random(f"{seed} {at} {len(base)} {len(own)}")
    drawn = sorted(
        program_speedup(low, high, _mean(draw.choices(alone_ns, k=len(alone_ns)) if alone_ns else ()))
        for low, high in (
            (period(draw.choices(base, k=len(base)), point), period(draw.choices(own, k=len(own)), point))
            for _ in range(RESAMPLES)
        )
        if low and high is not None
    )
    if not drawn:
        return None
    value = program_speedup(before, after, _mean(alone_ns))
    cut = round(_TAIL * len(drawn))
    low, high = min(value, drawn[cut]), max(value, drawn[-1 - cut])
    return Effect(at, value, low, high, len(own))


def certain(found: Effect, alone_ns: Sequence[float]) -> bool:
    """Whether an effect's interval is narrow enough to report it; ``alone_ns``: see effect."""
    return found.high - found.low <= (WIDEST_ALONE if alone_ns else WIDEST)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _visits(experiments: Iterable[Experiment], point: str) -> int:
    return sum(each.visits.get(point, 0) for each in experiments)


def items(found: Iterable[Line], functions: Mapping[int, str]) -> tuple[ProfileItem, ...]:
    """Return the lines (named ``file:number``) that have a curve as items, largest effect first."""
    made = []
    for line in found:
        trusted = [each for each in line.curve if each.at <= TRUSTED]
        if trusted:
            number, best = int(line.name.rpartition(":")[2]), trusted[-1]
            made.append(
                ProfileItem(
                    number,
                    functions.get(number, ""),
                    round(best.value, 4),
                    round(best.low, 4),
                    round(best.high, 4),
                    ItemKind.CAUSAL,
                    samples=line.experiments,
                    curve=line.curve,
                )
            )
    return tuple(sorted(made, key=lambda item: -item.value))


def refusals(found: Iterable[Line]) -> tuple[str, ...]:
    """Return a remark for every line without a reported effect."""
    return tuple(f"line {line.name.rpartition(':')[2]}: {line.refused}" for line in found if line.refused)
