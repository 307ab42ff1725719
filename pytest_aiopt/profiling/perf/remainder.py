"""What a thread did on the CPU where no line of the candidate is on its call chain."""

from __future__ import annotations

import functools
from bisect import bisect_right
from pathlib import Path

from pytest_aiopt.model import ItemKind
from pytest_aiopt.profiling.perf.waits import Chain

_DRIVER = "main"
_PAGE_FAULT = "exc_page_fault"
_SYMBOLS = Path("/proc/kallsyms")
_TEXT = ("t", "T")


def kind_of(chain: Chain) -> ItemKind:
    """Return PAGE_FAULTS, KERNEL or DRIVER below the driver's main, START_UP before, after and around it.

    Frames are innermost first; those of the kernel may lack their symbols.
    """
    kernel = [frame for frame in chain if frame.kernel]
    if any(_PAGE_FAULT in (frame.symbol or symbol(frame.ip)) for frame in kernel[-2:]):
        return ItemKind.PAGE_FAULTS
    if not any(frame.symbol == _DRIVER for frame in chain if not frame.kernel):
        return ItemKind.START_UP
    return ItemKind.KERNEL if kernel else ItemKind.DRIVER


def symbol(address: int) -> str:
    """Return the function of the running kernel at an address; "" where it may not be seen."""
    addresses, names = _kernel()
    at = bisect_right(addresses, address) - 1
    return names[at] if at >= 0 else ""


@functools.cache
def _kernel() -> tuple[list[int], list[str]]:
    """The kernel's functions by address; empty without the right to see addresses."""
    try:
        lines = _SYMBOLS.read_text().splitlines()
    except OSError:
        return [], []
    found = [(int(at, 16), name) for at, kind, name, *_ in map(str.split, lines) if kind in _TEXT]
    known = sorted((at, name) for at, name in found if at)
    return [at for at, _ in known], [name for _, name in known]
