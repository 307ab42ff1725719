"""``aiopt verify``: checks that stored records are unchanged."""

from __future__ import annotations

import os
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import stored
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.errors import AioptError
from pytest_aiopt.journal.store import Store
from pytest_aiopt.prompts import goals, hint

if TYPE_CHECKING:
    from pytest_aiopt.journal.events import Opened
    from pytest_aiopt.journal.scan import Fault
    from pytest_aiopt.verify.verification import Known, TaskFacts, Verified

HEADERS = ("study", "cells", "lines", "calls", "run again", "faults", "ms per cell")
FAULTS = (
    "faults: restore these files from a copy of the records, or run their cells again with --aiopt-fresh,"
    " which sets the damaged journals aside"
)
ALIGN = ("left", *["right"] * 6)


def verify(store: Store, known: Known, out: Output) -> int:
    """Check every stored record; write one line per fault and a table; return 1 if there is a fault."""
    from tabulate import tabulate

    from pytest_aiopt.verify import verification

    checked = verification.verify(store, known)
    if not checked:
        raise stored.nothing(store)
    faults = [fault for one in checked for fault in one.faults]
    faults += [*verification.floors(store), *verification.registrations(store)]
    for fault in faults:
        out.line(_line(fault))
    studies = [_study(name, list(own)) for name, own in groupby(checked, lambda one: one.study)]
    rows = [_row(study) for study in studies]
    out.line(tabulate(rows, HEADERS, disable_numparse=True, colalign=ALIGN))
    not_run = Counter(one.unrun for one in checked if one.unrun)
    for reason, count in sorted(not_run.items()):
        out.line(f"{count} not run again: {reason}")
    out.line(f"{len(faults)} {FAULTS}" if faults else "every record is as it was written")
    out.result(
        {"ok": not faults, "studies": studies, "faults": [_plain(f) for f in faults], "not_run": not_run}
    )
    return int(bool(faults))


def _line(fault: Fault) -> str:
    where = f", line {fault.line}" if fault.line else ""
    return f"{os.path.relpath(fault.path)}{where}: {fault.problem}"


def _plain(fault: Fault) -> dict[str, object]:
    return {"path": str(fault.path), "line": fault.line or None, "problem": fault.problem}


def _study(name: str, own: list[Verified]) -> dict[str, object]:
    return {
        "study": name,
        "cells": len(own),
        "lines": sum(one.lines for one in own),
        "calls": sum(one.calls for one in own),
        "run_again": sum(not one.unrun for one in own),
        "faults": sum(len(one.faults) for one in own),
        "ms_per_cell": round(1000 * sum(one.seconds for one in own) / len(own), 1),
    }


def _row(study: dict[str, object]) -> list[str]:
    shown = study | {"run_again": f"{study['run_again']}/{study['cells']}"}
    return [str(value) for value in shown.values()]


def known_tasks(call: Invocation) -> Known:
    """Return a function that looks up a cell's task if the one on disk is still the one it was run on."""
    from pytest_aiopt.campaign.campaign import limits_of
    from pytest_aiopt.verify.verification import TaskFacts

    def known(opened: Opened) -> TaskFacts | None:
        try:
            task = call.laboratory.task(opened.cell.task).pose(opened.scored, opened.start)
        except AioptError:
            return None
        if task.digest != opened.identity.get("task"):
            return None
        system = goals.system_message(task, opened.machine, limits_of(opened))
        words = hint.workload(task.scored) if opened.scored else ""
        return TaskFacts(task.program.source, hint.oracle(task.ladder), system, task.metric, words)

    return known


def _run(call: Invocation) -> int:
    return verify(call.store, known_tasks(call), call.out)


COMMAND = Command(
    "verify",
    "check every stored record against its digest and replay every campaign from its journal",
    "aiopt verify --results results",
    _run,
)
