"""Text and tables as LaTeX for any engine, safe for text from any source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_aiopt.report.tables.base import Column, Table

_ASCII = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"{\ttfamily\char34}",
    "`": r"{\ttfamily\char96}",
}
_OTHERS = {
    "\u00b1": r"$\pm$",
    "\u00b5": r"$\mu$",
    "\u00b7": r"$\cdot$",
    "\u00d7": r"$\times$",
    "\u2013": r"\textendash{}",
    "\u2014": r"\textemdash{}",
    "\u2019": "'",
    "\u2026": r"\ldots{}",
    "\u2264": r"$\le$",
    "\u2265": r"$\ge$",
}
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=')(?=['\u2019])|(?<=\u2019)(?=['\u2019])")
"""Positions between characters that would merge into a dash or a quotation mark."""
_ACCENTS = {"\u0300", "\u0301", "\u0302", "\u0303", "\u0308", "\u030c"}
"""Accents that the fonts of every TeX engine can compose."""
BREAK = r"\allowbreak{}"
LONGEST = 24
"""Length of the longest word without breaks."""
_BREAKS = re.compile(r"(?<=[/_.:,=-])(?=\w)")
_SIZES = (("small", 4.7), ("footnotesize", 4.2), ("scriptsize", 3.7), ("tiny", 2.9))
"""Font sizes with the mean width of a character in points."""
_GAP = 8.0
WIDTH = 486.0
"""Text width of a page in points."""


def escaped(text: str) -> str:
    """Return text that LaTeX prints verbatim, on one line; long words may be broken."""
    return " ".join(_word(each) for each in text.split())


def _word(word: str) -> str:
    if len(word) <= LONGEST:
        return _printed(word)
    pieces = (piece[at : at + 12] for piece in _BREAKS.split(word) for at in range(0, len(piece), 12))
    return BREAK.join(map(_printed, pieces))


def _printed(piece: str) -> str:
    return "{}".join("".join(map(_character, part)) for part in _LIGATURES.split(piece))


def _character(one: str) -> str:
    return _ASCII.get(one) or _OTHERS.get(one) or _readable(one)


def readable(text: str) -> str:
    """Return text with characters missing from common fonts replaced by their code points."""
    return "".join(each if each in _OTHERS else _readable(each) for each in text)


def _readable(one: str) -> str:
    if one.isascii() and one.isprintable():
        return one
    parts = unicodedata.normalize("NFD", one)
    if len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and parts[1] in _ACCENTS:
        return one
    return f"U+{ord(one):04X}"


@dataclass(frozen=True, slots=True)
class _Layout:
    """The font size that fits a table, and the widths of its wrapped columns, by number."""

    size: str
    wrapped: dict[int, float]


def tabular(table: Table) -> str:
    """Return a table for a float: ``booktabs`` lines, no caption."""
    layout = _layout(table)
    return "\n".join(
        (
            rf"{{\{layout.size}\setlength{{\tabcolsep}}{{4pt}}%",
            rf"\begin{{tabular}}{{{_specification(table.columns, layout)}}}",
            r"\toprule",
            _head(table),
            r"\midrule",
            *_rows(table),
            r"\bottomrule",
            r"\end{tabular}}",
            "",
        )
    )


def longtable(table: Table, label: str) -> str:
    """Return a table that may span several pages, with its title as caption."""
    layout, head = _layout(table), _head(table)
    return "\n".join(
        (
            rf"{{\{layout.size}\setlength{{\tabcolsep}}{{4pt}}%",
            rf"\begin{{longtable}}{{{_specification(table.columns, layout)}}}",
            rf"\caption{{{escaped(table.title)}}}\label{{{label}}}\\",
            rf"\toprule {head} \midrule \endfirsthead",
            rf"\toprule {head} \midrule \endhead",
            r"\bottomrule \endfoot",
            *_rows(table),
            r"\end{longtable}}",
            "",
        )
    )


def _head(table: Table) -> str:
    return _row(column.title for column in table.columns)


def _rows(table: Table) -> list[str]:
    return [_row(entry.shown for entry in row) for row in table.rows]


def _row(texts: Iterable[str]) -> str:
    # A bracket or star at the start of a row would be parsed as an argument of the preceding line end.
    return (
        " & ".join(f"{{}}{shown}" if shown[:1] in ("[", "*") else shown for shown in map(escaped, texts))
        + r" \\"
    )


def _specification(columns: Sequence[Column], layout: _Layout) -> str:
    return "".join(
        rf">{{\raggedright\arraybackslash}}p{{{layout.wrapped[at]:.0f}pt}}"
        if at in layout.wrapped
        else "l"
        if column.text
        else "r"
        for at, column in enumerate(columns)
    )


def _layout(table: Table) -> _Layout:
    """Choose the largest font size that fits the table; at the smallest, wide columns share the rest."""
    widths = [
        max([len(column.title), *(len(row[at].shown) for row in table.rows)])
        for at, column in enumerate(table.columns)
    ]
    wanted = [min(width, column.widest or width) for width, column in zip(widths, table.columns, strict=True)]
    room = WIDTH - _GAP * len(widths)
    for size, character in _SIZES:
        if sum(wanted) * character <= room:
            wraps = {at: wanted[at] * character for at, width in enumerate(widths) if width > wanted[at]}
            return _Layout(size, wraps)
    size, character = _SIZES[-1]
    texts = [at for at, column in enumerate(table.columns) if column.text]
    left = room - sum(width * character for at, width in enumerate(wanted) if at not in texts)
    total = sum(wanted[at] for at in texts) or 1
    return _Layout(size, {at: max(20.0, left * wanted[at] / total) for at in texts})
