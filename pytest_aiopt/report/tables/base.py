"""The table format of all renderings: displayed text is made once, from the exported values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MISSING = "-"
"""Placeholder for a missing number."""

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a table: heading, names of its values, whether it is text, and its width in a terminal."""

    title: str
    keys: tuple[str, ...]
    text: bool = False
    widest: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a table: its text, and the values behind it; () if all of them are missing."""

    shown: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``name``: unique within a study, for files. ``rows``: one entry per column."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry, ...], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of all values, in order."""
        return tuple(key for column in self.columns for key in column.keys)

    def records(self) -> list[dict[str, Scalar]]:
        """Return the values of each row by name."""
        return [dict(zip(self.keys, _values(self.columns, row), strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: tables, notes on them, and a legend. ``heading`` applies to the whole section."""

    key: str
    heading: str
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    legend: str = ""


def _values(columns: Sequence[Column], row: Sequence[Entry]) -> list[Scalar]:
    found: list[Scalar] = []
    for column, entry in zip(columns, row, strict=True):
        if entry.values and len(entry.values) != len(column.keys):
            raise ValueError(f"column {column.title!r} has values {column.keys}, not {entry.values}")
        found += entry.values or (None,) * len(column.keys)
    return found


def word(value: str) -> Entry:
    """Return an entry of text."""
    return Entry(value or MISSING, (value,))


def count(value: int | None) -> Entry:
    """Return an entry of a whole number."""
    return Entry(MISSING if value is None else str(value), (value,))


def number(value: float | None, form: str) -> Entry:
    """Return an entry of a number in a format like ``{:.3f}``."""
    return Entry(MISSING if value is None else form.format(value), (value,))


def chance(p: float) -> str:
    """Return a p-value as text; it is never 0, so the smallest is shown as a bound."""
    return "<0.0001" if p < 0.0001 else f"{p:.4f}"


def column(title: str, *keys: str, text: bool = False, widest: int | None = None) -> Column:
    """Return a column; by default the name of its values is its title."""
    return Column(title, keys or (title,), text, widest)
