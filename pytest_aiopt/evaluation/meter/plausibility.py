"""Speed of light: the least time in which a correct program could touch what it must.

A task states what its bytes cost at least; a run below that is not believed but shown to a human. It is
a flag and no verdict: the bound is an author's estimate, and the score is measured alike for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from pytest_aiopt.model import Measurement, Plausible, Workload
from pytest_aiopt.tasks.loader import Task

_SAMPLED_SEED = 1


def least_seconds(bound: Plausible, payloads: Sequence[bytes]) -> float:
    """Return the bound for one run on these requests: per request and per byte of each."""
    return 1e-9 * (bound.ns_per_byte * sum(map(len, payloads)) + bound.ns_per_request * len(payloads))


def bound_of(task: Task, workload: Workload) -> float | None:
    """Return the least seconds of a run of ``workload``, judged by one input; None if none is stated."""
    if task.plausible is None:
        return None
    return least_seconds(task.plausible, task.requests(workload, _SAMPLED_SEED))


def flagged(measurement: Measurement, least_s: float | None) -> Measurement:
    """Return the measurement, with the reason not to believe it where the candidate beats the bound."""
    if least_s is None or not measurement.pairs:
        return measurement
    taken_s = median(pair.candidate_s for pair in measurement.pairs)
    if taken_s >= least_s:
        return measurement
    reason = f"a run took {1e3 * taken_s:.3g} ms, and no program can need less than {1e3 * least_s:.3g} ms"
    return replace(measurement, implausible=reason)
