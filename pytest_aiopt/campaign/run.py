"""Run a study from a script or a notebook, without pytest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.model import Cell

if TYPE_CHECKING:
    from pytest_aiopt.campaign.outcome import Outcome
    from pytest_aiopt.campaign.sources.instruments import Instruments
    from pytest_aiopt.design.study import Study
    from pytest_aiopt.models.base import LanguageModel


def run(
    study: Study | str | Path,
    *,
    tasks_dir: str | Path = "tasks",
    results: str | Path = "results",
    cells: Callable[[Cell], bool] = lambda cell: True,
    model: LanguageModel | None = None,
    instruments: Instruments | None = None,
) -> list[Outcome]:
    """Run the cells of a study one after another and return their outcomes; finished cells are only read.

    ``study``: a study or the path of its file. ``cells``: which of its cells to run. ``model`` and
    ``instruments`` replace those of the study and of this machine. Raises AioptError.
    """
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.campaign.sources.source import Given
    from pytest_aiopt.design.study import load
    from pytest_aiopt.journal.store import Store

    design = load(Path(study)) if isinstance(study, str | Path) else study
    laboratory = Laboratory(design, tasks_dir=Path(tasks_dir), results=Store(Path(results)))
    chosen = [cell for cell in design.grid() if cells(cell)]
    laboratory.prepare(sorted(chosen), instruments=instruments is None, models=model is None)
    source = Given(laboratory.source(), model, instruments)
    return [laboratory.run(cell, base=source) for cell in chosen]
