"""The verdict on a contrast in one word, only if its test allows one."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.analysis.statistics.ranks import ALPHA, NOTHING, TOO_FEW_DIFFER, NotEstimable, Shift
from pytest_aiopt.analysis.statistics.simulation import EFFECT, MOST, WANTED, blocks_needed, seeds_needed

NOT_ENOUGH = "not enough data"
UNDECIDED = "undecided"
FEWEST_TASKS = 6
"""Minimum number of tasks for p <= 0.05 in the sign-flip test over tasks."""


def verdict(
    p: float | NotEstimable,
    shift: Shift | NotEstimable,
    p_equal: float | NotEstimable | None = None,
    words: tuple[str, str] = ("better", "worse"),
) -> str:
    """Return better or worse at p <= 0.05, "equal" if equivalence is shown, else "undecided".

    ``p`` is adjusted. "undecided" does not claim equality. Without any scatter the verdict is "nothing to
    compare".
    """
    if isinstance(p, NotEstimable) and p.reason in (NOTHING, TOO_FEW_DIFFER):
        return NOTHING if p.reason == NOTHING else UNDECIDED
    if isinstance(p, NotEstimable) or isinstance(shift, NotEstimable):
        return NOT_ENOUGH
    if p <= ALPHA and shift.estimate != 0:
        return words[0] if shift.estimate > 0 else words[1]
    if p_equal is not None and not isinstance(p_equal, NotEstimable) and p_equal <= ALPHA:
        return "equal"
    return UNDECIDED


def missing(sizes: Sequence[tuple[int, int]], tasks: int) -> str:
    """Describe how large a study with now ``tasks`` tasks must be to detect a large difference.

    The sizes come from simulation.
    """
    blocks = max(1, len(sizes))
    fewest = max(1, min((min(size) for size in sizes), default=1))
    seeds, more = seeds_needed(blocks), blocks_needed(fewest)
    ways = [
        *([f"{seeds} seeds per track on {_counted(blocks, 'block')}"] if seeds else []),
        *([f"{_counted(more, 'block')} with {_counted(fewest, 'seed')} per track"] if more else []),
    ]
    if not ways:
        return f"more than {MOST} seeds per track and more than {MOST} blocks of task and model are needed"
    text = (
        f"{' or '.join(ways)} (a block is a task with a model) would detect a difference of "
        f"{EFFECT:g} standard deviation in {WANTED:.0%} of studies"
    )
    few = f"; a conclusion about other tasks needs {FEWEST_TASKS} tasks"
    return text + (few if tasks < FEWEST_TASKS else "")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
