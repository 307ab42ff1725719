"""What pytest does instead of running tests: report, audit, checks, power, freeze, baseline."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from _pytest.main import wrap_session  # used alike by pytest's own --cache-show

from pytest_aiopt import session
from pytest_aiopt.errors import AioptError, JournalError
from pytest_aiopt.study.events import AnyEvent, read


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
    elif option.aiopt_check_codebook:
        command = _check_codebook
    elif option.aiopt_power:
        command = _power
    elif option.aiopt_check_tasks is not None:
        command = _check_tasks
    elif option.aiopt_new_task is not None:
        command = _new_task
    elif option.aiopt_freeze is not None:
        command = _freeze
    elif option.aiopt_baseline:
        command = _baseline
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


@dataclass(frozen=True, slots=True)
class _Stored:
    """The results directory: events by journal path relative to it, and what is wrong with other journals."""

    root: str
    journals: dict[str, list[AnyEvent]]
    damaged: list[str]


def _stored(config: pytest.Config) -> _Stored:
    """Read every journal that was begun; raises pytest.UsageError where there is none."""
    from pytest_aiopt.report.terminal import NOTHING_TO_REPORT

    store = session.store(config)
    found = _Stored(os.path.relpath(store.root), {}, [])
    for path in store.journals():
        try:
            events = read(path)
        except JournalError as error:
            found.damaged.append(str(error))
            continue
        if events:
            found.journals[path.relative_to(store.root).as_posix()] = events
    if not found.journals and not found.damaged:
        raise pytest.UsageError(NOTHING_TO_REPORT.format(results=found.root))
    return found


def _write_damaged(reporter: pytest.TerminalReporter, stored: _Stored) -> None:
    for line in stored.damaged:
        reporter.write_line(f"left out: {line}", red=True)


def _report(config: pytest.Config) -> int:
    from pytest_aiopt.analysis.classed import Classer
    from pytest_aiopt.analysis.history import trajectory
    from pytest_aiopt.report import terminal
    from pytest_aiopt.report.document import build_report

    stored, reporter = _stored(config), _reporter(config)
    classer = Classer.kept(session.store(config).cache)
    told = [trajectory(events, name, classer) for name, events in stored.journals.items()]
    classer.save()
    terminal.write(reporter, build_report(told, stored.root))
    _write_damaged(reporter, stored)
    return int(bool(stored.damaged))


def _audit(config: pytest.Config) -> int:
    from pytest_aiopt.study.audit import audit

    stored, reporter = _stored(config), _reporter(config)
    audits = [audit(events) for events in stored.journals.values()]
    for one in audits:
        verdict = "ok" if not one.problems else "; ".join(one.problems[:3])
        counts = f"feedback {one.feedback.value}, {one.prompts} prompts, {one.treated} treated"
        reporter.write_line(f"{one.cell}: {counts}: {verdict}")
    _write_damaged(reporter, stored)
    return int(bool(stored.damaged) or any(one.problems for one in audits))


def _check_codebook(config: pytest.Config) -> int:
    from pytest_aiopt import codebook_check

    reporter = _reporter(config)
    constructed, rewritten = codebook_check.check(session.of(config).settings.tasks_dir)
    for line in codebook_check.lines(constructed, rewritten):
        reporter.write_line(line)
    told = codebook_check.as_json(constructed, rewritten)
    _write_json(config, told)
    return int(not told["passes"])


def _power(config: pytest.Config) -> int:
    from pytest_aiopt.analysis import power
    from pytest_aiopt.analysis.history import trajectory

    stored, reporter = _stored(config), _reporter(config)
    told = [trajectory(events, name) for name, events in stored.journals.items()]
    _write_damaged(reporter, stored)
    table = power.study_power(told)
    for line in power.lines(table):
        reporter.write_line(line)
    _write_json(config, power.as_json(table))
    return int(bool(stored.damaged))


def _check_tasks(config: pytest.Config) -> int:
    from pytest_aiopt import task_check
    from pytest_aiopt.study.checking import observe
    from pytest_aiopt.tasks import loader

    here, reporter = session.of(config), _reporter(config)
    laboratory, name = here.laboratory, config.option.aiopt_check_tasks
    laboratory.prepare()
    found = []
    for task_name in [name] if name else loader.discover(here.settings.tasks_dir):
        found.append(observe(laboratory.bench(task_name)))
        reporter.write_line(f"{task_name}: {'fit' if not found[-1].failures else 'not fit'}")
    reporter.write_line(task_check.table(found))
    for line in task_check.notes(found):
        reporter.write_line(line)
    _write_json(config, task_check.as_json(found))
    return int(any(seen.failures for seen in found))


def _new_task(config: pytest.Config) -> int:
    from pytest_aiopt.tasks import scaffold

    name = config.option.aiopt_new_task
    folder = scaffold.create(session.of(config).settings.tasks_dir, name)
    for line in (
        f"{os.path.relpath(folder)} holds a small task that works; put yours in its place, file by file.",
        f"then: pytest --aiopt-freeze {name}, pytest --aiopt-check-tasks {name}",
    ):
        _reporter(config).write_line(line)
    return 0


def _write_json(config: pytest.Config, told: dict[str, object]) -> None:
    """Write one JSON object after everything else, so that it is the last line."""
    if config.option.aiopt_json:
        reporter = _reporter(config)
        config.add_cleanup(lambda: reporter.write_line(json.dumps(told)))


def _freeze(config: pytest.Config) -> int:
    from pytest_aiopt.evaluation import corpus
    from pytest_aiopt.tasks import loader

    settings, name = session.of(config).settings, config.option.aiopt_freeze
    for task_name in [name] if name else loader.discover(settings.tasks_dir):
        manifest = corpus.freeze(loader.load(settings.tasks_dir, task_name))
        _reporter(config).write_line(f"{task_name}: {manifest.cases} cases, {manifest.requests_sha256[:12]}")
    return 0


def _baseline(config: pytest.Config) -> int:
    from pytest_aiopt.report.floors import floors_table
    from pytest_aiopt.study.calibration import calibrate

    laboratory, reporter = session.of(config).laboratory, _reporter(config)
    laboratory.prepare()
    benches = [laboratory.bench(name) for name in laboratory.study.tasks]
    floors = calibrate(benches, tell=reporter.write_line)
    reporter.write_line(floors_table(floors, benches[0].machine))
    return 0
