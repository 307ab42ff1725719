"""Quotas of CPU time that control groups set, and how often they stopped this process."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

_MOUNT = "sys/fs/cgroup"
_CONTROLLERS = ("cpu,cpuacct", "cpu")


def processors(root: Path = Path("/")) -> float:
    """Return how many processors' time the strictest group allows; infinite where there is no quota."""
    return min((_allowed(folder) for folder in _groups(root)), default=math.inf)


def throttled(root: Path = Path("/")) -> int | None:
    """Return how often the groups with a quota were stopped so far; None if there is no quota."""
    limited = [folder for folder in _groups(root) if _allowed(folder) < math.inf]
    return sum(_count(folder / "cpu.stat", "nr_throttled") for folder in limited) if limited else None


def _groups(root: Path) -> Iterator[Path]:
    """Yield the folders of the groups this process is in, from its own up to the root of each hierarchy.

    In a container the path may be the host's: only the mount itself is there, and is the container's group.
    """
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        if controllers and "cpu" not in controllers.split(","):
            continue
        names = (controllers, *_CONTROLLERS) if controllers else ("", "unified")
        mount = next((found for name in names if (found := root / _MOUNT / name).is_dir()), None)
        if mount is None:
            continue
        inside = [mount / part for part in _upwards(path.strip("/"))]
        yield from (folder for folder in (*inside, mount) if folder.is_dir())


def _upwards(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]


def _allowed(folder: Path) -> float:
    """Return the quota of one group in processors: of version 2, else of version 1."""
    both = _words(folder / "cpu.max")
    if not both:
        both = _words(folder / "cpu.cfs_quota_us") + _words(folder / "cpu.cfs_period_us")
    if len(both) != 2 or not (both[0].isdecimal() and both[1].isdecimal()) or int(both[1]) == 0:
        return math.inf  # "max", or -1
    return int(both[0]) / int(both[1])


def _count(path: Path, name: str) -> int:
    counts = dict(line.split(" ", 1) for line in _lines(path) if " " in line)
    return int(counts.get(name, 0))


def _words(path: Path) -> list[str]:
    return " ".join(_lines(path)).split()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
