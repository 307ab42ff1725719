"""The journals of a results directory, read for a command."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.errors import JournalError, StoreError
from pytest_aiopt.journal.record import CellRecord, find_cell
from pytest_aiopt.journal.store import Store


@dataclass(frozen=True, slots=True)
class Stored:
    """Records by journal path relative to the results, and a line for each journal that cannot be read."""

    journals: dict[str, CellRecord] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)


def journals(store: Store) -> Stored:
    """Read every begun journal; raises StoreError without any."""
    stored = Stored()
    for path in store.journals():
        try:
            record = find_cell(path)
        except JournalError as error:
            stored.damaged.append(str(error))
            continue
        if record is not None:
            stored.journals[path.relative_to(store.root).as_posix()] = record
    if not stored.journals and not stored.damaged:
        raise nothing(store)
    return stored


def nothing(store: Store) -> StoreError:
    """Return the error for a results directory without cells."""
    where = os.path.relpath(store.root)
    return StoreError(
        f"no cell has been run under {where}", 'run one first: pytest experiments/ -k "track_C and seed_1"'
    )


def write_damaged(lines: list[str], out: Output) -> None:
    """Name the journals that a command left out."""
    for line in lines:
        out.line(f"left out: {line}")
