"""Checks before a study makes its first call, so that no money is wasted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pytest_aiopt.campaign.sources.surroundings import Surroundings
from pytest_aiopt.design.study import Study
from pytest_aiopt.errors import DesignError, ToolMissing
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.model import Cell, Feedback, Hint, Track
from pytest_aiopt.models import base as llm
from pytest_aiopt.models.prices import Prices
from pytest_aiopt.prompts import hint
from pytest_aiopt.prompts.render import SIZES, STANDARD
from pytest_aiopt.tasks.loader import Task


def concerns(study: Study, cell: Cell) -> bool:
    """Whether a cell needs a check; embedded models without a hint or placebo do not."""
    track = study.track(cell.track)
    shows = track.hint is not Hint.NONE or track.feedback is Feedback.PLACEBO
    return shows or not llm.is_embedded(study.model_of(track))


def check_corpora(tasks: Iterable[Task]) -> None:
    """Raise TaskError if the corpus of a task is missing or damaged."""
    for task in {task.name: task for task in tasks}.values():
        corpus.load(task)


def check_models(
    study: Study,
    cells: Sequence[Cell],
    make: Callable[[llm.ModelSpec], llm.LanguageModel],
    prices: Prices | None,
) -> None:
    """Raise ModelError or DesignError if a model of ``cells`` cannot be made or has no price."""
    for model in dict.fromkeys(study.models[study.track(cell.track).model] for cell in cells):
        make(model)
        if llm.is_endpoint(model.spec) and study.budget.needs_prices:
            _require_price(model, prices)


def require_profiler(track: Track, place: Surroundings) -> None:
    """Refuse a cell whose treatment could never be delivered, before a model call is paid for."""
    if track.feedback is not Feedback.NONE and place.unprofiled:
        raise ToolMissing(f"track {track.name} shows profiles, but no profiler works here", place.unprofiled)


def check(
    study: Study, cells: Sequence[Cell], task: Callable[[str], Task], prompt_chars: Callable[[Cell], int]
) -> None:
    """Raise DesignError if a cell's hint or twin is missing or its prompts do not fit the context."""
    for cell in cells:
        track = study.track(cell.track)
        if track.hint is Hint.ORACLE and not hint.oracle(task(cell.task).ladder):
            problem = f"track {track.name} shows the oracle's hint, but task {cell.task} has none"
            raise DesignError(problem, "give a structural rung of its ladder a note")
        scored = study.posed(task(cell.task), cell.seed).scored
        if track.hint is Hint.ORACLE and scored.name != task(cell.task).scored.name:
            problem = (
                f"track {track.name} shows the oracle's hint, which is about workload "
                f"{task(cell.task).scored.name} of {cell.task}, and this cell scores {scored.name}"
            )
            raise DesignError(problem, 'use hint = "workload", or leave scored = "rotate" out')
        if track.hint is Hint.WORKLOAD and not hint.workload(scored):
            problem = (
                f"track {track.name} describes workload {scored.name} of {cell.task}, which has no words"
            )
            raise DesignError(problem, "give it words in task.toml, a sentence on its inputs")
        if track.feedback is Feedback.PLACEBO and not task(cell.task).twins:
            problem = f"track {track.name} shows the placebo, but task {cell.task} has no twin workload"
            raise DesignError(problem, "give its task.toml a workload with twin_of, or leave the task out")
        _require_context(study.models[track.model], cell, prompt_chars)


def prompt_chars(study: Study, cell: Cell, first: int, program: int) -> int:
    """Return the expected length of a cell's later prompts from that of its first and of the program.

    The first shows the program once; later ones show the further programs of the search settings as far as
    there is room, a failure and what the track adds.
    """
    search, track = study.search, study.track(cell.track)
    further = search.num_top_programs + 2 * search.num_diverse_programs
    added = STANDARD.bytes + (SIZES[track.verbosity].bytes if track.feedback is not Feedback.NONE else 0)
    return first + added + min(further * program, max(0, search.program_chars - program))


def _require_price(model: llm.ModelSpec, prices: Prices | None) -> None:
    if prices is None or prices.find(model.spec) is None:
        problem = f"the budget is in money, but the price table has no model {model.name!r}"
        raise DesignError(problem, "add it to the file of --aiopt-prices, with the date")


def _require_context(model: llm.ModelSpec, cell: Cell, prompt_chars: Callable[[Cell], int]) -> None:
    if model.context is None:
        return
    prompt = round(prompt_chars(cell) / llm.CHARS_PER_TOKEN)
    if prompt + model.max_tokens > model.context:
        problem = (
            f"model {model.name!r} has a context of {model.context} tokens; prompts of {cell.task}, track "
            f"{cell.track}, take about {prompt} and a reply may take {model.max_tokens}"
        )
        raise DesignError(problem, "lower max_tokens or [search] num_top_programs, or take another model")
