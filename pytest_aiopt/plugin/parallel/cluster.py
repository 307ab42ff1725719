"""Cells on the workers of a scheduler: every test waits for its cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.errors import AioptError, DesignError
from pytest_aiopt.model import Cell
from pytest_aiopt.plugin import grid, injection, progress, session

if TYPE_CHECKING:
    from pytest_aiopt.campaign.outcome import Outcome

FIXTURE = "campaign"


def begin(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Hand the cells of tests that use ``campaign`` to the scheduler's workers; raises pytest.UsageError."""
    from pytest_aiopt.campaign.cluster import scheduler as cluster
    from pytest_aiopt.campaign.cluster.remote import Setup

    here = session.of(config)
    settings, laboratory = here.settings, here.laboratory
    if settings.scheduler is None:
        return
    recorded = settings.replay_measurements
    try:
        _check(here)
        injection.refuse_on_workers(config)
        setup = Setup(
            study=laboratory.study,
            tasks_dir=_there(config, settings.tasks_dir),
            unsafe=settings.unsafe,
            sanitize=settings.sanitize,
            replay_measurements=recorded and _there(config, recorded),
            prices=laboratory.prices,
        )
        client = cluster.connect(settings.scheduler)
    except AioptError as error:
        raise pytest.UsageError(str(error)) from error
    here.cluster = cluster.Cluster(
        client, laboratory, setup, lambda text: progress.notice(config, f"aiopt: {text}")
    )
    config.add_cleanup(here.cluster.close)
    begun: set[Cell] = set()
    for item in items:
        cell = grid.cell_of(item)
        wanted = cell is not None and FIXTURE in getattr(item, "fixturenames", ())
        if cell is not None and wanted and cell not in begun and not laboratory.is_cached(cell):
            begun.add(cell)
            tell = progress.Listener(item, cell, laboratory.study.iterations)
            here.cluster.add(cluster.Job(cell, tell.opened, tell))


def _there(config: pytest.Config, path: Path) -> Path:
    """Return a path that workers resolve: relative if it is below the directory pytest was started in."""
    start = config.invocation_params.dir
    return path.relative_to(start) if path.is_relative_to(start) else path


def _check(here: session.AioptSession) -> None:
    """Refuse options that do not work across machines."""
    if here.settings.replay is not None:
        raise DesignError("--aiopt-replay needs no workers", "leave out --aiopt-scheduler")
    if here.laboratory.study.budget.study.limits():
        raise DesignError(
            "a budget of the whole study cannot be kept on several machines at once",
            "set limits per cell in [budget.cell] instead",
        )


def outcome(config: pytest.Config, cell: Cell) -> Outcome | None:
    """Wait for a cell on a worker and raise its error; None if this session runs the cell."""
    cluster = session.of(config).cluster
    return None if cluster is None or not cluster.has(cell) else cluster.run(cell)
