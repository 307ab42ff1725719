"""bin_select: its oracle, its least bins, its branches, its programs and its workloads."""

import struct

import helpers
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

TASK = helpers.task("bin_select")
NONE, SEVERAL = 2**32 - 1, 2**32 - 2


def payload(room, events):
    return struct.pack("<II56x", room, len(events)) + np.array(events, "<u4").tobytes()


def parts(request):
    room, count = struct.unpack_from("<II", request)
    found = list(struct.iter_unpack("<IIII", request[64:]))
    assert len(found) == count
    return room, found


def puts(*bins):
    return struct.pack(f"<{len(bins)}I", *bins)


def by_hand(request, reply):
    """The sum of bins in use, or None: every bin is a list of what came since it was empty."""
    room, events = parts(request)
    bins, total = {}, 0
    for (piece, size, _, leaves), (put,) in zip(events, struct.iter_unpack("<I", reply), strict=True):
        if leaves:
            if put != NONE:
                return None
            for content in bins.values():
                content["there"].discard(piece)
        elif put >= SEVERAL:
            return None
        else:
            content = bins.setdefault(put, {"there": set(), "taken": 0})
            content["there"].add(piece)
            content["taken"] += size
            if content["taken"] > room:
                return None
        bins = {number: content for number, content in bins.items() if content["there"]}
        total += len(bins)
    return total


EVENTS = [(1, 6, 0, 0), (2, 4, 0, 0), (1, 6, 0, 1), (3, 5, 0, 0), (2, 4, 0, 1), (4, 9, 0, 0)]


@pytest.mark.parametrize(
    ("bins", "says"),
    [
        ((0, 0, NONE, 1, NONE, 0), 8),
        ((0, 1, NONE, 0, NONE, 1), 9),
        ((0, 0, NONE, 0, NONE, 1), "takes"),
        ((0, 0, NONE, 1, NONE, 1), "of 10 in bin 1"),
        ((0, 0, 0, 1, NONE, 2), "puts it into bin 0"),
        ((0, NONE, NONE, 1, NONE, 2), "puts it nowhere"),
        ((0, SEVERAL, NONE, 1, NONE, 2), "into several bins"),
        ((0, 0, NONE, 1, NONE), "20 bytes for 6 events"),
    ],
)
def test_replies_have_bins_or_a_reason(bins, says):
    request = payload(10, EVENTS)
    if isinstance(says, int):
        assert TASK.cost(request, puts(*bins)) == says == by_hand(request, puts(*bins))
    else:
        assert says.replace("takes", "makes") in TASK.refusal(request, puts(*bins))


@given(TASK.cases(), st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_the_oracle_agrees_with_lists_of_what_came(request_, some):
    _, events = parts(request_)
    bins = [NONE if event[3] else some[i % len(some)] for i, event in enumerate(events)]
    found = by_hand(request_, puts(*bins))
    if found is None:
        assert TASK.refusal(request_, puts(*bins))
    else:
        assert TASK.cost(request_, puts(*bins)) == found


@given(TASK.cases(), st.integers(0, 2**32))
def test_a_branch_begins_alike_and_its_events_are_possible(request_, seed):
    branched, common = TASK.branch(request_, seed)
    (room, events), (other_room, others) = parts(request_), parts(branched)
    assert (room, len(events)) == (other_room, len(others))
    assert events[: common // 4] == others[: common // 4]
    there, known = {}, set()
    for piece, size, label, leaves in others:
        assert 1 <= size <= room
        if leaves:
            assert there.pop(piece) == (size, label)
        else:
            assert piece not in known
            there[piece] = size, label
            known.add(piece)


def test_the_cases_reach_rooms_and_stays_that_matter():
    drawn = [parts(case) for case in helpers.cases("bin_select", 300)]
    assert {1, 2, 2**32 - 1} <= {room for room, _ in drawn}
    assert 0 in {len(events) for _, events in drawn}
    assert max(len(events) for _, events in drawn) >= 500
    assert any(size == room for room, events in drawn for _, size, _, _ in events)
    assert any(events and not any(event[3] for event in events) for _, events in drawn)


def test_stays_go_with_labels_except_on_the_first_twin():
    spread = {}
    for workload in TASK.workloads:
        _, events = parts(TASK.requests(workload, seed=5)[0])
        came, stays = {}, {}
        for turn, (piece, _, label, leaves) in enumerate(events):
            if leaves:
                stays.setdefault(label, []).append(turn - came[piece])
            came[piece] = turn
        usual = [np.median(each) for each in stays.values() if len(each) > 20]
        spread[workload.name] = max(usual) / min(usual)
    assert spread["w0"] > 20 * spread["w1"] / 2
    assert spread["w2"] > spread["w0"]


@pytest.mark.needs("g++")
def test_programs_are_valid_and_not_below_the_least():
    requests = helpers.cases("bin_select", 100)
    for binary in helpers.programs(TASK):
        for request, reply in zip(requests, helpers.answer(binary, requests), strict=True):
            assert TASK.cost(request, reply) == by_hand(request, reply) >= TASK.bound(request)
