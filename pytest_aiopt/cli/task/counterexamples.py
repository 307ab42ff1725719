"""Smaller counterexamples of stored candidates that were refused, for a human and for ``regressions/``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.errors import StoreError
from pytest_aiopt.evaluation.gate import shrink
from pytest_aiopt.journal.events import Confirmed, Judged
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Candidate, Status, Verdict

REFUSALS = (Status.WRONG_ANSWER, Status.CRASH, Status.TIMEOUT, Status.MEMORY)


@dataclass(frozen=True, slots=True)
class Refused:
    """A stored candidate that failed on some request of its task."""

    task: str
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A refused candidate with its verdict on the smallest request found, and where that is kept."""

    refused: Refused
    verdict: Verdict
    shrunk: shrink.Shrunk
    path: Path
    described: str


def refused(records: Iterable[CellRecord], prefix: str = "") -> list[Refused]:
    """Return the refused candidates whose sha256 starts with ``prefix``, each once, as they appeared."""
    found: dict[Refused, None] = {}
    for record in records:
        for sha in _failing(record):
            source = record.sources.get(sha)
            if source is not None and sha.startswith(prefix):
                found.setdefault(Refused(record.cell.task, Candidate(source)))
    return list(found)


def _failing(record: CellRecord) -> Iterator[str]:
    for event in record.events:
        if isinstance(event, Judged) and event.verdict.status in REFUSALS:
            yield event.candidate
        if isinstance(event, Confirmed) and event.refused and event.refused.status in REFUSALS:
            yield event.candidate


def minimise(bench: Bench, one: Refused, folder: Path, budget_s: float) -> Counterexample | str:
    """Shrink a request that the candidate fails on and store it in ``folder``; or return the reason."""
    binary, task = bench.binary(one.candidate), bench.task
    for gate in (bench.gate, bench.examiner.hidden_gate):
        verdict = gate.check(binary)
        if verdict.status is Status.PASSED:
            continue
        if verdict.case is None:
            return f"{verdict.detail}: no single request is at fault"
        fails = shrink.failing_alone(task, bench.sandbox, binary)
        start = gate.request(verdict.case)
        if not fails(start):
            return f"case {verdict.case} fails only after others: {verdict.detail}"
        found = shrink.shrink(task, fails, start, passed=gate.passed(binary), budget_s=budget_s)
        path = _kept(folder / task.name, found.request)
        return Counterexample(one, verdict, found, path, task.describe(found.request))
    return f"it answers every case of {task.name} rightly; only sanitizers or a timed run refused it"


def _kept(folder: Path, request: bytes) -> Path:
    path = folder / f"{hashlib.sha256(request).hexdigest()[:12]}.bin"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(request)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}", "fix its permissions") from error
    return path
