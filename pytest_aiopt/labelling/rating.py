"""One rating of a mutation, and the append-only record of all ratings in a results directory."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from pytest_aiopt.errors import StoreError
from pytest_aiopt.model.methodology import NAMES

DEEPEST = 4
SUREST = 3
FILE = "ratings.jsonl"
_COLUMNS = ("mutation", "rater", "time", "depth", "labels", "sure", "note")


class Rating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rater's judgement. ``mutation``: the mutation's id (see sample.py), ``time``: seconds since 1970.

    ``sure``: from 1 (a guess) to 3 (certain). ``note``: the rater's remark, or a model's reasons.
    """

    mutation: str
    rater: str
    time: float
    depth: int
    labels: tuple[str, ...] = ()
    sure: int = SUREST
    note: str = ""

    def problem(self) -> str:
        """Return the problem with the values, or ""."""
        unknown = sorted(set(self.labels) - set(NAMES.values()))
        if not 0 <= self.depth <= DEEPEST:
            return f"depth {self.depth} is not 0 to {DEEPEST}"
        if unknown:
            return f"unknown label {unknown[0]!r}; known: {', '.join(NAMES.values())}"
        if not 1 <= self.sure <= SUREST:
            return f"sure {self.sure} is not 1 to {SUREST}"
        return "" if self.mutation and self.rater else "mutation and rater must have a value"


class Ratings:
    """The ratings of a results directory, one JSON object per line, append-only.

    A rater may rate a mutation again; the latest rating counts. A last line that was cut off by a kill is
    ignored.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, ratings: Iterable[Rating]) -> None:
        """Append ratings and flush them to disk; raises StoreError if that fails or a value is invalid."""
        lines = []
        for rating in ratings:
            if problem := rating.problem():
                raise StoreError(f"a rating of {rating.mutation or 'no mutation'}: {problem}", "correct it")
            lines.append(msgspec.json.encode(rating) + b"\n")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                file.write((b"\n" if self._is_cut(file) else b"") + b"".join(lines))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(
                f"cannot write {self.path}: {error.strerror}", "free space, or fix its owner"
            ) from error

    @staticmethod
    def _is_cut(file: io.BufferedRandom) -> bool:
        """Whether the last line of the file is incomplete."""
        if not file.seek(0, os.SEEK_END):
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"

    def every(self) -> tuple[Rating, ...]:
        """Return all ratings in the order in which they were given; raises StoreError for a damaged line."""
        if not self.path.exists():
            return ()
        lines, found = self.path.read_bytes().split(b"\n"), []
        for number, line in enumerate(lines, start=1):
            try:
                found += [msgspec.json.decode(line, type=Rating)] if line else []
            except msgspec.DecodeError as error:
                if number == len(lines) or self._is_torn(line):
                    continue
                raise StoreError(f"{self.path}:{number}: {error}", "remove that line") from error
        return tuple(found)

    @staticmethod
    def _is_torn(line: bytes) -> bool:
        """Whether the line is a rating that was cut off during writing."""
        return line.startswith(b'{"mutation":') and not line.endswith(b"}")

    def latest(self) -> Mapping[tuple[str, str], Rating]:
        """Return the current rating of each (mutation, rater)."""
        return {(each.mutation, each.rater): each for each in self.every()}


def to_csv(ratings: Iterable[Rating]) -> str:
    """Return ratings as CSV with a header; several labels are separated by spaces."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in ratings:
        row = msgspec.structs.asdict(one) | {"labels": " ".join(one.labels)}
        writer.writerow([row[column] for column in _COLUMNS])
    return text.getvalue()


def from_csv(text: str, where: Path) -> list[Rating]:
    """Return the ratings of a CSV file in the format of ``to_csv``; raises StoreError naming the line."""
    rows = csv.DictReader(io.StringIO(text))
    found = []
    for number, row in enumerate(rows, start=2):
        values = {key: value for key, value in row.items() if value not in (None, "") or key == "note"}
        values["labels"] = (row.get("labels") or "").split()
        try:
            rating = msgspec.convert(values, Rating, strict=False)
        except msgspec.ValidationError as error:
            raise StoreError(f"{where}:{number}: {error}", f"columns: {', '.join(_COLUMNS)}") from error
        if problem := rating.problem():
            raise StoreError(f"{where}:{number}: {problem}", "correct that line")
        found.append(rating)
    return found
