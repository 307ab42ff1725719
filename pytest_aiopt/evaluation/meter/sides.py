"""The two sides of a comparison: a program in several placements, built as the comparison needs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.evaluation.build.placement import BLOCK
from pytest_aiopt.model import Candidate

if TYPE_CHECKING:
    from pytest_aiopt.evaluation.build.toolchain import Toolchain
    from pytest_aiopt.tasks.loader import Task

MOST = 2 * BLOCK
"""Placements of a comparison; the noise floor uses as many for each side."""
FEWEST = 10
"""Placements of the first stage, which ends at a look; fewer say too little of their scatter."""

Make = Callable[[Sequence[int]], Sequence[Path]]
"""Builds a program in the placements of these numbers (build/placement.py); 0 is as it was compiled."""


class Use(IntEnum):
    """What a comparison is made for. No two uses share a placement, so that no luck is met again.

    Both sides of a comparison have the same placements: where a function is the same on both, it lies at the
    same offset, and what that does to it cancels (common random numbers).
    """

    SEARCH = 0
    CONFIRMATION = 1


def numbers(use: Use, count: int) -> tuple[int, ...]:
    """Return the first placements of a use; with one, a program is measured as it was compiled."""
    return tuple(range(use * 2 * MOST + 1, use * 2 * MOST + 1 + count)) if count > 1 else (0,)


class Unplaceable(Exception):
    """A program that compiles cannot be built in another placement; the text says why."""


@dataclass(frozen=True, slots=True)
class Side:
    """A program and the placements it is measured in, by number."""

    make: Make
    numbers: tuple[int, ...]

    @classmethod
    def alone(cls, binary: Path) -> Side:
        """Return a program as it was compiled."""
        return cls(lambda _: (binary,), (0,))

    @classmethod
    def placed(
        cls, toolchain: Toolchain, task: Task, candidate: Candidate, placements: tuple[int, ...]
    ) -> Side:
        """Return a candidate that compiles, in these placements."""

        def make(asked: Sequence[int]) -> list[Path]:
            builds = toolchain.placed(
                asked, source=candidate.source, task_dir=task.root, entry=task.entry, flags=task.flags
            )
            if lacking := [build.detail for build in builds if build.path is None]:
                raise Unplaceable(f"it cannot be built in another placement: {lacking[0]}")
            return [Path(str(build.path)) for build in builds]

        return cls(make, placements)

    def first(self, count: int) -> list[Path]:
        """Return the binaries of the first ``count`` placements; raises Unplaceable."""
        return list(self.make(self.numbers[:count]))


def stages(placements: int) -> list[int]:
    """Return how many placements a comparison uses at first, and how many if that does not decide it."""
    return [FEWEST, placements] if placements > FEWEST else [placements]
