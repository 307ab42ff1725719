"""The report as plain lines for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_aiopt.report import answers
from pytest_aiopt.report.document import Report, StudyReport
from pytest_aiopt.report.sections import sections
from pytest_aiopt.report.tables.base import Section
from pytest_aiopt.report.text.layout import tabulated, wrapped


def render(report: Report, width: int = 100) -> list[str]:
    """Lay the report out in lines of at most ``width`` columns where the names allow it."""
    return [line.rstrip() for part in _parts(report, width) for line in part]


def _parts(report: Report, width: int) -> Iterator[list[str]]:
    yield from _caveats(report, width)
    for study in report.studies:
        yield [f"study {study.study}: {study.finished} of {study.cells} cells finished"]
        yield [line for sentence in study.registration for line in wrapped(sentence, width)]
        yield [""]
        for sentence in answers.sentences(study.answer, study.tracks):
            yield wrapped(sentence, width)
        yield [""]
        for section in sections(study):
            yield _section(section, width)
        yield _sources(report, study, width)


def _caveats(report: Report, width: int) -> Iterator[list[str]]:
    several = len(report.studies) > 1
    for caveat in report.caveats:
        prefix = f"study {caveat.study}: " if several else ""
        yield wrapped(f"! {prefix}{caveat.text}", width)
    if report.caveats:
        yield [""]


def _section(section: Section, width: int) -> list[str]:
    lines: list[str] = []
    for table in section.tables:
        lines += [table.title, *(tabulated(table) if table.rows else []), ""]
    if section.notes:
        lines = [*lines[:-1], *(line for note in section.notes for line in wrapped(note, width)), ""]
    return [*lines, *wrapped(section.legend, width, indent=""), *([""] if section.legend else [])]


def _sources(report: Report, study: StudyReport, width: int) -> list[str]:
    patterns = ", ".join(f"{report.results}/{pattern}" for pattern in study.journals)
    return [*wrapped(f"every number above comes from {patterns}", width), ""]
