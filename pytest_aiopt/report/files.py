"""Write the report of one study as files: HTML, Markdown, JSON, LaTeX, PDF, and tables as CSV and Parquet."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from pytest_aiopt.analysis.readings import Reader
from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.errors import StoreError
from pytest_aiopt.report import answers
from pytest_aiopt.report.document import Beside, Report, build_report
from pytest_aiopt.report.exports.tables import csv_files, parquet_files
from pytest_aiopt.report.sections import sections
from pytest_aiopt.report.summary import Summary, summary
from pytest_aiopt.report.tables.base import Section, Table
from pytest_aiopt.report.tables.comma_separated import as_csv
from pytest_aiopt.report.text import markdown
from pytest_aiopt.report.tidy import tidy

JSON_SCHEMA = 1
"""Version of the JSON document; incremented when a key moves or changes its meaning."""


def write(
    folder: Path, trajectories: Sequence[Trajectory], formats: Sequence[str], reader: Reader, beside: Beside
) -> list[Path]:
    """Write a study's report in some formats; return the files to open. Raises StoreError, ToolMissing."""
    report = build_report(trajectories, os.path.relpath(reader.store.root), beside)
    paper = cache(lambda: _paper(report, trajectories, reader, beside))
    writers: dict[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
        "html": lambda: _html(report, trajectories, reader, beside),
        "md": lambda: iter([("report.md", markdown.render(report).encode())]),
        "json": lambda: iter([("report.json", msgspec.json.format(msgspec.json.encode(as_json(report))))]),
        "csv": lambda: _csv(report, trajectories),
        "parquet": lambda: parquet_files(tidy(trajectories)),
        "latex": lambda: ((f"paper/{name}", data) for name, data in paper()),
        "pdf": lambda: _pdf(paper()),
    }
    try:
        return [_put(folder / name, data) for each in formats for name, data in writers[each]()]
    except OSError as error:
        raise StoreError(
            f"cannot write {error.filename or folder}: {error.strerror or error}",
            "free space or choose another directory",
        ) from error


def _put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _html(
    report: Report, trajectories: Sequence[Trajectory], reader: Reader, beside: Beside
) -> Iterator[tuple[str, bytes]]:
    from pytest_aiopt.report.page import html

    yield "report.html", html.render(report, trajectories, reader=reader, ladders=beside.ladders)


def _paper(
    report: Report, trajectories: Sequence[Trajectory], reader: Reader, beside: Beside
) -> tuple[tuple[str, bytes], ...]:
    from pytest_aiopt.report.paper import paper, runs

    study = report.studies[0].study
    found = runs.runs(trajectories, reader.store, beside.registered.get(study), beside.versions)
    return tuple(paper.files(report, trajectories, found, beside.ladders))


def _pdf(files: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    from pytest_aiopt.report.paper import pdf

    yield "paper.pdf", pdf.compiled(files)


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as plain data: each table with its values and its displayed texts."""
    return {
        "schema": JSON_SCHEMA,
        "results": report.results,
        "warnings": [{"study": c.study, "text": c.text, "sources": c.sources} for c in report.caveats],
        "studies": [
            {
                "study": study.study,
                "cells": study.cells,
                "finished": study.finished,
                "registration": study.registration,
                "summary": _summary(summary(study, report)),
                "answer": answers.sentences(study.answer, study.tracks),
                "sections": [_section(section) for section in sections(study)],
                "journals": study.journals,
            }
            for study in report.studies
        ],
    }


def _summary(found: Summary) -> dict[str, Any]:
    tables = {"tracks": found.tracks.records(), "gains": found.gains.records()}
    return {"question": found.question, "answer": found.answer, "found": found.found, **tables}


def _section(section: Section) -> dict[str, Any]:
    tables = [
        {
            "name": table.name,
            "title": table.title,
            "rows": table.records(),
            "columns": [column.title for column in table.columns],
            "shown": [[entry.shown for entry in row] for row in table.rows],
        }
        for table in section.tables
    ]
    names = {"key": section.key, "heading": section.heading, "legend": section.legend}
    return {**names, "notes": section.notes, "tables": tables}


def _csv(report: Report, trajectories: Sequence[Trajectory]) -> Iterator[tuple[str, bytes]]:
    yield from csv_files(tidy(trajectories))
    for table in tables_of(report):
        yield f"tables/{table.name}.csv", as_csv(table.records(), table.keys)


def tables_of(report: Report) -> Iterator[Table]:
    """Yield every table of a report."""
    for study in report.studies:
        for section in sections(study):
            yield from section.tables
