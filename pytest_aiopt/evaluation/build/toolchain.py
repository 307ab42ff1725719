"""Compiles candidates in the sandbox and caches the builds by content."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.errors import InfrastructureError, TaskError, ToolMissing
from pytest_aiopt.evaluation.build import compilers, diagnostics, rules
from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.evaluation.build.kept import PLACED, KeptBuilds, program_sha
from pytest_aiopt.evaluation.build.placement import PADDING, padding, placed
from pytest_aiopt.evaluation.build.recipe import ASSEMBLY, PREPROCESSED, PROGRAM, SECTIONS, Recipe, Sanitizer
from pytest_aiopt.evaluation.sandbox.mounts import SYSTEM
from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.evaluation.sandbox.trusted import NATIVE, compile_trusted, digest, find_program
from pytest_aiopt.model import Build, Candidate, Diagnostic, Limits

_FORMAT = "6"
_SHIM = tuple(
    NATIVE / name for name in ("shim.cpp", "aiopt.hpp", "bytes.hpp", "channels.hpp", "progress.hpp")
)
_HEADER = "task.hpp"
_DRIVER = "driver.cpp"
LIMITS = Limits(cpu_s=10.0, memory_mb=2048, output_mb=64)
"""Of one compilation."""
_WALL_S = 60.0
_OUT_OF_TIME = "CPU time limit exceeded|Killed signal"
_FIXED_DATE = "export SOURCE_DATE_EPOCH=0"
"""Fixes __DATE__ and __TIME__, as equal sources must give equal bits."""
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
        self._kept = KeptBuilds(Path(os.path.realpath(cache)))
        self._compiler = find_program(compiler, _REMEDY)
        self._linker = find_program("ld", _REMEDY)
        self._objcopy = find_program("objcopy", _REMEDY)
        self._limits = limits
        self._sandbox = sandbox or Sandbox.probe(self._kept.root, allow_unsafe=True, level=0)
        if self._sandbox.level > 0:
            self._require_visible()
        self.identity = f"{_version(self._compiler)}, {_version(self._linker)}"
        """Compiler and linker with their versions; for keys and fingerprints."""

    def _require_visible(self) -> None:
        for program in (self._compiler, self._linker, self._objcopy):
            if reason := compilers.unusable(program, SYSTEM):
                raise ToolMissing(reason, compilers.remedy(program))

    def build(
        self,
        *,
        source: str,
        task_dir: Path,
        entry: str,
        flags: Sequence[str],
        sanitizer: Sanitizer | None = None,
        static: bool = True,
    ) -> Build:
        """Compile ``source`` against the task's interface and link it with the task's driver.

        Dynamically linked builds (``static`` is False) are for profilers that replace library functions, and
        are never timed. What is wrong with the source is in the Build. Raise InfrastructureError if the
        machine failed, TaskError where the task's own files do not compile.
        """
        recipe = self._recipe(flags, sanitizer, profiled=not static)
        key = self._key(source, task_dir, entry, recipe)
        return self._kept.load(key) or self._compile(key, source, task_dir, entry, recipe)

    def placed(
        self, numbers: Sequence[int], *, source: str, task_dir: Path, entry: str, flags: Sequence[str]
    ) -> list[Build]:
        """Return builds of a program that compiles, in placements from 1 (placement.py), for timed runs.

        A placement that cannot be made is a Build without a binary. Raises as ``build`` does.
        """
        plain, sha = self._recipe(flags), Candidate(source).sha
        recipes = {number: replace(plain, placement=number) for number in numbers}
        keys = {number: PLACED + self._key(source, task_dir, entry, each) for number, each in recipes.items()}
        found = {number: build for number, key in keys.items() if (build := self._kept.load(key))}
        missing = [number for number in numbers if number not in found]
        if missing:
            self._kept.prune()
            text = self.assembly(source=source, task_dir=task_dir, entry=entry, flags=flags)
            with self._kept.naming(), self._kept.folder() as folder:
                self._prepare(folder, source, task_dir, plain)
                (folder / ASSEMBLY).write_text(text)
                blanks = [(recipes[each], Build(keys[each], sha, None, None)) for each in missing]
                found |= zip(missing, self._place(folder, text, entry, blanks), strict=True)
        return [found[number] for number in numbers]

    def assembly(self, *, source: str, task_dir: Path, entry: str, flags: Sequence[str]) -> str:
        """Return the assembly text of a program that compiles; it is compiled again where that was lost."""
        recipe = self._recipe(flags)
        key = self._key(source, task_dir, entry, recipe)
        for _ in range(2):
            build = self._kept.load(key) or self._compile(key, source, task_dir, entry, recipe)
            if not build.ok:
                break
            if text := self._kept.assembly(key):
                return text
            self._kept.discard(key)
        raise InfrastructureError(
            f"a program that compiled before does not compile any more: {build.detail}",
            "check that the compiler was not changed in between",
        )

    def _recipe(
        self, flags: Sequence[str], sanitizer: Sanitizer | None = None, *, profiled: bool = False
    ) -> Recipe:
        tools = self._compiler, self._linker, self._objcopy
        return Recipe(*tools, tuple(flags), sanitizer, profiled=profiled)

    def _key(self, source: str, task_dir: Path, entry: str, recipe: Recipe) -> str:
        files = (*_SHIM, task_dir / _DRIVER, task_dir / _HEADER)
        return digest([_FORMAT, self.identity, recipe.identity, *map(_read, files), entry, source])

    # --- compiling ---------------------------------------------------------------------------

    def _compile(self, key: str, source: str, task_dir: Path, entry: str, recipe: Recipe) -> Build:
        with self._kept.naming(), self._kept.folder() as folder:
            self._prepare(folder, source, task_dir, recipe)
            blank = Build(key=key, candidate=Candidate(source).sha, path=None, binary_sha=None)
            if breach := rules.of_source(source):
                return self._refuse_by_rule(folder, blank, breach)
            steps = [*recipe.compile(folder), *recipe.assemble(entry)]
            run = self._run(folder, " && ".join(map(shlex.join, steps)))
            return self._conclude(folder, run, replace(blank, seconds=run.wall_s), entry)

    def _prepare(self, folder: Path, source: str, task_dir: Path, recipe: Recipe) -> None:
        """Write the input files of a build into its folder."""
        objects = self._trusted_objects(task_dir, recipe)
        (folder / SOURCE).write_text(source)
        shutil.copyfile(task_dir / _HEADER, folder / _HEADER)
        for name in (SOURCE, _HEADER):
            os.utime(folder / name, (0, 0))  # __TIMESTAMP__ is a file's
        for name, path in objects.items():
            shutil.copyfile(path, folder / name)

    def _run(self, folder: Path, script: str) -> RunOutcome:
        return self._sandbox.execute(
            ["/bin/sh", "-c", f"{_FIXED_DATE}; {script}"], folder=folder, limits=self._limits, wall_s=_WALL_S
        )

    def _place(
        self, folder: Path, text: str, entry: str, blanks: Sequence[tuple[Recipe, Build]]
    ) -> Iterator[Build]:
        """Make placements of one program in a folder that holds its assembly text and our objects."""
        steps = [shlex.join(step) for step in blanks[0][0].link_ours()]
        for recipe, _ in blanks:
            within = folder / str(recipe.placement)
            within.mkdir()
            (within / ASSEMBLY).write_text(placed(text, recipe.placement))
            (within / PADDING).write_text(padding(recipe.placement))
            here = [["cd", within.name], *recipe.place(entry)]
            steps.append(f"({' && '.join(map(shlex.join, here))})")
        run = self._run(folder, "; ".join(steps))
        fault = ""
        for recipe, blank in blanks:
            within = folder / str(recipe.placement)
            if sha := program_sha(within):
                yield self._kept.keep(
                    within, replace(blank, binary_sha=sha, seconds=run.wall_s / len(blanks))
                )
            else:
                fault = fault or self._fault(run)
                yield replace(blank, detail=fault)

    def _trusted_objects(self, task_dir: Path, recipe: Recipe) -> dict[str, Path]:
        (shim, *headers), driver = _SHIM, task_dir / _DRIVER
        try:
            return {
                "shim.o": compile_trusted(
                    recipe.trusted(shim), inputs=[shim, *headers], cache=self._kept.root, name="shim"
                ),
                "driver.o": compile_trusted(
                    recipe.trusted(driver, [task_dir]),
                    inputs=[driver, *headers, task_dir / _HEADER],
                    cache=self._kept.root,
                    name="driver",
                    task=task_dir,
                ),
            }
        except FileNotFoundError as error:
            raise TaskError(f"{error.filename} is missing", "every task needs it") from error

    def _conclude(self, folder: Path, run: RunOutcome, build: Build, entry: str) -> Build:
        found = diagnostics.parse(run.stderr, entry)
        if breach := _breach(folder):
            return self._refuse_by_rule(folder, build, breach)
        if run.ended is Ended.EXITED and run.code == 0 and (sha := program_sha(folder)):
            return self._kept.keep(folder, replace(build, binary_sha=sha, diagnostics=found))
        if compilers.missing_library(run.stderr):
            self.check(run.stderr)  # the candidate can print that, too
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
        return self._kept.keep(folder, replace(build, diagnostics=found, detail=_located(first)))

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
        self.check(said)
        return detail or "the compiler ended without a message"

    def check(self, said: str = "") -> None:
        """Compile a small known program; raise InfrastructureError if that fails or the disk is full."""
        with self._kept.naming(), self._kept.folder() as folder:
            (folder / SOURCE).write_text(_PROBE)
            argv = [self._compiler, "-static", SOURCE, "-o", PROGRAM]
            run = self._sandbox.execute(argv, folder=folder, limits=self._limits, wall_s=_WALL_S)
            works = run.ended is Ended.EXITED and run.code == 0
            if works and shutil.disk_usage(folder).free > self._limits.output_mb << 20:
                return
        if library := compilers.missing_library(run.stderr):
            raise InfrastructureError("programs cannot be linked statically", f"install {library}")
        reason = run.stderr.strip() or said.strip() or "it was killed"
        raise InfrastructureError(
            f"compiling in {self._kept.root} failed: {diagnostics.shown(reason.splitlines()[-1])}",
            f"check that disk and memory are not full and that {self._compiler} works in the sandbox",
        )


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


def _version(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.partition("\n")[0]
