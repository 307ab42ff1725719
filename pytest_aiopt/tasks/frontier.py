"""The best program known for each workload of a task: ``frontier/frontier.toml`` and the files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from pytest_aiopt import files
from pytest_aiopt.errors import TaskError

FOLDER, INDEX = "frontier", "frontier.toml"


class Maker(StrEnum):
    """Who wrote a program of the frontier."""

    AUTHOR = "author"
    MODEL = "model"


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The best program known for a workload: a rung of the ladder, or a file of the folder.

    ``model``, ``study`` and ``cell`` name the campaign that a model's program comes from. ``log2_speedup`` on
    the workload and ``confirmed_log2``, the mean over its held-out workloads, were measured when the program
    was added, on ``machine``; None if that is not known.
    """

    workload: str
    by: Maker
    rung: str = ""
    file: str = ""
    model: str = ""
    study: str = ""
    cell: str = ""
    sha256: str = ""
    log2_speedup: float | None = None
    confirmed_log2: float | None = None
    machine: str = ""

    @property
    def name(self) -> str:
        """The file of the program below the task's folder, without ".cpp"."""
        return f"ladder/{self.rung}" if self.rung else f"{FOLDER}/{self.file.removesuffix('.cpp')}"


class _Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    programs: tuple[Known, ...] = ()


def read(folder: Path, scorable: Sequence[str]) -> tuple[Known, ...]:
    """Return the frontier of the task in ``folder``; () without one. Raises TaskError."""
    path = folder / FOLDER / INDEX
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=_Index).programs
    except FileNotFoundError:
        return ()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TaskError(f"{path}: {error}", "docs/how-to/tasks.md lists the keys") from error
    for at, each in enumerate(found):
        _check(each, path, scorable)
        if any(each.workload == other.workload for other in found[:at]):
            raise TaskError(f"{path}: workload {each.workload} has two programs", "leave the better one")
    return found


def _check(each: Known, path: Path, scorable: Sequence[str]) -> None:
    where = f"{path}: program of {each.workload}"
    if each.workload not in scorable:
        raise TaskError(f"{where}: the task is not scored on it", f"one of {', '.join(scorable)}")
    if bool(each.rung) == bool(each.file):
        raise TaskError(f"{where}: it needs a rung or a file", "name one of them")
    if not (path.parents[1] / f"{each.name}.cpp").is_file():
        raise TaskError(f"{where}: there is no {each.name}.cpp", "add the file, or remove the entry")


def source(folder: Path, known: Known) -> str:
    """Return the text of a program of the frontier."""
    return (folder / f"{known.name}.cpp").read_text()


def write(folder: Path, programs: Sequence[Known], sources: dict[str, str]) -> Path:
    """Write the index and the new files by name, and remove files that no entry names; raises StoreError."""
    path = folder / FOLDER / INDEX
    ordered = tuple(sorted(programs, key=lambda each: each.workload))
    try:
        path.parent.mkdir(exist_ok=True)
        for name, text in sources.items():
            (path.parent / name).write_text(text)
        files.write(path, msgspec.toml.encode(_Index(ordered)))
        for file in path.parent.glob("*.cpp"):
            if file.name not in {each.file for each in ordered}:
                file.unlink()
    except OSError as error:
        raise files.unwritable(path, error) from error
    return path
