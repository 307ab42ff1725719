"""filter_chain: its oracle, its inputs, its programs and its workloads."""

import struct

import helpers
import numpy as np
import pytest
from hypothesis import given, settings

TASK = helpers.task("filter_chain")


def parts(request):
    """The samples of each channel, its (gain, ceiling), and the stages as (kind, share)."""
    channels, length, stages = struct.unpack_from("<III", request)
    settings_ = list(struct.iter_unpack("<ff", request[64 : 64 + 8 * channels]))
    at = 64 + 8 * channels
    chain = list(struct.iter_unpack("<If", request[at : at + 8 * stages]))
    samples = struct.unpack(f"<{channels * length}h", request[at + 8 * stages :])
    return [samples[i * length : (i + 1) * length] for i in range(channels)], settings_, chain


def by_hand(request):
    """One sample after the other, in Python's doubles."""
    signals, settings_, chain = parts(request)
    mix, levels = [0.0] * (len(signals[0]) if signals else struct.unpack_from("<I", request, 4)[0]), []
    release = struct.unpack("<f", struct.pack("<f", 0.995))[0]
    for samples, (gain, ceiling) in zip(signals, settings_, strict=True):
        states, level, out = [0.0] * len(chain), 0.0, []
        for time, sample in enumerate(samples):
            value = sample / 32768 * gain
            for i, (kind, share) in enumerate(chain):
                states[i] += share * (value - states[i])
                value = states[i] if kind == 0 else value - states[i]
            level = max(abs(value), level * release)
            out.append(value * ceiling / level if level > ceiling else value)
            mix[time] += out[-1]
        levels += [max(map(abs, out), default=0.0), sum(v * v for v in out) / max(1, len(out))]
    return struct.pack(f"<{len(mix)}f", *mix) + struct.pack(f"<{len(levels)}f", *levels)


@settings(max_examples=40)
@given(TASK.cases())
def test_the_oracle_agrees_with_sums_by_hand(request_):
    assert TASK.same(by_hand(request_), TASK.answer(request_))


@pytest.mark.parametrize(
    ("got", "right"),
    [
        ([1.0, -4.00007, 0.0], True),
        ([1.0, -4.0001, 0.0], False),
        ([1.0, float("nan"), 0.0], False),
        ([1.0, -4.0], False),
        ([1.0, -4.0, 0.0, 0.0], False),
    ],
)
def test_values_agree_to_a_share_of_the_greatest(got, right):
    want = struct.pack("<3f", 1.0, -4.0, 0.0)
    assert TASK.same(want, struct.pack(f"<{len(got)}f", *got)) is right


def test_the_cases_reach_sizes_and_signals_that_matter():
    drawn = [parts(case) for case in helpers.cases("filter_chain", 300)]
    lengths = {len(channel) for channels, _, _ in drawn for channel in channels}
    assert {0, 1, 256, 257, 1025} <= lengths
    assert {0, 1, 3, 4, 5, 8, 9} <= {len(channels) for channels, _, _ in drawn}
    assert {0, 1, 16, 17} <= {len(chain) for _, _, chain in drawn}
    values = [np.array(channel) for channels, _, _ in drawn for channel in channels if channel]
    assert any((value == 0).all() for value in values)
    assert any(((value == 0).mean() > 0.5) & value.any() for value in values if value.size > 200)
    assert any(set(value.tolist()) == {-32768, 32767} for value in values)


@pytest.mark.parametrize("workload", TASK.workloads, ids=lambda workload: workload.name)
def test_requests_of_a_run_are_as_large_as_meant(workload):
    requests = TASK.requests(workload, seed=5)
    assert sum(map(len, requests)) < 3_000_000


def test_only_the_twins_sound_all_the_time():
    silent = {}
    for workload in TASK.workloads:
        channels, _, chain = parts(TASK.requests(workload, seed=5)[0])
        silent[workload.name] = np.mean(np.array(channels) == 0)
        kinds = [kind for kind, _ in chain]
        if workload.twin_of is None:
            assert kinds.count(0) > kinds.count(1)
    assert min(silent[name] for name in ("w0", "h0", "h1")) > 0.3
    assert max(silent[name] for name in ("w1", "w2")) < 0.01


def test_the_oracle_describes_a_case_in_bounds():
    assert TASK.describe(helpers.cases("filter_chain", 200)[-1])
