"""Champions measured again, in a session after the one that found them; kept beside the cell's journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

from pytest_aiopt.campaign.sources.instruments import Instruments
from pytest_aiopt.errors import StoreError
from pytest_aiopt.journal.events import AnyEvent, Built, Edited, Finished, Measured, Opened, Reconfirmed, read
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.schema import SCHEMA
from pytest_aiopt.model import Candidate, Cell, Measurement, Verdict

CONFIRMATIONS = "confirmations.jsonl"


def champion(events: Sequence[AnyEvent]) -> Candidate | None:
    """Return the champion of a finished cell; None where that is the original program."""
    last = events[-1] if events else None
    if not isinstance(last, Finished):
        return None
    sources = (e.source for e in events if isinstance(e, Edited) and e.candidate == last.champion)
    return next((Candidate(source) for source in sources if source is not None), None)


def visible(events: Sequence[AnyEvent], candidate: Candidate) -> Measurement | None:
    """Return the measurement that the search had of a candidate, by its machine code."""
    binaries = {event.candidate: event.binary_sha for event in events if isinstance(event, Built)}
    wanted = binaries.get(candidate.sha)
    found = (e.measurement for e in events if isinstance(e, Measured) and binaries.get(e.candidate) == wanted)
    return next((measurement for measurement in found if measurement is not None), None)


def reconfirm(
    journal: Path, candidate: Candidate, instruments: Instruments, machine: Mapping[str, str]
) -> Reconfirmed:
    """Measure a champion on the held-out workloads and append the outcome beside ``journal``."""
    events = read(journal)
    found = instruments.confirm(candidate)
    event = Reconfirmed(
        cell=_cell(events, journal),
        candidate=candidate.sha,
        visible=visible(events, candidate),
        measurements=() if isinstance(found, Verdict) else found,
        machine=dict(machine),
        refused=found if isinstance(found, Verdict) else None,
        schema=SCHEMA,
    )
    record = Journal(journal.with_name(CONFIRMATIONS))
    try:
        record.append(event)
    finally:
        record.close()
    return event


def confirmations(journal: Path) -> list[Reconfirmed]:
    """Return what later sessions measured of the cell at ``journal``, oldest first."""
    path = journal.with_name(CONFIRMATIONS)
    return [e for e in read(path) if isinstance(e, Reconfirmed)] if path.is_file() else []


def gap(event: Reconfirmed) -> float | None:
    """Return log2 of the visible over the held-out speedup (> 0: it shrank); None where one is missing."""
    if event.visible is None or not event.measurements:
        return None
    return event.visible.log2_speedup - fmean(one.log2_speedup for one in event.measurements)


def _cell(events: Sequence[AnyEvent], journal: Path) -> Cell:
    if not events or not isinstance(events[0], Opened):
        raise StoreError(f"{journal} does not start with an opened event", "use --aiopt-fresh")
    return events[0].cell
