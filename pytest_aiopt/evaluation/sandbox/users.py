"""User ids without an account, for programs that root starts."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from pytest_aiopt.errors import InfrastructureError

_FIRST = 1_900_000_000
_PER_PROCESS = 32


class Users:
    """Unused user ids, one per concurrent run: RLIMIT_NPROC counts by user."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: set[int] = set()

    @contextlib.contextmanager
    def one(self) -> Iterator[int]:
        """Yield an id that no other run has at the moment."""
        with self._lock:
            slot = next(n for n in range(len(self._taken) + 1) if n not in self._taken)
            self._taken.add(slot)
        try:
            yield self._id(slot)
        finally:
            with self._lock:
                self._taken.discard(slot)

    def _id(self, slot: int) -> int:
        return ids_of(os.getpid())[slot % _PER_PROCESS]


def ids_of(pid: int) -> range:
    """Return the ids that the process ``pid`` gives to its runs."""
    first = pid * _PER_PROCESS
    if _mapped_ids() > _FIRST * 2:
        return range(_FIRST + first, _FIRST + first + _PER_PROCESS)
    first = 20_000 + first % 40_000  # a container that maps the usual 65536 ids
    return range(first, first + _PER_PROCESS)


def _mapped_ids() -> int:
    with open("/proc/self/uid_map", encoding="ascii") as file:
        return sum(int(line.split()[2]) for line in file)


@contextlib.contextmanager
def owned(folder: Path, user: int) -> Iterator[None]:
    """Give a folder and its files to ``user``; take them back afterwards, with new files."""
    owner = os.geteuid()
    _give(folder, user)
    try:
        yield
    finally:
        _give(folder, owner)


def _give(folder: Path, user: int) -> None:
    try:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
    except OSError as error:
        raise InfrastructureError(f"cannot hand {folder} to the sandbox: {error.strerror}") from error
