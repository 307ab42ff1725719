"""Counts the places of a task's program that the embedded rewriter can change, for ``aiopt task check``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_aiopt.tasks.loader import Task


@dataclass(frozen=True, slots=True)
class Places:
    """Sites by kind. The embedded rewriter stands in for a model; without sites it has nothing to do."""

    task: str
    structural: int
    local: int

    @property
    def line(self) -> str:
        """The expectation for a study with the embedded rewriter, in words."""
        sites = f"{self.structural} structural and {self.local} local sites"
        found = f"{self.task}: the embedded rewriter finds {sites}"
        if self.structural:
            return found
        return f"{found}; a study with it will show next to nothing, take a language model"


def places(task: Task) -> Places:
    """Count the sites of the original program; the rewriter knows its text and the header."""
    from pytest_aiopt.cpp.syntax import Program
    from pytest_aiopt.rewriter.engine import sites_of
    from pytest_aiopt.rewriter.registry import Kind

    found = sites_of(Program(task.program.source, task.header))
    kinds = Counter(site.rewrite.kind for site in found)
    return Places(task.name, kinds[Kind.STRUCTURAL], kinds[Kind.LOCAL])
