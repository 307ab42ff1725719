"""Causal fitness: the expected speed of a program if its most profitable line were faster. Never the score.

A score computed from it would depend on the treatment. It is a column of the analysis, computed in the same
way for all tracks, because every parent is profiled in every track.
"""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.model import ItemKind, Measurement, Profile, ProfileState


def causal_fitness(measurement: Measurement | None, profiles: Sequence[Profile]) -> float | None:
    """Return speedup / (1 - effect): the measured speedup times the gain predicted for the best line.

    ``effect``: the largest predicted program speedup in the causal profiles (1 - period(s) / period(0)). None
    if nothing was measured or no causal profile was taken.
    """
    effects = [
        item.value
        for profile in profiles
        if profile.state is ProfileState.TAKEN
        for item in profile.items
        if item.kind is ItemKind.CAUSAL
    ]
    if measurement is None or not effects:
        return None
    left = 1.0 - max(0.0, *effects)
    return measurement.speedup / left if left > 0 else None
