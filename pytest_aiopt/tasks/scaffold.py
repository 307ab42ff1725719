"""A new task folder: a small task that works as it is, to be replaced file by file."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from pytest_aiopt.errors import StoreError, TaskError

INI_FILES = ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
FILES = ("task.toml", "program.cpp", "task.hpp", "driver.cpp", "inputs.py", "reference.py", "README.md")


def create(root: Path, name: str) -> Path:
    """Write and return the folder of task ``name``; raises TaskError for a bad name or where it exists."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise TaskError(
            f"{name!r} is not a valid name of a task",
            "use lower-case letters, digits and _, as in word_count",
        )
    folder = root / name
    if folder.exists():
        raise TaskError(f"{folder} exists", "choose another name or remove it")
    for part in ("ladder", "mutants"):
        _write(folder / part)
    for file in FILES:
        _write(folder / file, _template(file, name))
    return folder


def start_study(study: Path, root: Path, name: str) -> list[Path]:
    """Write what runs task ``name`` from an empty directory; return it, nothing where ``study`` exists.

    ``root`` is pytest's: an ini file there tells pytest where paths start.
    """
    if study.exists():
        return []
    files = {
        study: _template("tracks.toml", name),
        study.with_name("test_tracks.py"): _template("test_tracks.py", name),
    }
    if not any((root / ini).exists() for ini in INI_FILES):
        files[root / INI_FILES[0]] = "[pytest]\n"
    for path, text in files.items():
        if not path.exists():
            _write(path, text)
    return list(files)


def _template(file: str, name: str) -> str:
    return (
        (resources.files("pytest_aiopt.tasks") / "template" / f"{file}.txt").read_text().replace("NAME", name)
    )


def _write(path: Path, text: str | None = None) -> None:
    """Write a file, or make a folder where there is no text; raises StoreError."""
    try:
        if text is None:
            path.mkdir(parents=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}", "fix its permissions") from error
