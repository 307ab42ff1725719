"""``aiopt task profile``: all profiles of a task's program, or of a rung of its ladder."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.model import Candidate, ProfileState

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory


def profile(name: str, rung: str, workload: str, laboratory: Laboratory, out: Output) -> int:
    """Write the profiles as tables; return 1 if none could be taken."""
    from pytest_aiopt.report.text import profiles

    bench = laboratory.bench(name)
    source = bench.task.source_of(rung)
    with bench.profiling(bench.task.workload(workload) if workload else None) as session:
        taken = session.profile(source)
    shown = (*taken, bench.costliest(Candidate(source)))
    refused = dict(laboratory.profilers.refused)
    for line in profiles.lines(shown, source, refused):
        out.line(line)
    out.result(
        {
            "task": name,
            "rung": rung or None,
            "workload": workload or bench.task.scored.name,
            "profiles": shown,
            "refused": refused,
        }
    )
    return int(not any(one.state is ProfileState.TAKEN for one in taken))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TASK[:RUNG]", help="a task, or a rung of its ladder")
    parser.add_argument(
        "--workload", metavar="NAME", default="", help="a workload of the task (default: the scored one)"
    )


def _run(call: Invocation) -> int:
    name, _, rung = call.args.target.partition(":")
    call.args.task = [name]
    (name,) = call.tasks()
    return profile(name, rung, call.args.workload, call.laboratory, call.out)


COMMAND = Command(
    "profile",
    "show all profiles of a task's program, or of a rung of its ladder, as tables",
    "aiopt task profile record_scan:01 --workload w1",
    _run,
    (_arguments, options.sandbox),
)
