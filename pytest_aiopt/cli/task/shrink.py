"""``aiopt task shrink``: the smallest requests on which stored refused candidates fail."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import options, stored
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.cli.task.counterexamples import Counterexample, Refused


def shrink(laboratory: Laboratory, prefix: str, out: Output) -> int:
    """Minimise the request that each refused candidate fails on; return 1 if a journal is damaged."""
    from pytest_aiopt.cli.task import counterexamples
    from pytest_aiopt.evaluation.gate.shrink import BUDGET_S

    read = stored.journals(laboratory.store)
    laboratory.prepare()
    folder, results = laboratory.store.root / "counterexamples", []
    for one in counterexamples.refused(read.journals.values(), prefix):
        bench = laboratory.bench(one.task)
        smallest = counterexamples.minimise(bench, one, folder, BUDGET_S)
        out.line(f"{one.task} {one.candidate.sha[:12]}: {_text(smallest, bench.task.root)}")
        results.append(_plain(one, smallest))
    if not results:
        out.line(f"no stored candidate{f' {prefix}...' if prefix else ''} was refused by a gate")
    stored.write_damaged(read.damaged, out)
    out.result({"candidates": results, "damaged": read.damaged})
    return int(bool(read.damaged))


def _text(one: Counterexample | str, task: Path) -> str:
    if isinstance(one, str):
        return one
    before, after = len(one.shrunk.before), len(one.shrunk.request)
    keep = f"cp {os.path.relpath(one.path)} {os.path.relpath(task / 'regressions')}/"
    return (
        f"{one.verdict.status.value}, {before} -> {after} bytes in {one.shrunk.runs} runs\n"
        f"    {one.described}\n    to test every later candidate with it: {keep}"
    )


def _plain(one: Refused, smallest: Counterexample | str) -> dict[str, object]:
    document: dict[str, object] = {"task": one.task, "candidate": one.candidate.sha}
    if isinstance(smallest, str):
        return document | {"problem": smallest}
    return document | {
        "status": smallest.verdict.status.value,
        "bytes_before": len(smallest.shrunk.before),
        "bytes": len(smallest.shrunk.request),
        "runs": smallest.shrunk.runs,
        "request": smallest.described,
        "path": str(smallest.path),
    }


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "candidate",
        nargs="?",
        default="",
        metavar="SHA",
        help="first digits of a candidate's sha256 (default: all)",
    )


def _run(call: Invocation) -> int:
    return shrink(call.laboratory, call.args.candidate, call.out)


COMMAND = Command(
    "shrink",
    "find the smallest requests on which stored refused candidates fail",
    "aiopt task shrink 3fa9c1",
    _run,
    (_arguments, options.sandbox),
)
