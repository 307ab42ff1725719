"""The command line of ``aiopt``: chooses a subcommand and turns errors into messages and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pytest_aiopt.cli import baseline, codebook, doctor, label, live, power, register, report, serve_local
from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation, UsageError
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.cli.base.project import Project
from pytest_aiopt.cli.records import audit, exporting, importing, verify
from pytest_aiopt.cli.task import check, freeze, frontier, new, profile, shrink
from pytest_aiopt.errors import AioptError

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory

OK, WRONG, USAGE, INTERRUPTED = 0, 1, 2, 130

COMMANDS = (
    report.COMMAND,
    live.COMMAND,
    verify.COMMAND,
    audit.COMMAND,
    register.COMMAND,
    doctor.COMMAND,
    baseline.COMMAND,
    power.COMMAND,
    codebook.COMMAND,
    label.COMMAND,
    serve_local.COMMAND,
)
GROUPS = {
    "task": (
        "make, freeze, check and profile tasks",
        (
            new.COMMAND,
            freeze.COMMAND,
            check.COMMAND,
            frontier.COMMAND,
            profile.COMMAND,
            shrink.COMMAND,
        ),
    ),
    "records": (
        "publish the records of a study, or import published ones",
        (exporting.COMMAND, importing.COMMAND),
    ),
}
DESCRIPTION = """\
Work with studies of LLM-driven program evolution: reports, checks, tasks, records.
The cells of a study are tests, which pytest runs: pytest experiments/ -k "track_C and seed_1"."""
EPILOG = "exit codes: 0 success, 1 something is wrong, 2 usage error; aiopt COMMAND --help shows an example"


class _Parser(argparse.ArgumentParser):
    """Raises UsageError instead of leaving the process."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}", f"see {self.prog} --help")


def main(
    argv: Sequence[str] | None = None, *, make_laboratory: Callable[..., Laboratory] | None = None
) -> int:
    """Run one subcommand; return 0, 1 where something is wrong, 2 for wrong usage.

    ``make_laboratory`` replaces the class Laboratory, for tests.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    out = Output(json="--json" in words)
    try:
        args = parser().parse_args(words)
        return _run(args, out, make_laboratory)
    except AioptError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        out.result({"error": error.problem, "remedy": error.remedy})
        return USAGE if isinstance(error, UsageError) else WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as head, has closed the pipe; flush nothing more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _run(args: argparse.Namespace, out: Output, make_laboratory: Callable[..., Laboratory] | None) -> int:
    from pytest_aiopt.evaluation.host import cores

    command: Command = args.command
    call = Invocation(args, Project.find(Path.cwd(), args), out, make_laboratory)
    with cores.off_the_timing_core():  # another process may be measuring
        return command.run(call)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = _Parser(
        prog="aiopt",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    subparsers = top.add_subparsers(metavar="COMMAND", title="commands", required=True)
    for command in COMMANDS:
        _add(subparsers, command)
    for name, (summary, commands) in GROUPS.items():
        group = subparsers.add_parser(
            name,
            help=summary,
            description=f"{summary.capitalize()}.",
            epilog=f"example: {commands[0].example}",
            allow_abbrev=False,
        )
        inner = group.add_subparsers(metavar="COMMAND", title="commands", required=True)
        for command in commands:
            _add(inner, command)
    return top


def _add(subparsers: argparse._SubParsersAction[_Parser], command: Command) -> None:
    details = f"\n\n{command.details}" if command.details else ""
    one = subparsers.add_parser(
        command.name,
        help=command.summary,
        description=f"{command.summary[0].upper()}{command.summary[1:]}.{details}",
        epilog=f"example:\n  {command.example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for add in command.arguments:
        add(one)
    options.common(one)
    one.set_defaults(command=command)
