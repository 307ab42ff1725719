"""The doctor's findings as a table."""

from __future__ import annotations

from collections.abc import Sequence

from tabulate import tabulate

from pytest_aiopt.campaign.doctor import Finding, State

HEADERS = ("", "state", "what", "found", "remedy")
WIDTHS = (None, None, 20, 36, 26)


def table(found: Sequence[Finding]) -> str:
    """Return one row a finding, and a closing line that counts what does not work."""
    rows = []
    for finding, before in zip(found, [None, *found], strict=False):
        area = "" if before is not None and before.area == finding.area else finding.area
        rows.append((area, finding.state.value, finding.name, finding.told, finding.remedy))
    missing = sum(finding.state is State.MISSING for finding in found)
    worse = sum(finding.state is State.WORSE for finding in found)
    closing = f"{len(found)} looked at, {worse} could be better, {missing} do not work"
    return f"{tabulate(rows, HEADERS, maxcolwidths=list(WIDTHS))}\n{closing}"


def as_json(found: Sequence[Finding]) -> dict[str, object]:
    """Return the findings and whether all that a run needs works."""
    keys = ("area", "name", "state", "told", "remedy")
    return {
        "works": all(finding.state is not State.MISSING for finding in found),
        "findings": [{key: getattr(finding, key) for key in keys} for finding in found],
    }
