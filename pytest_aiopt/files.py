"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from pathlib import Path

from pytest_aiopt.errors import StoreError


def write(path: Path, data: bytes) -> None:
    """Replace the content of ``path``, creating its folder; raises OSError and then leaves it as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def remember(path: Path, data: bytes) -> None:
    """Write a cache; a folder that cannot be written only costs the time again."""
    with contextlib.suppress(OSError):
        write(path, data)


def unwritable(path: Path, error: OSError) -> StoreError:
    """Return the error for a results path that cannot be written."""
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        blocked = next((each for each in (path, *path.parents) if each.is_file()), path)
        return StoreError(f"cannot write {path}: {blocked} is a file", "choose another results directory")
    remedies = {errno.ENOSPC: "free space", errno.EDQUOT: "free space"}
    return StoreError(
        f"cannot write {path}: {error.strerror or error}",
        f"{remedies.get(error.errno or 0, 'fix its permissions')} or choose another results directory",
    )
