"""Oracle of job_dag: checks a plan and finds its end; knows an end that no plan can undercut."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def _decode(request: bytes) -> tuple[int, Numbers, Numbers]:
    """Return the workers, the lengths and the links (n x 3: before, after, delay)."""
    jobs, workers, count = struct.unpack_from("<III", request)
    lengths = np.frombuffer(request, "<u4", jobs, 64).astype(np.int64)
    links = np.frombuffer(request, "<u4", 3 * count, 64 + 4 * jobs).astype(np.int64)
    return workers, lengths, links.reshape(-1, 3)


def cost(request: bytes, reply: bytes) -> float:
    """Return when the last job ends; raises ValueError where a job is early, or not alone on its worker."""
    workers, lengths, links = _decode(request)
    if len(reply) != 8 * len(lengths):
        raise ValueError(f"{len(reply)} bytes for {len(lengths)} slots")
    if not len(lengths):
        return 0.0
    worker, start = np.frombuffer(reply, "<u4").astype(np.int64).reshape(-1, 2).T
    if worker.max() >= workers:
        raise ValueError(f"job {worker.argmax()} is on worker {worker.max()} of {workers}")
    end = start + lengths
    before, after, delay = links.T
    arrived = end[before] + np.where(worker[before] == worker[after], 0, delay)
    early = np.flatnonzero(start[after] < arrived)
    if len(early):
        one = early[0]
        needs = f"needs job {before[one]}, there at {arrived[one]}"
        raise ValueError(f"job {after[one]} starts at {start[after[one]]} and {needs}")
    order = np.lexsort((start, worker))
    same = worker[order[:-1]] == worker[order[1:]]
    clash = np.flatnonzero(same & (end[order[:-1]] > start[order[1:]]))
    if len(clash):
        one, other = order[clash[0]], order[clash[0] + 1]
        raise ValueError(f"jobs {one} and {other} are on worker {worker[one]} at the same time")
    return float(end.max())


def bound(request: bytes) -> float:
    """Return the later of two ends: of the longest chain without delays, of all workers never idle."""
    workers, lengths, links = _decode(request)
    if not len(lengths):
        return 0.0
    ends = lengths.copy()
    for _ in range(len(lengths)):  # until nothing moves any more: as often as the longest chain has links
        moved = ends.copy()
        np.maximum.at(moved, links[:, 1], ends[links[:, 0]] + lengths[links[:, 1]])
        if (moved == ends).all():
            break
        ends = moved
    return float(max(ends.max(), -(-int(lengths.sum()) // workers)))


def describe(request: bytes) -> str:
    """Return the sizes, the first lengths and the first links as text."""
    workers, lengths, links = _decode(request)
    first = [f"{before}->{after}+{delay}" for before, after, delay in links[:8].tolist()]
    return f"{len(lengths)} jobs {lengths[:12].tolist()}, {workers} workers, {len(links)} links {first}"
