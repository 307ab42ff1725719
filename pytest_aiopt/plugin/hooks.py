"""The hooks of the plugin; other modules implement them."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_aiopt.errors import AioptError, BudgetReached
from pytest_aiopt.plugin import commands, grid, hookspecs, options, outcomes, session
from pytest_aiopt.plugin.fixtures import (
    aiopt_binary,
    aiopt_cell,
    aiopt_gate,
    aiopt_instruments,
    aiopt_meter,
    aiopt_model,
    aiopt_profilers,
    aiopt_profiling,
    aiopt_seed,
    aiopt_task,
    aiopt_track,
    campaign,
    champion,
)
from pytest_aiopt.plugin.parallel import xdist as distribution

__all__ = [
    "aiopt_binary",
    "aiopt_cell",
    "aiopt_gate",
    "aiopt_instruments",
    "aiopt_meter",
    "aiopt_model",
    "aiopt_profilers",
    "aiopt_profiling",
    "aiopt_seed",
    "aiopt_task",
    "aiopt_track",
    "campaign",
    "champion",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare ``--aiopt-*`` and ``aiopt_*``."""
    options.add(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare ``pytest_aiopt_*``."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers; under pytest-xdist, follow the workers."""
    config.addinivalue_line("markers", "aiopt(task, track, seed): set on every cell's test, for exact -m")
    distribution.configure(config)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | pytest.ExitCode | None:
    """Run ``--aiopt-report`` instead of tests."""
    return commands.main(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test per cell."""
    if set(grid.AXES) <= set(metafunc.fixturenames):
        grid.parametrize(metafunc)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Turn a fault of the study or a task into one line and exit code 4."""
    here = session.of(config)
    if here.fault is not None and not hasattr(config, "workerinput"):
        raise pytest.UsageError(str(here.fault))


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Show the plan."""
    return grid.plan(config, grid.cells_of(items))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Before the first cell: check compiler, sandbox and results directory; set records aside if asked."""
    outcomes.prepare(session)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Show our own errors as the one line they are."""
    outcome = yield
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, AioptError):
        report = outcome.get_result()
        report.longrepr = f"{type(error).__name__}: {error}"
        if isinstance(error, BudgetReached):
            report.user_properties.append((outcomes.OVER_BUDGET, str(error)))


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport | pytest.CollectReport) -> Any:
    """Report stored cells as CACHED."""
    return outcomes.status(report)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a sanity check that no model passed."""
    outcomes.finish(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the records are and how to read them."""
    outcomes.summarise(terminalreporter)
