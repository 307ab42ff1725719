"""Tables and running text within a width."""

from __future__ import annotations

import textwrap

from tabulate import SEPARATING_LINE, tabulate

from pytest_aiopt.report.tables.base import Table


def tabulated(table: Table) -> list[str]:
    """Return a table's lines; the header is an ordinary row, because real headers get extra padding."""
    header = [column.title for column in table.columns]
    rows = [[entry.shown for entry in row] for row in table.rows]
    text = tabulate(
        [header, SEPARATING_LINE, *rows],
        tablefmt="simple",
        disable_numparse=True,
        colalign=["left" if column.text else "right" for column in table.columns],
        maxcolwidths=[column.widest for column in table.columns],
    )
    return text.splitlines()[1:-1]


def wrapped(text: str, width: int, indent: str = "  ") -> list[str]:
    """Return text wrapped only between words, so that names and paths stay intact."""
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
