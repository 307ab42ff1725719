"""epoch_join, bounded_handoff, agg_service: oracles by hand, cases, workloads, programs."""

import struct
import zlib
from collections import defaultdict

import helpers
import pytest
from hypothesis import given, settings

NAMES = ("epoch_join", "bounded_handoff", "agg_service")
TASKS = {name: helpers.task(name) for name in NAMES}
WORKLOADS = [(name, workload) for name, task in TASKS.items() for workload in task.workloads]
MASK = (1 << 64) - 1


def mixed(value):
    value &= MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def epochs_by_hand(request):
    """Record by record and cell by cell, in lists."""
    count, _, spread, _, seed = struct.unpack_from("<IIIIQ", request)
    sizes = list(struct.iter_unpack("<II", request[64 : 64 + 8 * count]))
    ranges = struct.iter_unpack("<II", request[64 + 8 * count :])
    cells = [mixed(~seed + 0x9E3779B97F4A7C15 * i) >> 36 for i in range(1024)]
    shift, answer = 0, b""
    for amount, rounds in sizes:
        for _ in range(rounds):
            cells = [(3 * cells[i - 1] + 4 * cells[i] + cells[(i + 1) % 1024]) // 8 for i in range(1024)]
        total = 2166136261
        place = 0
        for _ in range(amount):
            first, length = next(ranges)
            for number in range(first + shift, first + shift + length):
                record = mixed(seed + 0x9E3779B97F4A7C15 * number) >> 32
                cells[(record + place) % 1024] = (cells[(record + place) % 1024] ^ record) % 2**28
                place += 1
                for byte in record.to_bytes(4, "little"):
                    total = (total ^ byte) * 16777619 % 2**32
        shift = total % spread
        answer += struct.pack("<Q", sum(cell * (i + 1) for i, cell in enumerate(cells)))
    return answer


def messages_by_hand(request):
    """Message by message through all stations; the seal by zlib, of bytes one higher."""
    count = struct.unpack_from("<I", request)[0]
    at, key, order, answer, first, second = 64 + 4 * count, 1, bytes(range(256)), b"", 1, 0
    for length in struct.unpack_from(f"<{count}I", request, 64):
        message, at = request[at : at + length], at + length
        unfolded = b""
        for i in range(0, length - 1, 2):
            unfolded += bytes([message[i + 1] ^ key]) * (message[i] + 1)
            key = (5 * key + message[i]) % 256
        for byte in unfolded:
            first = (first + byte + 1) % 65521
            second = (second + first) % 65521
        ranks = b""
        for byte in unfolded:
            rank = order.index(byte)
            order = order[rank : rank + 1] + order[:rank] + order[rank + 1 :]
            ranks += bytes([rank])
        total = len(ranks)
        for i in range(0, len(ranks), 8):
            total = (total ^ int.from_bytes(ranks[i : i + 8], "little")) * 0x9E3779B97F4A7C15 & MASK
            total ^= total >> 32
        answer += struct.pack("<II", second * 65536 + first, total % 2**32)
    return answer


def summaries_by_hand(request):
    """Report by report into a dictionary; the check is zlib's Adler-32."""
    count, most, seed = struct.unpack_from("<IIQ", request)
    at = 64 + 16 * count
    found = defaultdict(list)
    heads = struct.iter_unpack("<IIiI", request[64:at])
    for number, (size, station, value, _) in enumerate(heads):
        name = f"{mixed(seed + 0x9E3779B97F4A7C15 * station) % most:x}".encode()
        found[name].append((-value, number, zlib.adler32(request[at : at + size])))
        at += size
    answer = b""
    for name in sorted(found):
        highest, peak, _ = min(found[name])
        total = -sum(each[0] for each in found[name])
        checks = sum(each[2] for each in found[name])
        answer += struct.pack("<IiQqQQ", len(name), -highest, len(found[name]), total, peak, checks) + name
    return answer


def small(name, most):
    return TASKS[name].cases().filter(lambda case: len(case) < most)


@settings(max_examples=10, deadline=None)
@given(small("epoch_join", 160))
def test_epochs_agree_with_lists(request_):
    words = struct.unpack_from("<I", request_)[0]
    sizes = list(struct.iter_unpack("<II", request_[64 : 64 + 8 * words]))
    if sum(rounds for _, rounds in sizes) < 20:
        assert TASKS["epoch_join"].answer(request_) == epochs_by_hand(request_)


@settings(max_examples=30, deadline=None)
@given(small("bounded_handoff", 1500))
def test_messages_agree_with_one_at_a_time(request_):
    assert TASKS["bounded_handoff"].answer(request_) == messages_by_hand(request_)


@settings(max_examples=40, deadline=None)
@given(small("agg_service", 5000))
def test_summaries_agree_with_a_dictionary_and_zlib(request_):
    assert TASKS["agg_service"].answer(request_) == summaries_by_hand(request_)


def test_cases_reach_what_several_workers_and_groups_treat_apart():
    counts = {struct.unpack_from("<I", case)[0] for case in helpers.cases("agg_service", 300)}
    assert {0, 1, 2, 3, 8, 16, 17, 24, 25, 257} <= counts
    pairs = {struct.unpack_from("<II", case) for case in helpers.cases("bounded_handoff", 300)}
    assert {count - most for count, most in pairs} >= {-1, 0, 1}
    assert min(most for _, most in pairs) == 6
    epochs = {struct.unpack_from("<I", case)[0] for case in helpers.cases("epoch_join", 200)}
    assert epochs == {0, 1, 2, 3, 4, 5}


@pytest.mark.parametrize(("name", "workload"), WORKLOADS, ids=lambda each: getattr(each, "name", each))
def test_requests_of_a_run_are_as_large_as_meant(name, workload):
    requests = TASKS[name].requests(workload, seed=5)
    assert sum(map(len, requests)) < 8_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_described_in_bounds(name):
    assert 0 < len(TASKS[name].describe(helpers.cases(name, 60)[-1])) <= 403
