"""Every stored record held against its digest, every call against its iteration, every prompt against the
search that made it.

Looks at a journal in four ways, from the bytes inwards: the chain of lines (scan.py), what each event says of
itself, what the events say together, and the campaign run again (rehearsal.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pytest_aiopt.campaign import champions
from pytest_aiopt.campaign.audit import audit
from pytest_aiopt.design import registration
from pytest_aiopt.errors import StoreError
from pytest_aiopt.evaluation.meter import baseline
from pytest_aiopt.journal.events import Asked, Finished, Opened, Proposed, Reconfirmed
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.journal.scan import Fault, Scan, scan
from pytest_aiopt.journal.store import ASIDE, Store, begun, place
from pytest_aiopt.model import Metric
from pytest_aiopt.models.base import call_seed
from pytest_aiopt.prompts import goals
from pytest_aiopt.verify import consistency, rehearsal

Known = Callable[[Opened], "TaskFacts | None"]


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the task on disk says, where it is the one that a cell was run on."""

    program: str
    oracle: str
    system: str
    metric: Metric = Metric.CPU
    words: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """One journal after the check. ``unrun``: why its campaign was not run again; "" if it was."""

    path: Path
    study: str
    lines: int
    calls: int
    unrun: str
    seconds: float
    faults: tuple[Fault, ...]


def verify(store: Store, known: Known = lambda opened: None) -> list[Verified]:
    """Check every journal under a results directory, those set aside too, with what lies beside them."""
    found = []
    for study in store.studies():
        found += [_journal(path, study, known) for path in begun(study)]
    return found


def floors(store: Store) -> list[Fault]:
    """Check the stored noise floors."""
    faults = []
    for path in sorted(store.floors.glob("*.json")):
        try:
            problem = baseline.spoilt(path)
        except StoreError as error:
            problem = error.fault
        if problem:
            faults.append(Fault(path, 0, problem))
    return faults


def registrations(store: Store) -> list[Fault]:
    """Check the registrations, also those that were replaced."""
    faults = []
    for path in (path for study in store.studies() for path in sorted(study.glob("registration*.json"))):
        try:
            registration.load(path)
        except StoreError as error:
            faults.append(Fault(path, 0, error.fault))
    return faults


def _journal(path: Path, study: Path, known: Known) -> Verified:
    start = time.perf_counter()
    found = scan(path)
    record = found.record
    unrun = "it is damaged"
    for line, problem in consistency.each(found.events):
        found.fault(line, problem)
    if found.lines and record is None and not found.faults:
        found.fault(1, "is not an opened event")
    if record is not None:
        _place(found, record.opened, study)
        if not found.faults:
            unrun = _whole(found, record, known(record.opened))
    faults = [*found.faults, *_beside(path, record)]
    calls = len(record.proposals) if record is not None else 0
    seconds = time.perf_counter() - start
    return Verified(path, study.name, found.lines, calls, unrun, seconds, tuple(sorted(faults)))


def _place(found: Scan, opened: Opened, study: Path) -> None:
    """Check that a journal lies where its cell belongs."""
    folder, *_ = found.path.parent.name.split(ASIDE)
    here = found.path.parent.with_name(folder) / found.path.name
    if here != place(study, opened.cell) or opened.study != study.name:
        found.fault(1, f"is the start of {opened.cell.id} of study {opened.study}, which lies elsewhere")


def _whole(found: Scan, record: CellRecord, task: TaskFacts | None) -> str:
    """Check what an undamaged journal says as a whole; return why it was not run again, or ""."""
    opened = record.opened
    if found.torn and record.finished:
        found.fault(found.lines + 1, "follows the end of the cell")
    for line, problem in (
        *_calls(record),
        *_task(opened, task),
        *_audited(record),
    ):
        found.fault(line, problem)
    unrun = rehearsal.unready(record)
    if not unrun:
        mismatch = rehearsal.rehearse(
            found.path,
            record,
            task.system if task else None,
            partial(goals.noise, task.metric) if task else lambda floor: "",
        )
        if mismatch is not None and not any(fault.line == mismatch.line for fault in found.faults):
            found.fault(mismatch.line, mismatch.problem)
    return unrun


def _calls(record: CellRecord) -> Iterator[tuple[int, str]]:
    """Each iteration has one call, announced where calls cost something, and no call is there twice."""
    cell = record.cell
    step, calls = 0, dict[tuple[str, int], int]()
    asked: Asked | None = None
    costs = any(record.all(Asked))
    for line, event in enumerate(record.events, 1):
        if isinstance(event, Asked):
            asked = event
        elif isinstance(event, Proposed):
            key = (event.prompt.sha, event.call_seed)
            if event.step != step + 1:
                what = "a second call" if event.step <= step else f"none before it, of iteration {step + 1}"
                yield line, f"is a call of iteration {event.step}, which has {what}"
            elif key in calls:
                yield line, f"is the call of line {calls[key]} again"
            if event.call_seed != call_seed(cell.id, cell.seed, event.step):
                yield line, f"has a seed that is not of iteration {event.step}"
            if costs and (asked is None or (asked.step, asked.prompt, asked.call_seed) != (event.step, *key)):
                yield line, f"is a call of iteration {event.step} that was not announced"
            step, asked = max(step, event.step), None
            calls.setdefault(key, line)
        elif isinstance(event, Finished) and event.calls != step:
            yield line, f"says {event.calls} calls, {step} are on record"


def _task(opened: Opened, task: TaskFacts | None) -> Iterator[tuple[int, str]]:
    if task is not None and opened.program != task.program:
        yield 1, "starts from another program than its task"
    if task is not None and (opened.oracle, opened.workload_words) != (task.oracle, task.words):
        yield 1, "holds another hint than its task"


def _audited(record: CellRecord) -> Iterator[tuple[int, str]]:
    """Give the problems that the audit of the prompts finds, with the line of each."""
    lines = {event.step: line for line, event in enumerate(record.events, 1) if isinstance(event, Proposed)}
    for problem in audit(record).problems:
        yield 0 if problem.step is None else lines.get(problem.step, 0), f"audit: {problem.text}"


def _beside(journal: Path, record: CellRecord | None) -> list[Fault]:
    """Check the confirmations of later sessions."""
    path = journal.with_name(champions.CONFIRMATIONS)
    if not path.is_file():
        return []
    found = scan(path)
    for line, problem in consistency.each(found.events):
        found.fault(line, problem)
    candidate = record.champion if record else None
    for line, event in found.events:
        if not isinstance(event, Reconfirmed):
            found.fault(line, "is not a confirmation")
        elif record is None or event.cell != record.cell:
            found.fault(line, f"confirms {event.cell.id}, which is another cell")
        elif candidate is None or event.candidate != candidate.sha:
            found.fault(line, f"confirms {event.candidate[:12]}, which is not the champion")
        elif event.visible != record.measurement(candidate):
            found.fault(line, "holds another measurement of the search than the journal")
    return found.faults
