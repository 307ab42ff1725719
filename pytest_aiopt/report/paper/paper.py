"""The files of the paper: the document, its parts for inclusion in another paper, tables and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pytest_aiopt.analysis.outcomes.ladder import Ladder
from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.report import answers
from pytest_aiopt.report.document import Report, StudyReport
from pytest_aiopt.report.figures import bars, curves, strips
from pytest_aiopt.report.figures.svg import Figure
from pytest_aiopt.report.paper import artifact, methods, plots
from pytest_aiopt.report.paper.latex import escaped, longtable, tabular
from pytest_aiopt.report.paper.runs import Runs
from pytest_aiopt.report.sections import sections
from pytest_aiopt.report.summary import Summary, summary
from pytest_aiopt.report.tables.base import Section, Table

MAIN = "paper.tex"
MOST_ROWS = 24
"""Maximum number of rows of a table in the text; longer ones go to the appendix."""
HEAD = r"""% Written by aiopt report --format latex; every number comes from journals.
\documentclass[10pt,twocolumn]{article}
\usepackage[a4paper,margin=19mm]{geometry}
\usepackage{array,booktabs,graphicx,longtable}
\renewcommand{\labelitemi}{$\bullet$}
\setlength{\emergencystretch}{3em}
\setlength{\LTcapwidth}{\textwidth}
\setlength{\belowcaptionskip}{4pt}
"""
CAPTIONS = {
    "rates": "Effective structural mutations per model call: one marker per cell, a bar for the mean of a "
    "track.",
    "champions": "Confirmed speedups of champions on held-out workloads (log scale) with 95 % intervals, one "
    "marker per cell. Grey: noise floor. Dotted lines: the ladder of known improvements, where it was "
    "measured.",
    "curves": "Best measured speedup so far by model calls (log scale): median over seeds, with bands from "
    "the lowest to the highest seed. Grey: noise floor. These are single measurements by the search, whose "
    "maximum is biased upwards.",
    "funnel": "Model calls by the stages that they reached; a stage that was not recorded has no marker.",
}


def files(
    report: Report, trajectories: Sequence[Trajectory], runs: Runs, ladders: Sequence[Ladder]
) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of the paper on one study."""
    (study,) = report.studies
    figures = _figures(study, trajectories, ladders)
    floors = {t.cell.task: t.floor.delta for t in trajectories if t.floor is not None}
    drawings = dict(plots.drawn(figures, floors))
    found = summary(study, report)
    appendix = artifact.sections(study, runs)
    known = {section.key for section in appendix}
    rest = [section for section in sections(study) if section.key not in known]
    yield MAIN, "\n".join(_document(report, found, appendix, rest, list(drawings))).encode()
    yield "methods.tex", f"{_paragraph(methods.sentences(study, runs))}\n".encode()
    yield "artifact.tex", "\n".join(_commands(study, runs)).encode()
    for table in (found.tracks, found.gains, *_tables([*appendix, *rest])):
        yield f"tables/{table.name}.tex", tabular(table).encode()
    yield from ((f"figures/{name}.pdf", data) for name, data in drawings.items())


def _figures(
    study: StudyReport, trajectories: Sequence[Trajectory], ladders: Sequence[Ladder]
) -> Mapping[str, Figure]:
    styles = {track: at for at, track in enumerate(sorted({t.cell.track for t in trajectories}))}
    found = (
        strips.rates(trajectories, styles),
        strips.champions(trajectories, ladders, styles),
        curves.curves(trajectories, styles),
        bars.funnel(study.tracks, styles),
    )
    return {figure.name: figure for figure in found if figure is not None}


def _tables(parts: Sequence[Section]) -> Iterator[Table]:
    yield from (table for part in parts for table in part.tables if table.rows)


def _document(
    report: Report,
    found: Summary,
    appendix: Sequence[Section],
    rest: Sequence[Section],
    drawings: Sequence[str],
) -> Iterator[str]:
    (study,) = report.studies
    short = [table for table in (found.tracks, found.gains) if 0 < len(table.rows) <= MOST_ROWS]
    long = [table for table in (found.tracks, found.gains) if len(table.rows) > MOST_ROWS]
    yield HEAD
    yield rf"\title{{Study {escaped(found.study)}}}"
    yield r"\author{}\date{}"
    yield r"\begin{document}\maketitle"
    yield r"\section{Question and answer}"
    yield f"{escaped(found.question)} {escaped(found.answer)}\n"
    yield r"\section{Methods}"
    yield r"\input{methods}"
    yield r"\section{Results}"
    yield _paragraph(found.found)
    yield from map(_float, short)
    _, _, *details = answers.sentences(study.answer, study.tracks)
    yield from (f"\n{escaped(sentence)}" for sentence in details)
    yield from map(_figure, drawings)
    if found.warnings:
        yield r"\section{Limitations}"
        yield _items(found.warnings)
    yield r"\onecolumn\appendix"
    yield r"\section{Artifact}"
    for part in appendix:
        yield from _part(part)
    yield r"\input{artifact}"
    yield r"\section{Results in full}"
    yield from (longtable(table, table.name) for table in long)
    for part in rest:
        yield from _part(part)
    patterns = ", ".join(f"{report.results}/{pattern}" for pattern in study.journals)
    yield rf"\noindent Every number above comes from {escaped(patterns)}."
    yield "\\end{document}\n"


def _paragraph(sentences: Sequence[str]) -> str:
    return "\n".join(map(escaped, sentences))


def _items(sentences: Sequence[str]) -> str:
    return "\n".join(
        (r"\begin{itemize}", *(rf"\item {escaped(sentence)}" for sentence in sentences), r"\end{itemize}")
    )


def _float(table: Table) -> str:
    caption = rf"\caption{{{escaped(table.title)}}}\label{{{table.name}}}"
    return "\n".join(
        (r"\begin{table*}[tbp]\centering", caption, rf"\input{{tables/{table.name}}}", r"\end{table*}")
    )


def _figure(name: str) -> str:
    caption = CAPTIONS[name.partition("-")[0]]
    return "\n".join(
        (
            r"\begin{figure}[tbp]\centering",
            rf"\includegraphics[width=\columnwidth]{{figures/{name}}}",
            rf"\caption{{{escaped(caption)}}}\label{{figure-{name}}}",
            r"\end{figure}",
        )
    )


def _part(part: Section) -> Iterator[str]:
    if not part.notes and not any(table.rows for table in part.tables):
        return
    yield rf"\subsection{{{escaped(part.heading)}}}"
    if part.notes:
        yield _items(part.notes)
    for table in part.tables:
        if table.rows:
            yield longtable(table, table.name)
    if part.legend:
        yield rf"{{\footnotesize\noindent {escaped(part.legend)}\par}}"


def _commands(study: StudyReport, runs: Runs) -> Iterator[str]:
    yield r"\subsection{Commands to reproduce}"
    yield r"\begin{description}"
    for command, purpose in artifact.commands(study, runs):
        yield rf"\item[{{\normalfont\ttfamily {escaped(command)}}}] {escaped(purpose)}"
    yield "\\end{description}\n"
