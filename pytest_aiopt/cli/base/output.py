"""The output of a command: lines for a reader, or one JSON object for a program."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import msgspec


@dataclass(slots=True)
class Output:
    """Lines go to standard output; with ``json`` to standard error, and one object to standard output."""

    json: bool = False
    written: bool = False

    def line(self, text: str) -> None:
        """Write a line for readers."""
        print(text, file=sys.stderr if self.json else sys.stdout, flush=True)

    def result(self, document: object) -> None:
        """Write the one JSON object, where missing numbers are null; nothing without ``json``."""
        if self.json and not self.written:
            self.written = True
            print(msgspec.json.encode(document).decode(), flush=True)
