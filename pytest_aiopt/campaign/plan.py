"""The remaining work and its expected calls, tokens, money and time, estimated from stored journals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from pytest_aiopt.design.study import Study
from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.ends import last_ran
from pytest_aiopt.journal.record import find_cell
from pytest_aiopt.model import Cell
from pytest_aiopt.models.base import CHARS_PER_TOKEN, ModelSpec, is_endpoint
from pytest_aiopt.models.prices import Prices


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """The calls to come of one model. ``recorded`` calls gave the expectation; 0: from the prompts' sizes.

    ``shown``: its name in tables.
    Without a recorded call the tokens of replies are unknown (None), and so is the money.
    """

    spec: str
    shown: str
    calls: int
    recorded: int
    prompt_tokens: int
    completion_tokens: int | None
    most_completion_tokens: int
    money: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The session's cells. ``seconds``: expected wall time one cell after another, None without a record."""

    cells: int
    stored: int
    calls: int
    models: tuple[ModelPlan, ...]
    seconds: float | None
    steps: int


@dataclass(slots=True)
class _Seen:
    """Steps on record with the seconds they took, and replies with counted tokens."""

    steps: int = 0
    seconds: float = 0.0
    prompts: list[int] = field(default_factory=list)
    completions: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Done:
    """The progress of a cell."""

    calls: int = 0
    finished: bool = False


def make(
    study: Study,
    cells: Sequence[Cell],
    *,
    journal: Callable[[Cell], Path],
    stored: Iterable[Path],
    prices: Prices | None,
    prompt_chars: Callable[[Cell], int],
) -> Plan:
    """Return the plan for ``cells``, learnt from ``stored`` journals, else from ``prompt_chars``."""
    steps = _Seen()
    usage: dict[str, _Seen] = {}
    done = {path: _learn(path, steps, usage) for path in stored}
    left = {cell: study.iterations - done.get(journal(cell), _Done()).calls for cell in cells}
    open_ = [(cell, max(0, left[cell])) for cell in cells if not done.get(journal(cell), _Done()).finished]
    calls = sum(count for _, count in open_)
    models = []
    for model in dict.fromkeys(study.models[study.track(cell.track).model] for cell, _ in open_):
        if is_endpoint(model.spec):
            mine = [(c, n) for c, n in open_ if study.models[study.track(c.track).model] == model]
            models.append(_model(model, mine, usage.get(model.spec, _Seen()), prices, prompt_chars))
    return Plan(
        cells=len(cells),
        stored=len(cells) - len(open_),
        calls=calls,
        models=tuple(models),
        seconds=calls * steps.seconds / steps.steps if steps.steps else None,
        steps=steps.steps,
    )


def calls_left(journal: Path, iterations: int) -> int:
    """Return the calls that a cell may still make; all if its journal is damaged, which its test reports."""
    try:
        record = find_cell(journal)
    except JournalError:
        return iterations
    if record is None:
        return iterations
    return 0 if record.finished else max(0, iterations - len(record.proposals))


def _learn(path: Path, steps: _Seen, usage: dict[str, _Seen]) -> _Done:
    """Add the costs on record in a journal; return the progress of its cell."""
    try:
        record = find_cell(path)
    except JournalError:
        return _Done()  # the cell's own test reports the damage
    if record is None:
        return _Done()
    ran = last_ran(path)
    proposed = record.proposals
    if ran and proposed:
        steps.steps += len(proposed)
        steps.seconds += ran
    seen = usage.setdefault(record.opened.model, _Seen())
    for event in proposed:
        counted = event.completion.usage
        if counted.prompt_tokens is not None and counted.completion_tokens is not None:
            seen.prompts.append(counted.prompt_tokens)
            seen.completions.append(counted.completion_tokens)
    return _Done(len(proposed), record.finished)


def _model(
    model: ModelSpec,
    cells: Sequence[tuple[Cell, int]],
    seen: _Seen,
    prices: Prices | None,
    prompt_chars: Callable[[Cell], int],
) -> ModelPlan:
    calls = sum(count for _, count in cells)
    if seen.prompts:
        prompt: float = calls * fmean(seen.prompts)
        completion: float | None = calls * fmean(seen.completions)
    else:
        prompt, completion = sum(n * prompt_chars(cell) / CHARS_PER_TOKEN for cell, n in cells), None
    price = prices.find(model.spec) if prices else None
    money = price.of(round(prompt), round(completion)) if price and completion is not None else None
    return ModelPlan(
        spec=model.spec,
        shown=model.shown,
        calls=calls,
        recorded=len(seen.prompts),
        prompt_tokens=round(prompt),
        completion_tokens=None if completion is None else round(completion),
        most_completion_tokens=calls * model.max_tokens,
        money=money,
    )
