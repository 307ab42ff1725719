"""One timed section at a time on this machine, across threads, workers, sessions and users.

flock(2) on a file that is opened for reading only, so that every user may wait for it. (Lock files of
libraries belong to one user.) The kernel releases it when its holder dies.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from pytest_aiopt.errors import InfrastructureError

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
TIMING = "pytest-aiopt-timing.lock"


class MachineLock:
    """A context manager around one lock file that every user of the machine shares. Not re-entrant."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or Path(tempfile.gettempdir()) / TIMING
        self._held = threading.local()

    def __enter__(self) -> None:
        """Wait for the machine; raises InfrastructureError if the lock file cannot be opened."""
        self._held.fd = self._locked(fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        """Let the next one time."""
        os.close(self._held.fd)

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the lock together with others that hold it in this way."""
        fd = self._locked(fcntl.LOCK_SH)
        try:
            yield
        finally:
            os.close(fd)

    @contextlib.contextmanager
    def shared_if_free(self) -> Iterator[bool]:
        """Hold the lock as ``shared`` does where nobody times anything; say whether it is held."""
        try:
            fd = self._locked(fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            os.close(fd)

    def _locked(self, how: int) -> int:
        fd = self._open()
        try:
            fcntl.flock(fd, how)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def _open(self) -> int:
        try:
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self._path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o444))
            return os.open(self._path, _FLAGS)
        except OSError as error:
            raise InfrastructureError(
                f"cannot open the timing lock {self._path}: {error.strerror}",
                "remove what is there, or set TMPDIR to a folder that all sessions share",
            ) from error
