"""The pages of the pytest plugin: its options, ini keys, fixtures and hooks, and the Python interface."""

from __future__ import annotations

import argparse
import ast
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from types import ModuleType
from typing import Any, cast

import pytest

import pytest_aiopt
from pytest_aiopt import testing
from pytest_aiopt.plugin import fixtures, hookspecs, options
from reference.pieces import code, prose, table


def options_page() -> str:
    """Return the page of the options and ini keys."""
    own = [(code(name), text) for name, text in command_line()]
    ini = [(code(name), text) for name, text in ini_keys()]
    return "\n\n".join(
        (
            "# Options of pytest",
            "An option on the command line takes precedence over the key in pytest's ini file.",
            table(("option", "meaning"), own),
            "## Keys of the ini file",
            table(("key", "meaning"), ini),
        )
    )


@dataclass
class Declared:
    """Stands for pytest's parser and records what the plugin declares."""

    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    ini: dict[str, str] = field(default_factory=dict)

    def getgroup(self, name: str, description: str = "") -> Declared:
        """Return the group of the plugin, which is the parser itself."""
        return self

    def addoption(self, name: str, **attributes: Any) -> None:
        """Record an option."""
        self.options[name] = attributes

    def addini(self, name: str, text: str, default: object = None) -> None:
        """Record an ini key."""
        self.ini[name] = text


def command_line() -> list[tuple[str, str]]:
    """Return the options of the plugin with their help."""
    shown = {name: one for name, one in _declared().options.items() if one["help"] != argparse.SUPPRESS}
    return [(" ".join(filter(None, (name, one.get("metavar")))), one["help"]) for name, one in shown.items()]


def ini_keys() -> list[tuple[str, str]]:
    """Return the ini keys of the plugin with their help."""
    return list(_declared().ini.items())


def plugin_page() -> str:
    """Return the page of fixtures and hooks."""
    return "\n\n".join(
        (
            "# Fixtures and hooks",
            "[Replace a model or an instrument](../how-to/fixtures.md) shows them at work.",
            "## Fixtures",
            *(f"### {name}\n\n{text}" for name, text in documented(fixtures, "pytest.fixture")),
            "## Hooks",
            *(f"### {name}\n\n{text}" for name, text in documented(hookspecs, "pytest.hookspec")),
        )
    )


def python_page() -> str:
    """Return the page of the Python interface."""
    names = [name for name in pytest_aiopt.__all__ if not name.startswith("_")]
    parts = ["# Python interface", prose(pytest_aiopt.__doc__)]
    parts += [_member(f"pytest_aiopt.{name}", getattr(pytest_aiopt, name)) for name in names]
    parts += ["## pytest_aiopt.testing", prose(testing.__doc__)]
    parts += [
        _member(f"pytest_aiopt.testing.{name}", member)
        for name, member in vars(testing).items()
        if inspect.isclass(member) and member.__module__ == testing.__name__ and not name.startswith("_")
    ]
    return "\n\n".join(parts)


def documented(module: ModuleType, decorator: str) -> list[tuple[str, str]]:
    """Return the functions of a module that carry a decorator, with their docstrings."""
    tree = ast.parse(inspect.getsource(module))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [
        (node.name, prose(ast.get_docstring(node)))
        for node in functions
        if any(ast.unparse(each).startswith(decorator) for each in node.decorator_list)
    ]


def _member(name: str, member: object) -> str:
    plain = callable(member) and not (inspect.isclass(member) and issubclass(member, Enum))
    signature = f"```python\n{name}{_signature(member)}\n```\n\n" if plain else ""
    return f"### {name}\n\n{signature}{prose(inspect.getdoc(member))}"


def _signature(member: object) -> str:
    """Return a signature without the quotes of postponed annotations."""
    shown = str(inspect.signature(cast(Callable[..., object], member)))
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", shown)


def _declared() -> Declared:
    declared = Declared()
    options.add(cast(pytest.Parser, declared))
    return declared
