"""Where records lie: ``<results>/<study id>/<cell id>/journal.jsonl``; floors and caches beside them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.errors import StoreError
from pytest_aiopt.model import Cell
from pytest_aiopt.study.events import AnyEvent, Finished, Opened, read
from pytest_aiopt.study.journal import unwritable

JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Store:
    """The results directory."""

    root: Path

    def prepare(self) -> None:
        """Create the directory and prove that it can be written; raises StoreError."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root):
                pass
        except OSError as error:
            raise unwritable(self.root, error) from error

    @property
    def cache(self) -> Path:
        """Builds and other things that can be made again."""
        return self.root / "cache"

    @property
    def floors(self) -> Path:
        """Noise floors, one file a task and machine."""
        return self.root / "floors"

    @property
    def ladders(self) -> Path:
        """Measured ladders, one file a task and machine."""
        return self.root / "ladders"

    def report(self, study: str) -> Path:
        """Return where reports of a study are written."""
        return self.root / study / "report"

    def journal(self, study: str, cell: Cell) -> Path:
        """Return the path of a cell's journal, existing or not."""
        return self.root / study / cell.id / JOURNAL

    def journals(self) -> list[Path]:
        """Return every stored journal, sorted; none where nothing is stored."""
        return sorted(path for path in self.root.glob(f"*/*/{JOURNAL}") if ".aside-" not in path.parent.name)

    def set_aside(self, study: str, cell: Cell) -> Path | None:
        """Move a cell's records out of the way, losing nothing; return where they went."""
        folder = self.journal(study, cell).parent
        if not folder.exists():
            return None
        number = len(list(folder.parent.glob(f"{folder.name}.aside-*"))) + 1
        target = folder.with_name(f"{folder.name}.aside-{number}")
        os.rename(folder, target)
        return target


def finished(path: Path) -> bool:
    """Whether the journal at ``path`` is complete; raises JournalError where it is damaged."""
    return path.is_file() and bool(events := read(path)) and isinstance(events[-1], Finished)


def recorded(root: Path, cell: Cell) -> list[AnyEvent]:
    """Return the events of ``cell`` found under ``root`` (a results or a study directory).

    Raises StoreError where there is none, or more than one.
    """
    found = [path for path in sorted(root.rglob(JOURNAL)) if path.parent.name == cell.id]
    if len(found) != 1:
        many = "no journal" if not found else f"{len(found)} journals"
        raise StoreError(f"{many} of {cell.id} under {root}", "name the directory of the one recorded study")
    events = read(found[0])
    if not events or not isinstance(events[0], Opened):
        raise StoreError(f"{found[0]} holds no opened cell", "name another recording")
    return events


def opened(events: Sequence[AnyEvent]) -> Opened:
    """Return the first event of a recorded cell."""
    first = events[0]
    if not isinstance(first, Opened):
        raise StoreError("the recording holds no opened cell", "name another recording")
    return first
