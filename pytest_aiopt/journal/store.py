"""The places of records: ``<results>/<study id>/<task>/<track>/seed_<n>/journal.jsonl``.

Floors and caches lie beside the studies.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.errors import StoreError
from pytest_aiopt.files import unwritable
from pytest_aiopt.journal.record import CellRecord, find_cell
from pytest_aiopt.model import Cell

JOURNAL = "journal.jsonl"
ASIDE = ".aside-"


@dataclass(frozen=True, slots=True)
class Store:
    """The results directory."""

    root: Path

    def prepare(self) -> None:
        """Create the directory and check that it is writable; raises StoreError."""
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
        """Noise floors, one file per task and machine."""
        return self.root / "floors"

    def study(self, study: str) -> Path:
        """Return the folder of a study's records, existing or not."""
        return self.root / study

    def studies(self) -> list[Path]:
        """Return the folders that may hold a study's records, sorted."""
        return [path for path in sorted(self.root.glob("*")) if path not in (self.cache, self.floors)]

    @property
    def information(self) -> Path:
        """What the last check of each task said of the value of information, one file per task."""
        return self.root / "information"

    @property
    def ladders(self) -> Path:
        """Measured ladders, one file per task and machine."""
        return self.root / "ladders"

    def report(self, study: str) -> Path:
        """Return where reports of a study are written."""
        return self.root / study / "report"

    def journal(self, study: str, cell: Cell) -> Path:
        """Return the path of a cell's journal, existing or not."""
        return place(self.study(study), cell)

    def journals(self) -> list[Path]:
        """Return every stored journal that was not set aside, sorted by study and cell; [] without any."""
        return [path for study in self.studies() for path in begun(study) if ASIDE not in path.parent.name]

    def set_aside(self, study: str, cell: Cell) -> Path | None:
        """Move a cell's records out of the way and return where they are now; None if there were none."""
        folder = self.journal(study, cell).parent
        if not folder.exists():
            return None
        number = len(list(folder.parent.glob(f"{folder.name}{ASIDE}*"))) + 1
        target = folder.with_name(f"{folder.name}{ASIDE}{number}")
        os.rename(folder, target)
        return target


def place(study: Path, cell: Cell) -> Path:
    """Return where a cell's journal belongs in the folder of its study."""
    if cell.track.startswith("."):
        raise StoreError(f"track {cell.track!r} cannot name a folder", "rename it in the study file")
    return study / cell.task / cell.track / f"seed_{cell.seed}" / JOURNAL


def begun(study: Path) -> list[Path]:
    """Return every journal in the folder of a study, also of cells that were set aside, sorted."""
    return sorted(study.glob(f"*/*/*/{JOURNAL}"))


def recorded(root: Path, cell: Cell) -> CellRecord:
    """Return the record of ``cell`` found under ``root`` (a results or a study directory).

    Raises StoreError if there is none, or more than one.
    """
    found = sorted(root.rglob(str(place(Path(), cell))))
    if len(found) != 1:
        many = "no journal" if not found else f"{len(found)} journals"
        raise StoreError(f"{many} of {cell.id} under {root}", "name the directory of the one recorded study")
    record = find_cell(found[0])
    if record is None:
        raise StoreError(f"{found[0]} holds no opened cell", "name another recording")
    return record
