"""Classify CPU time without a line of the candidate on the call chain."""

from __future__ import annotations

from pytest_aiopt.evaluation.host.kernel import symbol
from pytest_aiopt.model import ItemKind
from pytest_aiopt.profiling.perf.waits import Chain

_DRIVER = "main"
_PAGE_FAULT = "exc_page_fault"


def kind_of(chain: Chain) -> ItemKind:
    """Return PAGE_FAULTS, KERNEL or DRIVER below the driver's main, START_UP before, after and around it.

    Frames are innermost first; kernel frames may lack symbols.
    """
    kernel = [frame for frame in chain if frame.kernel]
    if any(_PAGE_FAULT in (frame.symbol or symbol(frame.ip)) for frame in kernel[-2:]):
        return ItemKind.PAGE_FAULTS
    if not any(frame.symbol == _DRIVER for frame in chain if not frame.kernel):
        return ItemKind.START_UP
    return ItemKind.KERNEL if kernel else ItemKind.DRIVER
