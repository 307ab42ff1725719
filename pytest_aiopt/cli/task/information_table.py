"""``aiopt task check``: whether tasks are informative, as a table, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_aiopt.tasks.information import (
    FEWEST_COMPONENTS,
    FEWEST_WORKLOADS,
    LEAST_VALUE,
    MOST_OF_ONE_STEP,
    STEP_TOKENS,
    STEPS,
    Information,
    Lack,
)

HEADERS = ("task", "frontier", "largest step", "competing", "value of information", "tried", "informative")
REASONS = {
    Lack.WORKLOADS: f"fewer than {FEWEST_WORKLOADS} workloads can be scored",
    Lack.FRONTIER: "on some workload no known program is faster",
    Lack.ACCIDENT: (
        f"one step of {STEP_TOKENS} new tokens takes more than {MOST_OF_ONE_STEP:.0%} of the log2 gain"
    ),
    Lack.COMPETITION: (
        f"fewer than {FEWEST_COMPONENTS} components are worth much on one workload and little on another"
    ),
    Lack.VALUE: f"who knows the workload is less than {LEAST_VALUE} log2 ahead after {STEPS} steps (median)",
}


def table(found: Sequence[Information]) -> str:
    """Return one row per task: speedups, shares and log2 gains by workload."""
    from tabulate import tabulate

    return tabulate([_row(one) for one in found], HEADERS, disable_numparse=True)


def _row(one: Information) -> list[str]:
    return [
        one.task,
        _each({name: f"{2**log2:.1f}" for name, log2 in one.frontier.items()}),
        _each({name: f"{share:.0%}" for name, share in one.step.items()}),
        f"{len(one.competing)}/{len(one.components)}",
        _each({name: f"{log2:+.2f}" for name, log2 in one.value.items()}),
        str(one.tried),
        "yes" if one.informative else "no",
    ]


def _each(shown: Mapping[str, str]) -> str:
    return " ".join(f"{name}:{text}" for name, text in shown.items()) or "-"


def notes(found: Sequence[Information]) -> list[str]:
    """Return one line per task that is not informative, with the reasons."""
    return [
        f"{one.task}: not informative, so no part of the confirmatory stratum: "
        + "; ".join(REASONS[lack] for lack in one.lacks)
        for one in found
        if not one.informative
    ]


def as_json(one: Information) -> dict[str, object]:
    """Return what was observed, in log2, and the reasons why a task is not informative."""
    return {
        "informative": one.informative,
        "lacks": [lack.value for lack in one.lacks],
        "value_of_information": one.median_value,
        "value_by_workload": dict(one.value),
        "frontier_log2": dict(one.frontier),
        "largest_step": dict(one.step),
        "components": {each.file: dict(each.shares) for each in one.components},
        "programs_tried": one.tried,
    }
