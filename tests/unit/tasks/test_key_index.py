"""key_index: its oracle, its inputs and its programs."""

import struct

import helpers
import numpy as np
import pytest
from hypothesis import given, settings

TASK = helpers.task("key_index")
SOURCE = TASK.program.source


def parts(request):
    """The events as (key, amount), the lookups and the number of places of a payload."""
    events, lookups, top = struct.unpack_from("<III", request)
    keys = struct.unpack_from(f"<{events + lookups}Q", request, 64)
    amounts = struct.unpack_from(f"<{events}I", request, 64 + 8 * len(keys))
    return list(zip(keys, amounts, strict=False)), keys[events:], top


def by_hand(request):
    """A dictionary filled one event after the other, in plain Python integers."""
    events, lookups, top = parts(request)
    tallies = {}
    for key, amount in events:
        count, total = tallies.get(key, (0, 0))
        tallies[key] = count + 1, total + amount
    found = [(key, *tallies.get(key, (0, 0))) for key in lookups]
    ranked = sorted(((key, *tally) for key, tally in tallies.items()), key=lambda item: (-item[2], item[0]))
    places = found + ranked[:top] + [(0, 0, 0)] * (top - len(ranked))
    return struct.pack("<Q", len(tallies)) + b"".join(struct.pack("<QQQ", *each) for each in places)


@settings(max_examples=40)
@given(TASK.cases())
def test_the_oracle_agrees_with_a_tally_by_hand(request_):
    assert TASK.answer(request_) == by_hand(request_)


def test_the_cases_reach_keys_and_sizes_that_matter():
    drawn = [parts(case) for case in helpers.cases("key_index", 200)]
    keys = [[key for key, _ in events] for events, _, _ in drawn]
    assert {0, 3001} <= {len(each) for each in keys}
    assert {0, 2**64 - 1} <= {key for each in keys for key in each}
    assert any(len(each) > 50 and len(set(each)) == 1 for each in keys)
    assert any(len(set(each)) > 50 and len({key % 4096 for key in each}) == 1 for each in keys)
    assert any(top > len(set(each)) for each, (_, _, top) in zip(keys, drawn, strict=True))


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert sum(map(len, requests)) < 6_000_000


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_keys_are_spaced_evenly_except_in_the_twin(workload):
    events, lookups, _ = parts(TASK.requests(workload, seed=5)[0])
    present = {key for key, _ in events}
    low_bits = len({key % 256 for key in present})
    assert low_bits == (256 if workload.twin_of else 1)
    assert 0.1 < np.mean([key in present for key in lookups]) < 0.9


def test_nothing_shown_to_a_model_says_what_takes_time():
    assert not helpers.revealing(TASK)


def test_the_oracle_describes_a_case_in_bounds():
    assert TASK.describe(helpers.cases("key_index", 200)[-1])
