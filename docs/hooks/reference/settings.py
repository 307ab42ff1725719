"""The pages of the study file and of the task file: every table with its keys."""

from __future__ import annotations

from pytest_aiopt.design import study_file
from pytest_aiopt.model import Track
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.budget import Allowance, Budget
from pytest_aiopt.models.prices import Price, Prices
from pytest_aiopt.search.settings import SearchSettings
from pytest_aiopt.tasks import task_file
from reference.keys import page_table

STUDY: tuple[tuple[str, type], ...] = (
    ("Top of the file", study_file.StudySpec),
    ("[models.ROLE]", ModelSpec),
    ("[tracks.NAME]", Track),
    ("[contrasts.NAME]", study_file.ContrastSpec),
    ("[meter]", study_file.MeterSpec),
    ("[search]", SearchSettings),
    ("[budget]", Budget),
    ("[budget.cell] and [budget.study]", Allowance),
    ("Price table", Prices),
    ('[models."NAME"] of the price table', Price),
)
TASK: tuple[tuple[str, type], ...] = (
    ("Top of the file", task_file.TaskFile),
    ("[limits]", task_file._LimitsSpec),
    ("[[workloads]]", task_file._WorkloadSpec),
    ("[[ladder]]", task_file._RungSpec),
    ("[plausible]", task_file._PlausibleSpec),
    ("[criteria]", task_file.Criteria),
)
STUDY_INTRODUCTION = """\
A study file is strict: an unknown key is an error that suggests the right one.
[Write a study](../how-to/studies.md) shows how the keys work together. The price table is a file of its own,
`experiments/prices.toml`."""
TASK_INTRODUCTION = """\
Each task folder holds a `task.toml`, which is strict as well. [Write a task](../how-to/tasks.md)
describes its other files."""


def study_page() -> str:
    """Return the page of the study file and the price table."""
    return _page("Study file", STUDY_INTRODUCTION, STUDY)


def task_page() -> str:
    """Return the page of task.toml."""
    return _page("Task file", TASK_INTRODUCTION, TASK)


def _page(title: str, introduction: str, tables: tuple[tuple[str, type], ...]) -> str:
    parts = [f"# {title}", introduction]
    for heading, settings in tables:
        without = ("name",) if settings is Track else ()
        parts += [f"## {heading}", page_table(settings, without)]
    return "\n\n".join(parts)
