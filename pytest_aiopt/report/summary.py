"""The first screen of a study's report as data: question, answer, findings and warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from pytest_aiopt.codebook.character import Class
from pytest_aiopt.report import answers
from pytest_aiopt.report.caveats import Caveat
from pytest_aiopt.report.document import Report, Spread, StudyReport, TaskTable
from pytest_aiopt.report.mutations import MutationRow
from pytest_aiopt.report.tables.base import MISSING, Entry, Table, column, count, number, word
from pytest_aiopt.report.tables.outcomes import known

TRACKS = (
    column("track", text=True),
    column("model", text=True, widest=18),
    column("feedback", text=True),
    column("cells", "finished", "cells"),
    column("calls"),
    column("valid", "passed"),
    column("structural"),
    column("depth"),
    column("faster"),
    column("effective"),
    column("per call", "rate"),
)


@dataclass(frozen=True, slots=True)
class Summary:
    """``found``: sentences with the numbers a reader wants. ``warnings``: the gravest first."""

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
        tracks=Table("summary_tracks", "proposals by track", TRACKS, tuple(_tracks(study))),
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


def _proposals(study: StudyReport) -> Iterator[str]:
    calls = sum(row.stages["calls"] or 0 for row in study.tracks)
    if not calls:
        yield "No model call is on record yet."
        return
    classes = _classes(study.tracks)
    passed = sum(row.stages["passed"] or 0 for row in study.tracks)
    if classes is None:
        yield f"{_counted(calls, 'proposal')}, {passed} correct; their changes are not all classed."
        return
    unusable = calls - sum(classes.values())
    kinds = [
        f"{classes[Class.STRUCTURAL]} structural, {classes[Class.SUPERFICIAL]} superficial",
        f"{classes[Class.NULL]} without effect on the code, {unusable} without a usable edit",
    ]
    if classes[Class.UNCLASSED]:
        kinds.append(f"{classes[Class.UNCLASSED]} unclassed, as they cannot be read")
    faster = [row.stages["faster"] for row in study.tracks]
    known = [number for number in faster if number is not None]
    beyond = "" if len(known) < len(faster) else f", {sum(known)} faster than the original beyond noise"
    yield f"{_counted(calls, 'proposal')}: {', '.join(kinds)}; {passed} correct{beyond}."
    effective = _effective(study.tracks)
    if effective == 0:
        yield "Nobody found an effective change: none is structural, correct and faster than its parent."
    elif effective is not None:
        yield f"{effective} are effective: structural, correct and faster than their parent beyond noise."


def _classes(rows: tuple[MutationRow, ...]) -> dict[Class, int] | None:
    if any(row.classes is None for row in rows):
        return None
    return {kind: sum(row.classes[kind] for row in rows if row.classes) for kind in Class}


def _effective(rows: tuple[MutationRow, ...]) -> int | None:
    rates = [row.rate for row in rows]
    return None if None in rates else sum(rate.effective for rate in rates if rate)


def _known(study: StudyReport) -> Iterator[str]:
    """How far the champions went on the way to the best known programs."""
    best = [max(shares) for table in study.tables if (shares := _shares(table))]
    if not best:
        yield (
            "How much is possible is not known: no known program is measured on this machine (aiopt task "
            "frontier)."
        )
        return
    tasks = f"{len(best)} of {_counted(len(study.tables), 'task')}"
    yield (
        f"The best champion of a task reaches {median(best):.0%} of the known log2 gain (median over "
        f"{tasks} with a measured frontier)."
    )


def _shares(table: TaskTable) -> list[float]:
    return [cell.share for row in table.rows for cell in row.cells if cell.share is not None]


def _costs(study: StudyReport) -> str:
    """Return the tokens, money and time of the model calls."""
    if all(row.embedded for row in study.tracks):
        return f"{_counted(sum(row.calls for row in study.models), 'call')} of embedded programs, at no cost."
    calls, seconds = sum(row.calls for row in study.models), sum(row.seconds for row in study.models)
    tokens = [(row.prompt_tokens, row.completion_tokens) for row in study.models]
    known = [prompt + reply for prompt, reply in tokens if prompt is not None and reply is not None]
    used = f"{_thousands(sum(known))} tokens" if known and len(known) == len(tokens) else "tokens not counted"
    paid = [row for row in study.models if row.money is not None]
    money = f"{sum(row.money or 0.0 for row in paid):.2f} {paid[0].currency}" if paid else "cost unknown"
    if paid and len(paid) < len(study.models):
        money = f"at least {money}"
    return f"{_counted(calls, 'model call')}: {used}, {_duration(seconds)} of answering, {money}."


def _tracks(study: StudyReport) -> Iterator[tuple[Entry, ...]]:
    for row in study.tracks:
        own = [each for table in study.tables for each in table.rows if each.track == row.track]
        done, cells = sum(each.seeds_done for each in own), sum(len(each.cells) for each in own)
        classes = row.classes or {}
        yield (
            word(row.track),
            word(", ".join(row.models)),
            word(", ".join(sorted({str(each.feedback) for each in own}))),
            Entry(f"{done}/{cells}", (done, cells)),
            count(row.stages["calls"]),
            count(row.stages["passed"]),
            count(classes.get(Class.STRUCTURAL)),
            number(row.depth, "{:.1f}"),
            count(row.stages["faster"]),
            count(row.rate.effective if row.rate else None),
            number(row.rate.value if row.rate else None, "{:.3f}"),
        )


def _gains(study: StudyReport) -> Table:
    """Return the confirmed speedups, one row per task and one column per track, beside the frontier."""
    tracks = [row.track for row in study.tracks]
    columns = (
        column("task", text=True, widest=28),
        *(column(track, f"speedup_{track}") for track in tracks),
        column("known", "known_low", "known_high"),
    )
    rows = tuple(_gain(table, tracks) for table in study.tables)
    return Table("summary_gains", "confirmed speedup by task (median of seeds)", columns, rows)


def _gain(table: TaskTable, tracks: list[str]) -> tuple[Entry, ...]:
    found = {row.track: row.speedup for row in table.rows}
    task = f"{table.task} ({table.counted})" if table.counted else table.task
    return (
        Entry(task, (table.task,)),
        *(_times(found.get(track)) for track in tracks),
        known(table, "x"),
    )


def _times(found: Spread | None) -> Entry:
    return Entry(MISSING, ()) if found is None else Entry(f"{found.speedup:.2f}x", (found.speedup,))


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
