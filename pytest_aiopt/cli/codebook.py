"""``aiopt codebook``: the agreement of the rules that classify mutations with a labelled corpus."""

from __future__ import annotations

from pathlib import Path

from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output


def codebook(tasks_dir: Path, out: Output) -> int:
    """Write the agreement on every part of the corpus; return 1 if the rules do not pass the gate."""
    from pytest_aiopt.cli import codebook_check

    constructed, rewritten = codebook_check.check(tasks_dir)
    for line in codebook_check.lines(constructed, rewritten):
        out.line(line)
    document = codebook_check.as_json(constructed, rewritten)
    out.result(document)
    return int(not document["passes"])


def _run(call: Invocation) -> int:
    return codebook(call.project.tasks_dir, call.out)


COMMAND = Command(
    "codebook",
    "check the rules that classify mutations against the labelled corpus of the tasks",
    "aiopt codebook --json",
    _run,
)
