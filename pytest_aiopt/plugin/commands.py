"""Reports instead of running tests, and corrects paths in pytest's arguments."""

from __future__ import annotations

import os

import pytest
from _pytest.config.findpaths import determine_setup
from _pytest.main import wrap_session  # used alike by pytest's own --cache-show

from pytest_aiopt.cli import report
from pytest_aiopt.errors import AioptError
from pytest_aiopt.evaluation.host import cores
from pytest_aiopt.plugin import options, session

EXCLUDED = ("smoke", "sanity", "fresh", "scheduler", "replay", "replay_measurements")
"""Options on how tests are run, which a report ignores."""


def main(config: pytest.Config) -> int | pytest.ExitCode | None:
    """Report if asked for, or return None to let tests run; raises pytest.UsageError for a wrong option."""
    if config.option.help or config.option.version:
        return None
    options.refuse_removed(config)
    given = [os.fspath(arg) for arg in config.invocation_params.args]
    joined = _joined(given)
    if joined != given and not hasattr(config, "workerinput") and _root_moved(config):
        return pytest.main(joined, config.invocation_params.plugins)
    if config.option.aiopt_report is None:
        return None
    for name in EXCLUDED:
        if getattr(config.option, f"aiopt_{name}"):
            other = name.replace("_", "-")
            raise pytest.UsageError(f"--aiopt-report and --aiopt-{other} exclude each other; choose one")
    return wrap_session(config, _report)


def _report(config: pytest.Config, _: pytest.Session) -> int:
    option, reporter = config.option, session.reporter(config)
    folder = option.aiopt_report_dir and config.invocation_params.dir / option.aiopt_report_dir
    try:
        settings = session.of(config).settings
        formats = report.formats(option.aiopt_report)
        if formats != [name for name in formats if name in report.FORMATS[1:]]:
            reporter.section("aiopt report")
        named = None if option.aiopt_study is None or option.aiopt_run else session.study(settings).id
        store = session.store(config)
        reporting = report.Reporting(store, settings.prices, option.aiopt_run, folder, named)
        with cores.off_the_timing_core():  # another process may be measuring
            return reporting.write(formats, reporter.write_line, verbose=option.verbose > 0)
    except AioptError as error:
        raise pytest.UsageError(str(error)) from error


def _root_moved(config: pytest.Config) -> bool:
    """Whether pytest took the value of one of our options for a test path when it looked for its rootdir.

    It looks before it loads any plugin, so that it does not know then which options have values.
    """
    known = config.known_args_namespace
    rootdir, inipath, *_ = determine_setup(
        inifile=known.inifilename,
        override_ini=known.override_ini,
        args=known.file_or_dir,
        rootdir_cmd_arg=known.rootdir or None,
        invocation_dir=config.invocation_params.dir,
    )
    return (rootdir, inipath) != (config.rootpath, config.inipath)


def _joined(args: list[str]) -> list[str]:
    """Return the arguments with each path in one word with its option, so that it is no test path."""
    words: list[str] = []
    for arg in args:
        if words and words[-1] in {f"--aiopt-{name}" for name in options.PATHS}:
            words[-1] += f"={arg}"
        else:
            words.append(arg)
    return words
