"""Summarise many journals in several processes, because reading and classifying them takes minutes on one
core.

Workers write their summaries to the store's cache; this process then reads the journals they omitted.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from itertools import repeat
from multiprocessing import get_context, parent_process
from pathlib import Path

from pytest_aiopt.codebook.classed import Classed
from pytest_aiopt.evaluation.host import cores
from pytest_aiopt.evaluation.host.lock import MachineLock

LEAST = 2_000_000
"""Minimum size of the journals in bytes for which starting processes pays off."""
MOST = 8
"""Maximum number of processes."""
_SHARES = 4
"""Parts of work per process, to balance the load."""


Read = Callable[[Path, Sequence[Path]], dict[str, Classed]]


def summarize(read: Read, root: Path, journals: Sequence[Path]) -> dict[str, Classed]:
    """Let processes ``read`` journals of the store at ``root``; return the mutations they classified.

    Does nothing if one process is as fast, or if this is a worker itself.
    """
    usable = cores.usable()
    processes = min(MOST, len(usable), len(journals))
    if processes < 2 or parent_process() is not None or sum(map(_size, journals)) < LEAST:
        return {}
    found: dict[str, Classed] = {}
    try:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            parts = _parts(journals, processes)
            for classed in pool.map(_part, repeat(read), repeat(root), repeat(usable), parts):
                found |= classed
    except BrokenProcessPool:
        return found
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _parts(journals: Sequence[Path], processes: int) -> list[list[Path]]:
    """Split journals into parts, largest first; cells of a task stay together because they share programs."""
    by_task = sorted(journals, key=lambda path: (path.parts[-4:-3], path))
    most = max(1, -(-len(by_task) // (processes * _SHARES)))
    parts = [by_task[at : at + most] for at in range(0, len(by_task), most)]
    return sorted(parts, key=lambda part: -sum(map(_size, part)))


def _part(read: Read, root: Path, usable: frozenset[int], journals: Sequence[Path]) -> dict[str, Classed]:
    """Read some journals, on all cores unless another process measures times, else off the timing core."""
    gc.disable()  # this work creates no lasting cycles, and the process ends after it
    with MachineLock().shared_if_free() as free, cores.on(usable) if free else nullcontext():
        return read(root, journals)
