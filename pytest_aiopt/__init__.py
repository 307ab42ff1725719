"""A laboratory for LLM-driven C++ optimisation, as a pytest plugin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.campaign.run import run
from pytest_aiopt.errors import AioptError
from pytest_aiopt.model import (
    Build,
    Candidate,
    Cell,
    Completion,
    Feedback,
    Hint,
    Measurement,
    NoiseFloor,
    Profile,
    Prompt,
    Status,
    Strategy,
    Track,
    Verdict,
    Workload,
)
from pytest_aiopt.report.load import load

if TYPE_CHECKING:
    from pytest_aiopt.journal.record import CellRecord

__all__ = [
    "AioptError",
    "Build",
    "Candidate",
    "Cell",
    "Completion",
    "Feedback",
    "Hint",
    "Measurement",
    "NoiseFloor",
    "Profile",
    "Prompt",
    "Status",
    "Strategy",
    "Track",
    "Verdict",
    "Workload",
    "load",
    "read_cell",
    "run",
]
__version__ = "0.1.0"


def read_cell(path: Path | str) -> CellRecord:
    """Return the record of the journal at ``path``; raises JournalError if it is damaged."""
    from pytest_aiopt.journal import record

    return record.read_cell(path)
