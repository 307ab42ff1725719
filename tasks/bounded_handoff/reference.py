"""Oracle of bounded_handoff: every station over all messages at once, one after the other."""

from __future__ import annotations

import struct

MODULUS = 65521
ODD = 0x9E3779B97F4A7C15


def _decode(request: bytes) -> tuple[list[bytes], int]:
    """Return the messages, and how many may be under way."""
    count, most = struct.unpack_from("<II", request)
    at = 64 + 4 * count
    messages = []
    for length in struct.unpack_from(f"<{count}I", request, 64):
        messages.append(request[at : at + length])
        at += length
    return messages, most


def _unfolded(messages: list[bytes]) -> list[bytes]:
    key, found = 1, []
    for message in messages:
        parts = []
        for count, value in zip(message[::2], message[1::2], strict=False):
            parts.append(bytes([value ^ key]) * (count + 1))
            key = (5 * key + count) % 256
        found.append(b"".join(parts))
    return found


def _ranked(messages: list[bytes]) -> list[bytes]:
    values, found = list(range(256)), []
    for message in messages:
        ranks = bytearray()
        for value in message:
            ranks.append(values.index(value))
            values.insert(0, values.pop(ranks[-1]))
        found.append(bytes(ranks))
    return found


def _sum(message: bytes) -> int:
    total = len(message)
    for i in range(0, len(message), 8):
        total = (total ^ int.from_bytes(message[i : i + 8], "little")) * ODD % 2**64
        total ^= total >> 32
    return total % 2**32


def solve(request: bytes) -> bytes:
    """Return (u32 seal, u32 sum of the bytes) for each message."""
    unfolded = _unfolded(_decode(request)[0])
    answer = []
    first, second = 1, 0
    for message, ranked in zip(unfolded, _ranked(unfolded), strict=True):
        for byte in message:
            first += byte + 1
            second += first
        first, second = first % MODULUS, second % MODULUS
        answer.append(struct.pack("<II", second << 16 | first, _sum(ranked)))
    return b"".join(answer)


def describe(request: bytes) -> str:
    """Return the sizes and the first messages as text."""
    messages, most = _decode(request)
    shown = [message[:16].hex(" ", 2) for message in messages[:4]]
    return f"{len(messages)} messages, at most {most} under way: {shown}"
