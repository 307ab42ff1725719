"""What a source may not tell the compiler: other optimisation flags, and lines that are not its own.

Flags belong to the task: a program that is faster by ``#pragma GCC optimize`` was not improved, and
fast-math would trade precision for speed unseen. ``#line`` makes profiles and diagnostics point elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.model import Diagnostic

_CAN_CHANGE_FLAGS = re.compile(r"[pP]ragma|attribute|gnu|##|%:|\?\?|\\\s*\n")
_LINE = re.compile(r"^[ \t]*(?:#|%:|\?\?=)[ \t]*(?:line\b|\d)", re.MULTILINE)
_MARKER = re.compile(r'# (\d+) "(.*)"[ \d]*$')
_OPTIMIZE = re.compile(
    r"#[ \t]*pragma[ \t]+GCC[ \t]+optimize\b"
    r"|(?:__attribute(?:__)?\s*\(\s*\(|\[\s*\[)[^;{}]*?\b(?:__)?optimize(?:__)?\b"
)
_COMMENT_OR_TEXT = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL
)
FLAGS_CHANGED = "the optimisation flags belong to the task; they cannot be changed in the program"
LINE_CHANGED = "#line is not allowed: profiles and messages must name the program's own lines"


def must_preprocess(source: str) -> bool:
    """Whether the source has any means to change flags, which only its preprocessed form shows."""
    return _CAN_CHANGE_FLAGS.search(source) is not None


def foreign_line(source: str) -> Diagnostic | None:
    """Return an error for the first ``#line``, in whichever spelling (no macro can expand to one)."""
    spliced = re.sub(r"(?:\\|\?\?/)[ \t]*\n", "", source)
    bare = _COMMENT_OR_TEXT.sub(lambda match: " " + "\n" * match[0].count("\n"), spliced)
    found = _LINE.search(bare)
    return found and _error(bare.count("\n", 0, found.start()) + 1, LINE_CHANGED)


def changed_flags(preprocessed: str) -> Diagnostic | None:
    """Return an error for the first pragma or attribute ``optimize`` of the program (not of headers)."""
    own = list(_own_lines(preprocessed))
    text = "\n".join(line for _, line in own)
    found = _OPTIMIZE.search(text)
    return found and _error(own[text.count("\n", 0, found.start())][0], FLAGS_CHANGED)


def _own_lines(preprocessed: str) -> Iterator[tuple[int, str]]:
    number, own = 0, False
    for line in preprocessed.splitlines():
        if marker := _MARKER.match(line):
            number, own = int(marker[1]), marker[2] == SOURCE
            continue
        if own:
            yield number, line
        number += 1


def _error(line: int, message: str) -> Diagnostic:
    return Diagnostic(line, 1, "error", message)
