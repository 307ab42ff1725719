"""Says how far the check of a task is, so that it is never silent for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T_ = TypeVar("T_")
SILENT_S = 10.0
"""Seconds within a phase after which the next step writes a line."""


class Progress:
    """Writes one line when a phase begins, and more within it where it takes long. Silent by default."""

    def __init__(self, task: str, say: Callable[[str], None] = lambda text: None) -> None:
        self._task, self._say, self._said = task, say, 0.0

    def phase(self, text: str) -> None:
        """Write a line."""
        self._said = time.monotonic()
        self._say(f"{self._task}: {text}")

    def step(self, text: str) -> None:
        """Write a line if none was written for SILENT_S seconds."""
        if time.monotonic() - self._said >= SILENT_S:
            self.phase(text)

    def each(self, text: str, items: Iterable[T_]) -> Iterator[T_]:
        """Give the items of a phase."""
        every = list(items)
        self.phase(f"{text} ({len(every)})")
        for number, item in enumerate(every, 1):
            self.step(f"{text}, {number} of {len(every)}")
            yield item
