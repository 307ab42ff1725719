"""Status lines of running cells: in place below the output on a terminal, periodic lines elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from typing import Any, Protocol, TextIO

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[78]|\x1b\].*?(?:\x07|\x1b\\)")
_BELOW = "\x1b[J"
_SYNCHRONISED = "\x1b[?2026h", "\x1b[?2026l"
"""Start and end of a synchronized update; terminals that do not support it ignore it."""
EVERY_S = 15.0


class Board(Protocol):
    """Shows one line per cell."""

    def show(self, cell: str, text: str, *, last: bool = False) -> None:
        """Show the newest line of a cell; ``last``: it will not change any more."""

    def drop(self, cell: str) -> None:
        """Forget a cell."""


class Silent:
    """Shows nothing."""

    def show(self, cell: str, text: str, *, last: bool = False) -> None:
        """Show nothing."""

    def drop(self, cell: str) -> None:
        """Do nothing."""


class Lines:
    """For files and pipes: one line per cell every ``every_s`` seconds, and its last one."""

    def __init__(
        self,
        write: Callable[[str], None],
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write, self._every_s, self._clock = write, every_s, clock
        self._shown: dict[str, float] = {}

    def show(self, cell: str, text: str, *, last: bool = False) -> None:
        """Write the line if it is time."""
        now = self._clock()
        if last or now - self._shown.setdefault(cell, now) >= self._every_s:
            self._write(text)
            self._shown[cell] = now

    def drop(self, cell: str) -> None:
        """Forget a cell."""
        self._shown.pop(cell, None)


class Region:
    """For terminals: stands in for the file that all output goes to and keeps the lines below it.

    Every write erases the lines, writes and draws them again, in one piece, so that nothing flickers.
    """

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self._lines: dict[str, str] = {}
        self._column = 0
        self._last = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, text: str) -> int:
        """Write what belongs above the lines."""
        if not self._lines:
            self._advance(text)
            return self.file.write(text)
        erased = self._erased()
        self._advance(text)
        self.file.write(self._framed(erased + text))
        return len(text)

    def show(self, cell: str, text: str, *, last: bool = False) -> None:
        """Redraw a cell's line; its last one is replaced by the report of its test."""
        if last:
            self.drop(cell)
        elif self._lines.get(cell) != text:
            self._lines[cell] = text
            self._redraw()

    def drop(self, cell: str) -> None:
        """Remove a cell's line."""
        if self._lines.pop(cell, None) is not None:
            self._redraw()

    def _redraw(self) -> None:
        self.file.write(self._framed(self._erased()))
        self.file.flush()

    def _framed(self, text: str) -> str:
        return text.join((_SYNCHRONISED[0], self._drawn() + _SYNCHRONISED[1]))

    def _advance(self, text: str) -> None:
        """Track the column of the cursor."""
        _, newline, rest = text.rpartition("\n")
        start = 0 if newline else self._column
        plain = _CONTROL.sub("", rest)
        if "\r" in plain:
            start, plain = 0, plain.rpartition("\r")[2]
        self._column = start + len(plain)
        self._last = plain[-1:] or self._last

    def _at_edge(self, columns: int) -> str:
        """Return what moves the cursor back to the end of a full row; "" if the row is not full.

        A terminal wraps only when more comes. No cursor movement says that it is about to, but writing the
        last character of the row again does.
        """
        full = self._column > 0 and self._column % columns == 0
        return f"\x1b[{columns}G{self._last}" if full else ""

    def _erased(self) -> str:
        """Return what erases the lines below the output."""
        columns = shutil.get_terminal_size().columns
        edge = self._at_edge(columns)
        return f"\x1b[{columns}G{_BELOW}{edge}" if edge else _BELOW

    def _drawn(self) -> str:
        """Return what draws the lines below the output and comes back to where that stands."""
        size = shutil.get_terminal_size()
        lines = [text[: size.columns - 1] for text in self._lines.values()][: max(1, size.lines - 3)]
        if not lines:
            return ""
        back = self._at_edge(size.columns) or f"\x1b[{self._column % size.columns + 1}G"
        room = "\n" * len(lines) + f"\x1b[{len(lines)}A"  # the screen may scroll now, not later
        return room + "".join(f"\x1b[1B\r{text}" for text in lines) + f"\x1b[{len(lines)}A{back}"


def on_terminal(file: TextIO) -> bool:
    """Whether lines can be kept in place on ``file``."""
    return file.isatty() and os.environ.get("TERM", "dumb") != "dumb"
