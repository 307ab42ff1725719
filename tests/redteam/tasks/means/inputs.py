"""Groups of eight doubles: ordinary, cancelling, denormal, infinite."""

import numpy as np
from hypothesis import strategies as st

KINDS = ["ordinary", "cancelling", "denormal", "special"]


def cases():
    return st.builds(_groups, st.integers(0, 40), st.sampled_from(KINDS), st.integers(0, 2**32 - 1))


def _groups(count, kind, seed):
    rng = np.random.default_rng(seed)
    numbers = 0.1 + rng.random((count, 8))
    if kind == "cancelling":  # one large number and its opposite: what is left is the small ones' sum
        numbers[:, 0], numbers[:, 5] = 2.0**20, -(2.0**20)
    elif kind == "denormal":
        numbers *= 2.0**-1060
    elif kind == "special":
        numbers[:, 3] = rng.choice([np.inf, -np.inf, np.nan, 0.0], count)
    return numbers.tobytes()


def workload(rng, count):
    return [(0.1 + rng.random(8 * count)).tobytes()]
