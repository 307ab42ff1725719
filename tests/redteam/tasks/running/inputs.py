"""Numbers, few and many, equal and different."""

import numpy as np
from hypothesis import strategies as st

SIZES = st.integers(0, 40) | st.sampled_from([63, 64, 65, 255, 256, 257])


def cases():
    return st.builds(_numbers, SIZES, st.integers(0, 2**32 - 1), st.sampled_from([1, 3, 2**32]))


def _numbers(count, seed, most):
    return np.random.default_rng(seed).integers(0, most, count, dtype=np.uint32).tobytes()


def workload(rng, requests, count):
    return [rng.integers(0, 2**32, count, dtype=np.uint32).tobytes() for _ in range(requests)]
