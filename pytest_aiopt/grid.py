"""From the study's cells to parametrized tests, and the plan shown before they run."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_aiopt import session
from pytest_aiopt.errors import AioptError
from pytest_aiopt.model import Cell

AXES = ("task", "track", "seed")


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Give a test that uses ``cell`` one instance a cell; faults wait for the end of collection."""
    here = session.of(metafunc.config)
    try:
        laboratory = here.laboratory
        for name in laboratory.study.tasks:
            laboratory.task(name)
        cells = laboratory.study.grid()
    except AioptError as error:
        here.fault = error
        return
    metafunc.parametrize(AXES, [_param(cell) for cell in cells], indirect=True)


def _param(cell: Cell) -> object:
    mark = pytest.mark.aiopt(task=cell.task, track=cell.track, seed=cell.seed)
    return pytest.param(cell.task, cell.track, cell.seed, id=cell.id, marks=mark)


def cell_of(item: pytest.Item) -> Cell | None:
    """Return the cell behind a test, if it is one of the grid."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    if not params.keys() >= set(AXES):
        return None
    return Cell(params["task"], params["track"], params["seed"])


def plan(config: pytest.Config, items: Sequence[pytest.Item]) -> list[str]:
    """Return the lines shown after collection: cells, stored ones, model calls to come."""
    cells = sorted({cell for item in items if (cell := cell_of(item))})
    if not cells:
        return []
    laboratory = session.of(config).laboratory
    stored = sum(_is_cached(config, cell) for cell in cells)
    calls = (len(cells) - stored) * laboratory.study.iterations
    counts = f"{len(cells)} cells, {stored} stored, at most {calls} model calls"
    study = f"aiopt: study {laboratory.study.id}, {counts}"
    return [study, *_profilers(config), *_prefix_warning(config, cells)]


def _profilers(config: pytest.Config) -> list[str]:
    """Say what the parents will be profiled with, and why not with more; trying that out takes a moment."""
    if config.option.collectonly:
        return []
    try:
        choice = session.of(config).laboratory.profilers
    except AioptError as error:
        return [f"aiopt: profilers: {error}"]
    refused = [f"aiopt: no {name}: {reason}" for name, reason in choice.refused.items()]
    return [f"aiopt: profilers: {choice.described or 'none'}", *refused]


def _is_cached(config: pytest.Config, cell: Cell) -> bool:
    try:
        return session.of(config).laboratory.is_cached(cell)
    except AioptError:
        return False  # the cell's own test reports the damage


def _prefix_warning(config: pytest.Config, cells: Sequence[Cell]) -> list[str]:
    """``-k`` matches substrings: say so where it picked seed 10 together with seed 1."""
    if not config.option.keyword or len({len(str(cell.seed)) for cell in cells}) == 1:
        return []
    return [
        "aiopt: -k matches substrings (seed_1 also picks seed_10); exact: -m \"aiopt(track='C', seed=1)\""
    ]
