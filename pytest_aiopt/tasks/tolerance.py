"""Comparing floating point replies with those of a float64 oracle, for the ``same`` of a reference.py."""

from __future__ import annotations


def close(expected: bytes, got: bytes, *, relative: float, absolute: float = 0.0, dtype: str = "<f8") -> bool:
    """Whether every number of ``got`` is within absolute + relative * |expected| of the oracle's.

    Both are arrays of ``dtype``; they are compared in float64. NaN is right only where the oracle says
    NaN, and an infinity only where it says that infinity.
    """
    import numpy as np

    if len(expected) != len(got) or len(got) % np.dtype(dtype).itemsize:
        return False
    want, have = (np.frombuffer(each, dtype).astype(np.float64) for each in (expected, got))
    finite = np.isfinite(want)
    exact = (want == have) | (np.isnan(want) & np.isnan(have))
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(have - want) <= absolute + relative * np.abs(want)
    return bool(np.all(np.where(finite, near & np.isfinite(have), exact)))
