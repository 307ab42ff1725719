"""Rows as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from pytest_aiopt.report.tables.base import Scalar


def as_csv(rows: Sequence[Mapping[str, Scalar]], header: Iterable[str] | None = None) -> bytes:
    """Return rows as CSV with a header; None is empty, truth values are True and False."""
    names = list(header or (rows[0] if rows else ()))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_plain(row[name]) for name in names] for row in rows)
    return written.getvalue().encode()


def _plain(value: Scalar) -> str | int | float:
    return "" if value is None else value
