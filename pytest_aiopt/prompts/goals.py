"""The system message: the goal, how programs are built and run, the rules, the task and its interface."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_aiopt.model import Metric, NoiseFloor
from pytest_aiopt.prompts import rules, surroundings
from pytest_aiopt.tasks.loader import Task

TIME = """\
You improve the speed of a self-contained {language} program. Its fitness (combined_score) is its speedup over
the original program, by {clock}: a score of 2 means half the time. Each score is measured on fresh inputs of
one kind, and any profile in a prompt was taken on inputs of that kind. A program with any wrong output has no
score."""

DECISIONS = """\
You improve the decisions of a self-contained {language} program. Its fitness (combined_score) is the
{counted} of the original program over its own: a score of 2 means half of them. Each score is counted on
fresh inputs of one kind, and any profile in a prompt was taken on inputs of that kind. A program with an
output that is not allowed has no score, and neither has one that takes over {ratio:.0f} times the original's
CPU time."""

_CLOCKS = {Metric.CPU: "CPU time", Metric.WALL: "wall-clock time"}

_REST = """

How programs are built and run:
{surroundings}

Rules (a program that breaks one of them is refused and gets no score):
{rules}

The program:
{prompt}

It implements this header, task.hpp, which cannot be changed:
```cpp
{header}
```"""


def system_message(task: Task, machine: Mapping[str, str], limits: rules.Limits) -> str:
    """Return the message at the start of every prompt of a task, the same in all tracks.

    ``machine``: the machine as recorded in a cell's journal.
    """
    language = surroundings.language(task.flags)
    if task.metric is Metric.COST:
        goal = DECISIONS.format(language=language, counted=task.counted, ratio=task.limits.cpu_ratio)
    else:
        goal = TIME.format(language=language, clock=_CLOCKS[task.metric])
    return goal + _REST.format(
        surroundings=surroundings.stated(task, machine),
        rules=rules.numbered(limits),
        prompt=task.prompt,
        header=task.header.strip(),
    )


def noise(metric: Metric, floor: NoiseFloor) -> str:
    """Return the sentence on the noise of scores, which follows the system message."""
    if metric is Metric.COST:
        return "Scores are counts and have no noise."
    if not floor.log2_ratios:
        return "The noise of scores was not measured."
    percent = 100 * (2**floor.delta - 1)
    return f"Scores are noisy: differences of less than {percent:.1f} % mean nothing."
