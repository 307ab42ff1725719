"""``--aiopt-report``: chooses studies, reads their journals and writes what was asked for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.plugin import session

if TYPE_CHECKING:
    from pytest_aiopt.analysis.readings import Reader
    from pytest_aiopt.analysis.trajectory import Trajectory
    from pytest_aiopt.journal.store import Store
    from pytest_aiopt.report.document import Beside

FORMATS = ("terminal", "html", "md", "json", "csv", "parquet")


def run(config: pytest.Config) -> int:
    """Report the chosen studies; 1 where a journal is damaged."""
    from pytest_aiopt.analysis.readings import Reader
    from pytest_aiopt.report.document import build_report
    from pytest_aiopt.report.text import terminal

    formats, store, reporter = _formats(config), session.store(config), session.reporter(config)
    reader = Reader(store)
    told = reader.told(_chosen(config, store))
    root, beside = os.path.relpath(store.root), _beside(config, store, told.trajectories)
    if not told.trajectories and not told.damaged:
        raise pytest.UsageError(terminal.NOTHING_TO_REPORT.format(results=root))
    if "terminal" in formats:
        terminal.write(reporter, build_report(told.trajectories, root, beside))
    for study in sorted({t.study for t in told.trajectories}) if set(formats) - {"terminal"} else ():
        own = [t for t in told.trajectories if t.study == study]
        for path in _write(config, reader, own, [each for each in formats if each != "terminal"]):
            reporter.write_line(f"aiopt report: {os.path.relpath(path)}")
    for line in told.damaged:
        reporter.write_line(f"left out: {line}", red=True)
    return int(bool(told.damaged))


def _formats(config: pytest.Config) -> list[str]:
    """Return the formats asked for, in their order here."""
    asked = {name.strip() for name in str(config.option.aiopt_report).split(",")}
    unknown = sorted(asked - set(FORMATS))
    if unknown:
        raise pytest.UsageError(f"--aiopt-report {unknown[0]!r}: choose from {', '.join(FORMATS)}")
    return [name for name in FORMATS if name in asked]


def _chosen(config: pytest.Config, store: Store) -> Sequence[Path]:
    """Return the journals of the studies that ``--aiopt-run`` chooses; raises UsageError where none is."""
    from pytest_aiopt.report.text.terminal import NO_STUDY

    journals, pattern = store.journals(), config.option.aiopt_run
    if pattern is None:
        return journals
    names = {path: path.relative_to(store.root).parts[0] for path in journals}
    chosen = [path for path, name in names.items() if fnmatch(name, pattern)]
    if journals and not chosen:
        known = ", ".join(sorted(set(names.values())))
        where = os.path.relpath(store.root)
        raise pytest.UsageError(NO_STUDY.format(results=where, pattern=pattern, names=known))
    return chosen


def _beside(config: pytest.Config, store: Store, trajectories: Sequence[Trajectory]) -> Beside:
    from pytest_aiopt.design import registration
    from pytest_aiopt.models import prices
    from pytest_aiopt.report.document import Beside
    from pytest_aiopt.tasks import ladders

    studies = {t.study for t in trajectories}
    return Beside(
        ladders=ladders.stored(store.ladders),
        prices=prices.load(session.of(config).settings.prices),
        registration={study: registration.lines(store, study) for study in studies},
    )


def _write(
    config: pytest.Config, reader: Reader, own: Sequence[Trajectory], formats: Sequence[str]
) -> list[Path]:
    from pytest_aiopt.report import files

    given = config.option.aiopt_report_dir
    study = own[0].study
    folder = reader.store.report(study) if given is None else config.invocation_params.dir / given / study
    return files.write(folder, own, formats, reader, _beside(config, reader.store, own))
