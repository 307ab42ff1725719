"""Parse ``bperf report --stdio``: perf 5.3's table, with the reason of each off-CPU sample as a letter.

A row's letter in the symbol column: ``[.]`` user, ``[k]`` kernel, ``[g] [u] [H]`` guests and hypervisor (all
on the CPU); ``[I]`` waiting for I/O, ``[L]`` for a lock, ``[S]`` for a CPU, ``[B]`` for something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_aiopt.model import ItemKind

KINDS = {
    ".": ItemKind.CPU,
    "k": ItemKind.CPU,
    "g": ItemKind.CPU,
    "u": ItemKind.CPU,
    "H": ItemKind.CPU,
    "I": ItemKind.IO,
    "L": ItemKind.LOCK,
    "S": ItemKind.SCHEDULING,
    "B": ItemKind.OTHER,
}
_ROUNDING = 0.005
_TOLERANCE = 0.5
_LONGEST = 2000
_SCALE = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}
_SAMPLES = re.compile(r"^# Samples: (\d+(?:\.\d+)?)([KMG]?)\s+of events? '([^']+)'$")
_EVENT_COUNT = re.compile(r"^# Event count \(approx\.\): (\d+)$")
_LOST = re.compile(r"^# Total Lost Samples: (\d+)$")
_HEAD = re.compile(r"^#\s+(?P<children>Children\s+Self|Overhead)\s+Command\s+Shared Object\s+Symbol\s*$")
_TIP = re.compile(r"^# \((Tip|Cannot load tips)\b")
_ROW = re.compile(
    r"^ {0,8}(?P<first>\d{1,3}\.\d\d)%(?: +(?P<second>\d{1,3}\.\d\d)%)?  +(?P<command>\S(?:.*?\S)?)  +"
    r"(?P<object>\S(?:.*?\S)?)  +\[(?P<letter>[.kguHILSB])\] (?P<symbol>\S(?:.*\S)?) *$"
)
_TREE = re.compile(r"^ {4,}(?:[| ]|--)")
_CALLER = re.compile(r"^[ |]*(?:-+(?:\d+\.\d\d%-+)?)?(?P<symbol>[^\s|].*?)\s*$")


class BperfFormatError(ValueError):
    """A report cannot be parsed; the message gives the line and the reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the fraction (0..1) of all thread time spent in ``symbol`` for the reason ``letter``."""

    share: float
    command: str
    object: str
    letter: str
    symbol: str
    callers: tuple[str, ...] = ()

    @property
    def kind(self) -> ItemKind:
        """The kind denoted by the letter."""
        return KINDS[self.letter]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. ``samples``: at the precision of its digits. ``unknown``: unrecognised lines."""

    samples: int
    event_ns: int
    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether there is any off-CPU row; none means plain perf, an unpatched kernel, or no waiting."""
        return any(row.kind is not ItemKind.CPU for row in self.rows)


def parse(text: str) -> Report:
    """Parse a report; raises BperfFormatError for other text, or a truncated or inconsistent report."""
    if "\0" in text:
        raise BperfFormatError("the report holds binary data")
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        try:
            reader.read(line.removesuffix("\r"))
        except ValueError as error:
            raise BperfFormatError(f"line {number} of the report, {line[:60]!r}: {error}") from error
    return reader.report()


class _Reader:
    """Processes the lines one by one; each part of a report has a fixed position."""

    def __init__(self) -> None:
        self._samples: int | None = None
        self._event_ns: int | None = None
        self._two_columns: bool | None = None
        self._done = False
        self._rows: list[tuple[Row, float]] = []
        self._callers: list[str] = []
        self._unknown: list[str] = []

    def read(self, line: str) -> None:
        """Process one line; raises ValueError if it is not allowed here."""
        if len(line) > _LONGEST:
            raise ValueError(f"a line of {len(line)} letters")
        if line.startswith("#"):
            self._comment(line)
        elif not line.strip():
            return
        elif (found := _ROW.match(line)) is not None:
            self._row(found)
        elif self._rows and not self._done and _TREE.match(line):
            if (caller := _CALLER.match(line)) is not None:
                self._callers.append(caller["symbol"])
        else:
            self._unknown.append(line)

    def report(self) -> Report:
        """Return the whole report; raises BperfFormatError if a part is missing."""
        if self._samples is None or self._event_ns is None or self._two_columns is None:
            raise BperfFormatError("no head of `bperf report --stdio`: samples, event count and column names")
        if not self._done:
            raise BperfFormatError("the report is cut short: it does not end as perf ends one")
        if not self._rows:
            raise BperfFormatError("the report has no rows: was anything recorded?")
        self._end_row()
        rows = tuple(row for row, _ in self._rows)
        whole = sum(row.share for row in rows)
        if whole > 1 + (_TOLERANCE + _ROUNDING * len(rows)) / 100:
            raise BperfFormatError(f"the rows sum to {100 * whole:.1f} %")
        return Report(self._samples, self._event_ns, rows, tuple(self._unknown))

    def _comment(self, line: str) -> None:
        if (found := _SAMPLES.match(line)) is not None:
            self._once("samples", self._samples)
            self._samples = round(float(found[1]) * _SCALE[found[2]])
        elif (found := _EVENT_COUNT.match(line)) is not None:
            self._once("event count", self._event_ns)
            self._event_ns = int(found[1])
        elif (found := _HEAD.match(line)) is not None:
            self._once("head of the table", self._two_columns)
            if self._samples is None or self._event_ns is None:
                raise ValueError("column names before the samples and the event count")
            self._two_columns = found["children"].startswith("Children")
        elif _TIP.match(line):
            self._done = bool(self._rows)
        elif not (line.strip("#. ") == "" or line.startswith("# To display") or _LOST.match(line)):
            self._unknown.append(line)

    def _once(self, what: str, known: object) -> None:
        if known is not None:
            raise ValueError(f"a second {what}: the reports of several events cannot be distinguished")
        if self._rows:
            raise ValueError(f"{what} after the rows")

    def _row(self, found: re.Match[str]) -> None:
        if self._two_columns is None or self._done:
            raise ValueError("a row outside the table")
        if (found["second"] is not None) != self._two_columns:
            raise ValueError("a row with another number of columns than the head")
        sorted_by, own = float(found["first"]), float(found["second"] or found["first"])
        if self._rows and sorted_by > self._rows[-1][1]:
            raise ValueError("a row that is out of order")
        if max(sorted_by, own) > 100 or own > sorted_by:
            raise ValueError("an impossible percentage")
        row = Row(own / 100, found["command"], found["object"], found["letter"], found["symbol"])
        if any(_key(row) == _key(known) for known, _ in self._rows):
            raise ValueError("a row for the second time")
        self._end_row()
        self._rows.append((row, sorted_by))

    def _end_row(self) -> None:
        if self._rows and self._callers:
            row, sorted_by = self._rows[-1]
            full = Row(row.share, row.command, row.object, row.letter, row.symbol, tuple(self._callers))
            self._rows[-1] = (full, sorted_by)
        self._callers = []


def _key(row: Row) -> Sequence[str]:
    return (row.command, row.object, row.letter, row.symbol)
