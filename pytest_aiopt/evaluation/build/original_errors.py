"""The errors for a task whose original program does not compile or does not end."""

from __future__ import annotations

from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.model import Build, Workload
from pytest_aiopt.tasks import linkage
from pytest_aiopt.tasks.loader import Task


def does_not_compile(task: Task, build: Build) -> TaskError:
    """Return the error for an original program that does not compile, with the compiler's first error."""
    first = next((each for each in build.diagnostics if each.severity == "error"), None)
    where = task.root / SOURCE
    if first is None:
        return TaskError(f"{where} does not compile: {build.detail}", "fix the program")
    if not first.line and (fault := linkage.fault(task)):
        return fault
    line = f":{first.line}" if first.line else ""
    return TaskError(
        f"{where}{line}: {first.message}", "fix the program; it must compile with the task's flags"
    )


def unfinished(task: Task, workload: Workload, how: str) -> TaskError:
    """Return the error for an original program that does not finish a workload; ``how`` it ended."""
    return TaskError(
        f"the original program {task.root / SOURCE} does not finish workload {workload.name}: {how}",
        f"make it finish on every input that {task.root / 'inputs.py'} draws for {workload.name}, lower the "
        f"parameters of {workload.name} or raise the limit in {task.root / 'task.toml'}",
    )
