"""Commands that show whether stored records are what was recorded."""

from __future__ import annotations

import os
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.errors import AioptError
from pytest_aiopt.plugin import session
from pytest_aiopt.prompts import hint

if TYPE_CHECKING:
    from pytest_aiopt.journal.events import Opened
    from pytest_aiopt.verify.verification import Known, TaskFacts, Verified

HEADER = ("study", "cells", "lines", "calls", "chained", "run again", "faults", "ms a cell")
ALIGN = ("left", *["right"] * 7)


def verify(config: pytest.Config) -> int:
    """Check every stored record; a line a fault, a table, 1 where there is any."""
    from tabulate import tabulate

    from pytest_aiopt.report.text.terminal import NOTHING_TO_REPORT
    from pytest_aiopt.verify import verification

    store, reporter = session.store(config), session.reporter(config)
    checked = verification.verify(store, _known(config))
    if not checked:
        raise pytest.UsageError(NOTHING_TO_REPORT.format(results=os.path.relpath(store.root)))
    beside = [*verification.floors(store), *verification.registrations(store)]
    faults = [*(fault for one in checked for fault in one.faults), *beside]
    for fault in faults:
        where = f", line {fault.line}" if fault.line else ""
        reporter.write_line(f"{os.path.relpath(fault.path)}{where}: {fault.problem}", red=True)
    rows = [_row(study, list(of)) for study, of in groupby(checked, _study)]
    reporter.write_line(tabulate(rows, HEADER, disable_numparse=True, colalign=ALIGN))
    for reason, count in sorted(Counter(one.unrun for one in checked if one.unrun).items()):
        reporter.write_line(f"{count} not run again: {reason}")
    reporter.write_line(f"{len(faults)} faults" if faults else "every record is as it was written")
    return int(bool(faults))


def _study(one: Verified) -> str:
    return one.study


def _row(study: str, of: list[Verified]) -> list[str]:
    cells = len(of)
    return [
        study,
        str(cells),
        str(sum(one.lines for one in of)),
        str(sum(one.calls for one in of)),
        f"{sum(one.chained for one in of)}/{cells}",
        f"{sum(not one.unrun for one in of)}/{cells}",
        str(sum(len(one.faults) for one in of)),
        f"{1000 * sum(one.seconds for one in of) / cells:.1f}",
    ]


def _known(config: pytest.Config) -> Known:
    """Return what looks up a cell's task, where the one on disk is still the one it was run on."""
    from pytest_aiopt.verify.verification import TaskFacts

    facts: dict[str, tuple[str, TaskFacts] | None] = {}

    def look(name: str) -> tuple[str, TaskFacts] | None:
        try:
            laboratory = session.of(config).laboratory
            task, system = laboratory.task(name), laboratory.system_message(name)
        except AioptError:
            return None
        return task.digest, TaskFacts(task.program.source, hint.oracle(task.ladder), system)

    def known(opened: Opened) -> TaskFacts | None:
        name = opened.cell.task
        if name not in facts:
            facts[name] = look(name)
        found = facts[name]
        return found[1] if found is not None and found[0] == opened.identity.get("task") else None

    return known


def register(config: pytest.Config) -> int:
    """Freeze the study before it runs; print its hash on a line of its own."""
    from pytest_aiopt.analysis.thresholds import thresholds
    from pytest_aiopt.design import registration

    store, reporter = session.store(config), session.reporter(config)
    laboratory = session.of(config).laboratory
    store.prepare()
    study = laboratory.study
    tracks = [(track.name, study.model_of(track), track.feedback) for track in study.tracks]
    digests = {name: laboratory.task(name).digest for name in study.tasks}
    made = registration.make(study, digests, thresholds(tracks))
    again = config.option.aiopt_register_again
    found, new = registration.register(store, made, again=again)
    where = os.path.relpath(store.study(study.id) / registration.FILE)
    cells = len(study.grid())
    reporter.write_line(f"{study.id}: {cells} cells {'registered' if new else 'were registered'} in {where}")
    reporter.write_line("publish this hash before the first cell runs:")
    reporter.write_line(f"sha256 {found.sha256}")
    return 0
