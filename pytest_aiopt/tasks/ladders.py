"""Gains of a task's known programs on a machine, stored by ``aiopt task check`` for the report."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, log2
from pathlib import Path

import msgspec

from pytest_aiopt import files
from pytest_aiopt.errors import StoreError
from pytest_aiopt.tasks.criteria import Gain


class RungGain(msgspec.Struct, frozen=True):
    """A rung's log2 speedup over the start on the scored workload, with its interval."""

    file: str
    structural: bool
    decoy: bool
    log2_speedup: float
    low: float
    high: float


class Ladder(msgspec.Struct, frozen=True):
    """The measured programs of a task (by digest) on a machine (by fingerprint), over its program.

    ``workload``: the scored one; "" in older files, which are of a task's first. ``frontier``: the programs
    of the frontier that are no rungs. ``confirmed``: the mean log2 speedup on the held-out workloads of the
    program that is fastest on the scored one; None if that was not measured.
    """

    task: str
    digest: str
    machine: str
    rungs: tuple[RungGain, ...]
    workload: str = ""
    frontier: tuple[RungGain, ...] = ()
    confirmed: float | None = None

    @property
    def best(self) -> float | None:
        """The log2 speedup of the fastest program known; None if none is faster than the start."""
        steps = (rung for rung in self.rungs if rung.structural and not rung.decoy)
        best = max((each.log2_speedup for each in (*steps, *self.frontier)), default=0.0)
        return best if best > 0 else None


def store(
    folder: Path,
    task: str,
    digest: str,
    machine: str,
    gains: Sequence[Gain],
    *,
    workload: str = "",
    frontier: Sequence[Gain] = (),
    confirmed: float | None = None,
) -> Path:
    """Keep what was measured; programs that were refused are left out. Raises StoreError."""
    found = Ladder(task, digest, machine, _kept(gains), workload, _kept(frontier), confirmed)
    name = ".".join(filter(None, (task, workload)))
    path = folder / f"{name}-{digest[:8]}-{machine}.json"
    try:
        files.write(path, msgspec.json.encode(found) + b"\n")
    except OSError as error:
        raise files.unwritable(path, error) from error
    return path


def _kept(gains: Sequence[Gain]) -> tuple[RungGain, ...]:
    return tuple(
        RungGain(gain.file, gain.structural, gain.decoy, *map(log2, (gain.speedup, gain.low, gain.high)))
        for gain in gains
        if not isnan(gain.speedup)
    )


def stored(folder: Path) -> tuple[Ladder, ...]:
    """Return every measured ladder; raises StoreError for a file that cannot be read."""
    return tuple(map(read, sorted(folder.glob("*.json"))))


def read(path: Path) -> Ladder:
    """Return one measured ladder; raises StoreError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ladder)
    except (OSError, msgspec.DecodeError) as error:
        raise StoreError(f"{path}: {error}", "delete it and measure again: aiopt task frontier") from error
