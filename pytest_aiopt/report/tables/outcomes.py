"""Confirmed speedups by task and track, and the contrasts between tracks."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.analysis.compare import ALL_TASKS, Contrast, Exclusion
from pytest_aiopt.analysis.statistics.ranks import NotEstimable, Shift
from pytest_aiopt.analysis.statistics.verdict import NOT_ENOUGH, missing, verdict
from pytest_aiopt.report.caveats import listed
from pytest_aiopt.report.document import Spread, StudyReport, TaskTable, TrackRow
from pytest_aiopt.report.tables.base import (
    MISSING,
    Entry,
    Section,
    Table,
    chance,
    column,
    count,
    number,
    word,
)

SPEEDUPS = (
    column("task", text=True, widest=28),
    column("track", text=True),
    column("seeds", "seeds_done", "seeds_started"),
    column("calls"),
    column("valid"),
    column("speedup", "speedup", "by_identity"),
    column("spread", "spread_low", "spread_high", "spread_kind"),
    column("faster", "faster", "decided"),
    column("floor", "floor_low", "floor_high"),
    column("known", "known_low", "known_high"),
    column("share"),
)
CONTRAST = (
    column("contrast", "treated", "control", text=True),
    column("over", text=True),
    column("n", "n_treated", "n_control"),
    column("ratio"),
    column("interval", "interval_low", "interval_high", "coverage"),
    column("A12", "a12"),
    column("delta"),
    column("p", "p", "p_refused"),
    column("adj", "p_adjusted", "confirms"),
)
LEGEND = (
    "seeds: finished of started. valid: share of the calls that gave a correct program with new tokens "
    "and new machine code. speedup: how many times faster the champion is than the starting program on "
    "held-out workloads, median over seeds. spread: a-b is the 95 % interval of one seed, a..b the range "
    "over several. faster: cells whose whole interval lies above the noise floor, of those where both are "
    "known. floor: speedup that the starting program shows against itself by noise. known: speedup of the "
    "best program known for the scored workload, as measured on this machine; a..b over several workloads. "
    "share: of its confirmed log2 speedup that the champions reach, mean over seeds."
)
COST_LEGEND = "{tasks}: the ratio of {counted}, not of time; no clock is involved."
IDENTITY_LEGEND = (
    "=: the champion of a seed is the starting program, which is 1 by definition and not measured."
)
CONTRAST_LEGEND = (
    "ratio: speedup of the first track over that of the second (Hodges-Lehmann) with its exact interval; "
    "above 1 the first is faster. A12: chance that a cell of the first beats a cell of the second on the "
    "same task; delta = 2 A12 - 1. p: exact, two-sided, blocked by task. adj: p adjusted over the planned "
    "contrasts (Holm), or over the exploratory ones (Benjamini and Hochberg, marked *). equal: within 10 "
    "%, by two one-sided tests. undecided: no conclusion, not even equality. Only rows over all tasks are "
    "tests; rows of one task describe."
)


def speedups(study: StudyReport) -> Section:
    """Lay out one table with a row per task and track."""
    spreads = [row.speedup for table in study.tables for row in table.rows if row.speedup]
    legends = [LEGEND]
    for counted in dict.fromkeys(table.counted for table in study.tables if table.counted):
        tasks = ", ".join(table.task for table in study.tables if table.counted == counted)
        legends.append(COST_LEGEND.format(tasks=tasks, counted=counted))
    if any(spread.by_identity for spread in spreads):
        legends.append(IDENTITY_LEGEND)
    rows = tuple(_track(row, table) for table in study.tables for row in table.rows)
    table = Table("speedups", "confirmed speedups", SPEEDUPS, rows)
    return Section("speedups", "Confirmed speedups", (table,), legend=" ".join(legends))


def _track(row: TrackRow, table: TaskTable) -> tuple[Entry, ...]:
    floors = sorted({*row.floors[:1], *row.floors[-1:]})
    return (
        word(row.task),
        word(row.track),
        Entry(f"{row.seeds_done}/{len(row.cells)}", (row.seeds_done, len(row.cells))),
        count(row.calls),
        number(row.valid, "{:.1%}"),
        *_spread(row.speedup),
        Entry(f"{row.faster}/{row.decided}" if row.decided else MISSING, (row.faster, row.decided)),
        Entry("-".join(f"{floor:.3f}" for floor in floors) or MISSING, (floors[0], floors[-1]))
        if floors
        else Entry(MISSING, ()),
        known(table),
        number(row.share, "{:.0%}"),
    )


def known(table: TaskTable, mark: str = "") -> Entry:
    """Return the speedups of the best programs known for a task's scored workloads."""
    if not table.known:
        return Entry(MISSING, ())
    ends = table.known[0], table.known[-1]
    shown = dict.fromkeys(f"{speedup:.2f}{mark}" for speedup in ends)
    return Entry("..".join(shown), ends)


def _spread(spread: Spread | None) -> tuple[Entry, Entry]:
    if spread is None:
        return Entry(MISSING, ()), Entry(MISSING, ())
    mark, dash = "= " if spread.by_identity else "", "-" if spread.kind == "interval" else ".."
    interval = f"{spread.low:.3f}{dash}{spread.high:.3f}"
    alone = bool(spread.by_identity) and spread.kind == "interval"
    return (
        Entry(f"{mark}{spread.speedup:.3f}", (spread.speedup, spread.by_identity)),
        Entry(MISSING, ()) if alone else Entry(interval, (spread.low, spread.high, spread.kind)),
    )


def contrasts(study: StudyReport) -> Section:
    """Lay out the estimable contrasts, one verdict per planned contrast, and the excluded cells."""
    shown = [c for c in study.contrasts if not isinstance(c.differs, NotEstimable)]
    title = "contrasts of the confirmed speedup"
    return Section(
        "contrasts",
        "Contrasts",
        (Table("contrasts", title, CONTRAST, tuple(map(_contrast, shown))),),
        notes=(
            *(
                f"{_name(contrast)}: {_of(contrast)}"
                for contrast in study.contrasts
                if contrast.scope == ALL_TASKS
            ),
            *_exclusions(study.excluded),
        ),
        legend=CONTRAST_LEGEND if shown else "",
    )


def _name(contrast: Contrast) -> str:
    return f"{contrast.treated} - {contrast.control}"


def _of(contrast: Contrast) -> str:
    """Return the contrasted factor and the verdict, or that there is nothing to compare."""
    if isinstance(contrast.differs, NotEstimable):
        return f"nothing to compare ({contrast.differs.reason})"
    found = verdict(contrast.p_holm, contrast.shift, contrast.p_equal, ("faster", "slower"))
    needed = f" ({missing(contrast.sizes, len(contrast.tasks))})" if found == NOT_ENOUGH else ""
    return f"{contrast.differs}: {found}{needed}{_ranks(contrast)}"


def _ranks(contrast: Contrast) -> str:
    """Return the sensitivity analysis next to the verdict of a test."""
    if isinstance(contrast.p, NotEstimable) or isinstance(contrast.ranks, NotEstimable):
        return ""
    return f" (rank model p {chance(contrast.ranks.p)})"


def _contrast(contrast: Contrast) -> tuple[Entry, ...]:
    p, adjusted = contrast.p, contrast.p_holm
    mark = "" if contrast.confirms else "*"
    return (
        Entry(_name(contrast), (contrast.treated, contrast.control)),
        word(contrast.scope),
        Entry(f"{contrast.n_treated} v {contrast.n_control}", (contrast.n_treated, contrast.n_control)),
        *_shift(contrast.shift),
        number(None if isinstance(contrast.a12, NotEstimable) else contrast.a12, "{:.2f}"),
        number(None if isinstance(contrast.delta, NotEstimable) else contrast.delta, "{:+.2f}"),
        Entry(p.reason, (None, p.reason)) if isinstance(p, NotEstimable) else Entry(chance(p), (p, None)),
        Entry(MISSING, (None, contrast.confirms))
        if isinstance(adjusted, NotEstimable)
        else Entry(f"{chance(adjusted)}{mark}", (adjusted, contrast.confirms)),
    )


def _shift(shift: Shift | NotEstimable) -> tuple[Entry, Entry]:
    """Return ratio and interval: a shift of log2 speedups is a factor between speedups."""
    if isinstance(shift, NotEstimable):
        return Entry(MISSING, ()), Entry(MISSING, ())
    ratio = number(2.0**shift.estimate, "{:.3f}")
    if isinstance(shift.interval, NotEstimable):
        return ratio, Entry(MISSING, ())
    low, high, coverage = 2.0**shift.interval.low, 2.0**shift.interval.high, shift.interval.coverage
    return ratio, Entry(f"{low:.3f}-{high:.3f} ({coverage:.1%})", (low, high, coverage))


def _exclusions(excluded: Sequence[Exclusion]) -> list[str]:
    return [
        f"left out ({reason}): {listed([e.cell for e in excluded if e.reason == reason])}"
        for reason in sorted({e.reason for e in excluded})
    ]
