"""The option ``--from``: recorded cells that a command takes programs from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.errors import StoreError

if TYPE_CHECKING:
    from pytest_aiopt.journal.record import CellRecord


def sources(parser: argparse.ArgumentParser) -> None:
    """Add the option that names recordings."""
    parser.add_argument(
        "--from",
        dest="sources",
        type=Path,
        action="append",
        default=[],
        metavar="RESULTS",
        help="a results directory or recording whose programs are tried; may be repeated",
    )


def records(found: Sequence[Path]) -> list[CellRecord]:
    """Return the cells of results directories and recordings; raises StoreError where none is finished."""
    return [record for source in found for record in _records(source)]


def _records(source: Path) -> Iterator[CellRecord]:
    from pytest_aiopt.journal.archive import directory
    from pytest_aiopt.journal.record import find_cell
    from pytest_aiopt.journal.store import ASIDE

    with directory(source) as folder:
        paths = [path for path in sorted(folder.rglob("journal.jsonl")) if ASIDE not in path.parent.name]
        found = [record for path in paths if (record := find_cell(path)) is not None]
    if not any(record.finished for record in found):
        raise StoreError(f"{source} holds no finished cell", "name a results directory or a recording")
    yield from found
