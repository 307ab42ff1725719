"""The first screen of a study's report as data: question, answer, findings and warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from pytest_aiopt.codebook.character import Class
from pytest_aiopt.codebook.depth import Depth
from pytest_aiopt.report import answers
from pytest_aiopt.report.caveats import Caveat
from pytest_aiopt.report.document import Report, Spread, StudyReport, TaskTable
from pytest_aiopt.report.mutations import MutationRow
from pytest_aiopt.report.tables.base import MISSING, Entry, Table, column, count, number, word
from pytest_aiopt.report.tables.everywhere import notes
from pytest_aiopt.report.tables.outcomes import known

TRACKS = (
    column("track", text=True),
    column("model", text=True, widest=18),
    column("feedback", text=True),
    column("calls"),
    *(column(str(depth.value), f"depth_{depth.value}") for depth in Depth),
    column("valid", "passed"),
    column("faster"),
    column("effective"),
    column("per call", "rate"),
)
PROSE = {
    Depth.NULL: "without effect on the code",
    Depth.SUPERFICIAL: "superficial",
    Depth.LOCAL: "local",
    Depth.DATA: "of data structures",
    Depth.ALGORITHM: "of the algorithm",
}
GAINS = "confirmed speedup by task (median of seeds; start: unchanged)"
MOST_NAMED = 4
UNPRICED = "cost unknown (no price on record: docs/how-to/models.md)"
DEPTHS = "proposals by track, and by depth from 0 (no effect) to 4 (algorithm)"


@dataclass(frozen=True, slots=True)
class Summary:
    """``found``: sentences with the main numbers. ``warnings``: most serious first."""

    study: str
    state: str
    registration: tuple[str, ...]
    question: str
    answer: str
    found: tuple[str, ...]
    tracks: Table
    gains: Table
    warnings: tuple[str, ...]


def summary(study: StudyReport, report: Report) -> Summary:
    """Return the first screen of one study of a report."""
    return Summary(
        study=study.study,
        state=_state(study),
        registration=study.registration,
        question=answers.question(study.answer),
        answer=answers.headline(study.answer),
        found=tuple(_found(study)),
        tracks=Table("summary_tracks", DEPTHS, TRACKS, tuple(_tracks(study))),
        gains=_gains(study),
        warnings=_warnings(study, report.caveats),
    )


def _state(study: StudyReport) -> str:
    tasks = _counted(len(study.tables), "task")
    cells = f"{study.finished} of {study.cells} cells finished"
    return f"{cells}, {tasks}, {_counted(len(study.tracks), 'track')}"


def _warnings(study: StudyReport, caveats: tuple[Caveat, ...]) -> tuple[str, ...]:
    return tuple(caveat.text for caveat in caveats if caveat.study == study.study)


def _found(study: StudyReport) -> Iterator[str]:
    yield from _proposals(study)
    yield from _known(study)
    if any(row.calls for row in study.models):
        yield _costs(study)
    if study.everywhere is not None:
        yield from (f"{note}." for note in notes(study.everywhere))


def _proposals(study: StudyReport) -> Iterator[str]:
    rows = study.tracks
    calls = sum(row.stages["calls"] or 0 for row in rows)
    if not calls:
        yield "No model call is on record yet."
        return
    passed = sum(row.stages["passed"] or 0 for row in rows)
    classes, depths = _classes(rows), _depths(rows)
    if classes is None or depths is None:
        yield f"{_counted(calls, 'proposal')}, {passed} correct; their changes are not all classed."
        return
    kinds = [f"{depths[depth]} {PROSE[depth]}" for depth in reversed(Depth) if depths[depth]]
    if classes[Class.UNCLASSED]:
        kinds.append(f"{classes[Class.UNCLASSED]} that no parser can read")
    if unusable := calls - sum(classes.values()):
        kinds.append(f"{unusable} without a usable edit")
    yield f"{_counted(calls, 'proposal')}: {', '.join(kinds)}."
    yield _outcomes(rows, passed)


def _outcomes(rows: tuple[MutationRow, ...], passed: int) -> str:
    known = [row.stages["faster"] for row in rows]
    faster = None if None in known else sum(number or 0 for number in known)
    effective = _effective(rows)
    parts = [f"{passed} correct"]
    if faster is not None:
        parts.append(f"{faster} faster than the original beyond noise")
    if effective is None:
        return f"{', '.join(parts)}."
    found = f"{effective or 'none'} effective (structural, correct and faster than the parent)"
    return f"{', '.join(parts)}, {found}."


def _depths(rows: tuple[MutationRow, ...]) -> dict[Depth, int] | None:
    if any(row.depths is None for row in rows):
        return None
    return {depth: sum(row.depths[depth] for row in rows if row.depths) for depth in Depth}


def _classes(rows: tuple[MutationRow, ...]) -> dict[Class, int] | None:
    if any(row.classes is None for row in rows):
        return None
    return {kind: sum(row.classes[kind] for row in rows if row.classes) for kind in Class}


def _effective(rows: tuple[MutationRow, ...]) -> int | None:
    rates = [row.rate for row in rows]
    return None if None in rates else sum(rate.effective for rate in rates if rate)


def _known(study: StudyReport) -> Iterator[str]:
    """Report how far the champions approached the best known programs."""
    if not any(table.known for table in study.tables):
        yield "How much is possible is unknown: no known program is measured here (aiopt task frontier)."
        return
    best = [max(shares) for table in study.tables if (shares := _shares(table))]
    if not best:
        missing = "their gain on held-out workloads is not measured (aiopt task frontier)"
        yield f"Known programs reach {_reach(study)}; {missing}."
        return
    yield (
        f"Known programs reach {_reach(study)}; the best champion of a task gets {median(best):.0%} of that "
        f"gain in log2 (median of {_counted(len(best), 'task')})."
    )


def _reach(study: StudyReport) -> str:
    named = sorted(((table.known[-1], table.task) for table in study.tables if table.known), reverse=True)
    if len(named) > MOST_NAMED:
        return f"{named[-1][0]:.1f}x ({named[-1][1]}) to {named[0][0]:.1f}x ({named[0][1]})"
    return ", ".join(f"{speedup:.1f}x ({task})" for speedup, task in named)


def _shares(table: TaskTable) -> list[float]:
    return [cell.share for row in table.rows for cell in row.cells if cell.share is not None]


def _best(table: TaskTable) -> float | None:
    """Return the confirmed speedup of the best cell of a task."""
    speedups = [row.speedup for row in table.rows if row.speedup is not None]
    return max((each.high if each.kind == "range" else each.speedup for each in speedups), default=None)


def _costs(study: StudyReport) -> str:
    """Return the tokens, money and time of the model calls."""
    if all(row.embedded for row in study.tracks):
        return f"{_counted(sum(row.calls for row in study.models), 'call')} of embedded programs, at no cost."
    calls, seconds = sum(row.calls for row in study.models), sum(row.seconds for row in study.models)
    tokens = [(row.prompt_tokens, row.completion_tokens) for row in study.models]
    known = [prompt + reply for prompt, reply in tokens if prompt is not None and reply is not None]
    used = f"{_thousands(sum(known))} tokens" if known and len(known) == len(tokens) else "tokens not counted"
    paid = [row for row in study.models if row.money is not None]
    money = f"{sum(row.money or 0.0 for row in paid):.2f} {paid[0].currency}" if paid else UNPRICED
    if paid and len(paid) < len(study.models):
        money = f"at least {money}"
    return f"{_counted(calls, 'model call')}: {used}, {_duration(seconds)} of answering, {money}."


def _tracks(study: StudyReport) -> Iterator[tuple[Entry, ...]]:
    for row in study.tracks:
        own = [each for table in study.tables for each in table.rows if each.track == row.track]
        yield (
            word(row.track),
            word(", ".join(row.models)),
            word(", ".join(sorted({str(each.feedback) for each in own}))),
            count(row.stages["calls"]),
            *(count(None if row.depths is None else row.depths.get(depth, 0)) for depth in Depth),
            count(row.stages["passed"]),
            count(row.stages["faster"]),
            count(row.rate.effective if row.rate else None),
            number(row.rate.value if row.rate else None, "{:.3f}"),
        )


def _gains(study: StudyReport) -> Table:
    """Return the confirmed speedups: one row per task, one column per track, the best cell, the frontier."""
    tracks = [row.track for row in study.tracks]
    columns = (
        column("task", text=True, widest=28),
        *(column(track, f"speedup_{track}") for track in tracks),
        column("best cell", "best"),
        column("known", "known_low", "known_high"),
    )
    rows = tuple(_gain(table, tracks) for table in study.tables)
    return Table("summary_gains", GAINS, columns, rows)


def _gain(table: TaskTable, tracks: list[str]) -> tuple[Entry, ...]:
    found = {row.track: row.speedup for row in table.rows}
    task = f"{table.task} ({table.counted})" if table.counted else table.task
    return (
        Entry(task, (table.task,)),
        *(_times(found.get(track)) for track in tracks),
        number(_best(table), "{:.2f}x"),
        known(table, "x"),
    )


def _times(found: Spread | None) -> Entry:
    if found is None:
        return Entry(MISSING, ())
    shown = "start" if found.by_identity and found.speedup == 1.0 else f"{found.speedup:.2f}x"
    return Entry(shown, (found.speedup,))


def _counted(number_: int, noun: str) -> str:
    return f"{number_} {noun}{'s' * (number_ != 1)}"


def _thousands(tokens: int) -> str:
    return (
        str(tokens) if tokens < 1000 else f"{tokens / 1e3:.0f}k" if tokens < 1e6 else f"{tokens / 1e6:.2f}M"
    )


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return (
        f"{seconds:.0f} s" if minutes < 2 else f"{minutes} min" if minutes < 100 else f"{minutes / 60:.1f} h"
    )
