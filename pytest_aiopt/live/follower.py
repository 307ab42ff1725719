"""Follows all journals of a results directory: reads only what was appended since the last look."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.schema import Reader
from pytest_aiopt.journal.store import JOURNAL, Store
from pytest_aiopt.live import locks
from pytest_aiopt.live.cell import Fault, FollowedCell, Mutation, News, State, Trouble
from pytest_aiopt.models.prices import Prices

DISCOVER_S = 1.5
"""New journals are searched for so often."""
CHUNK = 8_000_000
"""Bytes of one journal that are read at a time."""


@dataclass(slots=True)
class _Tail:
    """The place up to which a journal was read. ``size``: of the file at the last look."""

    cell: FollowedCell
    inode: int = 0
    offset: int = 0
    size: int = 0
    state: State | None = None


@dataclass(slots=True)
class Looked:
    """What changed since the last look: cells whose journal or state did, and what their lines say."""

    cells: list[FollowedCell] = field(default_factory=list)
    news: list[News] = field(default_factory=list)


@dataclass(slots=True)
class Follower:
    """Follows the studies under ``store`` that ``wanted`` accepts. It opens journals for reading alone."""

    store: Store
    prices: Prices | None = None
    wanted: Callable[[str], bool] = lambda study: True
    clock: Callable[[], float] = time.time
    held: Callable[[], frozenset[int]] = locks.held
    _tails: dict[Path, _Tail] = field(default_factory=dict)
    _discovered: float = float("-inf")

    @property
    def cells(self) -> dict[str, FollowedCell]:
        """The cells begun, by the folder of their journal below the results."""
        return {cell.id: cell for cell in self.paid if not cell.aside and cell.last is not None}

    @property
    def paid(self) -> list[FollowedCell]:
        """All cells whose spending counts: those begun, and those set aside."""
        return [tail.cell for tail in self._tails.values()]

    def path(self, cell: str) -> Path:
        """Return the journal of a followed cell."""
        return self.store.root / cell / JOURNAL

    def look(self) -> Looked:
        """Read what was appended since the last look, and see which cells run."""
        now = self.clock()
        if not 0 <= now - self._discovered < DISCOVER_S:
            self._discover()
            self._discovered = now
        found, held = Looked(), self.held()
        for path, tail in list(self._tails.items()):
            self._look(path, tail, held, found)
        return found

    def _look(self, path: Path, tail: _Tail, held: frozenset[int], found: Looked) -> None:
        try:
            stat = os.stat(path)
        except OSError:  # set aside, or removed
            del self._tails[path]
            return
        if stat.st_ino != tail.inode or stat.st_size < tail.offset:
            tail = self._tails[path] = _Tail(self._cell(path), stat.st_ino)
        grew = stat.st_size != tail.size
        tail.size = stat.st_size
        cell, offset = tail.cell, tail.offset
        if grew and not cell.damaged:
            news = list(self._read(path, tail))
            found.news += [] if cell.aside else news
        cell.see(locked=stat.st_ino in held, grew=grew)
        state = cell.state(self.clock())
        if cell.last is not None and not cell.aside and (tail.offset != offset or state is not tail.state):
            found.cells.append(cell)
        tail.state = state

    def _read(self, path: Path, tail: _Tail) -> Iterator[News]:
        """Take the complete lines that follow; the last one may be in the middle of being written."""
        cell, rest = tail.cell, b""
        try:
            with path.open("rb") as file:
                file.seek(tail.offset)
                while chunk := file.read(CHUNK):
                    *lines, rest = (rest + chunk).split(b"\n")
                    for line in lines:
                        yield from cell.take(line)
                        tail.offset += len(line) + 1
        except JournalError as error:
            cell.damaged = True
            yield cell.fault(Trouble.DAMAGED, str(error))
        except OSError:  # set aside since
            return

    def _cell(self, path: Path) -> FollowedCell:
        name = path.parent.relative_to(self.store.root).as_posix()
        return FollowedCell(name, self.prices, Reader(path))

    def _discover(self) -> None:
        """Find journals that are new. Folders of tracks are listed, those of known cells are not opened."""
        for study in self.store.studies():
            if self.wanted(study.name):
                for track in _folders(study, depth=2):
                    for seed in _folders(track):
                        path = seed / JOURNAL
                        if path not in self._tails and path.is_file():
                            self._tails[path] = _Tail(self._cell(path))


def _folders(path: Path, depth: int = 1) -> Iterator[Path]:
    """Give the folders so many levels below ``path``, sorted."""
    try:
        names = sorted(entry.name for entry in os.scandir(path) if entry.is_dir())
    except OSError:
        return
    for name in names:
        if depth == 1:
            yield path / name
        else:
            yield from _folders(path / name, depth - 1)


def latest(news: list[News], most: int) -> tuple[list[Mutation], list[Fault]]:
    """Return the latest mutations and the latest faults, newest first."""
    ordered = sorted(news, key=lambda one: -one.time)
    mutations = [one for one in ordered if isinstance(one, Mutation)]
    return mutations[:most], [one for one in ordered if isinstance(one, Fault)][:most]
