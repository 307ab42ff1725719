"""Progress of running cells in any process, and the hook for other listeners."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from pytest_aiopt.campaign.ledger import tokens_of
from pytest_aiopt.campaign.standing import Standing, Tracker, line
from pytest_aiopt.journal.events import (
    Built,
    Confirmed,
    Edited,
    Event,
    Faulted,
    Floored,
    Judged,
    Measured,
    Paused,
    Proposed,
)
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.journal.treatment import was_cut
from pytest_aiopt.model import Cell, Status
from pytest_aiopt.plugin import lines as live

PHASE = "aiopt"
"""``when`` of the reports by which workers of pytest-xdist send the progress of cells to the controller."""
CUT = "aiopt_cut"
"""Property of a test report: the number of the cell's prompts that the endpoint truncated."""
_NEWS = "aiopt_news"
_BOARD = pytest.StashKey[live.Board]()


class Listener:
    """Listens to one cell: forwards to ``pytest_aiopt_event`` and shows where it stands."""

    def __init__(self, item: pytest.Item, cell: Cell, iterations: int) -> None:
        self._item, self._cell = item, cell
        self._tracker = Tracker(cell.id, iterations)
        self._warned = False

    def opened(self, record: CellRecord | None) -> None:
        """Begin with the record of earlier sessions."""
        self._tracker = Tracker(self._cell.id, self._tracker.iterations, record)
        self._tell(self._tracker.standing(), None)

    def __call__(self, event: Event) -> None:
        """Report a new event."""
        self._item.config.hook.pytest_aiopt_event(cell=self._cell, event=event)
        standing = self._tracker.add(event)
        text = describe(event) if self._tells(event) else None
        step = getattr(event, "step", None)
        where = "" if step is None else f"{step}/{standing.iterations} "
        self._tell(standing, text and f"{self._cell.id} {where}{text}")

    def _tells(self, event: Event) -> bool:
        """Whether an event gets a line: all under ``-v``, else pauses, refused floors, the first cut."""
        refused = isinstance(event, Floored) and bool(event.floor.notes)
        cut = not self._warned and isinstance(event, Proposed) and was_cut(event)
        self._warned |= cut
        return self._item.config.get_verbosity() > 0 or isinstance(event, Paused) or refused or cut

    def close(self) -> None:
        """Remove the cell's line."""
        drop(self._item.config, self._cell.id)

    def _tell(self, standing: Standing, text: str | None) -> None:
        config = self._item.config
        if hasattr(config, "workerinput"):
            news = {"standing": asdict(standing), "text": text, "pid": os.getpid()}
            config.hook.pytest_runtest_logreport(report=_report(self._item, news))
        else:
            show(config, standing, text)


def _report(item: pytest.Item, news: dict[str, Any]) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={},
        outcome="passed",
        longrepr=None,
        when=PHASE,  # type: ignore[arg-type]  # none of pytest's own
        user_properties=[(_NEWS, news)],
    )


def news(report: pytest.TestReport) -> dict[str, Any] | None:
    """Return a worker's progress report; None for the report of a test."""
    properties: dict[str, Any] = dict(report.user_properties)
    return properties.get(_NEWS)


def show(config: pytest.Config, standing: Standing, text: str | None) -> None:
    """Show the progress of a cell and, if there is any, a message."""
    with _uncaptured(config):
        if text and config.get_verbosity() >= 0:
            _write(config, f"  {text}")
        _board(config).show(standing.cell, line(standing), last=standing.finished)


def notice(config: pytest.Config, text: str) -> None:
    """Write a line about the session, unless it is quiet."""
    if config.get_verbosity() >= 0:
        with _uncaptured(config):
            _write(config, text)


def drop(config: pytest.Config, cell: str) -> None:
    """Remove the line of a cell."""
    with _uncaptured(config):
        _board(config).drop(cell)


def _board(config: pytest.Config) -> live.Board:
    if _BOARD not in config.stash:
        config.stash[_BOARD] = _made(config)
    return config.stash[_BOARD]


def _made(config: pytest.Config) -> live.Board:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput") or config.get_verbosity() < 0:
        return live.Silent()
    writer = config.get_terminal_writer()
    file = getattr(writer, "_file", None)  # pytest has no public way to see all that is written
    if file is None or not live.on_terminal(file):
        return live.Lines(lambda text: _write(config, f"  {text}"))
    region = live.Region(file)
    writer._file = region

    def restore() -> None:
        writer._file = file

    config.add_cleanup(restore)
    return region


def describe(event: Event) -> str | None:
    """Return a description of ``event`` for the terminal; None for events that need none."""
    match event:
        case Floored(floor=floor):
            measured = f"noise floor {100 * (2**floor.delta - 1):.1f} % (A/A, n={len(floor.log2_ratios)})"
            return "; ".join([measured, *floor.notes])
        case Proposed() if was_cut(event):
            counted = event.completion.usage.prompt_tokens
            return f"the endpoint read {counted} tokens of about {tokens_of(event.prompt)} of the prompt"
        case Edited(rule=str(rule)) | Built(rule=str(rule)) if rule:
            return f"rule: {rule}"
        case Edited(candidate=None, detail=detail):
            return f"edit_error: {detail[:70]}"
        case Built(ok=False):
            return "compile_error"
        case Judged(verdict=verdict) if verdict.status is not Status.PASSED:
            return f"{verdict.status.value}: {verdict.detail[:70]}"
        case Measured(measurement=measurement) if measurement is not None:
            return f"{measurement.speedup:.3f}x {measurement.counted}".rstrip()
        case Measured(verdict=verdict) if verdict is not None:
            return f"{verdict.status.value} {verdict.detail}"
        case Faulted(detail=detail, wait_s=wait_s):
            return f"again in {wait_s:.0f} s: {detail[:70]}"
        case Paused(detail=detail):
            return f"paused: {detail}"
        case Confirmed(measurements=found) if found:
            return "held-out: " + ", ".join(f"{one.workload} {one.speedup:.3f}x" for one in found)
    return None


@contextlib.contextmanager
def _uncaptured(config: pytest.Config) -> Iterator[None]:
    capture = config.pluginmanager.get_plugin("capturemanager")
    with contextlib.nullcontext() if capture is None else capture.global_and_fixture_disabled():
        yield


def _write(config: pytest.Config, text: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.ensure_newline()
        if config.get_terminal_writer().width_of_current_line:  # letters of pytest-xdist
            reporter.write_line("")
        reporter.write_line(text)
        reporter.flush()  # so that the reader of a pipe sees it now
