"""One word for a contrast, only where its test allows it."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.analysis.statistics.ranks import ALPHA, NotEstimable, Shift, enough

NOT_ENOUGH = "not enough data"


def verdict(
    p: float | NotEstimable,
    shift: Shift | NotEstimable,
    p_equal: float | NotEstimable | None = None,
    words: tuple[str, str] = ("better", "worse"),
) -> str:
    """Return better or worse at p <= 0.05, "equal" where equivalence is shown, else "undecided".

    ``p`` is the adjusted one. "undecided" is no claim of equality.
    """
    if isinstance(p, NotEstimable) or isinstance(shift, NotEstimable):
        return NOT_ENOUGH
    if p <= ALPHA and shift.estimate != 0:
        return words[0] if shift.estimate > 0 else words[1]
    if p_equal is not None and not isinstance(p_equal, NotEstimable) and p_equal <= ALPHA:
        return "equal"
    return "undecided"


def missing(sizes: Sequence[tuple[int, int]]) -> str:
    """Say how many seeds, or how many blocks (a task, with a model), would let the test speak at all."""
    seeds, blocks = enough(sizes)
    have = max(len(sizes), 1)
    return (
        f"{seeds} seeds a track on {have} block{'s' * (have > 1)} of task and model would be enough, "
        f"or {blocks} blocks with as many seeds as now"
    )
