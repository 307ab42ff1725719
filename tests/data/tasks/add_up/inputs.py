import numpy as np
from hypothesis import strategies as st


def cases():
    return st.lists(st.integers(0, 2**32 - 1), max_size=70).map(lambda v: np.array(v, "<u4").tobytes())


def workload(rng, count):
    return [rng.integers(0, 2**32, count, dtype=np.uint32).tobytes() for _ in range(3)]
