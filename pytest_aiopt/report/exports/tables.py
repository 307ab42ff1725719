"""The tidy tables as CSV and Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from pytest_aiopt.errors import ToolMissing
from pytest_aiopt.report.tables.comma_separated import as_csv
from pytest_aiopt.report.tidy import Tidy


def csv_files(tables: Tidy) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of a CSV file per table."""
    for name, rows in tables.named().items():
        yield f"{name}.csv", as_csv(rows)


def parquet_files(tables: Tidy) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of a Parquet file per table; raises ToolMissing without pyarrow."""
    if find_spec("pyarrow") is None:
        raise ToolMissing("Parquet files need pyarrow", "pip install pytest-aiopt[parquet], or choose csv")
    import pyarrow
    from pyarrow import parquet

    for name, rows in tables.named().items():
        sink = pyarrow.BufferOutputStream()
        parquet.write_table(pyarrow.Table.from_pylist(rows), sink)
        yield f"{name}.parquet", sink.getvalue().to_pybytes()
