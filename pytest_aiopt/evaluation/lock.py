"""One timed section at a time on this machine, across threads, workers and sessions."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from filelock import FileLock


class MachineLock:
    """A re-usable context manager around one lock file that every user of the machine shares."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or Path(tempfile.gettempdir()) / "pytest-aiopt-timing.lock"
        self._lock = FileLock(self._path, mode=0o666)

    def __enter__(self) -> None:
        """Wait for the machine."""
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        """Let the next one time."""
        self._lock.release()


def timing_cpu() -> int | None:
    """Return the core for timed runs: the last one we may use, or None where there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[-1] if len(cores) > 1 else None
