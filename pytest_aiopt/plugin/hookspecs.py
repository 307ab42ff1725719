"""Hooks that other plugins and conftest files may implement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.journal.events import Event
from pytest_aiopt.model import Cell

if TYPE_CHECKING:
    from pytest_aiopt.models.base import LanguageModel, ModelSpec
    from pytest_aiopt.profiling.base import Profiler


@pytest.hookspec(firstresult=True)
def pytest_aiopt_make_model(spec: ModelSpec) -> LanguageModel | None:
    """Return the model of a spec of the study file, or None for the usual one.

    ``spec.spec`` is the text in the study file; it may have a form of your own, like ``"ours:7b"``.
    """


@pytest.hookspec
def pytest_aiopt_profilers() -> Sequence[Profiler]:  # type: ignore[empty-body]
    """Return profilers to use besides those of this package.

    The study's ``profilers`` may name them; without that list all that work here are used.
    """


@pytest.hookspec
def pytest_aiopt_event(cell: Cell, event: Event) -> None:
    """Called for every event of a cell after it is in the journal, in the process that runs the cell.

    Replayed events are not reported again. Example: forward measurements to an experiment tracker.
    """
