"""Oracle of lz_block: searches the bytes themselves backwards for ever longer sequences."""

from __future__ import annotations

import zlib

SHORTEST, LONGEST, REACH, MOST_PLAIN = 4, 300, 65536, 128


def _copy_at(block: bytes, at: int) -> tuple[int, int]:
    """Return length and distance of the longest, then nearest copy at ``at``; (0, 0) for none."""
    first = max(0, at - REACH)
    found = (0, 0)
    length = SHORTEST
    while length <= min(LONGEST, len(block) - at):
        source = block.rfind(block[at : at + length], first, at + length - 1)
        if source < 0:
            break
        while length < min(LONGEST, len(block) - at) and block[source + length] == block[at + length]:
            length += 1
        found = (length, at - source)
        length += 1
    return found


def _plain(part: bytes) -> bytes:
    pieces = [part[i : i + MOST_PLAIN] for i in range(0, len(part), MOST_PLAIN)]
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces)


def _copied(length: int, distance: int) -> bytes:
    rest = length - SHORTEST
    head = bytes([128 + rest]) if rest < 127 else b"\xff" + (rest - 127).to_bytes(2, "little")
    return head + (distance - 1).to_bytes(2, "little")


def solve(request: bytes) -> bytes:
    """Return the packed block."""
    packed, at, plain_from = [], 0, 0
    while at < len(request):
        length, distance = _copy_at(request, at)
        if length:
            packed += [_plain(request[plain_from:at]), _copied(length, distance)]
            plain_from = at + length
        at += max(length, 1)
    packed += [_plain(request[plain_from:]), zlib.adler32(request).to_bytes(4, "little")]
    return b"".join(packed)


def describe(request: bytes) -> str:
    """Return the start of a block as Python writes bytes."""
    return f"block of {len(request)} bytes: {request[:90]!r}"
