"""Requests of sample_series: series of samples and questions, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

SAMPLE = np.dtype([("time", "<u4"), ("tag", "<u4"), ("value", "<u2"), ("unused", "<u2")])
QUESTION = struct.Struct("<IIII")
KINDS = (
    "spread",
    "percentile",
    "repeats",
    "readings",
    "merged",
    "alike",
    "waits",
    "ceilings",
    "seal",
    "ordered",
)
TOP = 4095

Samples = NDArray[np.void]
Question = tuple[int, int, int]


def encode(samples: Samples, questions: list[Question]) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, then the packed samples and questions."""
    head = struct.pack("<II56x", len(samples), len(questions))
    return head + samples.tobytes() + b"".join(QUESTION.pack(*question, 0) for question in questions)


def decode(request: bytes) -> tuple[Samples, list[Question]]:
    """Return the samples and the questions of a payload."""
    samples, questions = struct.unpack_from("<II", request)
    body = 64 + samples * SAMPLE.itemsize
    found = [QUESTION.unpack_from(request, body + 16 * at)[:3] for at in range(questions)]
    return np.frombuffer(request, SAMPLE, samples, 64), [(kind, a, b) for kind, a, b in found]


def _values(rng: np.random.Generator, shape: str, count: int, top: int) -> NDArray[np.uint16]:
    """Return values up to ``top``: in random order, falling or rising with some noise, or in waves."""
    if shape == "random":
        return rng.integers(0, top + 1, count).astype(np.uint16)
    line = np.linspace(0.0, 1.0, count)
    if shape == "falling":
        line = 1.0 - line
    if shape == "waves":
        line = 0.5 + 0.5 * np.sin(line * 40.0)
    return np.clip(line * top + rng.integers(-2, 3, count), 0, top).astype(np.uint16)


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12),
    st.integers(0, 150),
    st.sampled_from([15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1025]),
)
WIDTHS = np.array([0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 100, 128, 200, 300, 2000])
RISES = np.array([0, 1, 2, 10, 100, 1000, 4095, 4096, 100_000])
TIMES = ("steady", "equal", "bursts", "wide")


def _case_times(rng: np.random.Generator, kind: str, count: int) -> NDArray[np.uint32]:
    if kind == "equal":
        return np.full(count, rng.choice([0, 7, 2**32 - 1]), np.uint32)
    if kind == "wide":
        times = np.sort(rng.integers(0, 2**32, count, np.uint32))
        times[: count // 8] = 0
        times[count - count // 8 :] = 2**32 - 1
        return times
    steps = rng.integers(0, 20, count) if kind == "steady" else rng.integers(0, 2, count) ** 7 * 900
    return (int(rng.integers(0, 2**31)) + steps.cumsum()).astype(np.uint32)


def _case_tags(rng: np.random.Generator, kind: str, count: int) -> NDArray[np.uint32]:
    if kind == "few":
        return rng.choice(np.array([0, 1, 2**31, 2**32 - 1], np.uint32), count)
    if kind == "near":
        return rng.integers(0, 1 + count // 2, count).astype(np.uint32)
    return rng.choice(rng.integers(0, 2**32, 1 + count, np.uint32), count)


def _case_question(rng: np.random.Generator, kind: int, count: int) -> Question:
    width = int(rng.choice(WIDTHS))
    match KINDS[kind]:
        case "spread":
            return kind, max(width, 1), 0
        case "percentile":
            return kind, max(width, 1), int(rng.choice([0, 1, 50, 250, 500, 750, 999, 1000]))
        case "repeats":
            return kind, int(rng.choice([0, 1, 10, 300, 5000, 2**31, 2**32 - 1])), 0
        case "readings":
            return kind, int(rng.choice([0, 1, 40])), int(rng.integers(0, 2**32))
        case "merged":
            return (
                kind,
                int(rng.choice([1, 2, 3, 7, 16, 33, 2000])),
                int(rng.choice([0, 1, 9, 300, 2**20 - 1])),
            )
        case "alike":
            return kind, min(width, 300), int(rng.choice([0, 1, 4, 6, 11, 12]))
        case "waits":
            return kind, int(rng.choice(RISES)), width
        case "ceilings":
            return kind, int(rng.choice([0, 1, 30])), max(width, 1)
        case "seal":
            return kind, int(rng.choice([0, 0, 1, 20])), int(rng.choice([1, 1, 2, 5, 300]))
    return kind, int(rng.choice([0, 1, count // 2, count, count + 1, 2**31])), 0


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 1025 samples and 0 to 12 questions of any kind."""
    count = draw(SIZES)
    shape = draw(st.sampled_from(["random", "falling", "rising", "waves"]))
    top = draw(st.sampled_from([0, 1, 3, 60, 1000, TOP]))
    times, tags = draw(st.sampled_from(TIMES)), draw(st.sampled_from(["few", "near", "any"]))
    kinds = draw(st.lists(st.integers(0, len(KINDS) - 1), max_size=12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    samples = np.zeros(count, SAMPLE)
    samples["time"] = _case_times(rng, times, count)
    samples["tag"] = _case_tags(rng, tags, count)
    samples["value"] = _values(rng, shape, count, top)
    return encode(samples, [_case_question(rng, kind, count) for kind in kinds])


# --- timed workloads ----------------------------------------------------------------------------


def _samples(rng: np.random.Generator, count: int, shape: str, tags: int) -> Samples:
    samples = np.zeros(count, SAMPLE)
    samples["time"] = int(rng.integers(0, 2**20)) + rng.integers(1, 200, count).cumsum()
    samples["tag"] = rng.choice(rng.integers(0, 2**32, tags, np.uint32), count)
    samples["value"] = _values(rng, shape, count, TOP)
    return samples


def workload(rng: np.random.Generator, *, rounds: int, samples: int, tags: int, asked: str) -> list[bytes]:
    """Return one payload for each round and each item of ``asked``.

    An item names the shape of the values, the kind and number of its questions, and their two parameters;
    the first one varies by a sixteenth. Tags are drawn from ``tags`` different ones.
    """
    found = []
    for item in [item.split() for item in asked.split(",")] * rounds:
        shape, kind, count, a, b = item
        first = rng.integers(int(a) - int(a) // 16, int(a) + int(a) // 16 + 1, int(count)).tolist()
        questions = [(KINDS.index(kind), each, int(b)) for each in first]
        found.append(encode(_samples(rng, samples, shape, tags), questions))
    return found
