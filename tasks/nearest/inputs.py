"""Requests of nearest: values, as correctness cases and as timed workloads."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

# The size comes first: hypothesis' own lists hardly exceed 40 elements.
SIZES = st.one_of(st.integers(0, 70), st.sampled_from([127, 128, 129, 255, 256, 257, 1023, 1025]))
EXTREMES = np.array([0, 1, 2**31 - 1, 2**31, 2**32 - 1], np.uint32)


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: few, many or extreme values."""
    size, kind = draw(SIZES), draw(st.sampled_from(["few", "any", "extreme"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if kind == "extreme":
        return rng.choice(EXTREMES, size).tobytes()
    return rng.integers(0, {"few": 5, "any": 2**32}[kind], size, np.uint32).tobytes()


def workload(rng: np.random.Generator, *, values: int, kinds: int) -> list[bytes]:
    """Return the payloads of one timed run: ``values`` values of ``kinds`` different ones."""
    return [rng.choice(rng.integers(0, 2**32, kinds, np.uint32), values).tobytes()]
