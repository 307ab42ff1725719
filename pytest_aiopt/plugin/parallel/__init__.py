"""Cells in parallel: on workers of pytest-xdist, and on those of a Dask scheduler."""
