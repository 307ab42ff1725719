"""``aiopt task freeze``: the correctness corpus of tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.errors import ToolMissing

if TYPE_CHECKING:
    from pytest_aiopt.campaign.bench import Bench
    from pytest_aiopt.journal.store import Store
    from pytest_aiopt.tasks.loader import Task


def freeze(names: Sequence[str], tasks_dir: Path, store: Store, out: Output, *, unsafe: bool = False) -> int:
    """Store the corpus of each task, and check its original program against it; raises TaskError."""
    from pytest_aiopt.campaign.task_check import first_case, original
    from pytest_aiopt.evaluation.gate import corpus
    from pytest_aiopt.tasks import loader

    make = _benches(store, out, unsafe=unsafe)
    manifests = {}
    for name in names:
        if make is not None:
            first_case.require(make(loader.load(tasks_dir, name)))
        manifest = corpus.freeze(loader.load(tasks_dir, name))
        manifests[name] = {"cases": manifest.cases, "requests_sha256": manifest.requests_sha256}
        out.line(f"{name}: {manifest.cases} cases, {manifest.requests_sha256[:12]}")
        if make is None:
            continue
        for warning in original.require(make(loader.load(tasks_dir, name))):
            out.line(warning)
        out.line(f"{name}: the original program agrees with the oracle and finishes every workload")
    out.result({"tasks": manifests})
    return 0


def _benches(store: Store, out: Output, *, unsafe: bool) -> Callable[[Task], Bench] | None:
    """Return a maker of benches; None, with a line, if no compiler is installed."""
    from pytest_aiopt.campaign.bench import Bench
    from pytest_aiopt.design.study_file import MeterSpec
    from pytest_aiopt.evaluation.build.toolchain import Toolchain
    from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox

    store.prepare()
    try:
        sandbox = Sandbox.probe(store.cache, allow_unsafe=unsafe)
        toolchain = Toolchain(cache=store.cache / "builds", sandbox=sandbox)
    except ToolMissing as missing:
        out.line(f"the original programs are not checked: {missing}")
        return None
    return lambda task: Bench(task, toolchain=toolchain, sandbox=sandbox, meter=MeterSpec(), store=store)


def _run(call: Invocation) -> int:
    unsafe = call.args.unsafe_no_sandbox
    return freeze(call.tasks(), call.project.tasks_dir, call.store, call.out, unsafe=unsafe)


COMMAND = Command(
    "freeze",
    "generate and store the correctness corpus of tasks, and check their original programs",
    "aiopt task freeze word_count",
    _run,
    (options.tasks, options.sandbox),
)
