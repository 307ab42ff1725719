"""Before the first cell and after the last: checks, statuses, the sanity verdict, the closing lines."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
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
    if here.settings.sanity:
        here.sanity = _sanity(here)
    if not all(passed for _, passed, _ in here.sanity):
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
    for model, passed, (first, *more) in here.sanity:
        reporter.write_line(f"aiopt sanity: {model}: {'ok' if passed else 'FAILED'}, {first}")
        for text in more:
            reporter.write_line(f"aiopt sanity: {model}: {text}")
    _warn_of_cut_prompts(reporter)
    laboratory = here.laboratory
    if here.uses_this_machine and laboratory.sandbox_warning:
        reporter.write_line(f"aiopt: sandbox with {laboratory.sandbox_warning}", yellow=True)
    where = os.path.relpath(laboratory.store.root / laboratory.study.id)
    reporter.write_line(f"aiopt: records in {where}; compare the tracks with: pytest --aiopt-report")


def _warn_of_cut_prompts(reporter: pytest.TerminalReporter) -> None:
    reports = [report for reports in reporter.stats.values() for report in reports]
    calls = [report for report in reports if getattr(report, "when", "") == "call"]
    cut = sum(dict(report.user_properties).get(progress.CUT, 0) for report in calls)
    if cut:
        what = f"{cut} prompts were cut by their endpoint, by its count of tokens"
        remedy = "give its server a larger context (num_ctx, --ctx-size, --max-model-len)"
        reporter.write_line(f"aiopt: {what}; {remedy}", yellow=True)


def _sanity(here: session.AioptSession) -> list[tuple[str, bool, list[str]]]:
    """For each cell's model: whether some valid mutation changed the speed, and what its calls say."""
    return [
        (here.laboratory.study.models[_role(here, cell)].shown, *_said(here, cell))
        for cell in sorted(here.cells)
    ]


def _role(here: session.AioptSession, cell: Cell) -> str:
    return here.laboratory.study.track(cell.track).model


def _said(here: session.AioptSession, cell: Cell) -> tuple[bool, list[str]]:
    from pytest_aiopt.analysis.outcomes.saturation import known_log2
    from pytest_aiopt.analysis.sanity import sanity
    from pytest_aiopt.campaign.ledger import Account
    from pytest_aiopt.report.text.sanity import lines
    from pytest_aiopt.tasks import ladders

    laboratory = here.laboratory
    record = find_cell(laboratory.journal(cell))
    if record is None:
        return False, ["no record"]
    if record.floor is None:
        return False, ["no noise floor"]
    known = known_log2(record, ladders.stored(laboratory.store.ladders))
    found = sanity([record], partial(Account, laboratory.prices), known)
    whole = session.study(replace(here.settings, sanity=False))
    calls = whole.iterations * sum(
        whole.track(each.track).model == _role(here, cell) for each in whole.grid()
    )
    currency = laboratory.prices.currency if laboratory.prices else ""
    first = f"{found.valid} valid mutations measured, {found.changed} change the speed"
    return bool(found.changed), [first, *lines(found, calls, currency)]
