"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
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
    return StoreError(
        f"cannot write {path}: {error.strerror or error}",
        "free space, fix its permissions or choose another results directory",
    )
