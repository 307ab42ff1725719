"""Write the records of one study in the format of another tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pytest_aiopt.analysis.readings import Reader
from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.errors import StoreError
from pytest_aiopt.files import unwritable
from pytest_aiopt.report.exports import inspect_logs, tables
from pytest_aiopt.report.tidy import tidy


def write(target: Path, name: str, trajectories: Sequence[Trajectory], reader: Reader) -> list[Path]:
    """Write the files of the format ``name`` into a new directory and return their paths.

    Raises StoreError if the directory cannot be used and ToolMissing without the format's library.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target} exists and is not empty", "name a new directory")
    files: dict[str, Callable[[], Iterator[tuple[str, bytes]]]] = {
        "csv": lambda: tables.csv_files(tidy(trajectories)),
        "parquet": lambda: tables.parquet_files(tidy(trajectories)),
        "inspect": lambda: inspect_logs.inspect_files(trajectories, reader),
    }
    written = []
    try:
        for file, data in files[name]():
            target.mkdir(parents=True, exist_ok=True)
            (target / file).write_bytes(data)
            written.append(target / file)
    except OSError as error:
        raise unwritable(target, error) from error
    return written
