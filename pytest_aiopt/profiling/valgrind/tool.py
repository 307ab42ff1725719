"""Run valgrind around sandboxed runs: find it, raise the limits, and read its output file."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.evaluation.sandbox import untrusted
from pytest_aiopt.model import Limits
from pytest_aiopt.profiling.base import ProfilingFailed, Subject, run_once, written
from pytest_aiopt.profiling.tools import version

SLOWDOWN = 60
EXTRA_MEMORY_MB = 2048
"""Address space that valgrind reserves; more than is ever resident."""

LONGEST_S = 60.0
"""Maximum CPU time of a run."""

_OUTPUT_MB = 64
_COPY = "program"


class ByValgrind:
    """Base of the profilers that use valgrind."""

    @property
    def version(self) -> str:
        """The version of valgrind, "" if it is missing."""
        return version("valgrind", "valgrind-")

    def available(self) -> str | None:
        """Return None if valgrind is installed, else the remedy."""
        return None if self.version else "valgrind is not installed or does not run; install valgrind"


def simulated(subject: Subject, binary: Path, options: Sequence[str], file_option: str) -> str:
    """Return valgrind's output for one run; raises ProfilingFailed if there is none."""
    valgrind = shutil.which("valgrind") or "valgrind"
    with untrusted.given(binary.read_bytes()) as program, untrusted.output() as output:
        # Without a mount namespace, an unprivileged user may be unable to reach the binary by its path, which
        # valgrind opens itself, so it gets a copy. (The binary itself follows as $0 of the shell.)
        copy = f"cp {program.path} {_COPY} && chmod 755 {_COPY}"
        command = [valgrind, "-q", "--vgdb=no", *options, f"--{file_option}={output.path}", f"./{_COPY}"]
        run_once(
            subject,
            binary,
            limits=_widened(subject.limits),
            tool=("/bin/sh", "-c", f"{copy} && exec {shlex.join(command)}"),
            passed=(program.descriptor, output.descriptor),
            scratch=True,
        )
        text = written(output)
    if not text:
        raise ProfilingFailed("valgrind wrote no output")
    return text


def _widened(limits: Limits) -> Limits:
    """Return limits that let a slowed and enlarged run under valgrind get as far as a plain one."""
    return replace(
        limits,
        cpu_s=min(limits.cpu_s * SLOWDOWN, LONGEST_S),
        wall_s=limits.wall_s and limits.wall_s * SLOWDOWN,
        memory_mb=limits.memory_mb and limits.memory_mb + EXTRA_MEMORY_MB,
        output_mb=max(limits.output_mb, _OUTPUT_MB),
    )
