"""Finds the preprocessing directives of a C++ source without a preprocessor."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPLICE = re.compile(r"(?:\\|\?\?/)[ \t]*\n")
_COMMENT_OR_TEXT = re.compile(
    r'//[^\n]*|/\*.*?\*/|\bR"([^()\\\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL,
)
_DIRECTIVE = re.compile(r"^[ \t\f\v]*(?:#|%:|\?\?=)[ \t\f\v]*(\w+)(.*)$", re.MULTILINE)


def directives(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line (from 1), the name and the operand of each directive in any spelling.

    Line splices are undone and comments are blanks; a comment or a raw string may hold what only looks like a
    directive. The operand keeps a quoted file name. Lines count as after splicing.
    """
    text = _COMMENT_OR_TEXT.sub(_blank, _SPLICE.sub("", source))
    for match in _DIRECTIVE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match[1], match[2].strip()


def _blank(match: re.Match[str]) -> str:
    if match[0].startswith('"'):
        return match[0]  # a file name, perhaps
    return " " + "\n" * match[0].count("\n")
