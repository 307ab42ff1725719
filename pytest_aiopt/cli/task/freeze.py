"""``aiopt task freeze``: the correctness corpus of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output


def freeze(names: Sequence[str], tasks_dir: Path, out: Output) -> int:
    """Generate and store the corpus of each task."""
    from pytest_aiopt.evaluation.gate import corpus
    from pytest_aiopt.tasks import loader

    manifests = {}
    for name in names:
        manifest = corpus.freeze(loader.load(tasks_dir, name))
        manifests[name] = {"cases": manifest.cases, "requests_sha256": manifest.requests_sha256}
        out.line(f"{name}: {manifest.cases} cases, {manifest.requests_sha256[:12]}")
    out.result({"tasks": manifests})
    return 0


def _run(call: Invocation) -> int:
    return freeze(call.tasks(), call.project.tasks_dir, call.out)


COMMAND = Command(
    "freeze",
    "generate and store the correctness corpus of tasks",
    "aiopt task freeze word_count",
    _run,
    (options.tasks,),
)
