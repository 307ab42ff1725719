"""The text that a track shows of its parent, by the level of its feedback."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.feedback.placebo import placebo
from pytest_aiopt.feedback.render import render
from pytest_aiopt.model import Feedback, Profile


def notes(
    feedback: Feedback, profiles: Sequence[Profile], twin: Sequence[Profile], source: str, version: int
) -> str:
    """Return the text; "" where the level shows none. Raises ValueError where nothing was taken.

    ``profiles`` and ``twin`` are of ``source``, on the scored workload and on its twin.
    """
    match feedback:
        case Feedback.PROFILE:
            return render(profiles, source, version)
        case Feedback.PLACEBO:
            return placebo(profiles, twin, source, version)
    return ""
