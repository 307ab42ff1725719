"""Champions measured again in a later session; stored beside the cell's journal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import fmean

from pytest_aiopt.campaign.sources.instruments import Instruments
from pytest_aiopt.journal.events import Reconfirmed, read
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.record import read_cell
from pytest_aiopt.journal.schema import SCHEMA
from pytest_aiopt.model import Candidate, Verdict

CONFIRMATIONS = "confirmations.jsonl"


def reconfirm(
    journal: Path, candidate: Candidate, instruments: Instruments, machine: Mapping[str, str]
) -> Reconfirmed:
    """Measure a champion on the held-out workloads and append the outcome beside ``journal``."""
    record = read_cell(journal)
    found = instruments.confirm(candidate)
    event = Reconfirmed(
        cell=record.cell,
        candidate=candidate.sha,
        visible=record.measurement(candidate),
        measurements=() if isinstance(found, Verdict) else found,
        machine=dict(machine),
        refused=found if isinstance(found, Verdict) else None,
        schema=SCHEMA,
    )
    later = Journal(journal.with_name(CONFIRMATIONS))
    try:
        later.append(event)
    finally:
        later.close()
    return event


def confirmations(journal: Path) -> list[Reconfirmed]:
    """Return what later sessions measured of the cell at ``journal``, oldest first."""
    path = journal.with_name(CONFIRMATIONS)
    return [e for e in read(path) if isinstance(e, Reconfirmed)] if path.is_file() else []


def gap(event: Reconfirmed) -> float | None:
    """Return log2 of the visible over the held-out speedup (> 0: it shrank); None if one is missing."""
    if event.visible is None or not event.measurements:
        return None
    return event.visible.log2_speedup - fmean(one.log2_speedup for one in event.measurements)
