"""A program as its compiler reads it: macros expanded, one branch of each condition, its lines kept.

The compiler's own preprocessor does it. Headers stay unread, so that nothing of theirs is taken for the
program's; only the macros by which libraries state their version and features are known.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from functools import lru_cache

_COMPILER = "g++"
_OPTIONS = ("-E", "-x", "c++", "-std=c++17", "-O2", "-w", "-")
_LIMITS = 'ulimit -t 20; ulimit -f 4096; ulimit -v 2000000; exec "$@"'
"""Seconds, blocks of 512 bytes and kilobytes: macros can grow without end."""
_FEATURES = re.compile(r"#define (__GLIBC\w*|_GLIBCXX_\w+|__cpp_lib_\w+) .*")
_DIRECTIVE = re.compile(r"\n[ \t]*(?:#|%:)[ \t]*(?!include\b|pragma\b)[a-z]")
_INCLUDE = re.compile(r"^([ \t]*)(?:#|%:)[ \t]*include\b", re.MULTILINE)
_KEPT = "#pragma aiopt_include"
_RENUMBERING = re.compile(r"^[ \t]*#[ \t]*(?:line\b|\d).*$", re.MULTILINE)
_MARKER = re.compile(r'# (\d+) "([^"]*)"')
_NAME = "program"
_ATTRIBUTE = re.compile(r"__attribute__\s*\(|__attribute\s*\(")
_CONSTEVAL = re.compile(r"\bif\s*(!?)\s*consteval\b")


class Unpreprocessed(Exception):
    """A program that the preprocessor refuses."""


@lru_cache(maxsize=4096)
def preprocessed(program: str) -> str:
    """Return the program without macros and conditions, line by line; raises Unpreprocessed, OSError.

    A program without directives of its own (beside includes and pragmas) is returned as it is.
    """
    if "_Pragma" not in program and not _DIRECTIVE.search(f"\n{program}"):
        return program
    text = _INCLUDE.sub(rf"\1{_KEPT}", _RENUMBERING.sub("", program))
    printed = _run(f'{_features()}\n# 1 "{_NAME}"\n{text}\n')
    return _on_lines(printed, program.count("\n") + 1).replace(_KEPT, "#include")


@lru_cache(maxsize=1)
def _features() -> str:
    """The definitions by which the C++ and C libraries say what they are."""
    printed = _run("#include <version>\n#include <cstddef>\n", "-dM")
    return "\n".join(line for line in printed.split("\n") if _FEATURES.match(line))


def _run(text: str, *options: str) -> str:
    with tempfile.TemporaryFile() as target:
        command = ["/bin/sh", "-c", _LIMITS, "sh", _COMPILER, *options, *_OPTIONS]
        done = subprocess.run(
            command, input=text.encode(), stdout=target, stderr=subprocess.PIPE, check=False
        )
        if done.returncode:
            message = done.stderr.decode("utf-8", "replace").strip()
            raise Unpreprocessed(message or f"{_COMPILER} -E ended with status {done.returncode}")
        target.seek(0)
        return target.read().decode("utf-8", "replace")


def _on_lines(printed: str, count: int) -> str:
    """The text of the program alone, each part on the line of the source that it comes from."""
    lines: list[list[str]] = [[] for _ in range(count)]
    at, own = 0, False
    for row in printed.split("\n"):
        if marker := _MARKER.match(row):
            at, own = int(marker[1]) - 1, marker[2] == _NAME
            continue
        if own and row.strip() and at < count:
            lines[at].append(row)
        at += 1
    return "\n".join(" ".join(parts) for parts in lines) + "\n"


def without_extensions(program: str) -> tuple[str, tuple[str, ...]]:
    """Return the program without what the grammar of the tree does not know, and what was taken out.

    Attributes in the compiler's own spelling may stand almost anywhere; they are no structure.
    """
    removed = []
    while (found := _ATTRIBUTE.search(program)) is not None:
        end = _closing(program, found.end() - 1)
        removed.append(program[found.start() : end])
        blank = re.sub(r"[^\n]", " ", removed[-1])
        program = program[: found.start()] + blank + program[end:]
    return _CONSTEVAL.sub(r"if (\1__builtin_is_constant_evaluated())", program), tuple(removed)


def _closing(program: str, start: int) -> int:
    """The offset after the bracket that closes the one at ``start``."""
    depth = 0
    for at in range(start, len(program)):
        depth += (program[at] == "(") - (program[at] == ")")
        if not depth:
            return at + 1
    return len(program)
