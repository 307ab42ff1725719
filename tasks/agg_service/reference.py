"""Oracle of agg_service: sorts the reports by name, then sums up each group."""

from __future__ import annotations

import struct
from itertools import groupby

MODULUS = 65521
MASK = (1 << 64) - 1
ODD = 0x9E3779B97F4A7C15

Report = tuple[bytes, int, bytes, int]
"""Name, number, body, value."""


def _mixed(value: int) -> int:
    """The finaliser of splitmix64."""
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ value >> 27) * 0x94D049BB133111EB & MASK
    return value ^ value >> 31


def _decode(request: bytes) -> list[Report]:
    count, names, seed = struct.unpack_from("<IIQ", request)
    at = 64 + 16 * count
    reports = []
    for number, (size, station, value, _) in enumerate(struct.iter_unpack("<IIiI", request[64:at])):
        name = b"%x" % (_mixed(seed + ODD * station & MASK) % max(names, 1))
        reports.append((name, number, request[at : at + size], value))
        at += size
    return reports


def _check(body: bytes) -> int:
    """Adler-32 in closed form: the second sum counts byte i once for each byte from it to the end."""
    first = 1 + sum(body)
    second = len(body) + sum((len(body) - i) * byte for i, byte in enumerate(body))
    return second % MODULUS << 16 | first % MODULUS


def solve(request: bytes) -> bytes:
    """Return the summaries, packed as in driver.cpp."""
    answer = []
    for name, group in groupby(sorted(_decode(request)), key=lambda report: report[0]):
        _, numbers, bodies, values = zip(*group, strict=True)
        greatest = max(values)
        peak = numbers[values.index(greatest)]  # the numbers are in order
        checks = sum(map(_check, bodies))
        head = struct.pack("<IiQqQQ", len(name), greatest, len(values), sum(values), peak, checks)
        answer.append(head + name)
    return b"".join(answer)


def describe(request: bytes) -> str:
    """Return the number of reports and names, and the first reports as text."""
    reports = _decode(request)
    shown = [(name.decode(), body[:8], value) for name, _, body, value in reports[:5]]
    return f"{len(reports)} reports, {len({each[0] for each in reports})} names; (name, body, value) {shown}"
