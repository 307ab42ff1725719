"""Lull as a profiler of candidates: predicts the effect of faster lines, including blocked time."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.evaluation.sandbox import untrusted
from pytest_aiopt.model import Limits, Profile, ProfileState
from pytest_aiopt.profiling import causal, line_table
from pytest_aiopt.profiling.addresses import PROGRAM
from pytest_aiopt.profiling.base import (
    ProfilingFailed,
    Subject,
    blank,
    dynamic_build,
    guarded,
    run_once,
    written,
)
from pytest_aiopt.profiling.line_table import Row
from pytest_aiopt.profiling.lull import session as lull

SLOWDOWN = 5
"""Factor on the time limit of a program whose threads pause each other."""

EXTRA_MEMORY_MB, EXTRA_OUTPUT_MB = 256, 16
PACED = (
    "no performance counter may be opened here: lines are sampled when another thread gets to run,"
    " which sees those too often that run while a processor is idle"
)
UNCONFIRMED = f"not confirmed beyond {causal.TRUSTED:.0%}: too few whole runs in the time, or too uncertain"

ONE_THREAD = "one thread: what a faster line saves is its share of the time, which other profiles tell"


class VirtualSpeedup:
    """Predicts the effect of faster lines in candidates with Lull; needs no privilege."""

    name = "lull"
    version = lull.VERSION

    def __init__(self, budget_s: float = lull.BUDGET_S, lines: Sequence[int] = ()) -> None:
        """Spend ``budget_s`` seconds per profile on ``lines``, or by default on the costly ones."""
        self._budget_s = budget_s
        self._lines = lines

    def available(self) -> str | None:
        """Return None if Lull works, else the reason and an alternative."""
        missing = [tool for tool in ("g++", "objdump", "addr2line") if shutil.which(tool) is None]
        if missing:
            return f"{' and '.join(missing)} not installed, which Lull needs; install g++"
        return lull.unsupported()

    def profile(self, subject: Subject) -> Profile:
        """Experiment on the dynamically linked build; see Profiler.profile. UNAVAILABLE with one thread."""
        if subject.limits.threads == 1:
            return blank(self, subject, ProfileState.UNAVAILABLE, ONE_THREAD)

        def take(_: Path) -> Profile:
            binary = dynamic_build(subject)
            rows = line_table.read(binary)
            session = lull.Session(rows, PROGRAM, _launcher(subject, binary), alone=_alone(subject))
            study = session.study(self._budget_s, self._lines)
            if study.stretch is not None and study.stretch.refused:
                raise ProfilingFailed(study.stretch.refused)
            filled = _filled(blank(self, subject, ProfileState.TAKEN), study, rows)
            return _confirmed(filled, session)

        return guarded(self, subject, take)


def widened(limits: Limits, slowdown: float) -> Limits:
    """Return limits for a run with a profiler in the process and one additional thread."""
    return replace(
        limits,
        cpu_s=limits.cpu_s * slowdown,
        wall_s=limits.wall_s and limits.wall_s * slowdown,
        memory_mb=limits.memory_mb and limits.memory_mb + EXTRA_MEMORY_MB,
        output_mb=limits.output_mb + EXTRA_OUTPUT_MB,
        threads=limits.threads + 1,
    )


def _launcher(subject: Subject, binary: Path) -> lull.Launch:
    library = lull.shared_object(binary.parent.parent).resolve()
    limits = widened(subject.limits, SLOWDOWN)

    def launch(text: str) -> tuple[float, str]:
        with untrusted.given(text.encode()) as plan, untrusted.output() as output:
            ended = run_once(
                subject,
                binary,
                limits=limits,
                tool=("env", f"LULL_PLAN={plan.path}", f"LULL_OUT={output.path}", f"LD_PRELOAD={library}"),
                shown=(library,),
                passed=(plan.descriptor, output.descriptor),
                samples_itself=True,
            )
            return ended.cpu_s, written(output)

    return launch


def _alone(subject: Subject) -> lull.Alone:
    binary = Path(str(subject.build.path))

    def run() -> tuple[float, float]:
        ended = run_once(subject, binary)
        return ended.cpu_s, ended.taken_s

    return run


def _filled(empty: Profile, study: lull.Study, rows: Sequence[Row]) -> Profile:
    made = causal.items(study.lines, {row.site.line: row.site.function for row in rows if row.site})
    if not made:
        why = "; ".join(causal.refusals(study.lines)) or "no line took enough time, or no request was served"
        raise ProfilingFailed(f"no effect is certain enough to be reported: {why}")
    lost = list(causal.refusals(study.lines))
    if study.disturbed:
        lost.append(f"the machine was busy with something else in {study.disturbed} runs")
    if any(run.paced for run in study.runs):
        lost.append(PACED)
    if any(run.unseen for run in study.runs):
        lost.append("there were more threads than Lull can follow")
    total = sum(study.samples.values())
    return replace(
        empty,
        unit=causal.UNIT,
        samples=sum(item.samples for item in made),
        outside=round(study.samples.get(0, 0) / total, 4) if total else 0.0,
        items=made,
        lost=tuple(lost),
    )


def _confirmed(profile: Profile, session: lull.Session) -> Profile:
    """Measure the top line beyond the trusted speedups by whole runs."""
    top = profile.items[0]
    effect = session.end_to_end(top.line)
    if effect is None:
        return replace(profile, lost=(*profile.lost, f"line {top.line}: {UNCONFIRMED}"))
    detail = f"line {top.line} at {effect.at:.0%}: by {effect.samples} whole runs"
    first = replace(top, curve=(*top.curve, effect))
    return replace(profile, items=(first, *profile.items[1:]), detail=detail)
