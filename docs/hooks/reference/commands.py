"""The page of the commands: every parser of the command ``aiopt``, walked."""

from __future__ import annotations

import argparse

from pytest_aiopt.cli import main
from reference.pieces import code, table


def page() -> str:
    """Return the page."""
    parts = [
        "# Commands",
        "Every command takes `--help`. Exit codes: 0 success, 1 something is wrong, 2 wrong usage.",
        *(text for parser in leaves(main.parser()) for text in _section(parser)),
    ]
    return "\n\n".join(parts) + "\n"


def leaves(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Return the parsers of all commands below ``parser``."""
    inner = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not inner:
        return [parser]
    return [leaf for action in inner for child in action.choices.values() for leaf in leaves(child)]


def arguments(parser: argparse.ArgumentParser) -> list[tuple[str, str]]:
    """Return the arguments of a command with their help."""
    shown = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    return [(_name(action), action.help or "") for action in shown if action.help != argparse.SUPPRESS]


def _name(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else str(action.metavar or action.dest)
    return " ".join(filter(None, (", ".join(action.option_strings), value)))


def _section(parser: argparse.ArgumentParser) -> list[str]:
    example = (parser.epilog or "").partition("\n")[2].strip()
    rows = [(code(name), text) for name, text in arguments(parser)]
    return [
        f"## {parser.prog}",
        parser.description or "",
        table(("argument", "meaning"), rows),
        f"```text\n{example}\n```",
    ]
