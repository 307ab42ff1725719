"""What journals tell, kept from one report to the next, as reading and classing a large study takes minutes.

A summary stands for its journal as long as nothing was written to it since: every write changes the time of
the file's last change (ctime), which no program can set. Other rules of analysis never meet old summaries.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import msgspec

from pytest_aiopt.analysis.details import Details
from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.analysis.trajectory import Trajectory, with_aliases
from pytest_aiopt.campaign.champions import CONFIRMATIONS, confirmations
from pytest_aiopt.codebook.classed import Classer, rules
from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.lines import Lines, index
from pytest_aiopt.journal.record import find_cell
from pytest_aiopt.journal.schema import complete_lines
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Measurement


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A summary file: the stamp of what was read, what it tells, and where its lines lie (lines.py)."""

    stamp: tuple[int, ...]
    trajectory: Trajectory
    lines: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """The cells of a results directory, and a line for each journal that cannot be read."""

    trajectories: tuple[Trajectory, ...]
    damaged: tuple[str, ...]


@dataclass
class Reader:
    """Reads the journals of a store. Pairs of runs are left out of what it tells: they only add bytes.

    ``classer``: what classes mutations; one that remembers in the store unless given.
    """

    store: Store
    classer: Classer | None = None
    read: int = 0
    _encoder: msgspec.msgpack.Encoder = field(default_factory=msgspec.msgpack.Encoder)
    _decoder: msgspec.msgpack.Decoder[Kept] = field(default_factory=lambda: msgspec.msgpack.Decoder(Kept))

    def told(self, journals: Iterable[Path]) -> Told:
        """Return what ``journals`` tell; one that was begun but holds no event yet tells nothing."""
        found: list[Trajectory] = []
        damaged: list[str] = []
        for path in journals:
            try:
                one = self.one(path)
            except JournalError as error:
                damaged.append(str(error))
                continue
            found += [one] if one is not None else []
        self.close()
        return Told(tuple(with_aliases(found)), tuple(damaged))

    def close(self) -> None:
        """Keep what was classed; nothing where nothing was."""
        if self.read:
            self._classing.save()

    def one(self, path: Path) -> Trajectory | None:
        """Return what one journal tells, None where it holds no event yet; raises JournalError."""
        kept = self.kept(path)
        return None if kept is None else kept.trajectory

    def kept(self, path: Path) -> Kept | None:
        """Return what one journal tells and where; None where it holds no event yet; raises JournalError."""
        name, stamp = path.relative_to(self.store.root).as_posix(), _stamp(path)
        kept = self._kept(name)
        if kept is not None and kept.stamp == stamp:
            return kept
        record = find_cell(path)
        if record is None:
            return None
        self.read += 1
        found = _light(trajectory(record, name, self._classing, confirmations(path)))
        kept = Kept(stamp, found, index(complete_lines(path), record.events))
        self._keep(name, kept)
        return kept

    def details(self, told: Trajectory) -> Details:
        """Return what reads single steps of a cell's journal; raises JournalError."""
        path = self.store.root / told.journal
        kept = self.kept(path)
        return Details(Lines.of(path, kept.lines if kept else b""))

    @cached_property
    def _classing(self) -> Classer:
        return self.classer or Classer.kept(self.store.cache)

    @cached_property
    def _folder(self) -> Path:
        return self.store.cache / f"told-{rules()}"

    def _path(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.msgpack"

    def _kept(self, name: str) -> Kept | None:
        try:
            return self._decoder.decode(self._path(name).read_bytes())
        except (OSError, msgspec.DecodeError):
            return None

    def _keep(self, name: str, kept: Kept) -> None:
        """Remember; a folder that cannot be written only costs the time again."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as written:
                written.write(self._encoder.encode(kept))
            os.replace(written.name, self._path(name))
        except OSError:
            return


def keep(store: Store, journal: Path) -> None:
    """Keep the summary of one journal, so that the first report after a long study is quick too."""
    Reader(store, Classer()).one(journal)


def _stamp(journal: Path) -> tuple[int, ...]:
    """What changes with every write to a journal or to the confirmations beside it; () of one that is not."""
    found: list[int] = []
    for path in (journal, journal.with_name(CONFIRMATIONS)):
        try:
            stat = path.stat()
        except OSError:
            continue
        found += [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    return tuple(found)


def _light(told: Trajectory) -> Trajectory:
    attempts = (
        replace(
            attempt,
            measurement=_without_pairs(attempt.measurement),
            again=_without_pairs(attempt.again) if attempt.again else None,
        )
        if attempt.measurement
        else attempt
        for attempt in told.attempts
    )
    again = (
        replace(
            each,
            visible=_without_pairs(each.visible) if each.visible else None,
            measurements=_all_without_pairs(each.measurements),
        )
        for each in told.reconfirmations
    )
    return replace(
        told,
        attempts=tuple(attempts),
        confirmations=_all_without_pairs(told.confirmations),
        reconfirmations=tuple(again),
    )


def _all_without_pairs(measurements: Sequence[Measurement]) -> tuple[Measurement, ...]:
    return tuple(map(_without_pairs, measurements))


def _without_pairs(measurement: Measurement) -> Measurement:
    return replace(measurement, pairs=())
