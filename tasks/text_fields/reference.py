"""Oracle of text_fields: every job by the string methods, regular expressions and tables of Python."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import takewhile
from typing import NamedTuple

MODULUS = 2**64
PATTERN = 65
BRACKETS = {b"(": b")", b"[": b"]"}


class Input(NamedTuple):
    """Lines, words, patterns and values."""

    lines: list[bytes]
    words: list[bytes]
    patterns: list[bytes]
    values: tuple[int, ...]


class Job(NamedTuple):
    """A job on the lines, words or values in [first, last)."""

    kind: int
    first: int
    last: int
    low: int


def solve(request: bytes) -> bytes:
    """Return one number per job, in the order of kinds."""
    given, jobs = decode(request)
    ordered = sorted(jobs, key=lambda job: job.kind)
    return b"".join(b"%d\n" % (WORKS[job.kind](given, job) % MODULUS) for job in ordered)


def decode(request: bytes) -> tuple[Input, list[Job]]:
    """Return the input and the jobs."""
    size, pattern_count, value_count, job_count = struct.unpack_from("<4I", request)
    values = struct.unpack_from(f"<{value_count}Q", request, 64)
    at = 64 + 8 * value_count
    jobs = [Job(*struct.unpack_from("<4I", request, at + 16 * k)) for k in range(job_count)]
    at += 16 * job_count
    rows = [request[at + PATTERN * k : at + PATTERN * (k + 1)] for k in range(pattern_count)]
    text = request[len(request) - size :] if size else b""
    words = re.findall(rb"[^ \n]+", text)
    return Input(text.split(b"\n")[:-1], words, [row[1 : 1 + row[0]] for row in rows], values), jobs


def mark(text: bytes) -> int:
    words = struct.unpack(f"<{(len(text) + 7) // 8}Q", text + bytes(-len(text) % 8))
    return sum(word * (2 * place + 1) for place, word in enumerate(words))


def wrap(given: Input, job: Job) -> int:
    rows: list[int] = []
    for word in given.words[job.first : job.last]:
        if rows and rows[-1] + 1 + len(word) <= job.low:
            rows[-1] += 1 + len(word)
        else:
            rows.append(len(word))
    return len(rows)


def unquote(given: Input, job: Job) -> int:
    def plain(match: re.Match[bytes]) -> bytes:
        return b"\t" if match[0] == b";" else match[0][1:]

    lines = given.lines[job.first : job.last]
    return mark(b"".join(re.sub(rb"(?s)\\.|\\$|;", plain, line) for line in lines))


def common(given: Input, job: Job) -> int:
    lines, total = given.lines[job.first : job.last], 0
    for at, line in enumerate(lines):
        starts = (shared(line, other) for other in lines[:at] + lines[at + 1 :])
        total += max(starts, default=0)
    return total


def shared(one: bytes, two: bytes) -> int:
    both = zip(one, two, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))


def edits(given: Input, job: Job) -> int:
    words = Counter(given.words[job.first : job.last])
    return sum(count * edits_between(word, given.patterns[job.low]) for word, count in words.items())


@cache
def edits_between(word: bytes, pattern: bytes) -> int:
    row = list(range(len(pattern) + 1))
    for place, byte in enumerate(word, 1):
        before, row = row, [place]
        for k, other in enumerate(pattern):
            row.append(min(before[k] + (byte != other), before[k + 1] + 1, row[k] + 1))
    return row[-1]


def grouped(given: Input, job: Job) -> int:
    return mark(b"".join(f"{value:,} ".encode() for value in given.values[job.first : job.last]))


def places(given: Input, job: Job) -> int:
    found = 0
    for line in given.lines[job.first : job.last]:
        starts = [match.start() for match in re.finditer(rb"[^ ]+", line)]
        found += starts[job.low] if job.low < len(starts) else 0
    return found


def counts(given: Input, job: Job) -> int:
    return sum(count**2 for count in Counter(given.words[job.first : job.last]).values())


def patterns(given: Input, job: Job) -> int:
    found = 0
    for line in given.lines[job.first : job.last]:
        for pattern in given.patterns:
            found += sum(line.startswith(pattern, at) for at in range(len(line)))
    return found


def spans(given: Input, job: Job) -> int:
    total = 0
    for line in given.lines[job.first : job.last]:
        for opening, closing in BRACKETS.items():
            opened: list[int] = []
            for match in re.finditer(re.escape(opening) + b"|" + re.escape(closing), line):
                if match[0] == opening:
                    opened.append(match.start())
                elif opened:
                    total += (match.start() - opened.pop()) ** 2
    return total


def small(given: Input, job: Job) -> int:
    def lower(match: re.Match[bytes]) -> bytes:
        text = match[0]
        if len(text) == 1:
            return text.lower() if text != b"\xc3" else text
        large = 0x80 <= text[1] <= 0x9E and text[1] != 0x97
        return bytes([0xC3, text[1] + 32]) if large else text

    lines = given.lines[job.first : job.last]
    return mark(b"".join(re.sub(rb"(?s)\xc3.|.", lower, line) for line in lines))


WORKS: list[Callable[[Input, Job], int]] = [
    wrap,
    unquote,
    common,
    edits,
    grouped,
    places,
    counts,
    patterns,
    spans,
    small,
]


def describe(request: bytes) -> str:
    """Return the sizes, the first lines and the first jobs as text."""
    given, jobs = decode(request)
    shown = f"{len(given.lines)} lines {given.lines[:3]}, {len(given.words)} words"
    return f"{shown}, patterns {given.patterns[:3]}, {len(given.values)} values, jobs {jobs[:3]}"
