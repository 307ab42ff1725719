"""Hooks that other plugins and conftest files may implement."""

from __future__ import annotations

import pytest

from pytest_aiopt.journal.events import Event
from pytest_aiopt.model import Cell


@pytest.hookspec
def pytest_aiopt_event(cell: Cell, event: Event) -> None:
    """Called for every event of a cell once its journal holds it, in the process that runs the cell.

    Replayed events are not reported again. Example: forward measurements to an experiment tracker.
    """
