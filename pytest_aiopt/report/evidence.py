"""The effective structural mutations behind the answer, largest gains first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_aiopt.analysis.outcomes.effective import effective_children, over_parent
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.report.document import grouped

MOST = 4


@dataclass(frozen=True, slots=True)
class Example:
    """One mutation: its cell and step, its speedup over its parent, and its methodologies."""

    cell: str
    step: int
    over_parent: float
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The effective structural mutations of a track: their number, and the largest ones."""

    track: str
    found: int
    examples: tuple[Example, ...]


def evidence(trajectories: Sequence[Trajectory]) -> list[Evidence]:
    """Return one entry per track with such mutations."""
    evidence = []
    for cells in grouped(trajectories, lambda t: t.cell.track):
        examples = [example for t in cells for example in _examples(t)]
        examples.sort(key=lambda e: (-e.over_parent, e.cell, e.step))
        if examples:
            evidence.append(Evidence(cells[0].cell.track, len(examples), tuple(examples[:MOST])))
    return evidence


def _examples(t: Trajectory) -> list[Example]:
    gains = over_parent(t)
    return [
        Example(t.cell.id, a.step, 2.0 ** _gain(a, gains), a.mutation.findings if a.mutation else ())
        for a in effective_children(t) or ()
    ]


def _gain(attempt: Attempt, gains: dict[int, tuple[float, float]]) -> float:
    """Return the log2 speedup over the parent, from the recheck if there was one."""
    return attempt.again.log2_speedup if attempt.again else gains[attempt.step][0]
