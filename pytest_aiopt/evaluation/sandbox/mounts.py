"""Options of bubblewrap for the files that a program in the sandbox sees."""

from __future__ import annotations

import os
from pathlib import Path

from pytest_aiopt.evaluation.sandbox.untrusted import SCRATCH_MB

SCRATCH = Path("/scratch")
"""Where tools have their temporary files, in the sandbox alone."""
SCRATCH_OPTIONS = ("--perms", "1777", "--size", str(SCRATCH_MB << 20), "--tmpfs", str(SCRATCH))
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin")
"""Where the programs and libraries of the system are."""


def of_the_system() -> list[str]:
    """Return the options that show the system's programs and libraries, as links where they are links."""
    words: list[str] = []
    for path in filter(os.path.exists, SYSTEM):
        link = os.path.islink(path)
        words += ["--symlink", os.readlink(path), path] if link else ["--ro-bind", path, path]
    return words


def folders_above(*paths: Path) -> list[str]:
    """Return the options that make the folders on the way; bubblewrap's own are for one user only."""
    above = {folder: None for path in paths for folder in reversed(path.parents[:-1])}
    return [word for folder in above for word in ("--dir", str(folder))]
