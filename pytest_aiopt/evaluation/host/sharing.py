"""Lets cells of several workers, sessions and users share one machine.

- The holder of the timing lock owns the timing core; everything else of a cell stays off that core.
- What is measured on all cores (threads, waiting) also waits until the work of others has ended; then they
  wait. Measurers wait at a turnstile that workers must pass, so that ever new work cannot keep them out.

Order of the locks: timing, turnstile, work. Nobody waits for an earlier one while holding a later one.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from pytest_aiopt.evaluation.host import cores
from pytest_aiopt.evaluation.host.lock import MachineLock

_alone = threading.local()


def _lock(name: str) -> MachineLock:
    return MachineLock(Path(tempfile.gettempdir()) / f"pytest-aiopt-{name}.lock")


@contextlib.contextmanager
def work() -> Iterator[None]:
    """Use the machine beside others, as builds, gates and embedded models do, unless one measures on it all.

    A no-op inside ``whole_machine``.
    """
    if getattr(_alone, "here", False):
        yield
        return
    with contextlib.ExitStack() as passing:
        passing.enter_context(_lock("turnstile").shared())
        with _lock("work").shared():
            passing.close()
            yield


@contextlib.contextmanager
def nobody_works() -> Iterator[None]:
    """Wait for the work of others to end and keep it out; the caller holds the timing lock."""
    with _lock("turnstile"), _lock("work"):
        _alone.here = True
        try:
            yield
        finally:
            _alone.here = False


@contextlib.contextmanager
def whole_machine() -> Iterator[None]:
    """Have the machine, with all its cores, to oneself."""
    with MachineLock(), nobody_works(), cores.on(cores.usable()):
        yield


@contextlib.contextmanager
def room_for(threads: int) -> Iterator[None]:
    """Where a program of several threads would have a single core, let it have the timing core too.

    Threads that take turns on one core hardly ever meet, so that a gate would miss their races.
    """
    if threads < 2 or len(cores.others()) > 1:
        yield
        return
    with MachineLock(), cores.on(cores.usable()):
        yield
