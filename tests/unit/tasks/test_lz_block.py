"""lz_block: its oracle, its inputs, its programs and its workloads."""

import zlib

import helpers
import pytest
from hypothesis import given, settings

TASK = helpers.task("lz_block")
REACH = 65536


def items(packed):
    """The items of a packed block: plain bytes, or (length, distance) of a copy."""
    at, found = 0, []
    while at < len(packed) - 4:
        head = packed[at]
        if head < 128:
            found.append(packed[at + 1 : at + head + 2])
            at += head + 2
            continue
        more = 2 * (head == 255)
        length = 4 + head - 128 + int.from_bytes(packed[at + 1 : at + 1 + more], "little")
        found.append((length, 1 + int.from_bytes(packed[at + 1 + more : at + 3 + more], "little")))
        at += 3 + more
    assert at == len(packed) - 4
    return found


def unpack(packed):
    """The bytes that a packed block stands for."""
    block = bytearray()
    for item in items(packed):
        if isinstance(item, bytes):
            block += item
        else:
            for _ in range(item[0]):
                block.append(block[-item[1]])
    return bytes(block)


def longest(block, at):
    """The longest copy at a position by trying every earlier one, latest first."""
    best = (0, 0)
    for source in range(at - 1, max(0, at - REACH) - 1, -1):
        length = 0
        while length < min(300, len(block) - at) and block[source + length] == block[at + length]:
            length += 1
        if length >= 4 and length > best[0]:
            best = (length, at - source)
    return best


@settings(max_examples=40)
@given(TASK.cases())
def test_what_the_oracle_packs_comes_out_again(request_):
    packed = TASK.answer(request_)
    assert unpack(packed) == request_
    assert int.from_bytes(packed[-4:], "little") == zlib.adler32(request_)


@settings(max_examples=40)
@given(TASK.cases().filter(lambda case: len(case) < 300))
def test_the_oracle_takes_the_longest_and_then_the_nearest_copy(request_):
    at, plain = 0, b""
    for item in [*items(TASK.answer(request_)), (0, 0)]:
        if isinstance(item, bytes):
            plain += item
            continue
        for i in range(len(plain)):
            assert longest(request_, at + i) == (0, 0)
        at, plain = at + len(plain), b""
        if item[0]:
            assert item == longest(request_, at)
        at += item[0]
    assert at == len(request_)


def test_the_cases_reach_lengths_and_distances_that_matter():
    drawn = helpers.cases("lz_block", 500)
    found = [item for case in drawn for item in items(TASK.answer(case))]
    plain = {len(item) for item in found if isinstance(item, bytes)}
    copies = [item for item in found if not isinstance(item, bytes)]
    assert {0, 1, 4} <= {len(case) for case in drawn}
    assert {1, 2, 128} <= plain
    assert {4, 5, 8, 130, 131, 299, 300} <= {length for length, _ in copies}
    assert {1, 2, REACH} <= {distance for _, distance in copies}
    assert max(len(case) for case in drawn) > REACH


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert sum(map(len, requests)) < 3_000_000


def test_twins_pack_differently():
    share = {}
    for workload in TASK.workloads:
        blocks = TASK.requests(workload, seed=5)
        share[workload.name] = sum(len(zlib.compress(block, 6)) for block in blocks) / sum(map(len, blocks))
    assert 0.2 < share["w0"] < 0.5
    assert share["w1"] > 0.99
    assert share["w2"] < 0.1


def test_the_oracle_describes_a_case_in_bounds():
    assert TASK.describe(helpers.cases("lz_block", 200)[-1])
