"""Show a mutation as text: a unified diff for a model, highlighted lines for a page."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import CppLexer

CONTEXT = 6
"""Number of context lines around every change."""


@dataclass(frozen=True, slots=True)
class Line:
    """Line of a diff. ``mark``: "+", "-", " ", or "@" for a gap; ``html``: its highlighted text, escaped."""

    mark: str
    old: int | None
    new: int | None
    html: str


def unified(parent: str, child: str) -> str:
    """Return the unified diff of two programs."""
    lines = difflib.unified_diff(
        parent.splitlines(), child.splitlines(), "current", "changed", n=CONTEXT, lineterm=""
    )
    return "\n".join(lines)


def coloured(source: str) -> list[str]:
    """Return the highlighted lines of a C++ program as escaped HTML; classes are Pygments' short names."""
    formatter = HtmlFormatter(nowrap=True)
    lexer = CppLexer(stripnl=False, ensurenl=False)
    return str(highlight(source, lexer, formatter)).split("\n")


def lines(parent: str, child: str) -> list[Line]:
    """Return the diff of two programs line by line, with line numbers of both."""
    before, after = coloured(parent), coloured(child)
    matcher = difflib.SequenceMatcher(None, parent.split("\n"), child.split("\n"), autojunk=False)
    found: list[Line] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if found or group[0][1] > 0:
            found.append(Line("@", None, None, ""))
        for tag, a, b, c, d in group:
            if tag == "equal":
                found += [Line(" ", a + i + 1, c + i + 1, before[a + i]) for i in range(b - a)]
                continue
            found += [Line("-", at + 1, None, before[at]) for at in range(a, b)]
            found += [Line("+", None, at + 1, after[at]) for at in range(c, d)]
    return found
