"""The outcome of a cell's run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.campaign.audit import Audit
from pytest_aiopt.journal.events import AnyEvent
from pytest_aiopt.journal.record import CellRecord


@dataclass(frozen=True, slots=True)
class Outcome:
    """A cell after its run; ``cached`` where nothing had to be done."""

    journal: Path
    record: CellRecord
    cached: bool
    audit: Audit

    @property
    def events(self) -> tuple[AnyEvent, ...]:
        """All events of the journal."""
        return self.record.events

    @property
    def finished(self) -> bool:
        """Whether the journal ends as a completed cell's does."""
        return self.record.finished
