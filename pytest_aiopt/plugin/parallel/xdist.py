"""Cells under pytest-xdist: tasks of the controller, which collects no tests."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Sequence
from typing import Any

import pytest

from pytest_aiopt.campaign.standing import Standing
from pytest_aiopt.model import Cell
from pytest_aiopt.plugin import grid, outcomes, progress, session

CRASHED = "???"
"""``when`` of the report by which pytest-xdist fails the test that killed its worker."""


def configure(config: pytest.Config) -> None:
    """Follow the workers where this is their controller."""
    if config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Controller(config), "aiopt-controller")


class Controller:
    """The hooks of the process that distributes tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._prepared = False
        self._scheduler: Any = None
        self._pids: dict[str, int] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> object:
        """Keep hold of the scheduler of ``--dist load``."""
        if config.getvalue("dist") != "load":
            return None
        from xdist.scheduler import LoadScheduling

        self._scheduler = LoadScheduling(config, log)
        return self._scheduler

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: Sequence[str]) -> None:
        """Prepare the run when the first worker reports its tests, and show the plan; raises UsageError."""
        if self._prepared:
            return
        self._prepared = True
        cells = list(dict.fromkeys(self._cells(ids).values()))
        if not cells:
            return
        if self._scheduler is not None and self._scheduler.maxschedchunk is None:
            # In batches seeds would not stay outermost, and one worker would be left with its batch.
            self._scheduler.maxschedchunk = 1
        outcomes.begin(self._config, cells)
        for text in grid.plan(self._config, cells):
            progress.notice(self._config, text)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show the progress that a worker reports, and note which process to stop."""
        if report.when == CRASHED:
            self.pytest_runtest_logfinish(report.nodeid)
        news = progress.news(report)
        node = getattr(report, "node", None)
        if news is None or node is None:
            return
        if node.gateway.spec.popen:  # on this machine
            self._pids[node.gateway.id] = news["pid"]
        progress.show(self._config, Standing(**news["standing"]), news["text"])

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Remove the line of a cell whose test has ended."""
        for cell in self._cells([nodeid]).values():
            progress.drop(self._config, cell.id)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Forget the process of a worker that is gone."""
        self._pids.pop(node.gateway.id, None)

    def pytest_keyboard_interrupt(self) -> None:
        """Stop the workers, which would go on to the end of their cells."""
        while self._pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pids.popitem()[1], signal.SIGTERM)

    def _cells(self, ids: Sequence[str]) -> dict[str, Cell]:
        """Return the cells behind the tests named, by the ids that the grid gives them."""
        ids = [name for name in ids if name.endswith("]")]
        known = session.of(self._config).known if ids else {}
        found = {name: known.get(name[name.index("[") + 1 : -1]) for name in ids}
        return {name: cell for name, cell in found.items() if cell is not None}
