"""``pytest_aiopt.load``: stored cells as tidy tables for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.errors import StoreError

if TYPE_CHECKING:
    from pytest_aiopt.report.tidy import Tidy


def load(path: str | Path = "results", studies: Sequence[str] = ()) -> Tidy:
    """Return the cells, calls and mutations stored under a results directory, as lists of plain rows.

    ``pandas.DataFrame(load().cells)`` makes a data frame, and polars works in the same way. ``studies``:
    folders of the studies to read, by default all. Speedups are log2. Raises StoreError if nothing is stored
    and JournalError for a damaged journal.
    """
    from pytest_aiopt.analysis.readings import Reader
    from pytest_aiopt.analysis.trajectory import with_aliases
    from pytest_aiopt.journal.store import Store
    from pytest_aiopt.report.tidy import tidy

    store = Store(Path(path))
    reader = Reader(store)
    journals = [each for each in store.journals() if not studies or _study(store.root, each) in studies]
    found = [summary for each in journals if (summary := reader.one(each)) is not None]
    reader.close()
    if not found:
        raise StoreError(f"no cell is stored under {path}", "name a results directory, or run one first")
    return tidy(with_aliases(found))


def _study(root: Path, journal: Path) -> str:
    return journal.relative_to(root).parts[0]
