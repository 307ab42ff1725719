import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.tasks.tolerance import close

ANY = st.floats(allow_nan=True, allow_infinity=True, width=64)


def packed(*numbers):
    return struct.pack(f"<{len(numbers)}d", *numbers)


@given(st.lists(ANY))
def test_every_reply_is_close_to_itself(numbers):
    assert close(packed(*numbers), packed(*numbers), relative=0.0)


@given(ANY, ANY, st.floats(0, 1), st.floats(0, 10))
def test_one_number_is_judged_as_the_definition_says(want, got, relative, absolute):
    if math.isnan(want):
        right = math.isnan(got)
    elif math.isinf(want):
        right = got == want
    else:
        right = math.isfinite(got) and abs(got - want) <= absolute + relative * abs(want)
    assert close(packed(want), packed(got), relative=relative, absolute=absolute) == right


@pytest.mark.parametrize("got", [b"", packed(1.0), packed(1.0, 2.0, 3.0), packed(1.0, 2.0)[:-1]])
def test_a_reply_of_another_length_is_wrong(got):
    assert not close(packed(1.0, 2.0), got, relative=1.0)


def test_single_precision_is_compared_in_double():
    want, got = struct.pack("<f", 1.0), struct.pack("<f", 1.0 + 2**-20)
    assert close(want, got, relative=1e-6, dtype="<f4")
    assert not close(want, got, relative=1e-7, dtype="<f4")
