"""job_dag: its oracle, its least end, its programs and its workloads."""

import itertools
import struct

import helpers
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TASK = helpers.task("job_dag")


def payload(workers, lengths, links=()):
    head = struct.pack("<III52x", len(lengths), workers, len(links))
    return head + np.array(lengths, "<u4").tobytes() + np.array(list(links), "<u4").tobytes()


def parts(request):
    jobs, workers, count = struct.unpack_from("<III", request)
    lengths = struct.unpack_from(f"<{jobs}I", request, 64)
    return workers, lengths, list(struct.iter_unpack("<III", request[64 + 4 * jobs :]))[:count]


def plan(*slots):
    return b"".join(struct.pack("<II", *slot) for slot in slots)


def end_by_hand(request, reply):
    """The end of a plan, or None where it breaks a rule; every pair of jobs is looked at."""
    workers, lengths, links = parts(request)
    slots = list(struct.iter_unpack("<II", reply))
    ends = [start + length for (_, start), length in zip(slots, lengths, strict=True)]
    for worker, _ in slots:
        if worker >= workers:
            return None
    for before, after, delay in links:
        away = 0 if slots[before][0] == slots[after][0] else delay
        if slots[after][1] < ends[before] + away:
            return None
    for a, b in itertools.combinations(range(len(lengths)), 2):
        if slots[a][0] == slots[b][0] and slots[a][1] < ends[b] and slots[b][1] < ends[a]:
            return None
    return max(ends, default=0)


@pytest.mark.parametrize(
    ("slots", "says"),
    [
        ([(0, 0), (0, 5), (1, 0)], 8),
        ([(0, 0), (1, 9), (1, 0)], 12),
        ([(0, 0), (1, 8), (1, 0)], "starts at 8 and needs job 0, there at 9"),
        ([(0, 0), (0, 4), (1, 0)], "starts at 4 and needs job 0, there at 5"),
        ([(0, 0), (0, 5), (0, 4)], "at the same time"),
        ([(0, 0), (0, 5), (2, 0)], "worker 2 of 2"),
        ([(0, 0), (0, 5)], "16 bytes for 3 slots"),
    ],
)
def test_plans_have_an_end_or_a_reason(slots, says):
    request = payload(2, [5, 3, 2], [(0, 1, 4)])
    if isinstance(says, int):
        assert TASK.cost(request, plan(*slots)) == says
    else:
        assert says in TASK.refusal(request, plan(*slots))


SLOTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), min_size=5, max_size=5)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 9)), max_size=3), SLOTS)
def test_the_oracle_agrees_with_a_look_at_every_pair(pairs, slots):
    links = [(before, before + 1, delay) for before, _, delay in pairs]
    request = payload(3, [4, 1, 7, 2, 3], links)
    found = end_by_hand(request, plan(*slots))
    if found is None:
        assert TASK.refusal(request, plan(*slots))
    else:
        assert TASK.cost(request, plan(*slots)) == found


@given(TASK.cases(), st.binary(min_size=1, max_size=64))
def test_any_bytes_are_refused_or_have_an_end(request_, reply):
    size = 8 * len(parts(request_)[1])
    assert isinstance(TASK.refusal(request_, (reply * (size // len(reply) + 1))[:size]), str)


@settings(max_examples=40)
@given(TASK.cases())
def test_the_bound_is_the_longest_chain_or_all_workers_at_work(request_):
    workers, lengths, links = parts(request_)
    longest = list(lengths)
    for _ in lengths:
        for before, after, _ in links:
            longest[after] = max(longest[after], longest[before] + lengths[after])
    assert TASK.bound(request_) == max([*longest, -(-sum(lengths) // workers)], default=0)


def test_the_cases_reach_shapes_that_matter():
    drawn = [parts(case) for case in helpers.cases("job_dag", 300)]
    assert {1, 2, 300} <= {workers for workers, _, _ in drawn}
    assert {0, 1, 200} <= {len(lengths) for _, lengths, _ in drawn}
    assert any(len(set(links)) < len(links) for _, _, links in drawn) or any(
        len({link[:2] for link in links}) < len(links) for _, _, links in drawn
    )
    assert any(max(lengths, default=0) > 70_000 for _, lengths, _ in drawn)


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    for request in requests:
        _, lengths, links = parts(request)
        assert sum(lengths) + sum(delay for *_, delay in links) < 2**31


@pytest.mark.needs("g++")
def test_programs_are_valid_and_not_below_the_least():
    requests = helpers.cases("job_dag", 100)
    for binary in helpers.programs(TASK):
        for request, reply in zip(requests, helpers.answer(binary, requests), strict=True):
            assert TASK.cost(request, reply) == end_by_hand(request, reply) >= TASK.bound(request)
