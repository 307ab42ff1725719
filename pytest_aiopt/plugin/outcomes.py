"""Before the first cell and after the last: checks, statuses, the sanity verdict, the closing lines."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest

from pytest_aiopt.errors import AioptError
from pytest_aiopt.journal.record import find_cell
from pytest_aiopt.model import Cell
from pytest_aiopt.plugin import grid, injection, progress, session, stopping
from pytest_aiopt.plugin.parallel import cluster as clustered

OVER_BUDGET = "aiopt_budget"


def prepare(pytest_session: pytest.Session) -> None:
    """Check that cells can run; a worker of pytest-xdist leaves that to its controller."""
    config = pytest_session.config
    cells = grid.cells_of(pytest_session.items)
    if not cells or config.option.collectonly:
        return
    if hasattr(config, "workerinput"):
        stopping.listen(config)
    else:
        begin(config, cells)
        clustered.begin(config, pytest_session.items)


def begin(config: pytest.Config, cells: Sequence[Cell]) -> None:
    """Raise a usage error if no cell can run; set stored records aside under ``--aiopt-fresh``."""
    here = session.of(config)
    try:
        here.laboratory.prepare(
            sorted(cells),
            fresh=here.settings.fresh,
            instruments=here.uses_this_machine,
            models=not injection.replaced(config, injection.MODEL),
        )
    except AioptError as error:
        raise pytest.UsageError(str(error)) from error
    here.cells = list(cells)
    stopping.listen(config)
    if here.settings.fresh:
        for cell in cells:
            here.laboratory.store.set_aside(here.laboratory.study.id, cell)


def status(report: pytest.TestReport | pytest.CollectReport) -> Any:
    """Return CACHED for a cell that was complete before, BUDGET for one that reached a limit."""
    if not isinstance(report, pytest.TestReport):
        return None
    if progress.news(report) is not None:
        return "", "", ""
    if report.when != "call":
        return None
    if report.failed and OVER_BUDGET in dict(report.user_properties):
        return "over budget", "b", ("BUDGET", {"yellow": True})
    if not report.passed:
        return None
    cached = ("aiopt_cached", True) in report.user_properties
    return ("cached", "c", ("CACHED", {"blue": True})) if cached else None


def finish(pytest_session: pytest.Session) -> None:
    """Under ``--aiopt-sanity`` exit with 1 unless every model made a valid, speed-changing mutation."""
    here = session.of(pytest_session.config)
    if here.settings.sanity and here.cells and not all(passed for _, passed, _ in _sanity(here)):
        pytest_session.exitstatus = max(int(pytest_session.exitstatus), 1)


def summarise(reporter: pytest.TerminalReporter) -> None:
    """Write the closing lines: budgets, sanity, sandbox, place of the records."""
    over = reporter.stats.get("over budget", [])
    if over:
        why = dict(over[0].user_properties)[OVER_BUDGET]
        reporter.write_line(f"aiopt: {len(over)} cells over budget, the first by {why}", yellow=True)
    here = session.of(reporter.config)
    if not here.cells:
        return
    if here.settings.sanity:
        for model, passed, text in _sanity(here):
            reporter.write_line(f"aiopt sanity: {model}: {'ok' if passed else 'FAILED'}, {text}")
    laboratory = here.laboratory
    if here.uses_this_machine and laboratory.sandbox_warning:
        reporter.write_line(f"aiopt: sandbox with {laboratory.sandbox_warning}", yellow=True)
    where = os.path.relpath(laboratory.store.root / laboratory.study.id)
    reporter.write_line(f"aiopt: records in {where}; compare the tracks with: pytest --aiopt-report")


def _sanity(here: session.AioptSession) -> list[tuple[str, bool, str]]:
    """For each cell's model: whether some valid mutation changed the speed beyond the noise floor."""
    laboratory = here.laboratory
    return [
        (laboratory.study.model_of(laboratory.study.track(cell.track)), *_speed_changes(here, cell))
        for cell in sorted(here.cells)
    ]


def _speed_changes(here: session.AioptSession, cell: Cell) -> tuple[bool, str]:
    record = find_cell(here.laboratory.journal(cell))
    if record is None:
        return False, "no record"
    if record.floor is None:
        return False, "no noise floor"
    delta = record.floor.delta
    valid = [m for m in record.measurements.values() if m is not None]
    changed = [m for m in valid if m.faster_than(delta) or m.high < -delta]
    return bool(changed), f"{len(valid)} valid mutations measured, {len(changed)} change the speed"
