"""Requests of the power benchmark's program."""

import struct

from hypothesis import strategies as st


def cases():
    """A few chunks."""
    return st.tuples(st.integers(1, 2**32 - 1), st.integers(0, 5)).map(lambda case: struct.pack("<II", *case))


def workload(rng, chunks):
    """One call with ``chunks`` chunks."""
    return [struct.pack("<II", int(rng.integers(1, 2**32)), chunks)]
