"""Where records lie: ``<results>/<study id>/<task>/<track>/seed_<n>/journal.jsonl``.

Earlier versions wrote ``<results>/<study id>/<cell id>/journal.jsonl``. Such cells are found and continued
where they lie, so that nothing that points at them breaks. Floors and caches lie beside the studies.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.errors import StoreError
from pytest_aiopt.journal.events import AnyEvent, Opened
from pytest_aiopt.journal.journal import unwritable
from pytest_aiopt.journal.record import find_cell
from pytest_aiopt.model import Cell

JOURNAL = "journal.jsonl"
ASIDE = ".aside-"


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

    def study(self, study: str) -> Path:
        """Return the folder of a study's records, existing or not."""
        return self.root / study

    def studies(self) -> list[Path]:
        """Return the folders that may hold a study's records, sorted."""
        return [path for path in sorted(self.root.glob("*")) if path not in (self.cache, self.floors)]

    @property
    def ladders(self) -> Path:
        """Measured ladders, one file a task and machine."""
        return self.root / "ladders"

    def report(self, study: str) -> Path:
        """Return where reports of a study are written."""
        return self.root / study / "report"

    def journal(self, study: str, cell: Cell) -> Path:
        """Return the path of a cell's journal, existing or not; raises StoreError where there are two."""
        found = [place for place in places(self.study(study), cell) if place.is_file()]
        _refuse_two(found)
        return found[0] if found else places(self.study(study), cell)[0]

    def journals(self) -> list[Path]:
        """Return every stored journal that was not set aside, sorted by study and cell; [] without any.

        Raises StoreError where a cell has two, as it would count twice.
        """
        found = [path for study in self.studies() for path in begun(study) if ASIDE not in path.parent.name]
        by_cell: dict[str, list[Path]] = {}
        for path in found:
            by_cell.setdefault(_cell_folder(path.relative_to(self.root)), []).append(path)
        for paths in by_cell.values():
            _refuse_two(paths)
        return found

    def set_aside(self, study: str, cell: Cell) -> list[Path]:
        """Move a cell's records out of the way, losing nothing; return where they went."""
        folders = [place.parent for place in places(self.study(study), cell)]
        return [_aside(folder) for folder in folders if folder.exists()]


def places(study: Path, cell: Cell) -> tuple[Path, Path]:
    """Return where a cell's journal belongs in the folder of its study, and where earlier versions put it."""
    if cell.track.startswith("."):
        raise StoreError(f"track {cell.track!r} cannot name a folder", "rename it in the study file")
    return study / cell.task / cell.track / f"seed_{cell.seed}" / JOURNAL, study / cell.id / JOURNAL


def begun(study: Path) -> list[Path]:
    """Return every journal in the folder of a study, also of cells that were set aside, sorted."""
    return sorted([*study.glob(f"*/*/*/{JOURNAL}"), *study.glob(f"*/{JOURNAL}")])


def _cell_folder(journal: Path) -> str:
    """``study/cell id`` of a journal's path below the results, in either layout."""
    study, *folders = journal.parent.parts
    return f"{study}/{'{}-track_{}-{}'.format(*folders) if len(folders) > 1 else folders[0]}"


def _refuse_two(journals: Sequence[Path]) -> None:
    if len(journals) > 1:
        both = " and ".join(map(str, journals))
        raise StoreError(
            f"one cell has two journals, {both}", "move one's folder out of the results directory"
        )


def _aside(folder: Path) -> Path:
    number = len(list(folder.parent.glob(f"{folder.name}{ASIDE}*"))) + 1
    target = folder.with_name(f"{folder.name}{ASIDE}{number}")
    os.rename(folder, target)
    return target


def recorded(root: Path, cell: Cell) -> list[AnyEvent]:
    """Return the events of ``cell`` found under ``root`` (a results or a study directory).

    Raises StoreError where there is none, or more than one.
    """
    ends = [place.parent.parts for place in places(Path(), cell)]
    found = [
        path
        for path in sorted(root.rglob(JOURNAL))
        if any(path.parent.parts[-len(end) :] == end for end in ends)
    ]
    if len(found) != 1:
        many = "no journal" if not found else f"{len(found)} journals"
        raise StoreError(f"{many} of {cell.id} under {root}", "name the directory of the one recorded study")
    record = find_cell(found[0])
    if record is None:
        raise StoreError(f"{found[0]} holds no opened cell", "name another recording")
    return list(record.events)


def opened(events: Sequence[AnyEvent]) -> Opened:
    """Return the first event of a recorded cell."""
    first = events[0]
    if not isinstance(first, Opened):
        raise StoreError("the recording holds no opened cell", "name another recording")
    return first
