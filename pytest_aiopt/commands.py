"""What pytest does instead of running tests: report, audit, freeze."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from _pytest.main import wrap_session  # used alike by pytest's own --cache-show

from pytest_aiopt import session
from pytest_aiopt.errors import AioptError, JournalError


def main(config: pytest.Config) -> int | pytest.ExitCode | None:
    """Run the one command asked for, or return None to let tests run."""
    option = config.option
    if option.help or option.version:
        return None
    command: Callable[[pytest.Config], int] | None = None
    if option.aiopt_report:
        command = _report
    elif option.aiopt_audit:
        command = _audit
    elif option.aiopt_freeze is not None:
        command = _freeze
    return None if command is None else wrap_session(config, _session(command))


def _session(command: Callable[[pytest.Config], int]) -> Callable[[pytest.Config, pytest.Session], int]:
    def run(config: pytest.Config, _: pytest.Session) -> int:
        try:
            return command(config)
        except AioptError as error:
            raise pytest.UsageError(str(error)) from error

    return run


def _reporter(config: pytest.Config) -> pytest.TerminalReporter:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not isinstance(reporter, pytest.TerminalReporter):
        raise pytest.UsageError("this command writes to the terminal; run it without -p no:terminal")
    return reporter


def _report(config: pytest.Config) -> int:
    from pytest_aiopt.analysis.history import trajectory
    from pytest_aiopt.report import terminal
    from pytest_aiopt.report.document import build_report
    from pytest_aiopt.study.events import read

    store = session.store(config)
    shown = os.path.relpath(store.root)
    paths = [path for path in store.journals() if path.stat().st_size]
    if not paths:
        raise pytest.UsageError(terminal.NOTHING_TO_REPORT.format(results=shown))
    told, damaged = [], []
    for path in paths:
        try:
            told.append(trajectory(read(path), path.relative_to(store.root).as_posix()))
        except JournalError as error:
            damaged.append(str(error))
    terminal.write(_reporter(config), build_report(told, shown))
    for line in damaged:
        _reporter(config).write_line(f"left out: {line}", red=True)
    return int(bool(damaged))


def _audit(config: pytest.Config) -> int:
    from pytest_aiopt.report.terminal import NOTHING_TO_REPORT
    from pytest_aiopt.study.audit import audit
    from pytest_aiopt.study.events import read

    store, reporter = session.store(config), _reporter(config)
    audits = [audit(read(path)) for path in store.journals() if path.stat().st_size]
    if not audits:
        raise pytest.UsageError(NOTHING_TO_REPORT.format(results=os.path.relpath(store.root)))
    for one in audits:
        verdict = "ok" if not one.problems else "; ".join(one.problems[:3])
        counts = f"feedback {one.feedback.value}, {one.prompts} prompts, {one.treated} treated"
        reporter.write_line(f"{one.cell}: {counts}: {verdict}")
    return int(any(one.problems for one in audits))


def _freeze(config: pytest.Config) -> int:
    from pytest_aiopt.evaluation import corpus
    from pytest_aiopt.tasks import loader

    settings, name = session.of(config).settings, config.option.aiopt_freeze
    for task_name in [name] if name else loader.discover(settings.tasks_dir):
        manifest = corpus.freeze(loader.load(settings.tasks_dir, task_name))
        _reporter(config).write_line(f"{task_name}: {manifest.cases} cases, {manifest.requests_sha256[:12]}")
    return 0
