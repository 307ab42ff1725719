"""Which journals a process has open for writing, without touching them.

A running cell holds a lock on its journal (flock). Taking the lock to test it could stop a cell that is about
to start, so the kernel's list of locks is read instead.
"""

from __future__ import annotations

from pathlib import Path

LOCKS = Path("/proc/locks")


def held() -> frozenset[int]:
    """Return the inodes of all files that this machine's processes hold locked by flock.

    Device numbers are left out: on overlay and btrfs file systems they differ from those of stat().
    """
    try:
        lines = LOCKS.read_text().splitlines()
    except OSError:
        return frozenset()
    return frozenset(inode for line in lines if (inode := _inode(line.split())) is not None)


def _inode(words: list[str]) -> int | None:
    """Return the inode in ``1: FLOCK ADVISORY WRITE 24620 fe:00:2148521 0 EOF``; None for other locks."""
    if len(words) < 6 or words[1] != "FLOCK":
        return None
    return int(words[5].rpartition(":")[2])
