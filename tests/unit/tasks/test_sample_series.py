"""sample_series: its oracle, its inputs and the program of its frontier."""

import struct
import zlib

import helpers
import pytest

TASK = helpers.task("sample_series")
KINDS = 10
TIMES = [10, 10, 13, 20, 50]
TAGS = [7, 8, 7, 7, 8]
VALUES = [5, 3, 9, 9, 1]


def request(*questions, times=TIMES, tags=TAGS, values=VALUES):
    rows = [struct.pack("<IIHH", *row, 0) for row in zip(times, tags, values, strict=True)]
    asked = [struct.pack("<IIII", *question, 0) for question in questions]
    return struct.pack("<II56x", len(rows), len(asked)) + b"".join(rows + asked)


def parts(request_):
    """The columns of the samples and the questions of a payload."""
    samples, questions = struct.unpack_from("<II", request_)
    rows = list(struct.iter_unpack("<IIHH", request_[64 : 64 + 12 * samples]))
    asked = struct.iter_unpack("<IIII", request_[64 + 12 * samples :])
    found = [question[:3] for question in asked]
    assert len(found) == questions
    return rows, found


def answer(numbers):
    digest = 0
    for number in numbers:
        digest = ((digest << 7 | digest >> 57) + number) % 2**64
    return struct.pack("<QQ", len(numbers), digest)


def seals(*rows):
    packed = [struct.pack("<IH", *row) for row in rows]
    return [zlib.crc32(b"".join(packed[: end + 1])) ^ 0xFFFFFFFF for end in range(len(packed))]


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ((0, 2, 0), [0, 2, 6, 0, 8]),
        ((0, 9, 0), [0, 2, 6, 6, 8]),
        ((1, 3, 500), [5, 3, 5, 9, 9]),
        ((1, 3, 1000), [5, 5, 9, 9, 9]),
        ((2, 7, 0), [3, 7]),
        ((2, 40, 0), [3, 7, 40]),
        ((3, 0, 5), []),
        ((4, 2, 0), [0, 1, 2, 3, 4]),
        ((4, 2, 5), [0, 2, 1, 3, 4]),
        ((4, 1, 5), [0, 1, 2, 3, 4]),
        ((5, 1, 1), [2, 2, 2, 2, 1]),
        ((5, 9, 12), [5, 5, 5, 5, 5]),
        ((6, 4, 2), [2, 1, 3, 2, 1]),
        ((6, 5, 9), [4 + 1, 1, 3, 2, 1]),
        ((7, 3, 9), [9, 9, 9]),
        ((8, 3, 1), seals((20, 9), (50, 1))),
        ((8, 0, 3), seals((10, 5), (20, 9))),
        ((9, 9, 0), [4, 1, 0, 2, 3]),
        ((9, 2, 0), [1, 0]),
    ],
)
def test_the_oracle_on_a_series_answered_by_hand(question, numbers):
    assert TASK.answer(request(question)) == answer(numbers)


def test_readings_lie_at_or_before_the_drawn_times():
    state = (99 * 1664525 + 1013904223) % 2**32
    time = 10 + (state * 41 >> 32)
    position = max(at for at, each in enumerate(TIMES) if each <= time)
    assert TASK.answer(request((3, 1, 99))) == answer([position])


def test_an_empty_series_has_empty_answers():
    asked = [(kind, 1, 1) for kind in range(KINDS)]
    assert TASK.answer(request(*asked, times=[], tags=[], values=[])) == answer([]) * KINDS


def test_the_cases_reach_kinds_sizes_and_times_that_matter():
    drawn = [parts(case) for case in helpers.cases("sample_series", 150)]
    assert {kind for _, asked in drawn for kind, _, _ in asked} == set(range(KINDS))
    assert {0, 1} <= {len(rows) for rows, _ in drawn}
    assert max(len(rows) for rows, _ in drawn) > 500
    times = [row[0] for rows, _ in drawn for row in rows]
    assert {0, 2**32 - 1} <= set(times)
    assert any(rows[0][0] == rows[-1][0] for rows, _ in drawn if len(rows) > 50)


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert sum(map(len, requests)) < 2_000_000


@pytest.mark.needs("g++")
def test_the_program_of_the_frontier_answers_like_the_oracle():
    binary = helpers.build(TASK.root, (TASK.root / "frontier" / "every_step.cpp").read_text())
    requests = helpers.cases("sample_series", 150)
    assert helpers.answer(binary, requests) == [TASK.answer(each) for each in requests]
