"""ordered_lookup: its oracle, its inputs, its programs and its workloads."""

import struct

import helpers
import pytest
from hypothesis import given, settings

TASK = helpers.task("ordered_lookup")
READ, PUT, DROP = 0, 1, 2


def parts(request):
    """The entries as (key, value) and the operations as (key, kind, operand) of a payload."""
    entries, operations = struct.unpack_from("<II", request)
    asked = request[64 + 16 * entries :]
    assert len(asked) == 16 * operations
    return list(struct.iter_unpack("<QQ", request[64 : 64 + 16 * entries])), list(
        struct.iter_unpack("<QII", asked)
    )


def by_hand(request):
    """A dictionary, sorted anew for every read, in plain Python integers."""
    entries, operations = parts(request)
    values, answers = dict(entries), []
    for key, kind, operand in operations:
        if kind == READ:
            found = sorted(each for each in values if each >= key)[:operand]
            total = sum(values[each] for each in found) % 2**64
            answers.append((len(found), found[0] if found else 0, total))
            continue
        answers.append((1, key, values[key]) if key in values else (0, 0, 0))
        values.pop(key, None)
        if kind == PUT:
            values[key] = operand
    return struct.pack("<Q", len(values)) + b"".join(struct.pack("<QQQ", *each) for each in answers)


@settings(max_examples=40)
@given(TASK.cases())
def test_the_oracle_agrees_with_a_dictionary(request_):
    assert TASK.answer(request_) == by_hand(request_)


def test_the_cases_reach_keys_and_sizes_that_matter():
    drawn = [parts(case) for case in helpers.cases("ordered_lookup", 300)]
    keys = [{key for key, _ in entries} for entries, _ in drawn]
    assert {0, 1025} <= {len(entries) for entries, _ in drawn}
    assert {0, 280} <= {len(operations) for _, operations in drawn}
    assert {0, 2**64 - 1} <= set().union(*keys)
    assert any(len(entries) > 60 and len(set(entries)) < 10 for entries, _ in drawn)
    assert any(
        sum(kind == PUT and key not in known for key, kind, _ in operations) > 90
        for known, (_, operations) in zip(keys, drawn, strict=True)
    )
    reads = [operand for _, operations in drawn for _, kind, operand in operations if kind == READ]
    assert {0, 1} <= set(reads)
    assert max(reads) > 2**31


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert sum(map(len, requests)) < 3_000_000


def test_twins_fill_walk_and_search():
    filled, walked, searched = {}, {}, {}
    for workload in TASK.workloads:
        entries, operations = parts(TASK.requests(workload, seed=5)[0])
        reads = [operand for _, kind, operand in operations if kind == READ]
        filled[workload.name] = len(entries) / len(operations)
        walked[workload.name] = sum(reads) / len(reads)
        searched[workload.name] = len(reads) / len(entries)
    assert filled["w0"] > 4 * filled["w2"]
    assert walked["w1"] > 100 * walked["w0"]
    assert searched["w2"] > 4 * searched["w0"]


def test_the_oracle_describes_a_case_in_bounds():
    assert TASK.describe(helpers.cases("ordered_lookup", 200)[-1])
