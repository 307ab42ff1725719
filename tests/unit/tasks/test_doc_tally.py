"""doc_tally: its oracle, its inputs and its programs."""

import json
import struct

import helpers
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

TASK = helpers.task("doc_tally")
SOURCE = TASK.program.source
REFUSED = struct.pack("<Q", 0)


def decode(reply):
    """Return kinds, (number_sum, string_bytes, distinct_strings, depth) and {name: (count, total)}."""
    valid, *head, count = struct.unpack_from("<13Q", reply)
    assert valid == 1
    names, at = {}, 13 * 8
    for _ in range(count):
        (size,) = struct.unpack_from("<Q", reply, at)
        name = reply[at + 8 : at + 8 + size]
        names[name] = struct.unpack_from("<QQ", reply, at + 8 + size)
        at += 24 + size
    assert at == len(reply)
    assert list(names) == sorted(names)
    return head[:7], tuple(head[7:]), names


@pytest.mark.parametrize(
    ("document", "kinds", "figures", "names"),
    [
        (b"null", [1, 0, 0, 0, 0, 0, 0], (0, 0, 0, 1), {}),
        (b" [ ] ", [0, 0, 0, 0, 0, 1, 0], (0, 0, 0, 1), {}),
        (b"-0", [0, 0, 0, 1, 0, 0, 0], (0, 0, 0, 1), {}),
        (b'["a","b\\","a",""]', [0, 0, 0, 0, 4, 1, 0], (0, 4, 3, 2), {}),
        (b"[-9223372036854775808,-1]", [0, 0, 0, 2, 0, 1, 0], (2**63 - 1, 0, 0, 2), {}),
        (b'{"a":[1,2],"b":3}', [0, 0, 0, 3, 0, 1, 1], (6, 0, 0, 3), {b"a": (1, 3), b"b": (1, 3)}),
        (b'{"a":{"a":4},"b":[]}', [0, 0, 0, 1, 0, 1, 2], (4, 0, 0, 3), {b"a": (2, 8), b"b": (1, 0)}),
        (b'{"a":["x",{"q":[5]}],"a":true}', [0, 1, 0, 0, 0, 0, 1], (0, 0, 0, 2), {b"a": (1, 0)}),
        (
            b'[false,{"\xff":1,"a":"\n"}]',
            [0, 0, 1, 1, 1, 1, 1],
            (1, 1, 1, 3),
            {b"a": (1, 0), b"\xff": (1, 1)},
        ),
    ],
)
def test_the_oracle_on_documents_counted_by_hand(document, kinds, figures, names):
    assert decode(TASK.answer(document)) == (kinds, figures, names)


NO_DOCUMENTS = (
    b'| |01|-|1.0|1e2|NaN|-Infinity|[1,]|{"a":1,}|{1:2}|"a'
    b"|nul|nulll|[1]]|1 2|\x0b1|1\x00|'a'|\\|{\"a\" 1}|\xef\xbb\xbf1"
).split(b"|")


@pytest.mark.parametrize("document", NO_DOCUMENTS)
def test_the_oracle_refuses_what_is_no_document(document):
    assert TASK.answer(document) == REFUSED


def trees():
    texts = st.text("abc ", max_size=5)
    leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


def within(tree):
    """Return the values of a tree with their depths, and its members, outermost first."""
    inner = tree if isinstance(tree, list) else tree.values() if isinstance(tree, dict) else []
    parts = [within(value) for value in inner]
    members = list(tree.items()) if isinstance(tree, dict) else []
    values = [(tree, 1)] + [(value, depth + 1) for found, _ in parts for value, depth in found]
    return values, members + [member for _, found in parts for member in found]


def total(tree):
    return sum(value for value, _ in within(tree)[0] if type(value) is int) % 2**64


@given(trees())
def test_the_oracle_agrees_with_a_recursive_count(tree):
    values, members = within(tree)
    strings = [value for value, _ in values if isinstance(value, str)]
    names = {
        name.encode(): (
            sum(other == name for other, _ in members),
            sum(total(value) for other, value in members if other == name) % 2**64,
        )
        for name, _ in members
    }
    kinds = [sum(value is word for value, _ in values) for word in (None, True, False)]
    kinds += [sum(type(value) is kind for value, _ in values) for kind in (int, str, list, dict)]
    figures = (total(tree), len("".join(strings)), len(set(strings)), max(depth for _, depth in values))
    assert decode(TASK.answer(json.dumps(tree).encode())) == (kinds, figures, names)


def test_the_cases_reach_forms_and_sizes_that_matter():
    drawn = helpers.cases("doc_tally", 300)
    replies = [TASK.answer(case) for case in drawn]
    decoded = [decode(reply) for reply in replies if reply != REFUSED]
    depths = {figures[3] for _, figures, _ in decoded}
    assert 0.1 < replies.count(REFUSED) / len(replies) < 0.4
    assert len(depths & set(range(31))) > 12
    assert max(depths) > 200
    assert max(sum(kinds) for kinds, _, _ in decoded) > 3000
    assert max(len(names) for _, _, names in decoded) > 1000


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert 500_000 < sum(map(len, requests)) < 3_000_000
    assert len(set(requests)) == len(requests)


def test_twins_hold_other_things():
    totals = {}
    for workload in TASK.workloads:
        decoded = [decode(TASK.answer(request)) for request in TASK.requests(workload, seed=5)]
        kinds = np.sum([kinds for kinds, _, _ in decoded], axis=0)
        totals[workload.name] = (kinds, sum(figures[1] for _, figures, _ in decoded), decoded[0][1][3])
    w0, w1, w2, w3 = (totals[name] for name in ("w0", "w1", "w2", "w3"))
    assert w1[1] / w1[0][4] > 10 * w0[1] / w0[0][4]  # bytes in a string
    assert w2[0][3] > 0.8 * w2[0].sum() > 2 * w0[0][3]  # numbers
    assert w3[2] > 5 * w0[2]  # depth


def test_nothing_shown_to_a_model_says_what_takes_time():
    assert not helpers.revealing(TASK)


@pytest.mark.needs("g++")
def test_the_program_answers_a_timed_run_like_the_oracle():
    requests = TASK.requests(TASK.workloads[0], seed=7)
    replies = helpers.answer(helpers.build(TASK.root, SOURCE), requests)
    assert replies == [TASK.answer(request) for request in requests]


def test_a_case_is_described_by_its_text():
    assert '{"a":1}' in TASK.describe(b'{"a":1}')
    assert len(TASK.describe(b"[" * 5000)) < 450
