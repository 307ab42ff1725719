"""Run cells on the workers of a Dask scheduler."""
