"""Thresholds of verdicts and contrasts of a design, as plain values that can be registered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import msgspec

from pytest_aiopt.analysis.outcomes.effective import RULE
from pytest_aiopt.analysis.plan import plan, profile_against_none, profile_against_placebo
from pytest_aiopt.analysis.statistics.equivalence import MARGIN
from pytest_aiopt.analysis.statistics.ranks import ALPHA
from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.codebook.character import CODEBOOK
from pytest_aiopt.model import Cell, Feedback, Primary


def thresholds(tracks: Iterable[tuple[str, str, Feedback]], outcome: Primary) -> dict[str, object]:
    """Return thresholds, the deciding outcome, and the contrasts of tracks (name, model, feedback)."""
    cells = [_begun(*track) for track in tracks]
    return {
        "alpha": ALPHA,
        "outcome": outcome.value,
        "equivalence_margin_log2": MARGIN,
        "codebook": CODEBOOK,
        "effective_structural": msgspec.to_builtins(RULE),
        "primary": [asdict(planned) for planned in profile_against_placebo(cells)],
        "secondary": [asdict(planned) for planned in profile_against_none(cells)],
        "contrasts": [asdict(planned) for planned in plan(cells)],
    }


def _begun(name: str, model: str, feedback: Feedback) -> Trajectory:
    """Return a cell without results; contrasts depend on the factors alone."""
    return Trajectory(
        cell=Cell("", name, 0),
        model=model,
        feedback=feedback,
        study="",
        journal="",
        iterations=0,
        finished=False,
        attempts=(),
        floor=None,
        champion=None,
        confirmations=(),
        profiles_taken=0,
        profiles_failed=0,
        notes=(),
    )
