"""Oracle of nearest: another way to the answer than the program's."""

from __future__ import annotations

import struct
from collections import Counter


def solve(request: bytes) -> bytes:
    """Return the reply to one request, packed as in driver.cpp."""
    seen: Counter[int] = Counter()
    before = []
    for (value,) in struct.iter_unpack("<I", request):
        before.append(seen[value])
        seen[value] += 1
    return struct.pack(f"<{len(before)}I", *before)
