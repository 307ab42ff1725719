"""Apply ratings to mutations: the consensus of raters replaces the codebook's labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.codebook.raters.ratings import Rating
from pytest_aiopt.model.methodology import NAMES

_CODES = {name: code for code, name in NAMES.items()}


def with_ratings(trajectory: Trajectory, agreed: Mapping[str, tuple[Rating, int]]) -> Trajectory:
    """Return a cell with depth and labels by consensus.

    ``agreed``: consensus and number of raters by mutation id.
    """
    if not agreed:
        return trajectory
    return replace(trajectory, attempts=tuple(_rated(attempt, agreed) for attempt in trajectory.attempts))


def _rated(attempt: Attempt, agreed: Mapping[str, tuple[Rating, int]]) -> Attempt:
    mutation = attempt.mutation
    if mutation is None or mutation.id not in agreed:
        return attempt
    rating, raters = agreed[mutation.id]
    labels = tuple(sorted(_CODES[name] for name in rating.labels if name in _CODES))
    return replace(attempt, mutation=replace(mutation, depth=rating.depth, labels=labels, raters=raters))
