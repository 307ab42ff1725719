"""record_scan: its oracle, its inputs and its programs."""

import struct
from itertools import pairwise

import helpers
import numpy as np
import pytest
from hypothesis import given, settings

TASK = helpers.task("record_scan")
SOURCE = TASK.program.source
TARIFF = [(500, 390, 0), (2000, 450, 110), (5000, 520, 95), (10_000, 680, 80), (20_000, 900, 70)]
HANDLING = [120, 75, 340, 15, 60, 980, 45, 210, 33, 18, 505, 27, 90, 64, 150, 8]
POSITION = [0, 35, 80, 112, 190, 240, 261, 330, 402, 455, 530, 588, 647, 701, 780, 844]


def charge(flags, weight, route, length, width, height):
    grams = max(weight, length * width * height // 5000)
    base, per_kg = next(((base, per_kg) for up_to, base, per_kg in TARIFF if grams <= up_to), (1250, 62))
    hubs = [int(digit, 16) for digit in reversed(f"{route:08x}")]
    travelled = price = 0
    for before, hub in pairwise([hubs[0], *hubs]):
        leg = abs(POSITION[hub] - POSITION[before])
        travelled += leg
        price += 3 * leg + travelled // 100 + hub
    handling = sum(HANDLING[bit] for bit in range(16) if flags & 2**bit)
    return base + grams * per_kg // 1000 + handling + price


def by_hand(request):
    """One row and one query after the other, in plain Python integers."""
    row_count, query_count = struct.unpack_from("<II", request)
    rows = list(struct.iter_unpack("<Q4I4H", request[64 : 64 + 32 * row_count]))
    answers = b""
    for required, excluded, low, high in struct.iter_unpack("<4I", request[64 + 32 * row_count :]):
        chosen = [
            row
            for row in rows
            if row[1] & required == required and not row[1] & excluded and low <= row[2] <= high
        ]
        value = sum(row[3] * row[8] for row in chosen) % 2**64
        charges = sum(charge(row[1], row[2], *row[4:8]) for row in chosen) % 2**64
        label = b"SH-" + str(chosen[0][0]).zfill(20).encode() if chosen else b""
        answers += struct.pack("<QQQ24s", len(chosen), value, charges, label)
    assert len(answers) == 48 * query_count
    return answers


@settings(max_examples=40)
@given(TASK.cases())
def test_the_oracle_agrees_with_a_scan_by_hand(request_):
    assert TASK.answer(request_) == by_hand(request_)


def test_the_cases_reach_sizes_and_selections_that_matter():
    drawn = helpers.cases("record_scan", 200)
    rows, queries = zip(*(struct.unpack_from("<II", case) for case in drawn), strict=True)
    answers = b"".join(map(TASK.answer, drawn))
    selected = [count for count, *_ in struct.iter_unpack("<QQQ24s", answers)]
    assert {0, 3001} <= set(rows)
    assert {0, 17} <= set(queries)
    assert 0.2 < np.mean(np.array(selected) > 0) < 0.9


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert sum(map(len, requests)) < 6_000_000


@pytest.mark.parametrize(("name", "low", "high"), [("w0", 0.02, 0.1), ("w1", 0.8, 1.0), ("h0", 0.01, 0.1)])
def test_workloads_select_the_share_they_are_meant_to(name, low, high):
    workload = next(each for each in TASK.workloads if each.name == name)
    request = TASK.requests(workload, seed=5)[0]
    counts = [count for count, *_ in struct.iter_unpack("<QQQ24s", TASK.answer(request))]
    assert low < np.mean(counts) / struct.unpack_from("<I", request)[0] < high


def test_nothing_shown_to_a_model_says_what_takes_time():
    assert not helpers.revealing(TASK)


def test_the_oracle_describes_a_case_in_bounds():
    assert TASK.describe(helpers.cases("record_scan", 200)[-1])
