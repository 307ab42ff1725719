"""Kinds of cores and hyperthreads that share one, as the kernel describes them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

_CPUS = "sys/devices/system/cpu"
_EFFICIENT = "sys/devices/cpu_atom/cpus", "sys/devices/cpu_lowpower/cpus"
_ABOUT_AS_FAST = 0.8
"""Cores from this share of the greatest capacity on are of one kind: favoured cores differ by a little."""


def cpu_list(text: str) -> frozenset[int]:
    """Return the numbers in a list of the kernel's, such as "0-3,8"."""
    found: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        if first.strip().isdecimal():
            found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def slow_cores(cores: Collection[int], root: Path = Path("/")) -> frozenset[int]:
    """Return the efficiency cores among ``cores``; empty where all are of one kind.

    The kernel says it by lists (Intel), by capacities (Arm), or by the greatest frequency of each core.
    """
    named = frozenset().union(*(cpu_list(_text(root / path)) for path in _EFFICIENT))
    if named:
        return frozenset(cores) & named if not named.issuperset(cores) else frozenset()
    for file in ("cpu_capacity", "cpufreq/cpuinfo_max_freq"):
        known = {core: _number(root / _CPUS / f"cpu{core}" / file) for core in cores}
        if all(known.values()):
            fast = _ABOUT_AS_FAST * max(known.values(), default=0)
            return frozenset(core for core, capacity in known.items() if capacity < fast)
    return frozenset()


def siblings(core: int, root: Path = Path("/")) -> frozenset[int]:
    """Return the other hyperthreads of the same physical core."""
    folder = root / _CPUS / f"cpu{core}" / "topology"
    listed = _text(folder / "core_cpus_list") or _text(folder / "thread_siblings_list")
    return cpu_list(listed) - {core}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _number(path: Path) -> int:
    text = _text(path)
    return int(text) if text.isdecimal() else 0
