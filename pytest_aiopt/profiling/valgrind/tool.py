"""Valgrind around sandboxed runs: finding it, giving it the room it needs, and reading its output file."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.model import Limits
from pytest_aiopt.profiling.base import ProfilingFailed, Subject, run_once
from pytest_aiopt.profiling.tools import version

SLOWDOWN = 60
EXTRA_MEMORY_MB = 2048
"""Address space that valgrind takes for itself; more than it ever has resident."""

LONGEST_S = 60.0
"""CPU time after which a run is given up."""

_OUTPUT_MB = 64
_COPY, _OUTPUT = "program", "output"


class ByValgrind:
    """What all profilers are that use valgrind."""

    @property
    def version(self) -> str:
        """The version of valgrind, "" where it is missing."""
        return version("valgrind", "valgrind-")

    def available(self) -> str | None:
        """Return None where valgrind is installed, else the remedy."""
        return None if self.version else "valgrind is not installed or does not run; install valgrind"


def output(subject: Subject, binary: Path, options: Sequence[str], file_option: str) -> str:
    """Return what valgrind wrote about one run; raises ProfilingFailed where it wrote nothing."""
    with tempfile.TemporaryDirectory(prefix="aiopt-valgrind-") as name:
        folder = Path(name)
        # Without a mount namespace an unprivileged user may be unable to walk down to the binary by its
        # path, and valgrind opens it itself: it gets a copy. (The binary itself follows as $0 of the shell.)
        shutil.copyfile(binary, folder / _COPY)
        (folder / _COPY).chmod(0o755)
        target = f"--{file_option}=/proc/self/cwd/{_OUTPUT}"
        command = [shutil.which("valgrind") or "valgrind", "-q", *options, target, f"./{_COPY}"]
        tool = ("/bin/sh", "-c", f"exec {shlex.join(command)}")
        run_once(subject, binary, limits=_widened(subject.limits), tool=tool, writable=folder)
        written = folder / _OUTPUT
        if written.is_symlink() or not written.is_file():
            raise ProfilingFailed("valgrind wrote no output")
        return written.read_text(errors="replace")


def _widened(limits: Limits) -> Limits:
    """Return limits that let a run as slow and as large as valgrind makes it get as far as a plain one."""
    return replace(
        limits,
        cpu_s=min(limits.cpu_s * SLOWDOWN, LONGEST_S),
        wall_s=limits.wall_s and limits.wall_s * SLOWDOWN,
        memory_mb=limits.memory_mb and limits.memory_mb + EXTRA_MEMORY_MB,
        output_mb=max(limits.output_mb, _OUTPUT_MB),
    )
