"""Whether driver.cpp can call the program: its entry is defined, under its plain name."""

from __future__ import annotations

from pytest_aiopt.errors import TaskError
from pytest_aiopt.tasks.loader import Task


def fault(task: Task) -> TaskError | None:
    """Return the error for an entry that the linker cannot find by its name; None if it can."""
    from pytest_aiopt.cpp.source import Source
    from pytest_aiopt.cpp.tree import text

    source, where = Source(task.program.source), task.root / "program.cpp"
    if task.entry not in source.functions:
        return TaskError(
            f'{task.root / "task.toml"}: entry = "{task.entry}", but {where} defines no such function; it '
            f"defines {', '.join(source.functions) or 'none'}",
            "set entry to the function that driver.cpp calls",
        )
    linked = [each for one in (source, Source(task.header)) for each in one.all("linkage_specification")]
    if any(task.entry in text(each) for each in linked):
        return None
    return TaskError(
        f'{where} defines {task.entry} without extern "C"',
        f'declare it as extern "C" in {task.root / "task.hpp"}',
    )
