"""Oracle of event_log: the whole log in one go, with zlib's checksum; a right program has no fault."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

Event = tuple[int, int, int, int, bytes, tuple[int, ...]]


def _decode(request: bytes) -> Iterator[Event]:
    """Yield (time, amount, source, confirmed, text, values) of each event."""
    (count,) = struct.unpack_from("<I", request)
    records = list(struct.iter_unpack("<QqIIII", request[64 : 64 + 32 * count]))
    value_at = 64 + 32 * count
    text_at = value_at + 4 * sum(record[5] for record in records)
    for time, amount, source, confirmed, size, values in records:
        numbers = struct.unpack_from(f"<{values}i", request, value_at)
        yield time, amount, source, confirmed, request[text_at : text_at + size], numbers
        value_at += 4 * values
        text_at += size


def _quoted(text: bytes) -> bytes:
    return re.sub(rb'[^ -~]|["\\]', lambda found: b"\\%02x" % found[0][0], text, flags=re.DOTALL)


def solve(request: bytes) -> bytes:
    """Return no faults and the log, packed as in driver.cpp."""
    log = []
    for number, (time, amount, source, _, text, values) in enumerate(_decode(request)):
        line = b"%d %d %d %d " % (number, time, source, amount)
        line += b'"' + _quoted(text) + b'" ' + b"".join(b"%d " % value for value in values)
        log.append(line + b"%08x\n" % zlib.crc32(line))
    return struct.pack("<Q", 0) + b"".join(log)


def describe(request: bytes) -> str:
    """Return the medium and the first events as text."""
    count, latency_us, _ = struct.unpack_from("<III", request)
    events = [event for event, _ in zip(_decode(request), range(3), strict=False)]
    return (
        f"{count} events, latency {latency_us} us, (time, amount, source, confirmed, text, values): {events}"
    )
