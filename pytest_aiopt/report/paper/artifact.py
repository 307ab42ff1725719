"""The appendix on the artifact: runs, versions, and instructions for reproduction."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from pytest_aiopt.report.document import StudyReport
from pytest_aiopt.report.paper.methods import spans
from pytest_aiopt.report.paper.runs import Runs
from pytest_aiopt.report.tables import surroundings
from pytest_aiopt.report.tables.base import Section, Table, column, count, word

SETTINGS = (
    column("setting", text=True, widest=34),
    column("value", text=True, widest=34),
    column("tracks", text=True, widest=20),
    column("cells"),
)
DIGESTS = (
    column("task", text=True, widest=34),
    column("sha256", text=True, widest=34),
    column("cells"),
)
VERSIONS = (
    column("package", text=True),
    column("registered", text=True),
    column("this report", "report", text=True),
)
NOT_ON_RECORD = "The versions of packages that made the records are not on record, as nothing was registered."


def sections(study: StudyReport, runs: Runs) -> tuple[Section, ...]:
    """Return the parts of the appendix: the runs, then the report's tables on surroundings."""
    return (
        Section("run", "What was run", notes=tuple(_notes(study, runs))),
        surroundings.design(study.design, study.tasks),
        surroundings.models(study.models),
        surroundings.machines(study.machines, study.floors),
        Section("settings", "Settings and versions", (_settings(runs), _digests(runs), _versions(runs))),
    )


def _notes(study: StudyReport, runs: Runs) -> Iterator[str]:
    yield f"Seeds: {spans(runs.seeds)}. Model calls per cell: {spans(runs.iterations)}."
    yield f"Cells: {study.cells} on record, {study.finished} finished."
    yield f"First record written on {runs.first}, last one on {runs.last} (UTC)."
    yield from (f"{line[:1].upper()}{line[1:]}." for line in study.registration)
    if runs.registered is None:
        yield NOT_ON_RECORD


def _settings(runs: Runs) -> Table:
    rows = tuple(
        (word(each.name), word(each.value), word(", ".join(each.tracks) or "all"), count(each.cells))
        for each in runs.settings
    )
    return Table("settings", "settings that identify the cells", SETTINGS, rows)


def _digests(runs: Runs) -> Table:
    rows = tuple((word(each.task), word(each.sha256), count(each.cells)) for each in runs.digests)
    return Table("task_digests", "tasks by the sha256 of their files", DIGESTS, rows)


def _versions(runs: Runs) -> Table:
    registered = runs.registered.packages if runs.registered else {}
    names = sorted({*registered, *runs.versions})
    rows = tuple(
        (word(name), word(registered.get(name, "")), word(runs.versions.get(name, ""))) for name in names
    )
    return Table("versions", "versions of packages", VERSIONS, rows)


def commands(study: StudyReport, runs: Runs) -> tuple[tuple[str, str], ...]:
    """Return the commands that reproduce the numbers, each with its purpose."""
    folder = study.journals[0].split("/")[0]
    name, file = shlex.quote(folder), shlex.quote(f"{folder}.tar.xz")
    version = runs.versions.get("pytest-aiopt")
    package = f"pytest-aiopt[paper]=={version}" if version else "pytest-aiopt[paper]"
    return (
        (f"pip install {package}", "the software"),
        (f"aiopt records export {file}", "publishes the records"),
        (f"aiopt records import {file} --results copy", "reads published records"),
        ("aiopt verify --results copy", "checks every record and runs every search again from it"),
        ("aiopt audit --results copy", "checks that every prompt holds the treatment of its track"),
        (f"aiopt report --results copy --run {name} --format latex,pdf", "makes this document"),
        (f"mkdir again && tar -xf {file} -C again && cd again", "study file, tasks and records"),
        ("pytest --aiopt-replay journals", "replays every campaign without a model"),
        ("pytest", "runs the study anew on this machine"),
    )
