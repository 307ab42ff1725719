"""Small pieces of Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; line breaks inside cells become spaces."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


def code(text: str) -> str:
    """Return ``text`` as code."""
    return f"`{text}`"


def prose(docstring: str | None) -> str:
    """Return a docstring as Markdown: double backticks become single ones."""
    return re.sub(r"``(.+?)``", r"`\1`", inspect.cleandoc(docstring or ""), flags=re.DOTALL)


def _cell(text: str) -> str:
    return " ".join(prose(text).split()).replace("|", "\\|")
