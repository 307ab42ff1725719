"""Summaries of journals, cached between reports, because a large study takes minutes to read and classify.

A summary is valid until its journal changes: every write updates the file's ctime, which no program can set.
Changed rules of analysis invalidate all summaries.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import msgspec

from pytest_aiopt import files
from pytest_aiopt.analysis import workers
from pytest_aiopt.analysis.details import Details
from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.analysis.outcomes.ladder import with_frontier
from pytest_aiopt.analysis.rated import with_ratings
from pytest_aiopt.analysis.trajectory import Trajectory, with_aliases
from pytest_aiopt.campaign.champions import CONFIRMATIONS, confirmations
from pytest_aiopt.codebook.classed import Classed, Classer, rules
from pytest_aiopt.codebook.raters.ratings import Rating
from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.lines import Lines, index
from pytest_aiopt.journal.record import find_cell
from pytest_aiopt.journal.schema import complete_lines
from pytest_aiopt.journal.store import Store
from pytest_aiopt.labelling.agreement import agreed
from pytest_aiopt.labelling.rating import FILE, Ratings
from pytest_aiopt.model import Measurement
from pytest_aiopt.tasks.ladders import Ladder, stored


class Summary(msgspec.Struct, frozen=True, array_like=True):
    """A summary file: the stamp of its journal, the trajectory, and the offsets of its lines (lines.py)."""

    stamp: tuple[int, ...]
    trajectory: Trajectory
    lines: bytes


@dataclass(frozen=True, slots=True)
class Summaries:
    """The cells of a results directory, and a message for each journal that cannot be read."""

    trajectories: tuple[Trajectory, ...]
    damaged: tuple[str, ...]


@dataclass
class Reader:
    """Reads the journals of a store. Trajectories omit the pairs of runs, which would only add bytes.

    ``classer`` classifies mutations; by default one with a cache in the store.
    """

    store: Store
    classer: Classer | None = None
    read: int = 0
    _encoder: msgspec.msgpack.Encoder = field(default_factory=msgspec.msgpack.Encoder)
    _decoder: msgspec.msgpack.Decoder[Summary] = field(
        default_factory=lambda: msgspec.msgpack.Decoder(Summary)
    )

    def summaries(self, journals: Iterable[Path]) -> Summaries:
        """Return the trajectories of ``journals``, without journals that have no event yet."""
        found: list[Trajectory] = []
        damaged: list[str] = []
        journals = list(journals)
        if self.classer is None:
            new = [path for path in journals if self._is_new(path)]
            self.classing.add(workers.summarize(classed_in, self.store.root, new))
        for path in journals:
            try:
                one = self.one(path)
            except JournalError as error:
                damaged.append(str(error))
                continue
            found += [one] if one is not None else []
        self.close()
        return Summaries(tuple(with_aliases(found)), tuple(damaged))

    def close(self) -> None:
        """Store the classes of new mutations."""
        self.classing.save()

    def one(self, path: Path) -> Trajectory | None:
        """Return the trajectory of a journal, None if it has no event yet; raises JournalError."""
        summary = self.summary(path)
        if summary is None:
            return None
        return with_frontier(with_ratings(summary.trajectory, self._agreed), self._ladders)

    def summary(self, path: Path) -> Summary | None:
        """Return the summary of a journal, None if it has no event yet; raises JournalError."""
        name, stamp = path.relative_to(self.store.root).as_posix(), _stamp(path)
        stored = self._stored(name)
        if stored is not None and stored.stamp == stamp:
            return stored
        record = find_cell(path)
        if record is None:
            return None
        self.read += 1
        found = _light(trajectory(record, name, self.classing, confirmations(path)))
        summary = Summary(stamp, found, index(complete_lines(path), record.events))
        files.remember(self._path(name), self._encoder.encode(summary))
        return summary

    def details(self, cell: Trajectory) -> Details:
        """Return a reader for single steps of a cell's journal; raises JournalError."""
        path = self.store.root / cell.journal
        summary = self.summary(path)
        return Details(Lines.of(path, summary.lines if summary else b""))

    @cached_property
    def _agreed(self) -> dict[str, tuple[Rating, int]]:
        return agreed(Ratings(self.store.root / FILE))

    @cached_property
    def _ladders(self) -> tuple[Ladder, ...]:
        return stored(self.store.ladders)

    @cached_property
    def classing(self) -> Classer:
        """The classer of mutations; it caches in the store unless one was given."""
        return self.classer or Classer.kept(self.store.cache)

    @cached_property
    def _folder(self) -> Path:
        return self.store.cache / f"summaries-{rules()}"

    def _path(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.msgpack"

    def _is_new(self, journal: Path) -> bool:
        """Whether a journal has no summary yet, not even an outdated one."""
        return not self._path(journal.relative_to(self.store.root).as_posix()).exists()

    def _stored(self, name: str) -> Summary | None:
        try:
            return self._decoder.decode(self._path(name).read_bytes())
        except (OSError, msgspec.DecodeError):
            return None


def classed_in(root: Path, journals: Sequence[Path]) -> dict[str, Classed]:
    """Store the summaries of some journals; return the mutations that were classified for them."""
    reader = Reader(Store(root))
    for path in journals:
        with contextlib.suppress(JournalError):  # reported when the summaries are read
            reader.one(path)
    return reader.classing.known


def keep(store: Store, journal: Path) -> None:
    """Store the summary of one journal, so that the first report after a long study is fast too."""
    Reader(store, Classer()).one(journal)


def _stamp(journal: Path) -> tuple[int, ...]:
    """Return values that change with every write to a journal or its confirmations; () without a journal."""
    found: list[int] = []
    for path in (journal, journal.with_name(CONFIRMATIONS)):
        try:
            stat = path.stat()
        except OSError:
            continue
        found += [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    return tuple(found)


def _light(cell: Trajectory) -> Trajectory:
    attempts = (
        replace(
            attempt,
            measurement=_without_pairs(attempt.measurement),
            again=_without_pairs(attempt.again) if attempt.again else None,
        )
        if attempt.measurement
        else attempt
        for attempt in cell.attempts
    )
    again = (
        replace(
            each,
            visible=_without_pairs(each.visible) if each.visible else None,
            measurements=_all_without_pairs(each.measurements),
        )
        for each in cell.reconfirmations
    )
    return replace(
        cell,
        attempts=tuple(attempts),
        confirmations=_all_without_pairs(cell.confirmations),
        reconfirmations=tuple(again),
    )


def _all_without_pairs(measurements: Sequence[Measurement]) -> tuple[Measurement, ...]:
    return tuple(map(_without_pairs, measurements))


def _without_pairs(measurement: Measurement) -> Measurement:
    return replace(measurement, pairs=())
