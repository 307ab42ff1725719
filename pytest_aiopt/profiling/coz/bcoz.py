"""The original BCOZ (Blocked Samples, OSDI'24), on machines with its patched kernel and tool, and its files.

BCOZ writes Coz' records with ``delay=``. Besides lines it speeds up classes of time: ``selected=ON_CPU | IO |
LOCK | SCHEDULING | BLOCKED | OFF_CPU``.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_aiopt.evaluation.sandbox import untrusted
from pytest_aiopt.model import ItemKind, Profile, ProfileItem, ProfileState
from pytest_aiopt.profiling import causal
from pytest_aiopt.profiling.addresses import PROGRAM
from pytest_aiopt.profiling.base import (
    MAX_ITEMS,
    ProfilingFailed,
    Subject,
    blank,
    dynamic_build,
    guarded,
    run_once,
    written,
)
from pytest_aiopt.profiling.causal import Line, Run
from pytest_aiopt.profiling.coz import coz_file
from pytest_aiopt.profiling.tools import version

UNIT = "run time"
CLASSES = {
    "ON_CPU": ItemKind.CPU,
    "IO": ItemKind.IO,
    "LOCK": ItemKind.LOCK,
    "SCHEDULING": ItemKind.SCHEDULING,
    "BLOCKED": ItemKind.OTHER,
    "OFF_CPU": ItemKind.OFF_CPU,
}
"""Classes of time that can be sped up instead of a line; BCOZ never selects LOCK."""

RUNS = 8
_FILE = "profile.coz"
_POINTS = ("throughput-point", "progress-point", "latency-point")
_END = ("samples", "experiment", "runtime", "startup", "shutdown")
_FOLLOWERS: Mapping[str, tuple[str, ...]] = {
    "": ("startup",),
    "startup": ("experiment", "runtime"),
    "experiment": _POINTS,
    **dict.fromkeys(_POINTS, (*_POINTS, "experiment", "runtime")),
    "runtime": _END,
    "samples": _END,
    "shutdown": ("startup",),
}
"""Valid successors of each record; a shuffled or truncated file violates them."""

_LINE = re.compile(r"^(?P<file>.+):(?P<line>\d+)$")
_MISSING = (
    "bcoz is not installed; it needs the patched Linux 5.3.7 of Blocked Samples (OSDI'24); "
    "Lull does the same on this kernel"
)


@dataclass(frozen=True, slots=True)
class BcozFile:
    """The content of a file of BCOZ or Coz. ``unknown``: lines that are not records."""

    runs: tuple[Run, ...]
    unknown: tuple[str, ...]


def parse(text: str) -> BcozFile:
    """Parse a file of BCOZ; raises CozFormatError for another file, or a damaged or misplaced record.

    Lines that are not records of Coz are kept as unknown. A run without ``runtime`` is an error.
    """
    if "\0" in text:
        raise coz_file.CozFormatError("the profile holds binary data")
    if text and not text.endswith("\n"):
        raise coz_file.CozFormatError(f"the profile is cut in its last line, {text[-60:]!r}")
    known: list[str] = []
    unknown: list[str] = []
    before = ""
    for line in filter(str.strip, text.split("\n")):
        kind = line.partition("\t")[0]
        if kind not in _FOLLOWERS:
            unknown.append(line)
            continue
        if kind not in _FOLLOWERS[before]:
            raise coz_file.CozFormatError(f"{line[:60]!r} cannot come after {before or 'nothing'}")
        known.append(line)
        before = kind
    if before in ("startup", "experiment"):
        raise coz_file.CozFormatError(f"the profile ends with {before}")
    runs = coz_file.parse("\n".join(known))
    if not runs:
        raise coz_file.CozFormatError("the profile holds no run")
    if any(run.runtime_ns is None for run in runs):
        raise coz_file.CozFormatError(
            "the profile holds a run without its end: it was killed or the file is cut"
        )
    return BcozFile(tuple(runs), tuple(unknown))


def profile_of(empty: Profile, read: BcozFile) -> Profile:
    """Return ``empty`` filled with the effects of the candidate's lines and of the classes of time."""
    lines = causal.lines(read.runs, _point(read.runs), whole=False)
    items = [item for line in lines if (item := _item(line)) is not None]
    lost = [f"{line.name}: {line.refused}" for line in lines if line.refused][:5]
    if read.unknown:
        lost.append(f"{len(read.unknown)} lines of the profile, as {read.unknown[0][:60]!r}")
    count = sum(len(run.experiments) for run in read.runs)
    return replace(empty, unit=UNIT, samples=count, items=tuple(items[:MAX_ITEMS]), lost=tuple(lost))


def _point(runs: Sequence[Run]) -> str:
    """Return the most visited progress point; raises ProfilingFailed if none was visited."""
    visits: dict[str, int] = {}
    for run in runs:
        for experiment in run.experiments:
            for name, count in experiment.visits.items():
                visits[name] = visits.get(name, 0) + count
    if not any(visits.values()):
        raise ProfilingFailed("no experiment saw a progress point: the run is shorter than one experiment")
    return max(sorted(visits), key=lambda name: visits[name])


def _item(line: Line) -> ProfileItem | None:
    """Return the effect of a line of the candidate or, as line 0, of a class; None for anything else."""
    if not line.curve:
        return None
    last, kind = line.curve[-1], CLASSES.get(line.name)
    found = _LINE.match(line.name)
    if kind is None and (found is None or Path(found["file"]).name != PROGRAM):
        return None
    number = int(found["line"]) if kind is None and found else 0
    site = f"all {kind.value} time" if kind else ""
    return ProfileItem(
        number, "", last.value, last.low, last.high, ItemKind.CAUSAL, "", site, line.experiments, line.curve
    )


class Bcoz:
    """Runs the dynamically linked build under bcoz RUNS times, and pools the experiments."""

    name = "bcoz"

    @property
    def version(self) -> str:
        """The version of bcoz, "" if it is missing."""
        return version("bcoz")

    def available(self) -> str | None:
        """Return None if bcoz works, else the remedy."""
        return None if version("bcoz") else _MISSING

    def profile(self, subject: Subject) -> Profile:
        """Record RUNS runs; see Profiler.profile."""

        def take(_: Path) -> Profile:
            binary = dynamic_build(subject)
            try:
                return profile_of(blank(self, subject, ProfileState.TAKEN), parse(_recorded(subject, binary)))
            except coz_file.CozFormatError as error:
                raise ProfilingFailed(str(error)) from error

        return guarded(self, subject, take)


def _recorded(subject: Subject, binary: Path) -> str:
    """Return the output of RUNS runs.

    ``bcoz run`` starts the program without inherited descriptors, so it writes to a file that is copied in
    the sandbox.
    """
    run = shlex.join((shutil.which("bcoz") or "bcoz", "run", "-s", f"%{PROGRAM}", "-o", _FILE, "---"))
    texts: list[str] = []
    for _ in range(RUNS):
        with untrusted.output() as output:
            script = f'{run} "$0" && cat {_FILE} >{output.path}'
            run_once(
                subject, binary, tool=("/bin/sh", "-c", script), passed=(output.descriptor,), scratch=True
            )
            texts.append(written(output))
    if not any(texts):
        raise ProfilingFailed("bcoz wrote no profile")
    return "".join(texts)
