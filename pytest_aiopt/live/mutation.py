"""One mutation in full: what its model was shown and wrote, what it changed, and what was said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytest_aiopt.analysis.details import unified
from pytest_aiopt.journal.record import CellRecord, Step, find_cell
from pytest_aiopt.journal.treatment import NOTES
from pytest_aiopt.report.page.packing import shown


def mutation(path: Path, step: int) -> dict[str, Any] | None:
    """Return iteration ``step`` of a journal as the page shows it; None where it is not on record.

    ``shown``: the text of the profile in the prompt, "" where the track shows none.
    """
    record = find_cell(path)
    found = next((one for one in record.steps if one.number == step), None) if record else None
    if record is None or found is None:
        return None
    parent = record.sources.get(found.proposed.parent, "")
    child = found.edited.source if found.edited else None
    profiled = record.profiles.get(found.proposed.parent)
    return {
        "diff": [] if child is None else unified(parent, child),
        "said": _said(found),
        "case": _case(found),
        "measured": _measured(record, found),
        "shown": found.proposed.artifacts.get(NOTES, ""),
        "profiles": shown(profiled.profiles, parent) if profiled else [],
        "reply": found.proposed.completion.text or found.proposed.completion.error,
    }


def steps(path: Path) -> list[dict[str, Any]]:
    """Return every iteration of a journal, the latest first, with its verdict."""
    record = find_cell(path)
    if record is None:
        return []
    found = []
    for step in record.steps:
        status, measured = record.status(step), step.measured.measurement if step.measured else None
        speedup = measured.speedup if measured else None
        found.append({"step": step.number, "status": status, "speedup": speedup})
    return found[::-1]


def _said(step: Step) -> str:
    """Return the messages of edit, compiler and gate."""
    texts = [step.edited.detail if step.edited else ""]
    if step.built is not None:
        texts.append(step.built.detail)
        texts += [f"{one.line}:{one.column}: {one.severity}: {one.message}" for one in step.built.diagnostics]
    texts += [verdict.detail for verdict in _verdicts(step)]
    return "\n".join(text for text in texts if text)


def _case(step: Step) -> str:
    return next((verdict.counterexample for verdict in _verdicts(step) if verdict.counterexample), "")


def _verdicts(step: Step) -> list[Any]:
    found = (step.judged.verdict if step.judged else None, step.measured.verdict if step.measured else None)
    return [verdict for verdict in found if verdict is not None]


def _measured(record: CellRecord, step: Step) -> dict[str, float | str] | None:
    """Return the speedup over the start with its interval; None where nothing was measured."""
    found = step.measured.measurement if step.measured else None
    if found is None:
        return None
    return {
        "speedup": found.speedup,
        "low": 2.0**found.low,
        "high": 2.0**found.high,
        "workload": found.workload,
    }
