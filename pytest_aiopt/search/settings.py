"""What a study file may set about the search."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_aiopt.errors import DesignError


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """The free settings of the search; what is fixed, and why, stands in ``changes``.

    The prompt holds the current program, ``num_top_programs`` best ones, ``num_diverse_programs`` next
    best ones and as many inspirations: with these defaults three to five times the program's length,
    where OpenEvolve's own 3 and 2 make it seven. Raises DesignError for a value out of range.
    """

    num_islands: int = 1
    num_top_programs: int = 2
    num_diverse_programs: int = 1
    archive_size: int = 10
    feature_bins: int = 10
    exploration_ratio: float = 0.2
    exploitation_ratio: float = 0.7
    elite_selection_ratio: float = 0.1
    migration_interval: int = 10
    migration_rate: float = 0.1

    def __post_init__(self) -> None:
        for name in ("num_islands", "num_top_programs", "archive_size", "feature_bins", "migration_interval"):
            self._require(getattr(self, name) >= 1, name, "at least 1")
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
