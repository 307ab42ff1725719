"""What the rungs of a task's ladder gain on a machine, stored by ``aiopt task check`` for the report."""

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
    """The measured rungs of a task (by digest) on a machine (by fingerprint), over its program.

    ``workload``: the scored one; "" in older files, which are of a task's first.
    """

    task: str
    digest: str
    machine: str
    rungs: tuple[RungGain, ...]
    workload: str = ""


def store(
    folder: Path, task: str, digest: str, machine: str, gains: Sequence[Gain], *, workload: str = ""
) -> Path:
    """Keep what was measured; rungs that were refused are left out. Raises StoreError."""
    rungs = tuple(
        RungGain(gain.file, gain.structural, gain.decoy, *map(log2, (gain.speedup, gain.low, gain.high)))
        for gain in gains
        if not isnan(gain.speedup)
    )
    path = folder / f"{task}-{digest[:8]}-{machine}.json"
    try:
        files.write(path, msgspec.json.encode(Ladder(task, digest, machine, rungs, workload)) + b"\n")
    except OSError as error:
        raise files.unwritable(path, error) from error
    return path


def stored(folder: Path) -> tuple[Ladder, ...]:
    """Return every ladder measured; raises StoreError for a file that cannot be read."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=Ladder))
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(f"{path}: {error}", "delete it and measure again: aiopt task check") from error
    return tuple(found)
