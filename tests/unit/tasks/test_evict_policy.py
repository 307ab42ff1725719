"""evict_policy: its oracle, its least misses, its branches, its programs and its workloads."""

import functools
import struct
from itertools import groupby

import helpers
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TASK = helpers.task("evict_policy")
NONE, SEVERAL = 2**32 - 1, 2**32 - 2


def payload(room, items):
    return struct.pack("<II56x", room, len(items)) + np.array(items, "<u4").tobytes()


def parts(request):
    room, count = struct.unpack_from("<II", request)
    return room, struct.unpack(f"<{count}I", request[64:])


def drops(*items):
    return struct.pack(f"<{len(items)}I", *items)


@pytest.mark.parametrize(
    ("dropped", "says"),
    [
        ((NONE, NONE, 1, NONE), 3),
        ((NONE, NONE, 2, 1), 4),
        ((NONE, NONE, NONE, NONE), "has to go"),
        ((NONE, NONE, SEVERAL, NONE), "several items"),
        ((NONE, NONE, 7, NONE), "drops item 7"),
        ((NONE, NONE, 3, NONE), "drops item 3"),
        ((NONE, 1, NONE, NONE), "nothing to make room for"),
        ((NONE, NONE, 1, 3), "nothing to make room for"),
        ((NONE, NONE, 1), "12 bytes for 4 decisions"),
    ],
)
def test_replies_have_misses_or_a_reason(dropped, says):
    request = payload(2, [1, 2, 3, 2])
    if isinstance(says, int):
        assert TASK.cost(request, drops(*dropped)) == says
    else:
        assert says in TASK.refusal(request, drops(*dropped))


@given(TASK.cases(), st.binary(max_size=64))
def test_any_bytes_are_refused_or_have_a_cost(request_, reply):
    said = TASK.refusal(request_, (reply * (len(request_) // max(1, len(reply)) + 1))[: len(request_) - 64])
    assert isinstance(said, str)


def least_by_trying(room, items):
    """The least misses, by trying every item that could go."""

    @functools.cache
    def rest(turn, kept):
        if turn == len(items):
            return 0
        item = items[turn]
        if item in kept:
            return rest(turn + 1, kept)
        ways = [kept] if len(kept) < room else [kept - {gone} for gone in kept]
        return 1 + min(rest(turn + 1, way | {item}) for way in ways)

    return rest(0, frozenset())


@settings(max_examples=60)
@given(st.integers(1, 4), st.lists(st.integers(0, 6), max_size=12))
def test_nothing_undercuts_the_bound_and_something_reaches_it(room, items):
    assert TASK.bound(payload(room, items)) == least_by_trying(room, items)


@given(TASK.cases(), st.integers(0, 2**32))
def test_a_branch_begins_alike_and_is_a_request(request_, seed):
    branched, common = TASK.branch(request_, seed)
    (room, items), (other_room, others) = parts(request_), parts(branched)
    assert (room, len(items)) == (other_room, len(others))
    assert common % 4 == 0
    assert items[: common // 4] == others[: common // 4]
    assert all(item < SEVERAL for item in others)


def test_branches_change_early_and_late():
    request = payload(3, [i % 7 for i in range(400)])
    turns = [TASK.branch(request, seed)[1] // 4 for seed in range(100)]
    assert min(turns) < 100
    assert sum(turn > 380 for turn in turns) > 15
    assert all(TASK.branch(request, seed)[0] != request for seed in range(100) if turns[seed] < 390)


def test_the_cases_reach_rooms_and_kinds_that_matter():
    drawn = [parts(case) for case in helpers.cases("evict_policy", 300)]
    assert {1, 2, 2**32 - 1} <= {room for room, _ in drawn}
    assert {0, 1, 700} <= {len(items) for _, items in drawn}
    assert max(max(items, default=0) for _, items in drawn) == 2**32 - 3
    assert sum(len(set(items)) > room for room, items in drawn) > 100


def test_twins_differ_in_what_comes_once():
    once = {}
    for workload in TASK.workloads:
        _, items = parts(TASK.requests(workload, seed=5)[0])
        once[workload.name] = sum(len(list(group)) == 1 for _, group in groupby(sorted(items))) / len(items)
    assert once["w2"] > 2 * once["w0"]


@pytest.mark.needs("g++")
def test_programs_are_valid_and_not_below_the_least():
    requests = helpers.cases("evict_policy", 100)
    for binary in helpers.programs(TASK):
        for request, reply in zip(requests, helpers.answer(binary, requests), strict=True):
            assert TASK.cost(request, reply) >= TASK.bound(request)
