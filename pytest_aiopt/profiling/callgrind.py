"""Instructions by line, counted by ``valgrind --tool=callgrind``: exact and repeatable, but no time.

Costs about fifty times the plain run, so it is given small requests. Caches and branches are not modelled.
"""

from __future__ import annotations

import functools
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.model import ItemKind, Limits, Profile
from pytest_aiopt.profiling.addresses import resolve
from pytest_aiopt.profiling.base import Observation, ProfilingFailed, Subject, exact, record, run_once
from pytest_aiopt.profiling.callgraph import charge, parse

SLOWDOWN = 60
EXTRA_MEMORY_MB = 2048
"""Address space that valgrind takes for itself; more than it ever has resident."""

LONGEST_S = 120.0
"""CPU time after which a run is given up."""

_OUTPUT_MB = 64
_COPY, _OUTPUT = "program", "callgrind.out"
_OPTIONS = ("-q", "--tool=callgrind", "--dump-instr=yes", "--dump-line=no", "--compress-strings=no",
            "--compress-pos=no", f"--callgrind-out-file=/proc/self/cwd/{_OUTPUT}")  # fmt: skip


class Callgrind:
    """Counts the instructions of candidates under valgrind, inside the sandbox."""

    name = "callgrind"

    @property
    def version(self) -> str:
        """The version of valgrind, "" where it is missing."""
        return _version()

    def available(self) -> str | None:
        """Return None where valgrind is installed, else the remedy."""
        return None if _version() else "valgrind is not installed or does not run; install valgrind"

    def profile(self, subject: Subject) -> Profile:
        """Count one run; see Profiler.profile. Code valgrind cannot run (AVX-512) is a recorded failure."""

        def observe(binary: Path) -> Observation:
            with tempfile.TemporaryDirectory(prefix="aiopt-callgrind-") as folder:
                text = _counted(binary, subject, Path(folder))
            try:
                graph = parse(text)
            except ValueError as error:
                raise ProfilingFailed(str(error)) from error
            charges = charge(graph, resolve(binary, graph.functions.keys()))
            return Observation(charges, "instructions", exact, kind=ItemKind.INSTRUCTIONS)

        return record(self, subject, observe)


def _counted(binary: Path, subject: Subject, folder: Path) -> str:
    """Return callgrind's output for one run."""
    # Without a mount namespace an unprivileged user may be unable to walk down to the binary by its path,
    # and valgrind opens it itself: it gets a copy. (The binary itself follows as $0 of the shell.)
    shutil.copyfile(binary, folder / _COPY)
    (folder / _COPY).chmod(0o755)
    valgrind = shutil.which("valgrind") or "valgrind"
    tool = ("/bin/sh", "-c", f"exec {shlex.join([valgrind, *_OPTIONS, f'./{_COPY}'])}")
    run_once(subject, binary, limits=_widened(subject.limits), tool=tool, writable=folder)
    output = folder / _OUTPUT
    if output.is_symlink() or not output.is_file():
        raise ProfilingFailed("callgrind wrote no output")
    return output.read_text(errors="replace")


def _widened(limits: Limits) -> Limits:
    """Return limits that let a run as slow and as large as valgrind makes it get as far as a plain one."""
    return replace(
        limits,
        cpu_s=min(limits.cpu_s * SLOWDOWN, LONGEST_S),
        memory_mb=limits.memory_mb and limits.memory_mb + EXTRA_MEMORY_MB,
        output_mb=max(limits.output_mb, _OUTPUT_MB),
    )


@functools.cache
def _version() -> str:
    tool = shutil.which("valgrind")
    if tool is None:
        return ""
    try:
        done = subprocess.run([tool, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InfrastructureError(f"valgrind --version did not run: {error}") from error
    return done.stdout.strip().removeprefix("valgrind-") if done.returncode == 0 else ""
