"""The unit of analysis."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One (task, track, seed) of the grid; the unit of analysis."""

    task: str
    track: str
    seed: int

    @property
    def id(self) -> str:
        """Return the id used in pytest node ids and folder names."""
        return f"{self.task}-track_{self.track}-seed_{self.seed}"
