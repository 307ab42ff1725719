"""From the study's cells to parametrized tests, and the plan shown before they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.errors import AioptError
from pytest_aiopt.model import Cell
from pytest_aiopt.models import keys
from pytest_aiopt.models.budget import SCOPES
from pytest_aiopt.plugin import injection, outlook, session

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.campaign.plan import ModelPlan, Plan
    from pytest_aiopt.models.prices import Prices

AXES = ("aiopt_task", "aiopt_track", "aiopt_seed")


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Give a test that uses ``aiopt_cell`` one instance per cell; faults wait for the end of collection."""
    here = session.of(metafunc.config)
    try:
        laboratory = here.laboratory
        for name in laboratory.study.tasks:
            laboratory.task(name)
        cells = laboratory.study.grid()
    except AioptError as error:
        here.fault = error
        if hasattr(metafunc.config, "workerinput"):  # its controller collects nothing
            raise pytest.Collector.CollectError(f"{type(error).__name__}: {error}") from None
        return
    metafunc.parametrize(AXES, [_param(cell) for cell in cells], indirect=True)


def _param(cell: Cell) -> object:
    mark = pytest.mark.aiopt(task=cell.task, track=cell.track, seed=cell.seed)
    return pytest.param(cell.task, cell.track, cell.seed, id=cell.id, marks=mark)


def cell_of(item: pytest.Item) -> Cell | None:
    """Return the cell of a test; None for a test outside the grid."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    if not params.keys() >= set(AXES):
        return None
    return Cell(*(params[axis] for axis in AXES))


def cells_of(items: Sequence[pytest.Item]) -> list[Cell]:
    """Return the cells of tests, each once, in order."""
    return list(dict.fromkeys(cell for item in items if (cell := cell_of(item))))


def plan(config: pytest.Config, chosen: Sequence[Cell]) -> list[str]:
    """Return the lines shown after collection: cells and calls; with ``--co`` also their expected cost."""
    cells = sorted(chosen)
    if not cells:
        return []
    laboratory = session.of(config).laboratory
    if config.option.collectonly:
        found = laboratory.plan(cells)
        lines = [
            _head(laboratory.study.id, found.cells, found.stored, found.calls),
            *_costs(laboratory, found),
            *(f"aiopt: {line}" for line in outlook.keyless(laboratory, cells)),
            *(f"aiopt: {line}" for line in outlook.unfit(laboratory, cells)),
            *(f"aiopt: {line}" for line in outlook.warnings(laboratory, cells)),
        ]
    else:
        stored = sum(map(laboratory.is_cached, cells))
        calls = laboratory.calls_left([cell for cell in cells if not laboratory.is_cached(cell)])
        lines = [_head(laboratory.study.id, len(cells), stored, calls), *_profilers(config)]
    return [*lines, *_prefix_warning(config, cells)]


def _profilers(config: pytest.Config) -> list[str]:
    """Name the profilers in use and, under ``-v``, why others are not; finding out takes a moment."""
    here = session.of(config)
    own = injection.replaced(config, injection.PROFILERS)
    if here.settings.replay is not None or own or not here.uses_this_machine:
        return []
    try:
        choice = here.laboratory.profilers
    except AioptError as error:
        return [f"aiopt: profilers: {error}"]
    verbose = config.get_verbosity() > 0 or not choice.locates
    refused = [f"aiopt: no {name}: {reason}" for name, reason in choice.refused.items() if verbose]
    return [f"aiopt: profilers: {choice.described or 'none'}", *refused]


def _head(study: str, cells: int, stored: int, calls: int) -> str:
    return f"aiopt: study {study}, {cells} cells, {stored} stored, at most {calls} model calls"


def _costs(laboratory: Laboratory, found: Plan) -> list[str]:
    """Return one line per endpoint, one for the time and one per budget."""
    lines = [f"aiopt: {_tokens(model, laboratory.prices)}" for model in found.models]
    if found.seconds is None:
        lines.append("aiopt: expected time unknown, no cell has been run yet")
    else:
        hours, minutes = divmod(round(found.seconds / 60), 60)
        text = f"about {hours} h {minutes:02} min one cell after another, by {found.steps} recorded calls"
        lines.append(f"aiopt: {text}")
    for scope in SCOPES:
        limits = getattr(laboratory.study.budget, scope).limits()
        if limits:
            words = ", ".join(f"{kind} {limit:g}" for kind, limit in limits.items())
            lines.append(f"aiopt: budget per {scope}: {words}")
    return lines


def _tokens(model: ModelPlan, prices: Prices | None) -> str:
    if model.completion_tokens is None:
        replies = f"replies unknown (at most {model.most_completion_tokens})"
        source = "by the prompts' size"
    else:
        replies, source = f"{model.completion_tokens} of replies", f"by {model.recorded} recorded calls"
    money = "no price"
    if model.money is not None and prices is not None:
        money = f"{model.money:.2f} {prices.currency} by the prices of {prices.date}"
    return (
        f"{keys.hide(model.shown)}: {model.calls} calls, about {model.prompt_tokens} tokens of prompts, "
        f"{replies}, {source}; {money}"
    )


def _prefix_warning(config: pytest.Config, cells: Sequence[Cell]) -> list[str]:
    """Warn if ``-k``, which matches substrings, picked seed 10 together with seed 1, or Cp with C."""
    named = {f"track_{cell.track}" for cell in cells}, {f"seed_{cell.seed}" for cell in cells}
    pairs = [(one, other) for names in named for one in names for other in names if other.startswith(one)]
    picked = sorted((one, other) for one, other in pairs if one != other and one in config.option.keyword)
    if not picked:
        return []
    one, other = picked[0]
    return [
        f"aiopt: -k matches substrings ({one} also picks {other}); exact: -m \"aiopt(track='C', seed=1)\""
    ]
