"""Requests of text_fields: a text, patterns, values and jobs, as correctness cases and as timed workloads."""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

NAMES = ["wrap", "unquote", "common", "edits", "grouped", "places", "counts", "patterns", "spans", "small"]
WRAP, UNQUOTE, COMMON, EDITS, GROUPED, PLACES, COUNTS, PATTERNS, SPANS, SMALL = KINDS = range(10)
OF_WORDS = (WRAP, EDITS, COUNTS)

Job = tuple[int, int, int, int]


def encode(text: bytes, patterns: Sequence[bytes], values: Sequence[int], jobs: Sequence[Job]) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, values, jobs, patterns and the text."""
    head = struct.pack("<4I48x", len(text), len(patterns), len(values), len(jobs))
    rows = [bytes([len(pattern)]) + pattern.ljust(64, b"\0") for pattern in patterns]
    packed = b"".join(struct.pack("<4I", *job) for job in jobs)
    return b"".join([head, struct.pack(f"<{len(values)}Q", *values), packed, *rows, text])


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.integers(0, 12) | st.integers(0, 60) | st.sampled_from([7, 8, 9, 15, 16, 17, 63, 64, 65, 128])
ALPHABETS = [
    [b"a", b"b", b" "],
    [b"a", b"Z", b"A", b"z", b"@", b"[", b"`", b"{"],
    [b"a", b"Z", b"A", b"\xc3\x80", b"\xc3\x9e", b"\xc3\x97", b"\xc3\x9f", b"\xc3", b"\xc2"],
    [b"\\", b";", b"a", b"b", b"c", b"d", b"\\;", b"\\\\"],
    [b"(", b")", b"[", b"]", b"x", b" "],
    [b"words ", b"word ", b"longer-words-", b"longer-words-than ", b"  ", b"w"],
    [bytes([byte]) for byte in range(256) if byte != 10],
]
LARGE = [0, 1, 9, 10, 99, 100, 999, 1000, 1001, 999_999, 10**6, 10**18, 2**63, 2**63 - 1, 2**64 - 1]


def _case_lines(draw: random.Random, count: int, alphabet: list[bytes], shared: bool) -> list[bytes]:
    lines: list[bytes] = []
    for _ in range(count):
        line = b"".join(draw.choices(alphabet, k=draw.choice([0, 1, 5, 8, 16, 17, 40])))
        if shared and lines:
            line = lines[-1][: draw.randint(0, len(lines[-1]))] + line
        lines.append(line[:300])
    return lines


def _case_patterns(draw: random.Random, text: bytes) -> list[bytes]:
    """Return patterns of 2 to 64 bytes, most of them from the text."""
    found = []
    for _ in range(draw.randint(1, 8)):
        at, size = draw.randrange(len(text) + 1), draw.choice([2, 2, 3, 5, 8, 9, 31, 63, 64])
        piece = text[at : at + size].replace(b"\n", b"")
        found.append(piece if len(piece) > 1 else draw.choice([b"aa", b"ab", b"((", b"a" * 64]))
    return found


def _case_job(draw: random.Random, kind: int, sizes: tuple[int, int, int], patterns: int) -> Job:
    lines, words, values = sizes
    count = values if kind == GROUPED else min(words, 60) if kind in OF_WORDS else lines
    first, last = sorted([draw.randint(0, count), draw.randint(0, count)])
    if draw.random() < 0.4:
        first, last = 0, count
    low = draw.choice([0, 1, 2, 5, 10, 11, 12, 17, 40, 1000])
    return kind, first, last, draw.randrange(patterns) if kind == EDITS else low


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 128 short lines of one of several alphabets and 0 to 12 jobs."""
    line_count, job_count = draw(SIZES), draw(st.integers(0, 12))
    alphabet, shared = draw(st.sampled_from(ALPHABETS)), draw(st.booleans())
    rng = random.Random(draw(st.integers(0, 2**32 - 1)))
    lines = _case_lines(rng, line_count, alphabet, shared)
    text = b"".join(line + b"\n" for line in lines)
    patterns = _case_patterns(rng, text)
    values = [rng.choice([rng.choice(LARGE), rng.randrange(2**64), rng.randrange(2000)]) for _ in range(20)]
    sizes = len(lines), len(re.findall(rb"[^ \n]+", text)), len(values)
    jobs = [_case_job(rng, rng.choice(KINDS), sizes, len(patterns)) for _ in range(job_count)]
    return encode(text, patterns, values, jobs)


# --- timed workloads ----------------------------------------------------------------------------

LETTERS = np.frombuffer(b"etaoinshrdlucmfwypvbgkETAOINSRDL", np.uint8)


def _pool(rng: np.random.Generator, count: int, length: int) -> list[bytes]:
    """Return words of length/2..3*length/2 letters, one in four of them large."""
    sizes = rng.integers(max(1, length // 2), length + length // 2 + 1, count).tolist()
    return [rng.choice(LETTERS, size).tobytes() for size in sizes]


def _line(draw: random.Random, pool: list[bytes], words: int, depth: int, quotes: float) -> bytes:
    """Return a line of words; every ninth blank is a semicolon, brackets are ``depth`` deep."""
    chosen = draw.choices(pool, k=words)
    for at in range(8, words, 9):
        chosen[at] += b";" if draw.random() >= quotes else b"\\;"
    for at in range(0, words - 2 * depth, 2 * depth or words):
        for k in range(depth):
            chosen[at + k] = b"(" + chosen[at + k]
            chosen[at + depth + k] += b")"
    return b" ".join(chosen)


def _jobs(
    draw: random.Random, kind: int, asked: tuple[int, int, int], sizes: tuple[int, int, int]
) -> list[Job]:
    """Return jobs of a kind: how many, on how many lines, words or values each, and their ``low``."""
    lines, words, values = sizes
    count, width, low = asked
    most = values if kind == GROUPED else words if kind in OF_WORDS else lines
    starts = [draw.randint(0, most - width) for _ in range(count)]
    return [(kind, start, start + width, low) for start in starts]


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    lines: int,
    words: int,
    length: int,
    pool: int,
    shared: int,
    depth: int,
    quotes: float,
    patterns: int,
    span: int,
    asked: str,
) -> list[bytes]:
    """Return ``requests`` payloads.

    A text has ``lines`` lines of ``words`` words of about ``length`` bytes, all from a pool, after ``shared``
    words that all lines begin with; patterns have about ``span`` bytes. ``asked``: kinds with number, width
    and ``low`` of jobs.
    """
    wanted = [part.split() for part in asked.split(",")]
    result = []
    for _ in range(requests):
        draw = random.Random(int(rng.integers(2**63)))
        known = _pool(rng, pool, length)
        start = b" ".join(draw.choices(known, k=shared)) + b" "
        rows = [start + _line(draw, known, words, depth, quotes) for _ in range(lines)]
        text = b"".join(row + b"\n" for row in rows)
        values = rng.integers(0, 2**63, 2000, np.uint64).tolist()
        sizes = lines, lines * (shared + words), len(values)
        jobs = [
            job
            for name, *how in wanted
            for job in _jobs(draw, NAMES.index(name), (int(how[0]), int(how[1]), int(how[2])), sizes)
        ]
        draw.shuffle(jobs)
        chosen = _pool(rng, patterns, span)
        result.append(encode(text, [each.ljust(2, b"e")[:64] for each in chosen], values, jobs))
    return result
