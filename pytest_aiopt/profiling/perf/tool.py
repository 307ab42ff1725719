"""The perf of the running kernel: find it, probe its permissions, record and read recordings."""

from __future__ import annotations

import functools
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.profiling.base import ProfilingFailed
from pytest_aiopt.profiling.tools import run, version

_QUIET = ("-q", "-B", "-N", "--no-bpf-event", "--max-size=512M")
"""Skip perf's slow post-processing, and limit recordings that a program inflates, such as by constant thread
switches.
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """The result of trial recordings: the version, why perf is refused, and its restrictions.

    ``user_only``: the kernel is invisible, and so are the reasons of waits. ``wakeups``: None if the
    scheduler may be traced on the whole machine, else the reason.
    """

    version: str
    refusal: str | None
    user_only: bool = False
    wakeups: str | None = None


@functools.cache
def probe() -> Probe:
    """Return the permissions of perf here; probed once per process."""
    if shutil.which("perf") is None:
        return Probe("", "perf is not installed; install linux-perf")
    known = version("perf", "perf version")
    with tempfile.TemporaryDirectory(prefix="aiopt-perf-") as folder:
        data = Path(folder) / "perf.data"
        trial = run([*record_argv(data, sampling(0.001), 1024), "true"])
        if trial.returncode or not data.exists():
            return Probe(known, _refusal(trial.stderr))
        events = run([tool(), "evlist", "-v", "-i", str(data)]).stdout
        wakeups = run([*wakeups_argv(data, "true"), "true"])
    return Probe(known, None, "exclude_kernel: 1" in events, _no_wakeups(wakeups))


class ByPerf:
    """Base of the profilers that use perf."""

    @property
    def version(self) -> str:
        """The version of perf, "" if it is missing."""
        return probe().version

    def available(self) -> str | None:
        """Return None if perf may sample, else the reason and the remedy; probed once per process."""
        return probe().refusal


def tool() -> str:
    """Return the path of perf, or its bare name if it is not installed."""
    return shutil.which("perf") or "perf"


def sampling(period_s: float) -> tuple[str, ...]:
    """Return the options that sample CPU time."""
    return ("-e", f"cpu-clock/period={round(period_s * 1e9)}/")


def record_argv(data: Path, events: Sequence[str], stack_bytes: int) -> list[str]:
    """Return the command that records ``events`` of the command after it, with DWARF call chains."""
    chains = ("--call-graph", f"dwarf,{stack_bytes}")
    return [tool(), "record", *_QUIET, *events, *chains, "-o", str(data), "--"]


def wakeups_argv(data: Path, command: str) -> list[str]:
    """Return the command that records the wake-ups of ``command``'s processes on the whole machine.

    Only this shows wake-ups by interrupts. The filter runs in the kernel, so other processes cost nothing.
    """
    return _filtered_argv(data, ("-a", "-e", "sched:sched_wakeup"), f'comm == "{_comm(command)}"')


def calls_argv(data: Path, command: str) -> list[str]:
    """Return the command that records the system calls of processes ``command``."""
    return _filtered_argv(data, ("-m", "4M", "-e", "raw_syscalls:sys_enter"), f'comm == "{_comm(command)}"')


def _filtered_argv(data: Path, event: Sequence[str], only: str) -> list[str]:
    return [tool(), "record", *_QUIET, *event, "--filter", only, "-o", str(data), "--"]


def _comm(command: str) -> str:
    """Return a command's name as the kernel stores it, without characters that end a filter's string."""
    return re.sub(r'["\\]', "?", command)[:15]


def script(data: Path, options: Sequence[str]) -> str:
    """Return a recording as text; raises ProfilingFailed without one."""
    if not data.exists():
        raise ProfilingFailed("perf record wrote no data")
    done = run([tool(), "script", "-i", str(data), "--no-inline", *options])
    if done.returncode:
        raise ProfilingFailed(f"perf script failed: {done.stderr.strip()[:200]}")
    return done.stdout


def _refusal(stderr: str) -> str:
    said = " ".join(stderr.split())[:120]
    if package := wanted_package(stderr, platform.release()):
        return f"perf is a wrapper without the perf of this kernel ({said}); apt-get install {package}"
    return (
        "perf record is not permitted or does not fit the kernel"
        f" (perf_event_paranoid {_paranoid()}: {said}); "
        "set kernel.perf_event_paranoid to 2 or less, or allow perf_event_open in the container"
    )


def wanted_package(stderr: str, kernel: str) -> str:
    """Return the package that a distribution's wrapper of perf asks for; "" if it is perf itself."""
    named: re.Match[str] | None = re.search(r"\blinux-(?:tools|perf)-\d[\w.+-]*", stderr)
    absent = "perf not found for kernel" in stderr or re.search(r"exec: perf_\S+: not found", stderr)
    if absent or (named and "not installed" in stderr):
        return named[0].rstrip(".") if named else f"linux-tools-{kernel}"
    return ""


def _no_wakeups(trial: subprocess.CompletedProcess[str]) -> str | None:
    if trial.returncode == 0:
        return None
    said = " ".join(trial.stderr.partition("Error:")[2].split() or trial.stderr.split())
    return said[:100] or "perf refused"


def _paranoid() -> str:
    level = Path("/proc/sys/kernel/perf_event_paranoid")
    return level.read_text().strip() if level.exists() else "absent"
