"""Progress of a cell: best so far against calls, tokens, seconds or money; its area; time to a target."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pytest_aiopt.analysis.trajectory import Attempt, Trajectory, best_so_far
from pytest_aiopt.model import Status

CAP = 1.25
"""Cap on a share of the frontier's log2 speedup, because a cell may exceed the frontier."""

Cost = Callable[[Attempt], float | None]
"""The cost of one call; None if it is not recorded."""


def calls(attempt: Attempt) -> float:
    """Return 1 for every call."""
    return 1.0


def seconds(attempt: Attempt) -> float:
    """Return the model's time for the call in seconds."""
    return attempt.seconds


def tokens(attempt: Attempt) -> float | None:
    """Return prompt and completion tokens; None if the model does not count them."""
    usage = attempt.usage
    if usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    return float(usage.prompt_tokens + usage.completion_tokens)


def money(per_prompt_token: float, per_completion_token: float) -> Cost:
    """Return the cost function for these prices per token."""

    def cost(attempt: Attempt) -> float | None:
        usage = attempt.usage
        if usage.prompt_tokens is None or usage.completion_tokens is None:
            return None
        return usage.prompt_tokens * per_prompt_token + usage.completion_tokens * per_completion_token

    return cost


@dataclass(frozen=True, slots=True)
class Reached:
    """Cost ``at`` which a cell first reached a target; censored: it ended short of it at this cost."""

    at: float
    censored: bool


def area(trajectory: Trajectory, frontier_log2: float, cost: Cost = calls) -> float | None:
    """Return the mean of best-so-far over cost, as a (capped) share of the frontier's log2 speedup.

    None without calls or if the cost of a call is not recorded; ValueError for a frontier that is not faster.
    """
    if frontier_log2 <= 0:
        raise ValueError(f"a frontier of log2 speedup {frontier_log2} cannot normalise anything")
    costs = _costs(trajectory, cost)
    if not costs or (total := math.fsum(costs)) <= 0:
        return None
    shares = [min(best / frontier_log2, CAP) for best in best_so_far(trajectory)]
    return math.fsum(share * each for share, each in zip(shares, costs, strict=True)) / total


def time_to(trajectory: Trajectory, target_log2: float, cost: Cost = calls) -> Reached | None:
    """Return the cost at the first call whose best reaches the target; None as in ``area``."""
    return _first([best >= target_log2 for best in best_so_far(trajectory)], _costs(trajectory, cost))


def time_to_faster(trajectory: Trajectory, delta: float, cost: Cost = calls) -> Reached | None:
    """Return the cost at the first call whose program is faster than the start; None as in ``area``."""
    passed = [
        a.status is Status.PASSED and a.measurement is not None and a.measurement.faster_than(delta)
        for a in trajectory.attempts
    ]
    return _first(passed, _costs(trajectory, cost))


def _first(reached: Sequence[bool], costs: Sequence[float] | None) -> Reached | None:
    if not costs:
        return None
    spent = 0.0
    for there, each in zip(reached, costs, strict=True):
        spent += each
        if there:
            return Reached(spent, censored=False)
    return Reached(spent, censored=True)


def _costs(trajectory: Trajectory, cost: Cost) -> list[float] | None:
    found = [cost(attempt) for attempt in trajectory.attempts]
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else None
