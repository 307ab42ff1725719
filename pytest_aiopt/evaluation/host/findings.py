"""Findings of the doctor, and those on this machine's processors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pytest_aiopt.evaluation.host import cores, load, quota, topology


class State(StrEnum):
    """Whether something works, works less well than it could, or does not work."""

    GOOD = "ok"
    WORSE = "worse"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row: the thing examined, its state, and the remedy ("" where none is needed)."""

    area: str
    name: str
    state: State
    detail: str
    remedy: str = ""


def of_the_processors(area: str, cpu: int | None, root: Path = Path("/")) -> Iterator[Finding]:
    """Yield findings on kinds of cores, hyperthreads, quotas, and counters that do not advance."""
    usable = cores.usable()
    if slow := topology.slow_cores(usable, root):
        yield _kinds(area, cpu, usable - slow, slow)
    if cpu is not None and (beside := topology.siblings(cpu, root) & load.present(root)):
        yield _hyperthreads(area, cpu, beside)
    if (allowed := quota.processors(root)) < math.inf:
        yield _quota(area, allowed, len(usable), quota.throttled(root) or 0)
    if not load.counted(usable, root / "proc/stat"):
        detail = "cannot be judged: /proc/stat does not count these processors (lxcfs, or a container)"
        remedy = "mount the host's /proc/stat, or see that nothing else runs; disturbed pairs are kept"
        yield Finding(area, "load", State.WORSE, detail, remedy)


def _kinds(area: str, cpu: int | None, fast: frozenset[int], slow: frozenset[int]) -> Finding:
    detail = f"{len(fast)} performance cores, {len(slow)} efficiency cores"
    if cpu in fast:
        detail += f"; core {cpu} is a performance core"
    remedy = f"programs with threads use both kinds: taskset -c {_listed(fast)} keeps to one"
    return Finding(area, "kinds of cores", State.WORSE, detail, remedy)


def _hyperthreads(area: str, cpu: int, beside: frozenset[int]) -> Finding:
    shared = f"core {cpu} shares its physical core with {_listed(beside)}"
    if beside <= cores.kept_free():
        return Finding(area, "hyperthreads", State.GOOD, f"{shared}, which is kept free and watched")
    remedy = "turn off simultaneous multithreading, or use a machine with two physical cores or more"
    return Finding(area, "hyperthreads", State.WORSE, f"{shared}, where our own work disturbs it", remedy)


def _quota(area: str, allowed: float, count: int, throttled: int) -> Finding:
    detail = f"{allowed:g} of {count} processors by cpu.max, used up {throttled} times so far"
    if allowed >= count and not throttled:
        return Finding(area, "quota", State.GOOD, detail)
    remedy = "lift it (docker run --cpuset-cpus in place of --cpus; systemd CPUQuota=)"
    return Finding(area, "quota", State.WORSE, detail, remedy)


def _listed(numbers: frozenset[int]) -> str:
    return ",".join(map(str, sorted(numbers)))
