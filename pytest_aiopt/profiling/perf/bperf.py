"""The original bperf (Blocked Samples, OSDI'24), on machines with its patched kernel and tool."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.model import Profile, ProfileItem, ProfileState
from pytest_aiopt.profiling.base import MAX_ITEMS, ProfilingFailed, Subject, blank, guarded, run_once, wilson
from pytest_aiopt.profiling.perf.bperf_report import BperfFormatError, Report, parse
from pytest_aiopt.profiling.perf.waits import call
from pytest_aiopt.profiling.tools import run, version

UNIT = "thread time"
_PERIOD = "1000000"
_MISSING = (
    "bperf is not installed; it needs the patched Linux 5.3.7 and perf of Blocked Samples (OSDI'24); "
    "the blocked-samples profiler does the same on this kernel"
)


class Bperf:
    """Runs candidates under bperf and parses its report: symbols, not lines, with reasons of waits."""

    name = "bperf"

    @property
    def version(self) -> str:
        """The version of bperf, "" if it is missing."""
        return version("bperf", "perf version")

    def available(self) -> str | None:
        """Return None if bperf works, else the remedy."""
        return None if version("bperf", "perf version") else _MISSING

    def profile(self, subject: Subject) -> Profile:
        """Record one run; see Profiler.profile."""

        def take(_: Path) -> Profile:
            with tempfile.TemporaryDirectory(prefix="aiopt-bperf-") as folder:
                text = _reported(subject, Path(folder) / "perf.data")
            try:
                return profile_of(blank(self, subject, ProfileState.TAKEN), parse(text))
            except BperfFormatError as error:
                raise ProfilingFailed(str(error)) from error

        return guarded(self, subject, take)


def profile_of(empty: Profile, report: Report) -> Profile:
    """Return ``empty`` filled with a report. Its rows name symbols; their lines are unknown (0)."""
    lost = []
    if report.unknown:
        lost.append(f"{len(report.unknown)} lines of the report, as {report.unknown[0][:60]!r}")
    if not report.blocked:
        lost.append("off-CPU time: no row has a reason; is this the patched kernel?")
    return replace(
        empty,
        unit=UNIT,
        samples=report.samples,
        outside=round(max(0.0, 1 - sum(row.share for row in report.rows)), 6),
        items=tuple(_item(report, index) for index in range(min(len(report.rows), MAX_ITEMS))),
        wall_s=0.0,
        lost=tuple(lost),
    )


def _item(report: Report, index: int) -> ProfileItem:
    row = report.rows[index]
    low, high = wilson(row.share * report.samples, report.samples) if report.samples else (0.0, 1.0)
    return ProfileItem(
        line=0,
        function=call(row.symbol),
        value=round(row.share, 6),
        low=round(low, 6),
        high=round(high, 6),
        kind=row.kind,
        site=row.object,
        samples=round(row.share * report.samples),
    )


def _reported(subject: Subject, data: Path) -> str:
    tool = shutil.which("bperf") or "bperf"
    outer = [tool, "record", "-q", "-g", "-e", "task-clock", "-c", _PERIOD, "--weight", "-o", str(data), "--"]
    if subject.build.path is None:
        raise ProfilingFailed("the build has no binary")
    run_once(subject, Path(subject.build.path), outer=outer)
    done = run([tool, "report", "--stdio", "--no-children", "-i", str(data)])
    if done.returncode:
        raise ProfilingFailed(f"bperf report failed: {done.stderr.strip()[:200]}")
    return done.stdout
