"""How a candidate becomes a program: compiler options, and the commands from source to binary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.evaluation.build.layout import padding, placed
from pytest_aiopt.evaluation.sandbox.trusted import NATIVE

PROGRAM = "program"
COMPILED = "local.o"
"""The candidate's object, all but the entry made local: the same in every layout."""
PREPROCESSED = "program.ii"
"""What the compiler reads: the rules are checked on the same text."""
SECTIONS = "sections.txt"

PROJECT_FLAGS = (
    "-std=c++17",
    "-g1",
    "-falign-functions=64",
    "-falign-loops=32",
    "-fno-pie",
    "-no-pie",
)
"""Added to the flags of every task. Code layout alone moves a binary by up to 3 %: hence the alignment."""

PROFILED_FLAGS = (
    "-fno-omit-frame-pointer",
    "-fno-optimize-sibling-calls",
    "-gdwarf-4",
    "-gstrict-dwarf",
    "-gno-variable-location-views",
)
"""Added to builds that are linked dynamically: what profilers in the program's own process can read."""

_BOUNDS = (
    "-fmax-errors=5",
    "-ftemplate-depth=256",
    "-fno-diagnostics-show-caret",
    "-fdiagnostics-color=never",
)
_LINKING = ("-Wl,--build-id=sha1", "-Wl,--eh-frame-hdr", "-fno-lto", "-fno-use-linker-plugin")
"""A static binary has no index of its unwind tables by default; profilers look for it. Without the plugin no
section of an object can ask for another compilation."""


class Sanitizer(StrEnum):
    """Checked builds, named as ``-fsanitize`` wants them."""

    MEMORY = "address,undefined"
    THREADS = "thread"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to build the programs of a task: ``flags`` are the task's, ``layout`` is layout.py's.

    ``profiled`` builds are linked dynamically, for profilers that replace library functions; never timed.
    """

    compiler: str
    linker: str
    objcopy: str
    flags: tuple[str, ...]
    sanitizer: Sanitizer | None = None
    layout: int = 0
    profiled: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """The compiler's options; a sanitizer has no static library and wants little optimisation."""
        if self.sanitizer is None:
            return (*PROJECT_FLAGS, *(PROFILED_FLAGS if self.profiled else ("-static",)), *self.flags)
        checks = (f"-fsanitize={self.sanitizer}", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")
        return (*PROJECT_FLAGS, *self.flags, "-O1", *checks)

    @property
    def identity(self) -> str:
        """Every option that decides the bits of a build."""
        placing = [padding(self.layout)] if self.layout else []
        return "\0".join((*self.options, *_BOUNDS, *_LINKING, *placing))

    def link(self) -> list[str]:
        """Return the command from objects to binary."""
        objects = placed(["shim.o", "driver.o", COMPILED], self.layout)
        return [self.compiler, *self.options, *_LINKING, *objects, "-o", PROGRAM]

    def steps(self, folder: Path, entry: str) -> list[list[str]]:
        """Return the commands from source to binary, to be run in ``folder``.

        The compiler reads the preprocessor's output, so that what is checked is what is compiled. All symbols
        but the entry become local, so that the program can replace nothing of the shim, the driver or the
        libraries. Group sections must be dissolved before: if they were kept, a template that driver and
        program both use would be dropped here but referred to there.
        """
        compile_ = [self.compiler, *self.options, *_BOUNDS]
        exact = ["-fno-gnu-unique", "-frandom-seed=program", f"-ffile-prefix-map={folder}=."]
        return [
            [*compile_, *exact, "-E", SOURCE, "-o", PREPROCESSED],
            [*compile_, *exact, "-pipe", "-c", PREPROCESSED, "-o", "program.o"],
            ["/bin/sh", "-c", f"exec readelf -SW program.o > {SECTIONS}"],
            [self.linker, "-r", "--force-group-allocation", "program.o", "-o", COMPILED],
            [self.objcopy, f"--keep-global-symbol={entry}", COMPILED],
            self.link(),
        ]

    def trusted(self, source: Path, include: Sequence[Path] = ()) -> list[str]:
        """Return the command that compiles a file of ours; its output has to be named.

        The memory sanitizer sees only reads beyond what is on the heap: there, each request is copied.
        """
        copies = ["-DAIOPT_COPY_REQUESTS"] if self.sanitizer is Sanitizer.MEMORY else []
        copies += ["-DWITH_PROGRESS_POINT"] if self.profiled else []
        plain = [flag for flag in self.options if not flag.startswith(("-fsanitize", "-fno-sanitize"))]
        folders = [word for folder in (NATIVE, *include) for word in ("-I", str(folder))]
        return [self.compiler, *plain, *copies, "-g0", *folders, "-c", str(source)]
