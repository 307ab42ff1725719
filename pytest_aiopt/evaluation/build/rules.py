"""The rules that a program must keep for its build, each with the check that enforces it.

Flags belong to the task: a program that is faster by ``#pragma GCC optimize`` was not improved, and fast-math
would trade precision for speed unnoticed. Assembly can carry the output of another compiler or another set of
flags. ``#line`` makes profiles and diagnostics point elsewhere. Included files could hold any of this, and
messages about them show their content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_aiopt.evaluation.build import headers, object_sections, preprocessed
from pytest_aiopt.evaluation.build.directives import directives
from pytest_aiopt.model import Rule

FLAGS = Rule(
    "flags",
    "The optimisation flags belong to the task: a program must not change them by pragma or attribute.",
)
LINES = Rule("lines", "`#line` is not allowed: profiles and messages must name the program's own lines.")
INCLUSION = Rule(
    "inclusion",
    'A program may include "task.hpp" and, by a plain name in angle brackets, headers of the C++ and C '
    "libraries, of POSIX and of intrinsics; no other file.",
)
ASSEMBLY = Rule(
    "assembly",
    'Assembly is not allowed, except an empty template such as `asm volatile("" ::: "memory")`; '
    "intrinsics are.",
)
SECTIONS = Rule("sections", "A program must not place code or data in sections of its own.")

STATED = (FLAGS, LINES, INCLUSION, ASSEMBLY, SECTIONS)
"""Every rule of builds, in the order in which prompts state them."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken at a line of the program (from 1; 0 if no line is known)."""

    rule: Rule
    line: int


def of_source(source: str) -> Breach | None:
    """Return the first breach that shows before any tool has read ``source``."""
    return next(_of_directives(source), None)


def of_preprocessed(text: str) -> Breach | None:
    """Return the first breach in the preprocessor's output, which is what the compiler reads."""
    lines, inclusion = preprocessed.own_lines(text)
    if inclusion:
        return Breach(INCLUSION, inclusion)
    own = preprocessed.tokens_of(lines)
    if line := preprocessed.changed_flags(lines, own):
        return Breach(FLAGS, line)
    if line := preprocessed.assembly(own):
        return Breach(ASSEMBLY, line)
    return None


def of_sections(listing: str) -> Breach | None:
    """Return a breach where the object file has a section that compilers do not make by themselves."""
    return Breach(SECTIONS, 0) if object_sections.foreign(listing) else None


def _of_directives(source: str) -> Iterator[Breach]:
    if line := preprocessed.looks_like_marker(source):
        yield Breach(LINES, line)
    for line, name, rest in directives(source):
        if name == "line" or name.isdigit():
            yield Breach(LINES, line)
        elif name in ("include", "include_next", "import", "embed") and not headers.allowed(name, rest):
            yield Breach(INCLUSION, line)
