"""Requests of job_dag: jobs, links and workers, as correctness cases and as measured workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def encode(workers: int, lengths: Numbers, links: Numbers) -> bytes:
    """Return the payload: u32 jobs, workers, links, zeros up to 64 bytes, then lengths and links (n x 3)."""
    header = struct.pack("<III52x", len(lengths), workers, len(links))
    return header + lengths.astype("<u4").tobytes() + links.astype("<u4").tobytes()


def _renumbered(rng: np.random.Generator, lengths: Numbers, links: Numbers) -> tuple[Numbers, Numbers]:
    """Give jobs other numbers and links another order, so that neither tells what comes first."""
    names = rng.permutation(len(lengths))
    again = np.empty_like(lengths)
    again[names] = lengths
    links = rng.permutation(links)
    return again, np.column_stack([names[links[:, 0]], names[links[:, 1]], links[:, 2]])


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(st.integers(0, 9), st.integers(0, 60), st.sampled_from([31, 32, 33, 64, 65, 129, 200]))
WORKERS = st.one_of(st.integers(1, 4), st.integers(1, 20), st.sampled_from([1, 2, 64, 300]))


def _shape(rng: np.random.Generator, kind: str, count: int) -> Numbers:
    """Pairs (before, after) with before < after; ``any`` may hold a pair twice."""
    if count < 2 or kind == "none":
        return np.zeros((0, 2), np.int64)
    later = np.arange(1, count)
    if kind == "chain":
        return np.column_stack([later - 1, later])
    if kind == "fan":
        return np.column_stack([np.zeros(count - 1, np.int64), later])
    if kind == "join":
        return np.column_stack([np.arange(count - 1), np.full(count - 1, count - 1)])
    if kind == "tree":
        return np.column_stack([(later - 1) // 2, later])
    pairs = np.sort(rng.integers(0, count, (3 * count, 2)), axis=1)
    return pairs[pairs[:, 0] != pairs[:, 1]]


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 200 jobs in one of several shapes; equal, small or very unlike lengths."""
    count, workers = draw(SIZES), draw(WORKERS)
    kind = draw(st.sampled_from(["none", "chain", "fan", "join", "tree", "any", "any"]))
    length = draw(st.sampled_from([1, 2, 30, 10**6]))
    delay = draw(st.sampled_from([0, 1, 40, 10**6]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pairs = _shape(rng, kind, count)
    delays = rng.integers(0, delay, len(pairs), endpoint=True)
    lengths = rng.integers(1, length, count, endpoint=True)
    return encode(workers, *_renumbered(rng, lengths, np.column_stack([pairs, delays])))


# --- measured workloads -------------------------------------------------------------------------


def _graph(
    rng: np.random.Generator, *, jobs: int, width: int, fan: int, reach: int, delay: int, chains: int
) -> tuple[Numbers, Numbers]:
    """Ranks of about ``width`` jobs that need up to ``fan`` jobs each of up to ``reach`` ranks before.

    ``chains`` of the jobs are in chains instead, each across all ranks: short steps that must not wait.
    """
    ranks = np.sort(rng.integers(0, max(2, jobs // width), jobs))
    starts = np.searchsorted(ranks, np.arange(ranks[-1] + 2))
    lengths = np.ceil(10 * rng.pareto(2.0, jobs) + rng.integers(5, 40, jobs)).astype(np.int64)
    lengths = np.minimum(lengths, 600)
    links = []
    for job in range(starts[1], jobs):
        first = starts[max(0, ranks[job] - reach)]
        for before in set(rng.integers(first, starts[ranks[job]], rng.integers(1, fan + 1)).tolist()):
            links.append((before, job, int(rng.integers(delay // 2, delay, endpoint=True))))
    for _ in range(chains):
        length = int(rng.integers(12, 20))
        at = len(lengths) + np.arange(length)
        lengths = np.concatenate([lengths, rng.integers(40, 90, length)])
        waits = rng.integers(delay // 2, delay, length - 1, endpoint=True)
        links += list(zip(at[:-1].tolist(), at[1:].tolist(), waits.tolist(), strict=True))
    return lengths, np.array(links, np.int64).reshape(-1, 3)


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    workers: int,
    jobs: int,
    width: int,
    fan: int,
    reach: int,
    delay: int,
    chains: int,
) -> list[bytes]:
    """Return ``requests`` payloads of the same kind; see ``_graph``. The number of jobs varies by a tenth."""
    made = []
    for _ in range(requests):
        count = round(jobs * rng.uniform(0.9, 1.1))
        found = _graph(rng, jobs=count, width=width, fan=fan, reach=reach, delay=delay, chains=chains)
        made.append(encode(workers, *_renumbered(rng, *found)))
    return made
