"""The folder of builds: each lies under its key and is checked when it is found again."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import msgspec

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.evaluation.build.recipe import ASSEMBLY, PROGRAM
from pytest_aiopt.model import Build

PLACED = "placed-"
"""Prefix of the keys of placed builds, all of which can be made again within a second or two."""
MOST_PLACED = 2000
"""Maximum number of placed builds, of about 1 MB each; the least recently used are removed first."""
_RECORD = "build.json"
_STALE_S = 3600.0


class KeptBuilds:
    """Builds below one folder, which several threads and processes may share."""

    def __init__(self, root: Path) -> None:
        """Remove the leftovers of killed builders."""
        self.root = root
        with self.naming():
            root.mkdir(parents=True, exist_ok=True)
            for left in root.glob(".build-*"):
                if time.time() - left.stat().st_mtime > _STALE_S:
                    shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Turn an OSError (full disk, no permission) into an InfrastructureError that names the folder."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise InfrastructureError(
                f"cannot use the build cache {self.root}: {reason}", "make room or choose another"
            ) from error

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Yield a fresh folder to build in."""
        folder = Path(tempfile.mkdtemp(dir=self.root, prefix=".build-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # gone already where it became an entry

    def load(self, key: str) -> Build | None:
        """Return the kept build; one that is torn is put out of the way."""
        folder = self.root / key
        try:
            build = msgspec.json.decode((folder / _RECORD).read_bytes(), type=Build)
            if build.binary_sha is None:
                return build
            if _sha(folder / PROGRAM) == build.binary_sha:
                with suppress(OSError):
                    os.utime(folder)  # prune() asks when it was used
                return replace(build, path=str(folder / PROGRAM))
        except FileNotFoundError:
            if not folder.exists():
                return None
        except msgspec.DecodeError:
            pass
        self.discard(key)
        return None

    def assembly(self, key: str) -> str | None:
        """Return the assembly text that a build kept, under the digest of its content."""
        whole = (path for path in (self.root / key).glob("*.s") if _sha(path) == path.stem)
        found = next(whole, None)
        return None if found is None else found.read_text()

    def discard(self, key: str) -> None:
        """Put a build out of the way."""
        with self.naming(), self.folder() as aside, suppress(FileNotFoundError):  # gone: somebody was faster
            os.rename(self.root / key, aside / "torn")

    def keep(self, folder: Path, build: Build) -> Build:
        """Move the folder to its place, unless somebody else was faster; return the build as kept."""
        for path in folder.iterdir():
            if path.name == ASSEMBLY and not path.is_symlink() and not build.key.startswith(PLACED):
                path.rename(folder / f"{_sha(path)}.s")
            elif path.name not in (SOURCE, PROGRAM):
                path.unlink()
        (folder / _RECORD).write_bytes(msgspec.json.encode(build))
        folder.chmod(0o755)
        try:
            os.rename(folder, self.root / build.key)
        except OSError:
            if not (self.root / build.key).is_dir():
                raise
        return self.load(build.key) or self.keep(folder, build)

    def prune(self) -> None:
        """Remove the placed builds that were not used for longest, beyond MOST_PLACED."""
        used: dict[Path, float] = {}
        for folder in self.root.glob(f"{PLACED}*"):
            with suppress(FileNotFoundError):
                used[folder] = folder.stat().st_mtime
        for folder in sorted(used, key=used.__getitem__)[:-MOST_PLACED]:
            self.discard(folder.name)


def program_sha(folder: Path) -> str | None:
    """Return the sha256 of the program that was linked in ``folder``; None if there is none."""
    program = folder / PROGRAM
    if not program.is_file() or program.is_symlink():
        return None
    program.chmod(0o755)
    return _sha(program)


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
