"""Compiles candidates in the sandbox and keeps what comes out, found again by content."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pytest_aiopt.errors import InfrastructureError, TaskError
from pytest_aiopt.evaluation import diagnostics
from pytest_aiopt.evaluation.diagnostics import SOURCE
from pytest_aiopt.evaluation.layout import PADDING, padding, placed
from pytest_aiopt.evaluation.processes import Ended, RunOutcome
from pytest_aiopt.evaluation.sandbox import Sandbox
from pytest_aiopt.evaluation.trusted import NATIVE, compile_trusted, digest, find_program
from pytest_aiopt.model import Build, Candidate, Diagnostic, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT_FLAGS = (
    "-std=c++17",
    "-g1",
    "-falign-functions=64",
    "-falign-loops=32",
    "-static",
    "-fno-pie",
    "-no-pie",
)
"""Added to the flags of every task. Code layout alone moves a binary by up to 3 %: hence the alignment."""

_FORMAT = "2"
_HEADER = "task.hpp"
_DRIVER = "driver.cpp"
_PROGRAM = "program"
_RECORD = "build.json"
_LIMITS = Limits(cpu_s=10.0, memory_mb=2048, output_mb=64)
_WALL_S = 60.0
_STALE_S = 3600.0
_BOUNDS = (
    "-fmax-errors=5",
    "-ftemplate-depth=256",
    "-fno-diagnostics-show-caret",
    "-fdiagnostics-color=never",
)
_SHELL_CANNOT_RUN = (126, 127)
_LINKING = ("-Wl,--build-id=sha1", "-Wl,--eh-frame-hdr")
"""A static binary has no index of its unwind tables unless told; profilers look for it."""
_REMEDY = "apt-get install g++"


class Toolchain:
    """A compiler with a cache of builds. May be used by several threads and processes at once."""

    def __init__(self, *, cache: Path, compiler: str = "g++", sandbox: Sandbox | None = None) -> None:
        """Raise ToolMissing without a compiler. Without a sandbox, compiling is limited but not confined."""
        self._cache = Path(os.path.realpath(cache))
        self._compiler = find_program(compiler, _REMEDY)
        self._linker = find_program("ld", _REMEDY)
        self._objcopy = find_program("objcopy", _REMEDY)
        self._make_cache()
        self._sandbox = sandbox or Sandbox.probe(self._cache, allow_unsafe=True, level=0)
        self.identity = f"{_version(self._compiler)}, {_version(self._linker)}"
        """Compiler and linker with their versions; for keys and fingerprints."""

    def build(
        self, *, source: str, task_dir: Path, entry: str, flags: Sequence[str], layout: int = 0
    ) -> Build:
        """Compile ``source`` against the task's interface and link it with the task's driver.

        ``layout`` > 0 places the same code and data elsewhere, see layout.py. What is wrong with the
        source is in the Build. Raise InfrastructureError where the machine failed, TaskError where the
        task's own files do not compile.
        """
        key = self._key(source, task_dir, entry, flags, layout)
        return self._load(key) or self._compile(key, source, task_dir, entry, flags=flags, layout=layout)

    def _key(self, source: str, task_dir: Path, entry: str, flags: Sequence[str], layout: int) -> str:
        files = (NATIVE / "shim.cpp", NATIVE / "aiopt.hpp", task_dir / _DRIVER, task_dir / _HEADER)
        options = [*PROJECT_FLAGS, *_BOUNDS, *_LINKING, *flags, *([padding(layout)] if layout else [])]
        return digest([_FORMAT, self.identity, "\0".join(options), *map(_read, files), entry, source])

    # --- the cache ---------------------------------------------------------------------------

    def _make_cache(self) -> None:
        with _naming(self._cache):
            self._cache.mkdir(parents=True, exist_ok=True)
            for left in self._cache.glob(".build-*"):
                if time.time() - left.stat().st_mtime > _STALE_S:
                    shutil.rmtree(left, ignore_errors=True)

    def _load(self, key: str) -> Build | None:
        """Return the kept build; one that is torn is put out of the way."""
        folder = self._cache / key
        try:
            build = msgspec.json.decode((folder / _RECORD).read_bytes(), type=Build)
            if build.binary_sha is None:
                return build
            if _sha(folder / _PROGRAM) == build.binary_sha:
                return replace(build, path=str(folder / _PROGRAM))
        except FileNotFoundError:
            if not folder.exists():
                return None
        except msgspec.DecodeError:
            pass
        self._discard(folder)
        return None

    def _discard(self, folder: Path) -> None:
        with _naming(self._cache), tempfile.TemporaryDirectory(dir=self._cache, prefix=".build-") as aside:
            os.rename(folder, Path(aside) / "torn")

    def _keep(self, folder: Path, build: Build) -> Build:
        """Move the folder to its place, unless somebody else was faster; return the build as kept."""
        for path in folder.iterdir():
            if path.name not in (SOURCE, _PROGRAM):
                path.unlink()
        (folder / _RECORD).write_bytes(msgspec.json.encode(build))
        folder.chmod(0o755)
        try:
            os.rename(folder, self._cache / build.key)
        except OSError:
            if not (self._cache / build.key).is_dir():
                raise
        return self._load(build.key) or self._keep(folder, build)

    # --- compiling ---------------------------------------------------------------------------

    def _compile(
        self, key: str, source: str, task_dir: Path, entry: str, *, flags: Sequence[str], layout: int
    ) -> Build:
        objects = self._trusted_objects(task_dir, flags)
        with _naming(self._cache), _folder(self._cache) as folder:
            (folder / SOURCE).write_text(source)
            (folder / PADDING).write_text(padding(layout))
            shutil.copyfile(task_dir / _HEADER, folder / _HEADER)
            for name, path in objects.items():
                shutil.copyfile(path, folder / name)
            script = " && ".join(shlex.join(step) for step in self._steps(folder, entry, flags, layout))
            run = self._sandbox.execute(
                ["/bin/sh", "-c", script], folder=folder, limits=_LIMITS, wall_s=_WALL_S
            )
            blank = Build(
                key=key, candidate=Candidate(source).sha, path=None, binary_sha=None, seconds=run.wall_s
            )
            return self._conclude(folder, run, blank, entry)

    def _steps(self, folder: Path, entry: str, flags: Sequence[str], layout: int) -> list[list[str]]:
        """Return the commands from source to binary, to be run in ``folder``.

        Symbols other than the entry become local, so that the program can replace nothing of the
        shim, the driver or the libraries. Group sections must be dissolved before: otherwise a
        template that driver and program both use is thrown away here but referred to there.
        """
        options = [*PROJECT_FLAGS, *flags]
        exact = ["-fno-gnu-unique", "-frandom-seed=program", f"-ffile-prefix-map={folder}=."]
        return [
            [self._compiler, *options, *_BOUNDS, *exact, "-pipe", "-c", SOURCE, "-o", "program.o"],
            [self._linker, "-r", "--force-group-allocation", "program.o", "-o", "local.o"],
            [self._objcopy, f"--keep-global-symbol={entry}", "local.o"],
            [
                self._compiler,
                *options,
                "-Wl,--build-id=sha1",
                "-Wl,--eh-frame-hdr",  # left out with -static, but perf follows call chains by it
                *(placed(["shim.o", "driver.o", "local.o"], layout)),
                "-o",
                _PROGRAM,
            ],
        ]

    def _trusted_objects(self, task_dir: Path, flags: Sequence[str]) -> dict[str, Path]:
        shim, header, driver = NATIVE / "shim.cpp", NATIVE / "aiopt.hpp", task_dir / _DRIVER
        command = [self._compiler, *PROJECT_FLAGS, *flags, "-g0", "-I", str(NATIVE), "-c"]
        try:
            return {
                "shim.o": compile_trusted(
                    [*command, str(shim)], inputs=[shim, header], cache=self._cache, name="shim"
                ),
                "driver.o": compile_trusted(
                    [*command, "-I", str(task_dir), str(driver)],
                    inputs=[driver, header, task_dir / _HEADER],
                    cache=self._cache,
                    name="driver",
                ),
            }
        except FileNotFoundError as error:
            raise TaskError(f"{error.filename} is missing", "every task needs it") from error

    def _conclude(self, folder: Path, run: RunOutcome, build: Build, entry: str) -> Build:
        found = diagnostics.parse(run.stderr, entry)
        program = folder / _PROGRAM
        if run.ended is Ended.EXITED and run.code == 0 and program.is_file() and not program.is_symlink():
            program.chmod(0o755)
            return self._keep(folder, replace(build, binary_sha=_sha(program), diagnostics=found))
        errors = [each for each in found if each.severity == "error"]
        if errors:
            return self._keep(
                folder,
                replace(build, diagnostics=found, detail=_located(errors[0])),
            )
        return replace(build, diagnostics=found, detail=self._fault(run))

    def _fault(self, run: RunOutcome) -> str:
        """Say which limit ended the compiler; these verdicts are not kept. Raise when it was the machine."""
        said = run.stderr
        killed = "Killed signal" in said and run.cpu_s < _LIMITS.cpu_s - 0.1
        unusable = run.ended is Ended.EXITED and run.code in _SHELL_CANNOT_RUN
        if run.ended is Ended.INFRASTRUCTURE or killed or unusable or "No space left on device" in said:
            reason = (said.strip().splitlines() or ["it was killed"])[-1]
            raise InfrastructureError(
                f"compiling in {self._cache} failed: {reason}", "see that disk and memory are not full"
            )
        if run.ended in (Ended.TIMEOUT, Ended.CPU_LIMIT) or "Killed signal" in said:
            return f"timeout: compiling took more than {_LIMITS.cpu_s:.0f} s of CPU or {_WALL_S:.0f} s in all"
        if run.ended is Ended.MEMORY or re.search(r"out of memory|memory exhausted", said):
            return f"memory: compiling needed more than {_LIMITS.memory_mb} MB"
        if run.ended is Ended.OUTPUT_LIMIT or "File size limit exceeded" in said:
            return f"size: the compiled program is larger than {_LIMITS.output_mb} MB"
        return diagnostics.without_folders("\n".join(said.strip().splitlines()[-3:]))[:500]


@contextmanager
def _naming(folder: Path) -> Iterator[None]:
    """Turn an OSError (full disk, no permission) into an InfrastructureError that names the folder."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise InfrastructureError(
            f"cannot use the build cache {folder}: {reason}", "make room or choose another"
        ) from error


@contextmanager
def _folder(cache: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=cache, prefix=".build-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # gone already where it became an entry


def _located(error: Diagnostic) -> str:
    return f"line {error.line}: {error.message}" if error.line else error.message


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TaskError(f"cannot read {path}: {error.strerror}", "every task needs it") from error


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.partition("\n")[0]
