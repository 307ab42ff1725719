"""Run Debian's Coz in a way that also works for programs of a second or less.

Coz sees only CPU time and pauses in steps of 10 ms. docs/explanation/lull.md gives its error for threads that
synchronise more often. Its exit code is not meaningful; success means that there are experiments.
"""

from __future__ import annotations

import functools
import itertools
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_aiopt.evaluation.sandbox import untrusted
from pytest_aiopt.model import Profile, ProfileState
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
from pytest_aiopt.profiling.causal import Run
from pytest_aiopt.profiling.coz import coz_file
from pytest_aiopt.profiling.lull.profiler import ONE_THREAD, widened

LIBRARY = Path("/usr/lib/coz-profiler/libcoz.so")
BUDGET_S = 12.0
MOST_LINES, LEVEL, LEAST = 3, 0.5, 3
"""For whole runs: number of lines, their speedup, and minimum number of runs per line."""

SHORT_S = 3.0
"""Shorter runs make one experiment each, from end to end, on a line that is fixed beforehand."""

END_TO_END = "end-to-end"
SLOWDOWN = 5
MOST_PARANOID = 2

Launch = Callable[[Mapping[str, str]], str]
"""Runs the program once under Coz with additional variables and returns the profile; raises ProfilingFailed.
"""


class Coz:
    """Predicts the effect of faster lines in candidates with Coz."""

    name = "coz"

    def __init__(self, budget_s: float = BUDGET_S) -> None:
        self._budget_s = budget_s

    @property
    def version(self) -> str:
        """The version of the package, "" if it is missing."""
        return _version() if LIBRARY.exists() else ""

    def available(self) -> str | None:
        """Return None if Coz is installed and sampling is permitted, else the remedy."""
        if not LIBRARY.exists():
            return "coz is not installed; install coz-profiler"
        return _refusal()

    def profile(self, subject: Subject) -> Profile:
        """Accumulate runs of the dynamic build; UNAVAILABLE with one thread. See Profiler.profile."""
        if subject.limits.threads == 1:
            return blank(self, subject, ProfileState.UNAVAILABLE, ONE_THREAD)

        def take(_: Path) -> Profile:
            binary = dynamic_build(subject)
            functions = {row.site.line: row.site.function for row in line_table.read(binary) if row.site}
            found = accumulate(_Sandboxed(subject, binary), self._budget_s)
            made = causal.items(found, functions)
            if not made:
                why = "; ".join(causal.refusals(found)) or "it made no experiments"
                raise ProfilingFailed(f"Coz found no effect that is certain enough to be reported: {why}")
            empty = blank(self, subject, ProfileState.TAKEN)
            samples = sum(item.samples for item in made)
            return replace(empty, unit=causal.UNIT, samples=samples, items=made, lost=causal.refusals(found))

        return guarded(self, subject, take)


@dataclass(frozen=True, slots=True)
class _Sandboxed:
    """Runs a candidate under Coz in the sandbox, which lets it open performance counters."""

    subject: Subject
    binary: Path

    def __call__(self, settings: Mapping[str, str]) -> str:
        with untrusted.output() as output:
            given = environment(Path(output.path), PROGRAM, settings)
            ended = run_once(
                self.subject,
                self.binary,
                limits=widened(self.subject.limits, SLOWDOWN),
                tool=("env", *(f"{key}={value}" for key, value in given.items())),
                passed=(output.descriptor,),
                samples_itself=True,
            )
            text = written(output)
        if not text:
            raise ProfilingFailed(f"Coz wrote no profile; it printed {untrusted.quoted(ended.stderr)}")
        return text


def environment(output: Path, source: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables for libcoz.so, as ``coz run`` sets them."""
    return {
        "LD_PRELOAD": str(LIBRARY),
        "COZ_OUTPUT": str(output),
        "COZ_BINARY_SCOPE": "MAIN",
        "COZ_SOURCE_SCOPE": f"%{source}",
        "COZ_PROGRESS_POINTS": "",
        **settings,
    }


def fixed(line: str, level: float) -> dict[str, str]:
    """Return the settings for one end-to-end experiment on ``line``, as Coz names it."""
    return {"COZ_END_TO_END": "1", "COZ_FIXED_LINE": line, "COZ_FIXED_SPEEDUP": str(round(100 * level))}


def accumulate(run: Launch, budget_s: float = BUDGET_S) -> list[causal.Line]:
    """Pool runs until the budget is spent: with free experiments, or with fixed ones if runs are short."""
    started = time.monotonic()
    runs = _parsed(run({}))
    length_s = time.monotonic() - started
    if not any(each.samples for each in runs):
        raise ProfilingFailed("Coz saw none of its lines: no debug information, or too short a run")
    if length_s >= SHORT_S:
        while time.monotonic() - started + length_s < budget_s:
            runs += _parsed(run({}))
        return causal.lines(runs, _point(runs), whole=False)
    made: list[Run] = []
    for settings in itertools.cycle(_fixed_settings(runs)):
        if time.monotonic() - started >= budget_s:
            break
        made += _parsed(run(settings))
    return causal.lines(made, END_TO_END, least=LEAST)


def _parsed(text: str) -> list[Run]:
    try:
        return coz_file.parse(text)
    except coz_file.CozFormatError as error:
        raise ProfilingFailed(str(error)) from error


def _fixed_settings(runs: Sequence[Run]) -> list[dict[str, str]]:
    """Return a round of fixed experiments: two without speedup, and one on each of the costliest lines."""
    samples = Counter[str]()
    for each in runs:
        samples.update(each.samples)
    lines = [line for line, _ in samples.most_common(MOST_LINES)]
    return [*[fixed(lines[0], 0)] * 2, *(fixed(line, LEVEL) for line in lines)]


def _point(runs: Sequence[Run]) -> str:
    return next((name for run in runs for each in run.experiments for name in each.visits), "")


def _refusal() -> str | None:
    """Return why this process may not open a software counter on itself, the only permission Coz needs."""
    level = Path("/proc/sys/kernel/perf_event_paranoid")
    paranoid = int(level.read_text()) if level.exists() else None
    if paranoid is None:
        return "the kernel has no performance counters, which Coz samples with"
    if paranoid > MOST_PARANOID:
        return (
            f"perf_event_paranoid is {paranoid}, so Coz may not sample; set kernel.perf_event_paranoid to 2"
        )
    return None


@functools.cache
def _version() -> str:
    tool = shutil.which("dpkg-query")
    if tool is None:
        return "unknown"
    done = subprocess.run(
        [tool, "-W", "-f", "${Version}", "coz-profiler"], capture_output=True, text=True, timeout=30
    )
    return done.stdout.strip() or "unknown"
