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
from pytest_aiopt.evaluation.build import diagnostics, rules
from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.evaluation.build.layout import PADDING, padding
from pytest_aiopt.evaluation.build.recipe import COMPILED, PREPROCESSED, PROGRAM, SECTIONS, Recipe, Sanitizer
from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.evaluation.sandbox.trusted import NATIVE, compile_trusted, digest, find_program
from pytest_aiopt.model import Build, Candidate, Diagnostic, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORMAT = "5"
_SHIM = tuple(
    NATIVE / name for name in ("shim.cpp", "aiopt.hpp", "bytes.hpp", "channels.hpp", "progress.hpp")
)
_HEADER = "task.hpp"
_DRIVER = "driver.cpp"
_RECORD = "build.json"
LIMITS = Limits(cpu_s=10.0, memory_mb=2048, output_mb=64)
"""Of one compilation."""
_WALL_S = 60.0
_STALE_S = 3600.0
_OUT_OF_TIME = "CPU time limit exceeded|Killed signal"
_FIXED_DATE = "export SOURCE_DATE_EPOCH=0"
"""Equal sources must give equal bits, whatever they print."""
_SHELL_CANNOT_RUN = (126, 127)
_REMEDY = "apt-get install g++"
_PROBE = "int main() { return 0; }\n"


class Toolchain:
    """A compiler with a cache of builds. May be used by several threads and processes at once."""

    def __init__(
        self,
        *,
        cache: Path,
        compiler: str = "g++",
        sandbox: Sandbox | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        """Raise ToolMissing without a compiler. Without a sandbox, compiling is limited but not confined."""
        self._cache = Path(os.path.realpath(cache))
        self._compiler = find_program(compiler, _REMEDY)
        self._linker = find_program("ld", _REMEDY)
        self._objcopy = find_program("objcopy", _REMEDY)
        self._make_cache()
        self._limits = limits
        self._sandbox = sandbox or Sandbox.probe(self._cache, allow_unsafe=True, level=0)
        self.identity = f"{_version(self._compiler)}, {_version(self._linker)}"
        """Compiler and linker with their versions; for keys and fingerprints."""

    def build(
        self,
        *,
        source: str,
        task_dir: Path,
        entry: str,
        flags: Sequence[str],
        sanitizer: Sanitizer | None = None,
        layout: int = 0,
        static: bool = True,
    ) -> Build:
        """Compile ``source`` against the task's interface and link it with the task's driver.

        ``layout`` > 0 places the same code and data elsewhere, see layout.py. Dynamically linked builds
        (``static`` is False) are for profilers that replace library functions, and are never timed. What is
        wrong with the source is in the Build. Raise InfrastructureError where the machine failed, TaskError
        where the task's own files do not compile.
        """
        recipe = Recipe(
            self._compiler, self._linker, self._objcopy, tuple(flags), sanitizer, layout, profiled=not static
        )
        key = self._key(source, task_dir, entry, recipe)
        if found := self._load(key):
            return found
        if layout:  # made of the same objects as the plain build, which keeps the candidate's
            plain = self.build(
                source=source,
                task_dir=task_dir,
                entry=entry,
                flags=flags,
                sanitizer=sanitizer,
                static=static,
            )
            if not plain.ok:
                return plain
        return self._compile(key, source, task_dir, entry, recipe)

    def _key(self, source: str, task_dir: Path, entry: str, recipe: Recipe) -> str:
        files = (*_SHIM, task_dir / _DRIVER, task_dir / _HEADER)
        return digest([_FORMAT, self.identity, recipe.identity, *map(_read, files), entry, source])

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
            if _sha(folder / PROGRAM) == build.binary_sha:
                return replace(build, path=str(folder / PROGRAM))
        except FileNotFoundError:
            if not folder.exists():
                return None
        except msgspec.DecodeError:
            pass
        self._discard(folder)
        return None

    def _compiled(self, key: str) -> Path | None:
        """Return the object of the candidate that a build kept, under the digest of its content."""
        whole = (path for path in (self._cache / key).glob("*.o") if _sha(path) == path.stem)
        return next(whole, None)

    def _discard(self, folder: Path) -> None:
        with _naming(self._cache), tempfile.TemporaryDirectory(dir=self._cache, prefix=".build-") as aside:
            os.rename(folder, Path(aside) / "torn")

    def _keep(self, folder: Path, build: Build) -> Build:
        """Move the folder to its place, unless somebody else was faster; return the build as kept."""
        for path in folder.iterdir():
            if path.name == COMPILED and not path.is_symlink():
                path.rename(folder / f"{_sha(path)}.o")
            elif path.name not in (SOURCE, PROGRAM):
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

    def _compile(self, key: str, source: str, task_dir: Path, entry: str, recipe: Recipe) -> Build:
        objects = self._trusted_objects(task_dir, recipe)
        with _naming(self._cache), _folder(self._cache) as folder:
            (folder / SOURCE).write_text(source)
            (folder / PADDING).write_text(padding(recipe.layout))
            shutil.copyfile(task_dir / _HEADER, folder / _HEADER)
            for name in (SOURCE, _HEADER):
                os.utime(folder / name, (0, 0))  # __TIMESTAMP__ is a file's
            for name, path in objects.items():
                shutil.copyfile(path, folder / name)
            blank = Build(key=key, candidate=Candidate(source).sha, path=None, binary_sha=None)
            if breach := rules.of_source(source):
                return self._refuse_by_rule(folder, blank, breach)
            plain = replace(recipe, layout=0)
            if recipe.layout and (compiled := self._compiled(self._key(source, task_dir, entry, plain))):
                shutil.copyfile(compiled, folder / COMPILED)
                steps = [recipe.link(), ["rm", COMPILED]]  # it is kept already
            else:
                steps = recipe.steps(folder, entry)
            script = " && ".join([_FIXED_DATE, *map(shlex.join, steps)])
            run = self._sandbox.execute(
                ["/bin/sh", "-c", script], folder=folder, limits=self._limits, wall_s=_WALL_S
            )
            return self._conclude(folder, run, replace(blank, seconds=run.wall_s), entry)

    def _trusted_objects(self, task_dir: Path, recipe: Recipe) -> dict[str, Path]:
        (shim, *headers), driver = _SHIM, task_dir / _DRIVER
        try:
            return {
                "shim.o": compile_trusted(
                    recipe.trusted(shim), inputs=[shim, *headers], cache=self._cache, name="shim"
                ),
                "driver.o": compile_trusted(
                    recipe.trusted(driver, [task_dir]),
                    inputs=[driver, *headers, task_dir / _HEADER],
                    cache=self._cache,
                    name="driver",
                ),
            }
        except FileNotFoundError as error:
            raise TaskError(f"{error.filename} is missing", "every task needs it") from error

    def _conclude(self, folder: Path, run: RunOutcome, build: Build, entry: str) -> Build:
        found = diagnostics.parse(run.stderr, entry)
        if breach := _breach(folder):
            return self._refuse_by_rule(folder, build, breach)
        program = folder / PROGRAM
        if run.ended is Ended.EXITED and run.code == 0 and program.is_file() and not program.is_symlink():
            program.chmod(0o755)
            return self._keep(folder, replace(build, binary_sha=_sha(program), diagnostics=found))
        if any(each.severity == "error" for each in found):
            return self._refuse(folder, build, found)
        return replace(build, diagnostics=found, detail=self._fault(run))

    def _refuse_by_rule(self, folder: Path, build: Build, breach: rules.Breach) -> Build:
        """Keep a build that a rule refuses."""
        found = Diagnostic(breach.line, 1 if breach.line else 0, "error", breach.rule.sentence)
        return self._refuse(folder, replace(build, rule=breach.rule.code), (found,))

    def _refuse(self, folder: Path, build: Build, found: tuple[Diagnostic, ...]) -> Build:
        """Keep a build that failed for what the source says; the first error is its detail."""
        first = next(each for each in found if each.severity == "error")
        return self._keep(folder, replace(build, diagnostics=found, detail=_located(first)))

    def _fault(self, run: RunOutcome) -> str:
        """Say which limit ended the compiler; these verdicts are not kept. Raise when it was the machine.

        The candidate chooses what the compiler prints, so that text never decides whose fault it was: if a
        small program compiles in the same sandbox, it was the candidate's.
        """
        said = run.stderr
        if run.ended in (Ended.TIMEOUT, Ended.CPU_LIMIT) or re.search(_OUT_OF_TIME, said):
            cpu_s = self._limits.cpu_s
            detail = f"timeout: compiling took more than {cpu_s:.0f} s of CPU or {_WALL_S:.0f} s in all"
        elif run.ended is Ended.MEMORY or re.search(r"out of memory|memory exhausted", said):
            detail = f"memory: compiling needed more than {self._limits.memory_mb} MB"
        elif run.ended is Ended.OUTPUT_LIMIT or "File size limit exceeded" in said:
            detail = f"size: the compiler wrote more than {self._limits.output_mb} MB"
        else:
            detail = diagnostics.shown("\n".join(said.strip().splitlines()[-3:]))[:500]
        self._raise_unless_it_compiles(said)
        return detail or "the compiler ended without a message"

    def _raise_unless_it_compiles(self, said: str) -> None:
        """Compile a small program of ours; raise InfrastructureError where that fails or the disk is full."""
        with _naming(self._cache), _folder(self._cache) as folder:
            (folder / SOURCE).write_text(_PROBE)
            run = self._sandbox.execute(
                [self._compiler, SOURCE, "-o", PROGRAM], folder=folder, limits=self._limits, wall_s=_WALL_S
            )
            works = run.ended is Ended.EXITED and run.code == 0
            if works and shutil.disk_usage(folder).free > self._limits.output_mb << 20:
                return
        reason = run.stderr.strip() or said.strip() or "it was killed"
        raise InfrastructureError(
            f"compiling in {self._cache} failed: {diagnostics.shown(reason.splitlines()[-1])}",
            f"see that disk and memory are not full and that {self._compiler} works in the sandbox",
        )


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


def _breach(folder: Path) -> rules.Breach | None:
    """Return the first rule that the compiler's input or its object breaks, as far as there are any."""
    for name, check in ((PREPROCESSED, rules.of_preprocessed), (SECTIONS, rules.of_sections)):
        try:
            text = (folder / name).read_text(errors="replace")
        except FileNotFoundError:
            return None
        if breach := check(text):
            return breach
    return None


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
