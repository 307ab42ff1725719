"""A new task folder: a small task that works as it is, to be replaced file by file."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from pytest_aiopt.errors import StoreError, TaskError

FILES = ("task.toml", "program.cpp", "task.hpp", "driver.cpp", "inputs.py", "reference.py", "README.md")


def create(root: Path, name: str) -> Path:
    """Write and return the folder of task ``name``; raises TaskError for a bad name or where it exists."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise TaskError(
            f"{name!r} is no name for a task", "use small letters, digits and _, as in word_count"
        )
    folder = root / name
    if folder.exists():
        raise TaskError(f"{folder} exists", "choose another name or remove it")
    templates = resources.files("pytest_aiopt.tasks") / "template"
    try:
        for part in ("ladder", "mutants"):
            (folder / part).mkdir(parents=True)
        for file in FILES:
            (folder / file).write_text((templates / f"{file}.txt").read_text().replace("NAME", name))
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error.strerror}", "mend its permissions") from error
    return folder
