"""Details of mutations for the HTML page: one compressed text per cell, decompressed on demand.

A text is JSON lines, the most informative mutations first. Prompts are lists of paragraphs; each paragraph
and profile is written once, because consecutive prompts share most of their text. Details that do not fit are
counted, never dropped silently.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pytest_aiopt.analysis.details import Detail, Details
from pytest_aiopt.analysis.outcomes.effective import effective_children
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.model import Candidate, Profile, ProfileItem, ProfileState, Status

BUDGET = 13_000_000
"""Maximum number of compressed bytes of all details of a page; base64 adds a third."""
MUTATIONS = 25_000
"""Maximum number of mutations with details on a page, because reading them takes time."""
ITEMS = 6
"""Number of items shown per profile, those with the largest values."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A cell's details: base64 of deflated JSON lines, their steps, and the number that did not fit."""

    data: str
    steps: frozenset[int]
    left_out: int


def pack(trajectory: Trajectory, details: Details, most: int, mutations: int = MUTATIONS) -> Packed:
    """Return as many details of a cell, up to ``mutations``, as fit into ``most`` compressed bytes."""
    writer = _Writer()
    steps: set[int] = set()
    for attempt in by_interest(trajectory)[:mutations]:
        found = details.of(attempt)
        if found is None:
            continue
        if not writer.add(found, most):
            break
        steps.add(attempt.step)
    return Packed(writer.finish(), frozenset(steps), len(trajectory.attempts) - len(steps))


def by_interest(trajectory: Trajectory) -> list[Attempt]:
    """Return the attempts: the champion's lineage first, then effective, structural, valid ones, the rest."""
    lineage = champions_lineage(trajectory)
    effective = {attempt.step for attempt in effective_children(trajectory) or ()}

    def interest(attempt: Attempt) -> tuple[int, int]:
        ranks: Iterator[bool] = iter(
            (
                attempt.step in lineage,
                attempt.step in effective,
                attempt.mutation is not None and attempt.mutation.kind is Class.STRUCTURAL,
                attempt.changed and attempt.status is Status.PASSED,
            )
        )
        return next((rank for rank, holds in enumerate(ranks) if holds), 4), attempt.step

    return sorted(trajectory.attempts, key=interest)


def champions_lineage(trajectory: Trajectory) -> frozenset[int]:
    """Return the steps from the start to the champion; none if the champion is the start."""
    made: dict[str, Attempt] = {}
    for attempt in trajectory.attempts:
        if attempt.candidate is not None:
            made.setdefault(attempt.candidate, attempt)
    steps: set[int] = set()
    at = made.get(trajectory.champion or "")
    while at is not None and at.step not in steps:
        steps.add(at.step)
        at = made.get(at.parent)
    return frozenset(steps)


@dataclass(slots=True)
class _Writer:
    """Deflates details one by one. ``known``, ``profiled``: numbers of texts already written.

    ``bound``: upper bound of the size. The exact size, which is slow, is computed only if the bound exceeds
    the limit.
    """

    known: dict[str, int] = field(default_factory=dict)
    profiled: dict[str, int] = field(default_factory=dict)
    count: int = 0
    bound: int = 0
    _size: int = 0
    _parts: list[bytes] = field(default_factory=list)
    _stream: Any = field(default_factory=lambda: zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS))

    def add(self, detail: Detail, most: int) -> bool:
        """Write a detail unless the size would exceed ``most`` bytes; return whether it was written."""
        line = msgspec.json.encode(self._plain(detail)) + b"\n"
        if self.bound + len(line) + SLACK <= most:
            self._take(self._stream.compress(line))
            self.bound += len(line) + SLACK
            return True
        tried = self._stream.copy()
        out = tried.compress(line)
        bound = self._size + len(out) + len(tried.copy().flush())
        if bound > most:
            return False
        self._stream, self.bound = tried, bound
        self._take(out)
        return True

    def _take(self, out: bytes) -> None:
        self._size += len(out)
        self._parts.append(out)

    def finish(self) -> str:
        """Return everything written; nothing can be added afterwards."""
        self._parts.append(self._stream.flush())
        return base64.b64encode(b"".join(self._parts)).decode()

    def _plain(self, detail: Detail) -> dict[str, Any]:
        new: list[Any] = []
        return {
            "step": detail.step,
            "line": detail.line,
            "new": new,
            "system": self._paragraphs(detail.system, new),
            "user": self._paragraphs(detail.user, new),
            "shown": detail.artifacts,
            "reply": detail.reply,
            "said": detail.said,
            "case": detail.counterexample,
            "diff": "\n".join(detail.diff),
            "before": self._profiles(detail.before, detail.parent, new),
            "after": self._profiles(detail.after, detail.child or "", new),
        }

    def _paragraphs(self, text: str, new: list[Any]) -> list[int]:
        known, numbers = self.known, []
        for paragraph in text.split("\n\n"):
            number = known.get(paragraph)
            if number is None:
                number = known[paragraph] = self._number(paragraph, new)
            numbers.append(number)
        return numbers

    def _number(self, written: Any, new: list[Any]) -> int:
        new.append(written)
        self.count += 1
        return self.count - 1

    def _profiles(self, profiles: Sequence[Profile], source: str, new: list[Any]) -> int | None:
        """Return the number of a program's profiles; None if there are none."""
        if not profiles:
            return None
        key = Candidate(source).sha
        if key not in self.profiled:
            self.profiled[key] = self._number(shown(profiles, source), new)
        return self.profiled[key]


SLACK = 16
"""Maximum number of bytes by which deflate lengthens a short text."""


def shown(profiles: Sequence[Profile], source: str) -> list[dict[str, Any]]:
    """Return profiles of a program as shown on the page: tool, remark and the largest items."""
    lines = source.split("\n")
    return [_profile(profile, lambda item: _quoted(item, lines)) for profile in profiles]


def _profile(profile: Profile, quoted: Callable[[ProfileItem], str]) -> dict[str, Any]:
    if profile.state is not ProfileState.TAKEN:
        return {"tool": profile.profiler, "why": f"{profile.state.value}: {profile.detail}", "items": []}
    chosen = sorted(profile.items, key=lambda item: (not item.line, -item.value, item.line))[:ITEMS]
    return {
        "tool": f"{profile.profiler} {profile.version}".strip(),
        "why": f"workload {profile.workload}, {profile.samples} observations",
        "items": [_item(item, profile, quoted(item)) for item in chosen],
        "more": len(profile.items) - len(chosen),
    }


def _item(item: ProfileItem, profile: Profile, quoted: str) -> tuple[str, ...]:
    share = bool(item.line) or not item.unit
    scale, form = (100, "{:.1f} %") if share else (1, "{:g}")
    unit = item.unit or profile.unit
    value, low, high = (form.format(scale * x) for x in (item.value, item.low, item.high))
    return (
        str(item.line or ""),
        item.function,
        item.kind.value,
        f"{value} of {unit}" if share and unit else f"{value} {unit}".strip(),
        f"{low} to {high}",
        quoted or item.site,
    )


def _quoted(item: ProfileItem, lines: Sequence[str]) -> str:
    return lines[item.line - 1].strip() if 0 < item.line <= len(lines) else ""
