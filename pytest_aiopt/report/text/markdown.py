"""The report as Markdown, for a repository or a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_aiopt.report import answers
from pytest_aiopt.report.document import Report, StudyReport
from pytest_aiopt.report.sections import sections
from pytest_aiopt.report.summary import Summary, summary
from pytest_aiopt.report.tables.base import Section, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def render(report: Report) -> str:
    """Return the whole text; numbers are formatted as in the terminal."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    for study in report.studies:
        yield from _summary(summary(study, report))
        yield from (f"{escaped(line)}\n" for line in study.registration)
        for section in (answers.section(study.answer, study.tracks), *sections(study)):
            yield from _section(section)
        yield from _sources(report, study)


def _summary(found: Summary) -> Iterator[str]:
    yield f"# Study {escaped(found.study)}"
    yield ""
    yield f"{escaped(found.state)}.\n"
    yield f"*{escaped(found.question)}*\n"
    yield f"**{escaped(found.answer)}**\n"
    yield from (f"{escaped(sentence)}\n" for sentence in found.found)
    for table in (found.tracks, found.gains):
        yield from _table(table)
    yield from (f"> **!** {escaped(text)}\n" for text in found.warnings)


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.heading}"
    yield ""
    for table in section.tables:
        if len(section.tables) > 1:
            yield f"### {escaped(table.title)}"
            yield ""
        yield from _table(table)
    yield from (f"{escaped(note)}\n" for note in section.notes)
    if section.legend:
        yield f"{escaped(section.legend)}\n"


def _table(table: Table) -> Iterator[str]:
    if not table.rows:
        return
    yield _row([column.title for column in table.columns])
    yield _row(["---" if column.text else "---:" for column in table.columns], raw=True)
    yield from (_row([entry.shown for entry in row]) for row in table.rows)
    yield ""


def _row(texts: list[str], *, raw: bool = False) -> str:
    return f"| {' | '.join(text if raw else escaped(text) for text in texts)} |"


def _sources(report: Report, study: StudyReport) -> Iterator[str]:
    patterns = ", ".join(f"`{report.results}/{pattern}`" for pattern in study.journals)
    yield f"Every number above comes from {patterns}."


def escaped(text: str) -> str:
    """Escape text for Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
