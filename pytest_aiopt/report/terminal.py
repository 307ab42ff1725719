"""The report as plain lines for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from pytest_aiopt.analysis.compare import ALL_TASKS, Contrast, Exclusion
from pytest_aiopt.analysis.statistics import NotEstimable, Shift
from pytest_aiopt.analysis.verdict import NOT_ENOUGH, missing, verdict
from pytest_aiopt.report import answers, mutations
from pytest_aiopt.report.caveats import listed
from pytest_aiopt.report.document import Report, Spread, StudyReport, TaskTable, TrackRow
from pytest_aiopt.report.layout import MISSING, tabulated, wrapped

NOTHING_TO_REPORT = (
    'no cell has been run under {results}; run one first: pytest experiments/ -k "track_C and seed_1"'
)
"""Sentence for an empty results directory; ``.format(results=...)``."""

TASK_HEADER = (
    "track",
    "model",
    "feedback",
    "seeds",
    "calls",
    "valid",
    "speedup",
    "spread",
    "faster",
    "floor",
)
TASK_ALIGN = ("left", "left", "left", *["right"] * 7)
CONTRAST_HEADER = ("contrast", "over", "n", "ratio", "interval", "A12", "delta", "p", "adj")
CONTRAST_ALIGN = ("left", "left", *["right"] * 7)
TASK_LEGEND = (
    "seeds: finished/started. valid: programs of other tokens and machine code that passed the gate, of "
    "all calls. speedup: time of the starting program over time of the champion, confirmed on held-out "
    "workloads; the median over seeds. spread: a-b the 95 % interval of one seed, a..b the range over "
    "several. faster: cells whose interval lies above the floor, of those where both are known. floor: "
    "the noise of the starting program against itself."
)
COST_LEGEND = "{counted} ratio: the same of {counted} in place of time, over inputs; there is no clock in it."
IDENTITY_LEGEND = "=: a champion is the starting program itself, 1 by identity and not measured."
CONTRAST_LEGEND = (
    "ratio: Hodges-Lehmann shift of the first track over the second with its exact interval; above 1 "
    "the first is faster. A12: chance that a cell of the first beats one of the second on the same "
    "task; delta = 2 A12 - 1. p: exact, two-sided, blocked by task. adj: p adjusted over the planned "
    "contrasts by Holm, marked * over the others by Benjamini and Hochberg. equal: within 10 %, by two "
    "one-sided tests. undecided is no claim of equality. Only the rows over all tasks confirm; those of "
    "one task describe."
)


def write(reporter: pytest.TerminalReporter, report: Report, width: int = 100) -> None:
    """Write the report as a section of pytest's output."""
    reporter.section("aiopt report")
    for line in render(report, width):
        reporter.write_line(line)


def render(report: Report, width: int = 100) -> list[str]:
    """Lay the report out in lines of at most ``width`` columns where the names allow it."""
    return [line.rstrip() for part in _parts(report, width) for line in part]


def _parts(report: Report, width: int) -> Iterator[list[str]]:
    yield from _caveats(report, width)
    for study in report.studies:
        yield [f"study {study.study}: {study.finished} of {study.cells} cells finished", ""]
        yield answers.lines(study.answer, study.tracks, width)
        for table in study.tables:
            yield _task(table)
        yield _task_legend(study, width)
        yield mutations.lines(study.tracks, width)
        yield _contrasts(study, width)
        yield _sources(report, study, width)


def _caveats(report: Report, width: int) -> Iterator[list[str]]:
    several = len(report.studies) > 1
    for caveat in report.caveats:
        prefix = f"study {caveat.study}: " if several else ""
        yield wrapped(f"! {prefix}{caveat.text}", width)
    if report.caveats:
        yield [""]


def _task(table: TaskTable) -> list[str]:
    rows = [_track_cells(row) for row in table.rows]
    header = [f"{table.counted} ratio" if table.counted and h == "speedup" else h for h in TASK_HEADER]
    return [f"task {table.task}", *tabulated(rows, header, TASK_ALIGN), ""]


def _track_cells(row: TrackRow) -> list[str]:
    return [
        row.track,
        row.model,
        row.feedback,
        f"{row.seeds_done}/{len(row.cells)}",
        str(row.calls),
        MISSING if row.valid is None else f"{row.valid:.1%}",
        *_spread(row.speedup),
        f"{row.faster}/{row.decided}" if row.decided else MISSING,
        "-".join(f"{floor:.3f}" for floor in sorted({*row.floors[:1], *row.floors[-1:]})) or MISSING,
    ]


def _spread(spread: Spread | None) -> tuple[str, str]:
    if spread is None:
        return MISSING, MISSING
    if spread.by_identity and spread.kind == "interval":
        return f"= {spread.speedup:.3f}", MISSING
    mark = "= " if spread.by_identity else ""
    dash = "-" if spread.kind == "interval" else ".."
    return f"{mark}{spread.speedup:.3f}", f"{spread.low:.3f}{dash}{spread.high:.3f}"


def _task_legend(study: StudyReport, width: int) -> list[str]:
    spreads = [row.speedup for table in study.tables for row in table.rows if row.speedup]
    identity = any(spread.by_identity for spread in spreads)
    counted = dict.fromkeys(table.counted for table in study.tables if table.counted)
    legends = [TASK_LEGEND, *(COST_LEGEND.format(counted=each) for each in counted)]
    legends += [IDENTITY_LEGEND] if identity else []
    return [*wrapped(" ".join(legends), width, indent=""), ""]


def _contrasts(study: StudyReport, width: int) -> list[str]:
    shown = [c for c in study.contrasts if not isinstance(c.differs, NotEstimable)]
    lines = ["contrasts of the confirmed speedup"]
    if shown:
        lines += tabulated([_contrast_cells(c) for c in shown], CONTRAST_HEADER, CONTRAST_ALIGN)
    for contrast in study.contrasts:
        if contrast.scope == ALL_TASKS:
            lines += wrapped(f"{_name(contrast)}: {contrast.differs}{_verdict(contrast)}", width)
    lines += _exclusions(study.excluded, width)
    return [*lines, "", *(wrapped(CONTRAST_LEGEND, width, indent="") if shown else []), ""]


def _name(contrast: Contrast) -> str:
    return f"{contrast.treated} - {contrast.control}"


def _mark(contrast: Contrast) -> str:
    return "" if contrast.confirms else "*"


def _verdict(contrast: Contrast) -> str:
    """The verdict after the factor that is contrasted; nothing where nothing can be compared."""
    if isinstance(contrast.differs, NotEstimable):
        return ""
    word = verdict(contrast.p_holm, contrast.shift, contrast.p_equal, ("faster", "slower"))
    needed = f" ({missing(contrast.sizes)})" if word == NOT_ENOUGH else ""
    return f": {word}{needed}{_ranks(contrast)}"


def _ranks(contrast: Contrast) -> str:
    """The sensitivity analysis beside a verdict that a test gave."""
    if isinstance(contrast.p, NotEstimable) or isinstance(contrast.ranks, NotEstimable):
        return ""
    return f" (rank model p {contrast.ranks.p:.4f})"


def _contrast_cells(contrast: Contrast) -> list[str]:
    return [
        _name(contrast),
        contrast.scope,
        f"{contrast.n_treated} v {contrast.n_control}",
        *_shift(contrast.shift),
        MISSING if isinstance(contrast.a12, NotEstimable) else f"{contrast.a12:.2f}",
        MISSING if isinstance(contrast.delta, NotEstimable) else f"{contrast.delta:+.2f}",
        contrast.p.reason if isinstance(contrast.p, NotEstimable) else f"{contrast.p:.4f}",
        MISSING if isinstance(contrast.p_holm, NotEstimable) else f"{contrast.p_holm:.4f}{_mark(contrast)}",
    ]


def _shift(shift: Shift | NotEstimable) -> tuple[str, str]:
    """Ratio and interval: a shift of log2 speedups is a factor between speedups."""
    if isinstance(shift, NotEstimable):
        return MISSING, MISSING
    ratio = f"{2.0**shift.estimate:.3f}"
    if isinstance(shift.interval, NotEstimable):
        return ratio, MISSING
    low, high = 2.0**shift.interval.low, 2.0**shift.interval.high
    return ratio, f"{low:.3f}-{high:.3f} ({shift.interval.coverage:.1%})"


def _exclusions(excluded: Sequence[Exclusion], width: int) -> list[str]:
    lines = []
    for reason in sorted({e.reason for e in excluded}):
        cells = [e.cell for e in excluded if e.reason == reason]
        lines += wrapped(f"left out ({reason}): {listed(cells)}", width)
    return lines


def _sources(report: Report, study: StudyReport, width: int) -> list[str]:
    patterns = ", ".join(f"{report.results}/{pattern}" for pattern in study.journals)
    return [*wrapped(f"every number above comes from {patterns}", width), ""]
