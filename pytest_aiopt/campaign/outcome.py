"""What the run of a cell leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.campaign.audit import Audit
from pytest_aiopt.journal.events import AnyEvent, Finished


@dataclass(frozen=True, slots=True)
class Outcome:
    """A cell after its run: the journal, all its events, whether anything had to be done, and the audit."""

    journal: Path
    events: list[AnyEvent]
    cached: bool
    audit: Audit

    @property
    def finished(self) -> bool:
        """Whether the journal ends as a completed cell's does."""
        return isinstance(self.events[-1], Finished)
