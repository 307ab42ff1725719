"""gpt_mini: its oracle, its inputs, its programs and its workloads."""

import math
import struct

import helpers
import numpy as np
import pytest
from hypothesis import given, settings

TASK = helpers.task("gpt_mini")
SOURCE = TASK.program.source


def parts(request):
    """The sizes, the tokens and the matrices of a payload, as lists of rows."""
    width, hidden, vocabulary, layers, count = struct.unpack_from("<5I", request)
    tokens = struct.unpack_from(f"<{count}I", request, 64)
    weights = iter(
        struct.unpack(
            f"<{(len(request) - 64 - -(-count // 16) * 64) // 4}f", request[64 + -(-count // 16) * 64 :]
        )
    )
    shapes = [(vocabulary, width)]
    shapes += ([(width, width)] * 4 + [(width, hidden), (hidden, width)]) * layers
    matrices = [[[next(weights) for _ in range(columns)] for _ in range(rows)] for rows, columns in shapes]
    assert next(weights, None) is None
    return (width, hidden, vocabulary, layers), tokens, matrices


def times(x, matrix):
    return [sum(a * row[j] for a, row in zip(x, matrix, strict=True)) for j in range(len(matrix[0]))]


def normal(x):
    scale = math.sqrt(sum(a * a for a in x) / len(x) + 1e-5)
    return [a / scale for a in x]


def by_hand(request):
    """One position after the other in Python's doubles."""
    (width, _, vocabulary, layers), tokens, matrices = parts(request)
    kept, logits = [[] for _ in range(layers)], []
    for token in tokens:
        state = matrices[0][token]
        for layer in range(layers):
            query, key, value, output, up, down = matrices[1 + 6 * layer : 7 + 6 * layer]
            x = normal(state)
            kept[layer].append((times(x, key), times(x, value)))
            asked, back = times(x, query), len(kept[layer]) - 1
            scores = [
                sum(map(lambda a, b: a * b, asked, row)) / math.sqrt(width) - (back - i) / 16
                for i, (row, _) in enumerate(kept[layer])
            ]
            weights = [math.exp(score - max(scores)) for score in scores]
            mixed = [
                sum(w * row[j] for w, (_, row) in zip(weights, kept[layer], strict=True)) / sum(weights)
                for j in range(width)
            ]
            state = list(map(sum, zip(state, times(mixed, output), strict=True)))
            middle = [max(0.0, a) for a in times(normal(state), up)]
            state = list(map(sum, zip(state, times(middle, down), strict=True)))
        last = normal(state)
        logits += [sum(map(lambda a, b: a * b, last, row)) for row in matrices[0]]
    return struct.pack(f"<II{len(logits)}f", len(tokens), vocabulary, *logits)


@settings(max_examples=30)
@given(TASK.cases().filter(lambda case: len(case) < 2500))
def test_the_oracle_agrees_with_a_run_position_by_position(request_):
    assert TASK.same(by_hand(request_), TASK.answer(request_))


@pytest.mark.parametrize(
    ("got", "right"),
    [
        ((2, 2, [1.0, -4.0003, 0.1, 0.2]), True),
        ((2, 2, [1.0, -4.0005, 0.1, 0.2]), False),
        ((2, 2, [1.0, -4.0, 0.1003, 0.2]), False),
        ((2, 2, [1.0, -4.0, 0.1, float("nan")]), False),
        ((2, 2, [1.0, -4.0, 0.1]), False),
        ((1, 4, [1.0, -4.0, 0.1, 0.2]), False),
    ],
)
def test_logits_agree_to_a_share_of_the_greatest_of_their_position(got, right):
    positions, vocabulary, logits = got
    reply = struct.pack(f"<II{len(logits)}f", positions, vocabulary, *logits)
    assert TASK.same(struct.pack("<II4f", 2, 2, 1.0, -4.0, 0.1, 0.2), reply) is right


def test_the_cases_reach_sizes_and_scores_that_matter():
    drawn = helpers.cases("gpt_mini", 300)
    sizes = np.array([struct.unpack_from("<5I", case) for case in drawn])
    assert {1, 7, 8, 9, 15, 16, 17} <= set(sizes[:, 0])
    assert {1, 15, 16, 17, 31, 32, 33} <= set(sizes[:, 1])
    assert {0, 1, 2} == set(sizes[:, 3])
    assert {0, 1, 2, 16, 40} <= set(sizes[:, 4])


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert sum(map(len, requests)) < 3_000_000


def test_twins_put_the_products_elsewhere():
    share = {}
    for workload in TASK.workloads:
        sizes = struct.unpack_from("<5I", TASK.requests(workload, seed=5)[0])
        width, hidden, vocabulary, layers, tokens = sizes
        work = {
            "matrices": layers * (4 * width * width + 2 * width * hidden),
            "positions": layers * 2 * width * tokens / 2,
            "logits": vocabulary * width,
        }
        share[workload.name] = max(work, key=lambda name: work[name])
    kinds = {"matrices": ("w0", "h0", "h1"), "positions": ("w1", "h2"), "logits": ("w2", "h3")}
    assert share == {name: kind for kind, names in kinds.items() for name in names}


@pytest.mark.needs("g++")
def test_the_program_answers_a_timed_run_like_the_oracle():
    requests = TASK.requests(TASK.workloads[0], seed=7)
    replies = helpers.answer(helpers.build(TASK.root, SOURCE), requests)
    assert all(map(TASK.same, [TASK.answer(request) for request in requests], replies))


def test_the_oracle_describes_a_case_in_bounds():
    assert TASK.describe(helpers.cases("gpt_mini", 200)[-1])
