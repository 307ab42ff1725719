"""``aiopt task new``: the folder of a new task."""

from __future__ import annotations

import argparse
import os

from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.cli.base.project import Project


def create(name: str, project: Project, out: Output) -> int:
    """Write a small task that works, and a study where the project has none."""
    from pytest_aiopt.tasks import scaffold

    folder = scaffold.create(project.tasks_dir, name)
    begun = scaffold.start_study(project.study, project.root, name)
    study = ", ".join(os.path.relpath(path) for path in begun) or f'add "{name}" to its tasks'
    for line in (
        f"{os.path.relpath(folder)} holds a small task that works; replace its files with yours, one by one.",
        f"study: {study}",
        f"then: aiopt task freeze {name}; pytest experiments/ --aiopt-smoke; aiopt report",
        f"fit for conclusions? aiopt task check {name}",
    ):
        out.line(line)
    out.result({"task": name, "folder": str(folder), "study": [str(path) for path in begun]})
    return 0


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="name of the task: lower-case letters, digits and _")


def _run(call: Invocation) -> int:
    return create(call.args.name, call.project, call.out)


COMMAND = Command(
    "new",
    "make the folder of a new task from a small one that works",
    "aiopt task new word_count",
    _run,
    (_arguments,),
)
