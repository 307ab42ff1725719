"""Exact heap traffic by line: blocks and bytes allocated, and bytes held at the peak, by valgrind's DHAT.

DHAT replaces malloc, which requires a dynamically linked build of the candidate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from pytest_aiopt.model import ItemKind, Profile, ProfileItem, ProfileState
from pytest_aiopt.profiling.addresses import PROGRAM, Site, short_name
from pytest_aiopt.profiling.base import MAX_ITEMS, ProfilingFailed, Subject, blank, dynamic_build, guarded
from pytest_aiopt.profiling.valgrind import tool as valgrind_tool

BLOCKS, BYTES, PEAK = "heap blocks", "heap bytes", "heap bytes at the peak"
_LINES = MAX_ITEMS // 3
_FRAME = re.compile(rf"^0x[0-9A-F]+: (?P<function>.*) \((?:.*/)?{re.escape(PROGRAM)}:(?P<line>\d+)\)$")


class _Point(msgspec.Struct):
    """One program point of DHAT's file: totals, bytes held at the global peak, and its frames."""

    tb: int
    tbk: int
    fs: list[int]
    gb: int = 0


class _Document(msgspec.Struct):
    pps: list[_Point]
    ftbl: list[str]


@dataclass(slots=True)
class Traffic:
    """Blocks, bytes and bytes at the peak, by line of the candidate and in total."""

    by_line: dict[int, list[int]] = field(default_factory=dict)
    functions: dict[int, str] = field(default_factory=dict)
    total: list[int] = field(default_factory=lambda: [0, 0, 0])


class Allocations(valgrind_tool.ByValgrind):
    """Counts every heap block that candidates allocate, inside the sandbox."""

    name = "dhat"

    def profile(self, subject: Subject) -> Profile:
        """Count one run of the dynamically linked build; see Profiler.profile."""

        def take(_: Path) -> Profile:
            text = valgrind_tool.simulated(subject, dynamic_build(subject), ("--tool=dhat",), "dhat-out-file")
            return _filled(blank(self, subject, ProfileState.TAKEN), parse(text))

        return guarded(self, subject, take)


def parse(text: str) -> Traffic:
    """Parse DHAT's file (version 2); raises ProfilingFailed for another file."""
    try:
        document = msgspec.json.decode(text, type=_Document)
        sites = [_site(frame) for frame in document.ftbl]
        return _traffic(document.pps, sites)
    except (msgspec.DecodeError, IndexError) as error:
        raise ProfilingFailed(f"DHAT's file cannot be read: {error}") from error


def _traffic(points: Sequence[_Point], sites: Sequence[Site | None]) -> Traffic:
    traffic = Traffic()
    for point in points:
        amounts = (point.tbk, point.tb, point.gb)
        if min(amounts, default=0) < 0 or min(point.fs, default=0) < 0:
            raise ProfilingFailed("DHAT's file cannot be read: it holds negative counts")
        traffic.total = [a + b for a, b in zip(traffic.total, amounts, strict=True)]
        site = next((sites[index] for index in point.fs if sites[index] is not None), None)
        if site is not None:
            known = traffic.by_line.setdefault(site.line, [0, 0, 0])
            traffic.by_line[site.line] = [a + b for a, b in zip(known, amounts, strict=True)]
            traffic.functions.setdefault(site.line, site.function)
    return traffic


def _site(frame: str) -> Site | None:
    """Return the candidate's line of a frame, the innermost of which allocates."""
    found = _FRAME.match(frame)
    return Site(int(found["line"]), short_name(found["function"])) if found else None


def _filled(empty: Profile, traffic: Traffic) -> Profile:
    items: list[ProfileItem] = []
    for column, unit in enumerate((BLOCKS, BYTES, PEAK)):
        whole = traffic.total[column]
        value = float(whole)
        items.append(ProfileItem(0, "", value, value, value, ItemKind.ALLOCATIONS, unit, samples=whole))
        ranked = sorted(traffic.by_line.items(), key=lambda entry: (-entry[1][column], entry[0]))
        for line, amounts in ranked[:_LINES]:
            if share := round(amounts[column] / whole, 6) if whole else 0.0:
                at = traffic.functions[line]
                items.append(
                    ProfileItem(
                        line, at, share, share, share, ItemKind.ALLOCATIONS, unit, samples=amounts[column]
                    )
                )
    known = sum(amounts[0] for amounts in traffic.by_line.values())
    outside = round(1 - known / traffic.total[0], 6) if traffic.total[0] else 0.0
    return replace(empty, unit=BLOCKS, samples=traffic.total[0], outside=outside, items=tuple(items))
