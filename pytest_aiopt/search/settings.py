"""Settings of the search that a study file may change."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_aiopt.errors import DesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """The free settings of the search; ``changes`` lists the fixed ones with their reasons.

    A prompt shows the current program, ``num_top_programs`` best ones, ``num_diverse_programs`` next best
    ones and as many inspirations. All of them together have at most ``program_chars`` characters; the current
    one is always whole, and the best other one has as much room again. A child may be ``max_growth`` times as
    long as its parent. Raises DesignError for a value out of range.
    """

    num_islands: int = 1
    """Islands of OpenEvolve's population."""
    num_top_programs: int = 2
    """Best programs that a prompt shows."""
    num_diverse_programs: int = 1
    """Further programs that a prompt shows."""
    archive_size: int = 10
    """Programs in the archive of elites."""
    feature_bins: int = 10
    """Bins per feature of the MAP-Elites grid."""
    exploration_ratio: float = 0.2
    """Share of parents drawn from the whole island."""
    exploitation_ratio: float = 0.7
    """Share of parents drawn from the archive."""
    elite_selection_ratio: float = 0.1
    """Share of the archive from which inspirations come."""
    migration_interval: int = 10
    """Generations between migrations."""
    migration_rate: float = 0.1
    """Share of an island that migrates."""
    program_chars: int = 8_000
    """Characters of all programs in a prompt together."""
    max_growth: float = 8.0
    """How many times as long as its parent a child may be."""

    def __post_init__(self) -> None:
        for name in ("num_islands", "num_top_programs", "archive_size", "feature_bins", "migration_interval"):
            self._require(getattr(self, name) >= 1, name, "at least 1")
        self._require(self.program_chars >= 0, "program_chars", "at least 0")
        self._require(1.0 <= self.max_growth <= 1000.0, "max_growth", "between 1 and 1000")
        self._require(self.num_diverse_programs >= 0, "num_diverse_programs", "at least 0")
        for name in ("exploration_ratio", "exploitation_ratio", "elite_selection_ratio", "migration_rate"):
            self._require(0.0 <= getattr(self, name) <= 1.0, name, "between 0 and 1")
        both = self.exploration_ratio + self.exploitation_ratio
        self._require(both <= 1.0 + 1e-9, "exploitation_ratio", "at most 1 - exploration_ratio")

    def _require(self, holds: bool, name: str, rule: str) -> None:
        if not holds:
            raise DesignError(
                f"[search] {name} = {getattr(self, name)} in the study file", f"it must be {rule}"
            )
