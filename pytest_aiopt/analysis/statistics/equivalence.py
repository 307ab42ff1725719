"""Claims of no difference: two one-sided tests against a margin. A non-significant difference shows no
equality.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pytest_aiopt.analysis.statistics.ranks import ALPHA, Block, NotEstimable, smallest_p, upper_tail

MARGIN = math.log2(1.10)
"""Speedups within 10 % of each other count as equal (log2 ratio)."""


def equivalence_p(blocks: Sequence[Block], margin: float = MARGIN) -> float | NotEstimable:
    """The larger of the exact one-sided p's of "shift > -margin" and "shift < margin" (TOST).

    Raises ValueError for a margin that is not positive. Refused if no data of this size could show equality,
    and if most outcomes have no scatter: unchanged programs have equal values by definition.
    """
    if margin <= 0:
        raise ValueError(f"margin {margin} is not positive")
    complete = [block for block in blocks if block.treated and block.control]
    least = smallest_p([block.size for block in complete]) / 2
    if not complete or least > ALPHA:
        return NotEstimable("n too small", f"no p below {least:.2f} is possible")
    tied = sum(map(_tied, complete))
    outcomes = sum(sum(block.size) for block in complete)
    if 2 * tied > outcomes:
        return NotEstimable(
            "no scatter", f"{tied} of {outcomes} outcomes equal another of their arm and task"
        )
    above = upper_tail([_moved(block, margin) for block in complete])
    below = upper_tail([_mirrored(_moved(block, -margin)) for block in complete])
    return max(above, below)


def _tied(block: Block) -> int:
    """Count the outcomes with a tie in the same arm."""
    arms = (Counter(block.treated), Counter(block.control))
    return sum(count for arm in arms for count in arm.values() if count > 1)


def _moved(block: Block, by: float) -> Block:
    return replace(block, treated=tuple(value + by for value in block.treated))


def _mirrored(block: Block) -> Block:
    return Block(block.control, block.treated)
