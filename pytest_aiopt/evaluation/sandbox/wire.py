"""Framing between the harness and a candidate's process (little endian; bytes only).

Requests: a 64-byte header (u32 magic, u32 count), then per request a 64-byte frame header (u64 length), the
payload and zeroes up to a multiple of 64, so that every payload is 64-byte aligned once mapped.
Replies: u64 length and payload, back to back; how many are complete tells how far a broken run came.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

MAGIC = 0x31324941
ALIGNMENT = 64
_LENGTH = struct.Struct("<Q")
_HEADER = struct.Struct("<II56x")
_FRAME = struct.Struct("<Q56x")


def encode_requests(requests: Sequence[bytes]) -> bytes:
    """Return the request file for ``requests``."""
    parts = [_HEADER.pack(MAGIC, len(requests))]
    for payload in requests:
        parts += [_FRAME.pack(len(payload)), payload, bytes(-len(payload) % ALIGNMENT)]
    return b"".join(parts)


def decode_requests(data: bytes) -> list[bytes]:
    """Return the payloads of a request file; raises ValueError if it is malformed."""
    if len(data) < ALIGNMENT:
        raise ValueError("request file shorter than its header")
    magic, count = _HEADER.unpack_from(data)
    if magic != MAGIC:
        raise ValueError(f"request file starts with {magic:#x}, not {MAGIC:#x}")
    payloads, at = [], ALIGNMENT
    for _ in range(count):
        if at + ALIGNMENT > len(data):
            raise ValueError("request file ends inside a frame header")
        (length,) = _LENGTH.unpack_from(data, at)
        at += ALIGNMENT
        if at + length > len(data):
            raise ValueError("request file ends inside a payload")
        payloads.append(data[at : at + length])
        at += length + (-length % ALIGNMENT)
    if at != len(data):
        raise ValueError("request file has bytes after its last payload")
    return payloads


def encode_replies(replies: Sequence[bytes]) -> bytes:
    """Return the reply stream a correct process would write."""
    return b"".join(_LENGTH.pack(len(payload)) + payload for payload in replies)


@dataclass(frozen=True, slots=True)
class Replies:
    """The complete replies of a run, and whether bytes of an unfinished one follow."""

    payloads: list[bytes]
    torn: bool


def decode_replies(data: bytes) -> Replies:
    """Split a reply stream; a torn tail is reported, never guessed at."""
    payloads, at = [], 0
    while at + _LENGTH.size <= len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        if at + _LENGTH.size + length > len(data):
            break
        at += _LENGTH.size
        payloads.append(data[at : at + length])
        at += length
    return Replies(payloads, torn=at != len(data))


def replies_in(fd: int) -> Replies:
    """Return the replies in a file; torn also where others than the shim wrote, which moves the offset."""
    found = decode_replies(contents(fd))
    return found if os.lseek(fd, 0, os.SEEK_CUR) == 0 else replace(found, torn=True)


def sealed_file(data: bytes, name: str = "requests") -> int:
    """Return the descriptor of an anonymous file holding ``data`` that nobody can change any more."""
    fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
        os.lseek(fd, 0, os.SEEK_SET)
    except BaseException:
        os.close(fd)
        raise
    return fd


_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


def empty_file(name: str = "replies") -> int:
    """Return the descriptor of an anonymous file for the replies of one run."""
    return os.memfd_create(name, os.MFD_CLOEXEC)


def contents(fd: int) -> bytes:
    """Return everything written to ``fd``, independent of its offset."""
    size = os.fstat(fd).st_size
    return os.pread(fd, size, 0) if size < 1 << 30 else b"".join(_chunks(fd, size))


def _chunks(fd: int, size: int) -> list[bytes]:
    step = 1 << 26
    return [os.pread(fd, min(step, size - at), at) for at in range(0, size, step)]
