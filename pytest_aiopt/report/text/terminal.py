"""The report as plain lines for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pytest_aiopt.report import answers
from pytest_aiopt.report.document import Report, StudyReport
from pytest_aiopt.report.sections import ANSWER, sections
from pytest_aiopt.report.summary import Summary, summary
from pytest_aiopt.report.tables.base import Section, Table
from pytest_aiopt.report.text.layout import tabulated, wrapped

HEIGHT = 40
"""Maximum number of lines of a first screen."""
FEWEST_ROWS = 4
MOST_WARNING_LINES = 6
MOST_REGISTRATION_LINES = 3
MORE = "More: -v for everything, --aiopt-report=html for a page, or one of {names}."


def render(report: Report, width: int = 100) -> list[str]:
    """Return the whole report in lines of at most ``width`` columns, as far as names allow it."""
    return [line.rstrip() for study in report.studies for line in _whole(report, study, width)]


def first_screens(report: Report, width: int = 100) -> list[str]:
    """Return one screen per study: question, answer, findings and warnings."""
    lines: list[str] = []
    for study in report.studies:
        names = [section.key for section in sections(study) if not _is_empty(section)]
        more = wrapped(MORE.format(names=", ".join([ANSWER, *names])), width)
        screen = _screen(summary(study, report), width, HEIGHT - len(more) - 1)
        lines += [*screen, "", *more, ""]
    return [line.rstrip() for line in lines[:-1]]


def chosen(report: Report, names: Sequence[str], width: int = 100) -> list[str]:
    """Return the named sections of every study."""
    lines: list[str] = []
    for study in report.studies:
        lines += [f"study {study.study}", ""]
        for section in (answers.section(study.answer, study.tracks), *sections(study)):
            if section.key in names:
                lines += _section(section, width)
    return [line.rstrip() for line in lines]


def _whole(report: Report, study: StudyReport, width: int) -> Iterator[str]:
    yield from _screen(summary(study, report), width)
    for section in (answers.section(study.answer, study.tracks), *sections(study)):
        if not _is_empty(section):
            yield ""
            yield from _section(section, width)[:-1]
    yield ""
    yield from _sources(report, study, width)
    yield ""


def _is_empty(section: Section) -> bool:
    return not section.notes and not any(table.rows for table in section.tables)


def _screen(found: Summary, width: int, height: int | None = None) -> list[str]:
    """Lay out the first screen in ``height`` lines; tables and warnings are truncated to fit."""
    top = [
        f"Study {found.study}: {found.state}",
        *_registration(found.registration, width, None if height is None else MOST_REGISTRATION_LINES),
        "",
        *wrapped(found.question, width),
        *wrapped(found.answer, width),
        "",
        *(line for sentence in found.found for line in wrapped(sentence, width)),
        "",
    ]
    warnings = _warnings(found.warnings, width, None if height is None else MOST_WARNING_LINES)
    room = None if height is None else max(0, height - len(top) - len(warnings))
    tracks = _limited(found.tracks, None if room is None else room // 2, "funnel")
    left = None if room is None else room - len(tracks) - 1
    gains = _limited(found.gains, left, "speedups")
    return [*top, *tracks, *([""] if gains else []), *gains, *warnings]


def _registration(sentences: Sequence[str], width: int, room: int | None) -> list[str]:
    lines = [line for sentence in sentences for line in wrapped(sentence, width)]
    if room is None or len(lines) <= room:
        return lines
    return [*lines[: room - 1], f"... and {len(lines) - room + 1} more lines on the registration: -v"]


def _limited(table: Table, room: int | None, name: str) -> list[str]:
    """Return a table's title and lines within ``room`` lines, with a note on omitted rows."""
    if not table.rows:
        return []
    lines = [table.title, *tabulated(table)]
    if room is None or len(lines) <= room:
        return lines
    rows = max(FEWEST_ROWS, room - 4)
    if rows >= len(table.rows):
        return lines
    note = f"... and {len(table.rows) - rows} more (--aiopt-report={name})"
    return [table.title, *tabulated(replace(table, rows=table.rows[:rows])), note]


def _warnings(warnings: Sequence[str], width: int, room: int | None) -> list[str]:
    """Return whole warnings, most serious first, in at most ``room`` lines; at least one is shown."""
    lines: list[str] = []
    for at, text in enumerate(warnings):
        more = wrapped(f"! {text}", width)
        if room is not None and lines and len(lines) + len(more) > room:
            left = len(warnings) - at
            lines.append(f"! {left} more warning{'s' * (left > 1)}: -v")
            break
        lines += more
    return ["", *lines] if lines else []


def _section(section: Section, width: int) -> list[str]:
    lines: list[str] = [section.heading.upper()] if not section.tables else []
    for table in section.tables:
        lines += [table.title, *(tabulated(table) if table.rows else []), ""]
    if section.notes:
        lines = lines[:-1] if section.tables else lines
        lines += [*(line for note in section.notes for line in wrapped(note, width)), ""]
    return [*lines, *wrapped(section.legend, width, indent=""), *([""] if section.legend else [])]


def _sources(report: Report, study: StudyReport, width: int) -> list[str]:
    patterns = ", ".join(f"{report.results}/{pattern}" for pattern in study.journals)
    return wrapped(f"Every number above comes from {patterns}", width)
