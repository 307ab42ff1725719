"""Options that several subcommands share."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_aiopt.design.selection import Selection


def common(parser: argparse.ArgumentParser) -> None:
    """Add the options that every subcommand takes."""
    parser.add_argument("--json", action="store_true", help="write one JSON object and nothing else")
    group = parser.add_argument_group("project", "Defaults come from the aiopt_* keys of pytest's ini file.")
    for name, text in (
        ("study", "study file (default: experiments/tracks.toml)"),
        ("tasks-dir", "directory of the task folders (default: tasks)"),
        ("results", "directory of journals, noise floors and builds (default: results)"),
    ):
        group.add_argument(f"--{name}", metavar="PATH", help=text)


def study(parser: argparse.ArgumentParser) -> None:
    """Add the options that select a part of the study."""
    group = parser.add_argument_group("part of the study")
    group.add_argument("--tasks", type=names, default=(), metavar="A,B", help="only these tasks, or all")
    group.add_argument(
        "--tracks",
        type=names,
        default=(),
        metavar="A,C",
        help="these tracks instead of the study's default_tracks, or all",
    )
    group.add_argument(
        "--stage", type=int, default=1, metavar="N", help="seeds up to the N-th declared stage (default: 1)"
    )
    group.add_argument(
        "--iterations", type=positive, metavar="N", help="model calls per cell, instead of the study's"
    )
    group.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="ROLE=SPEC",
        help="another model for a role of the study; may be repeated",
    )


def sandbox(parser: argparse.ArgumentParser) -> None:
    """Add the option of commands that run candidates."""
    parser.add_argument(
        "--unsafe-no-sandbox", action="store_true", help="run candidates where no sandbox layer works"
    )


def tasks(parser: argparse.ArgumentParser) -> None:
    """Add the names of tasks as arguments."""
    parser.add_argument("task", nargs="*", metavar="TASK", help="a task of the project (default: all)")


def names(text: str) -> tuple[str, ...]:
    """Return the names in a list separated by commas."""
    return tuple(name for name in text.split(",") if name)


def positive(text: str) -> int:
    """Return a number from 1; raises ArgumentTypeError."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return number


def selection(args: argparse.Namespace) -> Selection:
    """Return the part of the study that the arguments select; by default the whole default part."""
    from pytest_aiopt.design.selection import Selection

    given = vars(args)
    return Selection(
        tasks=given.get("tasks", ()),
        tracks=given.get("tracks", ()),
        stage=given.get("stage", 1),
        iterations=given.get("iterations"),
        models=tuple(given.get("model", ())),
    )
