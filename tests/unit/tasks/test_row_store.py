"""row_store: its oracle against a store by hand, and the reach of its cases."""

import struct

import helpers
import numpy as np
from hypothesis import given, settings

TASK = helpers.task("row_store")
REACH, OWNED, VACANT, ABOVE = 4, 5, 12, 13


def commands(request):
    return list(struct.iter_unpack("<HHIII", request[64:]))


def answers(request):
    return struct.unpack(f"<{len(commands(request))}Q", TASK.answer(request))


@settings(max_examples=12)
@given(TASK.cases())
def test_searches_agree_with_walks_over_an_array(request_):
    values, owners, ends, now = np.zeros(4096, int), np.full(4096, -1), np.zeros(4096, int), 0
    for (kind, owner, row, value, span), answer in zip(commands(request_), answers(request_), strict=True):
        if kind == 0:
            values[row], owners[row], ends[row] = value, owner, now + span
        elif kind == 1:
            assert answer == (values[row] > 0)
            values[row], owners[row] = 0, -1
        elif kind == 2:
            now += 1
            over = np.flatnonzero((ends == now) & (values > 0))
            assert answer == (over + 1).sum()
            values[over], owners[over] = 0, -1
        found = {
            REACH: np.cumsum(values[row:]) >= value,
            OWNED: owners[row:] == owner,
            VACANT: values[row:] == 0,
            ABOVE: values[row:] >= value,
        }.get(kind)
        if found is not None:
            assert answer == (row + int(found.argmax()) if found.any() else 4096)


def test_a_run_holds_what_its_parameters_say():
    scored = TASK.scored
    requests = TASK.requests(scored, 1)
    assert len(requests) == scored.params["requests"]
    kinds = [kind for kind, *_ in commands(requests[0])]
    assert kinds.count(2) == scored.params["ticks"]
    assert kinds.count(REACH) == scored.params["reach"]
    assert kinds.count(0) == scored.params["filled"] + scored.params["puts"]
