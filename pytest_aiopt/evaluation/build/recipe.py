"""Compiler options, and the commands from a candidate's source to its binary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.evaluation.build.placement import VERSION, ordered, padding
from pytest_aiopt.evaluation.sandbox.trusted import NATIVE

PROGRAM = "program"
ASSEMBLY = "program.s"
"""The compiler's output: a pass over it makes the placements."""
PREPROCESSED = "program.ii"
"""The compiler's input: the rules are checked on the same text."""
OBJECT = "program.o"
SECTIONS = "sections.txt"
_LOCAL = "local.o"
_OURS = ("shim.o", "driver.o")
_ALL_OURS = "ours.o"
_START = ("crti.o", "crtbeginT.o", "crtend.o", "crtn.o")
"""Object files before and after those of a static program, besides crt1.o."""
_LIBRARIES = "-Wl,--start-group -lstdc++ -lm -lc -lgcc -lgcc_eh -Wl,--end-group"

PROJECT_FLAGS = (
    "-std=c++17",
    "-g1",
    "-falign-functions=64",
    "-falign-loops=32",
    "-fno-pie",
    "-no-pie",
)
"""Added to the flags of every task. Alignment lets the speed depend less on where the code lies."""

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
    """One way to build the programs of a task: ``flags`` are the task's, ``placement`` is placement.py's.

    ``profiled`` builds are linked dynamically, for profilers that replace library functions; never timed.
    """

    compiler: str
    linker: str
    objcopy: str
    flags: tuple[str, ...]
    sanitizer: Sanitizer | None = None
    placement: int = 0
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
        placing = [VERSION, str(self.placement), padding(self.placement)] if self.placement else []
        return "\0".join((*self.options, *_BOUNDS, *_LINKING, *placing))

    def compile(self, folder: Path) -> list[list[str]]:
        """Return the commands from source to assembly text, to be run in ``folder``.

        The compiler reads the preprocessor's output, so that what is checked is what is compiled.
        """
        compile_ = [self.compiler, *self.options, *_BOUNDS]
        exact = ["-fno-gnu-unique", "-frandom-seed=program", f"-ffile-prefix-map={folder}=."]
        return [
            [*compile_, *exact, "-E", SOURCE, "-o", PREPROCESSED],
            [*compile_, *exact, "-S", PREPROCESSED, "-o", ASSEMBLY],
        ]

    def assemble(self, entry: str) -> list[list[str]]:
        """Return the commands from assembly text to binary."""
        return [
            *self._made_local(entry),
            ["/bin/sh", "-c", f"exec readelf -SW {OBJECT} > {SECTIONS}"],
            [self.compiler, *self.options, *_LINKING, *_OURS, _LOCAL, "-o", PROGRAM],
        ]

    def link_ours(self) -> list[list[str]]:
        """Return the commands that link our objects with the needed parts of the libraries, once per program.

        What is needed follows from the program's object. To link each placement with whole libraries takes
        four times as long.
        """
        undefined = (
            f"nm --undefined-only --format=posix {OBJECT} | sed -n 's/^\\(.*\\) U.*/-u \\1/p' > undefined"
        )
        files = (
            f"for name in crt1.o {' '.join(_START)}; do {self.compiler} -print-file-name=$name; done > files"
        )
        started = f'exec "$@" "$(head -n 1 files)" {" ".join(_OURS)} @undefined {_LIBRARIES} -o {_ALL_OURS}'
        linker = [self.compiler, *self.options, *_LINKING, "-r", "-nostdlib"]
        return [
            [self.compiler, *self.options, "-c", ASSEMBLY, "-o", OBJECT],
            ["/bin/sh", "-c", undefined],
            ["/bin/sh", "-c", files],
            ["/bin/sh", "-c", started, "sh", *linker],
        ]

    def place(self, entry: str) -> list[list[str]]:
        """Return the commands that make a placement, in a folder within that of ``link_ours``."""
        linker = [self.compiler, *self.options, *_LINKING, "-Wl,--strip-all"]  # nobody profiles it
        objects = ordered([f"../{_ALL_OURS}", _LOCAL], self.placement)
        whole = ordered([*(f"../{name}" for name in _OURS), _LOCAL], self.placement)
        script = f"""at() {{ sed -n "$1p" ../files; }}
        "$@" -nostartfiles -nodefaultlibs "$(at 2)" "$(at 3)" {" ".join(objects)} "$(at 4)" "$(at 5)" \\
            -o {PROGRAM} 2> /dev/null || exec "$@" {" ".join(whole)} -o {PROGRAM}"""
        return [*self._made_local(entry), ["/bin/sh", "-c", script, "sh", *linker]]

    def _made_local(self, entry: str) -> list[list[str]]:
        """Make all symbols but the entry local: a program replaces nothing of the driver or the libraries.

        Group sections must be dissolved before: if they were kept, a template that driver and program both
        use would be dropped here but referred to there.
        """
        return [
            [self.compiler, *self.options, "-c", ASSEMBLY, "-o", OBJECT],
            [self.linker, "-r", "--force-group-allocation", OBJECT, "-o", _LOCAL],
            [self.objcopy, f"--keep-global-symbol={entry}", _LOCAL],
        ]

    def trusted(self, source: Path, include: Sequence[Path] = ()) -> list[str]:
        """Return the command that compiles a file of this package; the caller appends the output's name.

        The memory sanitizer sees only reads beyond what is on the heap: there, each request is copied.
        """
        copies = ["-DAIOPT_COPY_REQUESTS"] if self.sanitizer is Sanitizer.MEMORY else []
        copies += ["-DWITH_PROGRESS_POINT"] if self.profiled else []
        plain = [flag for flag in self.options if not flag.startswith(("-fsanitize", "-fno-sanitize"))]
        folders = [word for folder in (NATIVE, *include) for word in ("-I", str(folder))]
        return [self.compiler, *plain, *copies, "-g0", *folders, "-c", str(source)]
