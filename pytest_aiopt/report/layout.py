"""Tables and running text within a width."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from tabulate import SEPARATING_LINE, tabulate

MISSING = "-"
"""What stands where there is no number."""
MODEL_WIDTH = 20


def tabulated(rows: Sequence[Sequence[str]], header: Sequence[str], align: Sequence[str]) -> list[str]:
    """Return a table's lines; the header is a row, as headers proper are padded by two columns each."""
    widest = [MODEL_WIDTH if name == "model" else None for name in header]
    table = [header, SEPARATING_LINE, *rows]
    text = tabulate(table, tablefmt="simple", disable_numparse=True, colalign=align, maxcolwidths=widest)
    return text.splitlines()[1:-1]


def wrapped(text: str, width: int, indent: str = "  ") -> list[str]:
    """Return text wrapped between words only, so that names and paths stay whole."""
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
