"""Finds the study, tasks and results of a project as pytest does: by the ini file here or further up."""

from __future__ import annotations

import argparse
import configparser
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_aiopt.errors import DesignError

Values = Mapping[str, Any]

DEFAULTS = {
    "study": "experiments/tracks.toml",
    "tasks_dir": "tasks",
    "results": "results",
    "prices": "experiments/prices.toml",
}


@dataclass(frozen=True, slots=True)
class Project:
    """Where a study, its tasks and its results lie."""

    root: Path
    study: Path
    tasks_dir: Path
    results: Path
    prices: Path

    @classmethod
    def find(cls, start: Path, args: argparse.Namespace) -> Project:
        """Return the project of the directory ``start``; options come before ini keys, these before defaults.

        Paths of options start at ``start``, those of ini keys and defaults at the root. Raises DesignError.
        """
        root, ini = _rooted(start)

        def path(name: str) -> Path:
            given = getattr(args, name, None)
            return start / given if given else root / str(ini.get(f"aiopt_{name}", DEFAULTS[name]))

        return cls(root, *map(path, DEFAULTS))


def _rooted(start: Path) -> tuple[Path, Values]:
    """Return the root directory and the ini values that pytest would use."""
    folders = (start, *start.parents)
    for folder in folders:
        for name, read in _READERS.items():
            values = _read(folder / name, read)
            if values is not None:
                return folder, values
    for marker in ("pyproject.toml", "setup.py"):
        for folder in folders:
            if (folder / marker).is_file():
                return folder, {}
    return start, {}


def _read(path: Path, read: Callable[[str], Values | None]) -> Values | None:
    if not path.is_file():
        return None
    try:
        return read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, configparser.Error) as error:
        raise DesignError(f"cannot read {path}: {error}", "correct this file") from error


def _pytest_toml(text: str) -> Values | None:
    values: Values = tomllib.loads(text).get("pytest", {})
    return values


def _pyproject(text: str) -> Values | None:
    table: Values = tomllib.loads(text).get("tool", {}).get("pytest", {})
    values: Values | None = table.get("ini_options")
    return values if values is not None else (table or None)


def _section(name: str, *, always: bool = False) -> Callable[[str], Values | None]:
    """Return a reader of one section. ``always``: the file marks the root even without that section."""

    def read(text: str) -> Values | None:
        parser = configparser.RawConfigParser(strict=False)
        parser.read_string(text)
        if parser.has_section(name):
            return dict(parser[name])
        return {} if always else None

    return read


_READERS: dict[str, Callable[[str], Values | None]] = {
    "pytest.toml": _pytest_toml,
    ".pytest.toml": _pytest_toml,
    "pytest.ini": _section("pytest", always=True),
    ".pytest.ini": _section("pytest", always=True),
    "pyproject.toml": _pyproject,
    "tox.ini": _section("pytest"),
    "setup.cfg": _section("tool:pytest"),
}
