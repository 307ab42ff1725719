"""``aiopt doctor``: what works on this machine, what does not, and how to fix it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.evaluation.host.findings import Finding

HEADERS = ("", "state", "what", "found", "remedy")
WIDTHS = (None, None, 20, 36, 26)


def table(found: Sequence[Finding]) -> str:
    """Return one row per finding, and a closing line that counts what does not work."""
    from tabulate import tabulate

    from pytest_aiopt.evaluation.host.findings import State

    rows = []
    for finding, before in zip(found, [None, *found], strict=False):
        area = "" if before is not None and before.area == finding.area else finding.area
        rows.append((area, finding.state.value, finding.name, finding.detail, finding.remedy))
    missing = sum(finding.state is State.MISSING for finding in found)
    worse = sum(finding.state is State.WORSE for finding in found)
    closing = f"{len(found)} checks: {worse} could be better, {missing} do not work"
    return f"{tabulate(rows, HEADERS, maxcolwidths=list(WIDTHS))}\n{closing}"


def as_json(found: Sequence[Finding]) -> dict[str, object]:
    """Return the findings and whether all that a run needs works."""
    from pytest_aiopt.evaluation.host.findings import State

    keys = ("area", "name", "state", "detail", "remedy")
    return {
        "works": all(finding.state is not State.MISSING for finding in found),
        "findings": [{key: getattr(finding, key) for key in keys} for finding in found],
    }


def doctor(laboratory: Laboratory, out: Output) -> int:
    """Examine this machine for the study; return 1 if something does not work."""
    from pytest_aiopt.campaign.doctor import examine
    from pytest_aiopt.evaluation.host.findings import State

    found = list(examine(laboratory))
    out.line(table(found))
    out.result(as_json(found))
    return int(any(finding.state is State.MISSING for finding in found))


def _run(call: Invocation) -> int:
    return doctor(call.laboratory, call.out)


COMMAND = Command(
    "doctor",
    "show what works on this machine, what does not, and how to fix it",
    "aiopt doctor --study experiments/tracks.toml",
    _run,
    (options.study, options.sandbox),
)
