"""Run the external tools of profilers, and read their versions."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Sequence

from pytest_aiopt.errors import InfrastructureError

_TIMEOUT_S = 60.0


def run(argv: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a tool to its end; raises InfrastructureError if it cannot be run."""
    try:
        return subprocess.run(argv, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InfrastructureError(f"{argv[0]} {argv[1]} did not run: {error}") from error


@functools.cache
def version(name: str, prefix: str = "") -> str:
    """Return the version after ``prefix`` in the output of ``name --version``; "" if there is none."""
    tool = shutil.which(name)
    if tool is None:
        return ""
    done = run([tool, "--version"])
    if done.returncode:
        return ""
    return done.stdout.strip().removeprefix(prefix).strip() or "of unknown version"
