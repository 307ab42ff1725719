"""What a model is told of its goal: less time, or less of what decisions cost."""

from __future__ import annotations

from pytest_aiopt.model import Metric
from pytest_aiopt.tasks.loader import Task

_TASK = """

The program:
{prompt}

It implements this header, task.hpp, which cannot be changed:
```cpp
{header}
```"""

SYSTEM = """\
You improve the speed of a self-contained C++17 program. Its fitness (combined_score) is its speedup over the
original program, measured on fresh inputs; a program with any wrong output has none. Only the standard
library is available."""

DECISIONS = """\
You improve the decisions of a self-contained C++17 program. Its fitness (combined_score) is the {counted} of
the original program over its own, on fresh inputs; a program with an output that is not allowed has none, and
neither has one that takes over {ratio:.0f} times the original's CPU time. Only the standard library is
available."""


def system_message(task: Task) -> str:
    """Return what the model is told of its goal and of a task, the same in every prompt."""
    told = {"prompt": task.prompt, "header": task.header.strip()}
    if task.metric is Metric.COST:
        return (DECISIONS + _TASK).format(counted=task.counted, ratio=task.limits.cpu_ratio, **told)
    return (SYSTEM + _TASK).format(**told)
