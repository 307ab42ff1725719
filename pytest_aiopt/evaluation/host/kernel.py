"""The functions of the running kernel by address."""

from __future__ import annotations

import functools
from bisect import bisect_right
from pathlib import Path

_SYMBOLS = Path("/proc/kallsyms")
_TEXT = ("t", "T")


def symbol(address: int) -> str:
    """Return the function at an address; "" if this user may not see it."""
    addresses, names = _functions()
    at = bisect_right(addresses, address) - 1
    return names[at] if at >= 0 else ""


@functools.cache
def _functions() -> tuple[list[int], list[str]]:
    """The functions by address; empty without the right to see addresses."""
    try:
        lines = _SYMBOLS.read_text().splitlines()
    except OSError:
        return [], []
    found = [(int(at, 16), name) for at, kind, name, *_ in map(str.split, lines) if kind in _TEXT]
    known = sorted((at, name) for at, name in found if at)
    return [at for at, _ in known], [name for _, name in known]
