"""A recording as one compressed file (``.tar.xz``): journals repeat their prompts and shrink forty times."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_aiopt.errors import StoreError
from pytest_aiopt.files import unwritable

SUFFIX = ".tar.xz"


@contextmanager
def directory(source: Path) -> Iterator[Path]:
    """Yield the directory of a recording, unpacked if it is a file; raises StoreError for a bad file."""
    if not source.is_file():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="aiopt-") as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise StoreError(f"{source} cannot be unpacked ({error})", "ask for another copy") from error
        yield Path(folder)


@contextmanager
def written(target: Path) -> Iterator[Path]:
    """Yield the directory to fill: ``target``, or one that becomes a file of that name; raises StoreError."""
    if not target.name.endswith(SUFFIX):
        yield target
        return
    if target.exists():
        raise StoreError(f"{target} exists", "name a new file")
    with tempfile.TemporaryDirectory(prefix="aiopt-") as folder:
        yield Path(folder)
        _pack(Path(folder), target)


def _pack(folder: Path, target: Path) -> None:
    """Write all that lies in ``folder`` as one file, without owners and times."""
    try:
        with tarfile.open(target, "w:xz") as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.add(path, path.relative_to(folder).as_posix(), filter=_plain)
    except OSError as error:
        raise unwritable(target, error) from error


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = info.mtime = 0
    info.uname = info.gname = ""
    info.mode = 0o644
    return info
