"""What pytest does instead of running tests; each command is asked for by its own option."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.main import wrap_session  # used alike by pytest's own --cache-show

from pytest_aiopt.cli import integrity
from pytest_aiopt.cli import report as report_command
from pytest_aiopt.design.study_file import ALL
from pytest_aiopt.errors import AioptError, JournalError, ToolMissing
from pytest_aiopt.evaluation.host import cores
from pytest_aiopt.journal.events import AnyEvent, read
from pytest_aiopt.model import Candidate, Hint, ProfileState
from pytest_aiopt.plugin import session

if TYPE_CHECKING:
    from pytest_aiopt.cli.counterexamples import Counterexample


def main(config: pytest.Config) -> int | pytest.ExitCode | None:
    """Run the one command asked for, or return None to let tests run."""
    option = config.option
    if option.help or option.version:
        return None
    commands: dict[Callable[[pytest.Config], int], bool] = {
        report_command.run: option.aiopt_report is not None,
        _audit: option.aiopt_audit,
        integrity.verify: option.aiopt_verify,
        integrity.register: option.aiopt_register or option.aiopt_register_again,
        _check_codebook: option.aiopt_check_codebook,
        _power: option.aiopt_power,
        _shrink: option.aiopt_shrink is not None,
        _check_tasks: option.aiopt_check_tasks is not None,
        _new_task: option.aiopt_new_task is not None,
        _freeze: option.aiopt_freeze is not None,
        _profile: option.aiopt_profile is not None,
        _baseline: option.aiopt_baseline,
        _doctor: option.aiopt_doctor,
        _export: option.aiopt_export is not None,
        _import: option.aiopt_import is not None,
        _serve: option.aiopt_serve_local is not None,
    }
    command = next((command for command, asked in commands.items() if asked), None)
    return None if command is None else wrap_session(config, _session(command))


def _session(command: Callable[[pytest.Config], int]) -> Callable[[pytest.Config, pytest.Session], int]:
    def run(config: pytest.Config, _: pytest.Session) -> int:
        try:
            with cores.off_the_timing_core():  # somebody else may be measuring
                return command(config)
        except AioptError as error:
            raise pytest.UsageError(str(error)) from error

    return run


@dataclass(frozen=True, slots=True)
class _Stored:
    """The results directory: events by journal path relative to it, and what is wrong with other journals."""

    root: str
    journals: dict[str, list[AnyEvent]]
    damaged: list[str]


def _stored(config: pytest.Config) -> _Stored:
    """Read every journal that was begun; raises pytest.UsageError where there is none."""
    from pytest_aiopt.report.text.terminal import NOTHING_TO_REPORT

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


def _audit(config: pytest.Config) -> int:
    from pytest_aiopt.campaign.audit import audit

    stored, reporter = _stored(config), session.reporter(config)
    audits = [audit(events) for events in stored.journals.values()]
    for one in audits:
        verdict = "ok" if not one.problems else "; ".join(one.problems[:3])
        counts = f"feedback {one.feedback.value}, {one.prompts} prompts, {one.treated} treated"
        if one.hint is not Hint.NONE:
            counts += f", hint {one.hint.value}, {one.hinted} hinted"
        reporter.write_line(f"{one.cell}: {counts}: {verdict}")
    _write_damaged(reporter, stored)
    return int(bool(stored.damaged) or any(one.problems for one in audits))


def _check_codebook(config: pytest.Config) -> int:
    from pytest_aiopt.cli import codebook as codebook_check

    reporter = session.reporter(config)
    constructed, rewritten = codebook_check.check(session.of(config).settings.tasks_dir)
    for line in codebook_check.lines(constructed, rewritten):
        reporter.write_line(line)
    told = codebook_check.as_json(constructed, rewritten)
    _write_json(config, told)
    return int(not told["passes"])


def _power(config: pytest.Config) -> int:
    from pytest_aiopt.analysis.history import trajectory
    from pytest_aiopt.analysis.statistics import power

    stored, reporter = _stored(config), session.reporter(config)
    told = [trajectory(events, name) for name, events in stored.journals.items()]
    _write_damaged(reporter, stored)
    table = power.study_power(told)
    for line in power.lines(table):
        reporter.write_line(line)
    _write_json(config, power.as_json(table))
    return int(bool(stored.damaged))


def _check_tasks(config: pytest.Config) -> int:
    from pytest_aiopt.campaign.task_check.observe import check
    from pytest_aiopt.cli import task_check
    from pytest_aiopt.tasks import loader

    here, reporter = session.of(config), session.reporter(config)
    laboratory, name = here.laboratory, config.option.aiopt_check_tasks
    laboratory.prepare()
    names = [name] if name else loader.discover(here.settings.tasks_dir)
    found = check(
        [laboratory.bench(each) for each in names],
        lambda seen, again: reporter.write_line(f"{seen.task}: {task_check.outcome(seen, again=again)}"),
    )
    reporter.write_line(task_check.table(found))
    for line in task_check.notes(found):
        reporter.write_line(line)
    _write_json(config, task_check.as_json(found))
    return int(any(seen.failures for seen in found))


def _new_task(config: pytest.Config) -> int:
    from pytest_aiopt.tasks import scaffold

    name, settings = config.option.aiopt_new_task, session.of(config).settings
    folder = scaffold.create(settings.tasks_dir, name)
    begun = scaffold.start_study(settings.study, config.rootpath, name)
    study = ", ".join(os.path.relpath(path) for path in begun) or f'add "{name}" to its tasks'
    for line in (
        f"{os.path.relpath(folder)} holds a small task that works; put yours in its place, file by file.",
        f"study: {study}",
        f"then: pytest --aiopt-freeze {name}; pytest experiments/ --aiopt-smoke; pytest --aiopt-report",
        f"fit for conclusions? pytest --aiopt-check-tasks {name}",
    ):
        session.reporter(config).write_line(line)
    return 0


def _write_json(config: pytest.Config, told: dict[str, object]) -> None:
    """Write one JSON object after everything else, so that it is the last line."""
    if config.option.aiopt_json:
        reporter = session.reporter(config)
        config.add_cleanup(lambda: reporter.write_line(json.dumps(told)))


def _freeze(config: pytest.Config) -> int:
    from pytest_aiopt.evaluation.gate import corpus
    from pytest_aiopt.tasks import loader

    settings, name = session.of(config).settings, config.option.aiopt_freeze
    for task_name in [name] if name else loader.discover(settings.tasks_dir):
        manifest = corpus.freeze(loader.load(settings.tasks_dir, task_name))
        session.reporter(config).write_line(
            f"{task_name}: {manifest.cases} cases, {manifest.requests_sha256[:12]}"
        )
    return 0


def _profile(config: pytest.Config) -> int:
    from pytest_aiopt.report.text import profiles

    name, _, rung = config.option.aiopt_profile.partition(":")
    laboratory, reporter = session.of(config).laboratory, session.reporter(config)
    bench = laboratory.bench(name)
    source = bench.task.source_of(rung)
    with bench.profiling() as opened:
        taken = opened.profile(source)
    for line in profiles.lines(
        (*taken, bench.costliest(Candidate(source))), source, laboratory.profilers.refused
    ):
        reporter.write_line(line)
    return int(not any(profile.state is ProfileState.TAKEN for profile in taken))


def _baseline(config: pytest.Config) -> int:
    from pytest_aiopt.cli.calibration import calibrate
    from pytest_aiopt.report.text.floors import floors_table

    laboratory, reporter = session.of(config).laboratory, session.reporter(config)
    laboratory.prepare()
    benches = [laboratory.bench(name) for name in laboratory.study.tasks]
    floors = calibrate(benches, tell=reporter.write_line)
    reporter.write_line(floors_table(floors, benches[0].machine))
    return 0


def _doctor(config: pytest.Config) -> int:
    from pytest_aiopt.campaign.doctor import State, examine
    from pytest_aiopt.cli import doctor

    found = list(examine(session.of(config).laboratory))
    session.reporter(config).write_line(doctor.table(found))
    _write_json(config, doctor.as_json(found))
    return int(any(finding.state is State.MISSING for finding in found))


def _shrink(config: pytest.Config) -> int:
    from pytest_aiopt.cli import counterexamples
    from pytest_aiopt.evaluation.gate.shrink import BUDGET_S

    stored, reporter, prefix = _stored(config), session.reporter(config), config.option.aiopt_shrink
    laboratory = session.of(config).laboratory
    laboratory.prepare()
    chosen = counterexamples.refused(stored.journals.values(), prefix)
    for one in chosen:
        bench = laboratory.bench(one.task)
        found = counterexamples.minimise(bench, one, laboratory.store.root / "counterexamples", BUDGET_S)
        reporter.write_line(f"{one.task} {one.candidate.sha[:12]}: {_told(found, bench.task.root)}")
    if not chosen:
        reporter.write_line(f"no stored candidate{f' {prefix}...' if prefix else ''} was refused by a gate")
    _write_damaged(reporter, stored)
    return int(bool(stored.damaged))


def _told(found: Counterexample | str, task: Path) -> str:
    if isinstance(found, str):
        return found
    before, after = len(found.shrunk.before), len(found.shrunk.request)
    keep = f"cp {os.path.relpath(found.path)} {os.path.relpath(task / 'regressions')}/"
    return (
        f"{found.verdict.status.value}, {before} -> {after} bytes in {found.shrunk.runs} runs\n"
        f"    {found.described}\n    to test every later candidate with it: {keep}"
    )


def _export(config: pytest.Config) -> int:
    from pytest_aiopt.journal import archive
    from pytest_aiopt.verify import recording

    here = session.of(config)
    target = config.invocation_params.dir / config.option.aiopt_export
    study = session.study(here.settings)
    study = study if here.settings.tracks else study.with_tracks((ALL,))
    with archive.written(target) as folder:
        found = recording.export(study, session.store(config), here.settings.tasks_dir, folder)
    where = os.path.relpath(target)
    use = f"pytest --aiopt-import={where}"
    if folder == target:
        use = f"replay: cd {where} && pytest --aiopt-replay {recording.JOURNALS}"
    session.reporter(config).write_line(
        f"{found.study}: {found.cells} cells, {found.finished} finished, in {where}; {use}"
    )
    return 0


def _import(config: pytest.Config) -> int:
    from pytest_aiopt.journal import archive
    from pytest_aiopt.verify import recording

    store, given, here = session.store(config), config.option.aiopt_import, config.invocation_params.dir
    source = here / given
    if source in store.root.parents and source not in (here, *here.parents):
        # pytest takes a folder named after a space for one of tests, and its pytest.ini for the project's
        raise pytest.UsageError(f"the records would stay in {given}; write --aiopt-import={given}")
    store.prepare()
    with archive.directory(source) as folder:
        found = recording.import_(folder, store)
    new = found.cells - found.known
    counts = f"{new} cells added, {found.known} there already, {found.finished} finished"
    session.reporter(config).write_line(
        f"{found.study}: {counts}; compare the tracks with: pytest --aiopt-report"
    )
    return 0


def _serve(config: pytest.Config) -> int:
    from pytest_aiopt.models import local

    port = config.option.aiopt_serve_local
    command, reporter = local.command(port), session.reporter(config)
    reporter.write_line(f"serving {local.MODEL}; as a model: http://127.0.0.1:{port}/v1#{local.MODEL}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with subprocess.Popen(command) as server:
        try:
            code = server.wait()
        finally:
            server.terminate()
    raise ToolMissing(f"the server ended with {code}", f"see its message above; is port {port} in use?")
