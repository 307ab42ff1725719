"""Tidy tables: one row per cell, call or mutation. Speedups are log2, shares fractions in 0..1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pytest_aiopt.analysis.outcomes.effective import effective_children, effective_rate, over_parent
from pytest_aiopt.analysis.outcomes.funnel import funnel
from pytest_aiopt.analysis.outcomes.primary import OUTCOMES
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory, best_so_far, confirm
from pytest_aiopt.model import Primary
from pytest_aiopt.report.tables.base import Scalar

Row = dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class Tidy:
    """The rows of each table; all rows of a table have the same keys in the same order."""

    cells: list[Row]
    calls: list[Row]
    mutations: list[Row]

    def named(self) -> dict[str, list[Row]]:
        """Return the tables by name."""
        return {"cells": self.cells, "calls": self.calls, "mutations": self.mutations}


def tidy(trajectories: Sequence[Trajectory]) -> Tidy:
    """Return the tables of some cells, in their order."""
    found = Tidy([], [], [])
    for trajectory in trajectories:
        found.cells.append(_cell(trajectory))
        found.calls.extend(_calls(trajectory))
        found.mutations.extend(_mutations(trajectory))
    return found


def _keys(t: Trajectory) -> Row:
    where: Row = {"study": t.study, "task": t.cell.task, "track": t.cell.track, "seed": t.cell.seed}
    return where | {"model": t.shown, "feedback": str(t.feedback)}


def _cell(t: Trajectory) -> Row:
    confirmed, rate, curve = confirm(t), effective_rate(t), best_so_far(t)
    delta = t.floor.delta if t.floor else None
    faster = confirmed.faster_than(delta) if confirmed is not None and delta is not None else None
    return {
        **_keys(t),
        "strategy": t.strategy.value,
        "scored": t.scored or None,
        "hint": t.hint.value,
        "iterations": t.iterations,
        "finished": t.finished,
        **asdict(funnel(t)),
        "structural": rate.structural if rate else None,
        "effective": rate.effective if rate else None,
        "rate": rate.value if rate else None,
        "best_log2": curve[-1] if curve else None,
        "outcome": t.outcome.value,
        **{name.value: outcome(t) for name, outcome in OUTCOMES.items() if name is not Primary.EFFECTIVE},
        "frontier_log2": t.frontier.log2_speedup if t.frontier else None,
        "frontier_confirmed_log2": t.frontier.confirmed if t.frontier else None,
        "confirmed_log2": confirmed.log2_speedup if confirmed else None,
        "confirmed_low": confirmed.low if confirmed else None,
        "confirmed_high": confirmed.high if confirmed else None,
        "by_identity": confirmed.by_identity if confirmed else None,
        "floor_sd": t.floor.sd if t.floor else None,
        "floor_delta": delta,
        "faster_than_floor": faster,
        "champion": t.champion,
        "profiles_taken": t.profiles_taken,
        "profiles_failed": t.profiles_failed,
        "prompts_untreated": t.undelivered,
        "prompts_cut": t.cut,
        "machine": t.identity.get("machine"),
        "journal": t.journal,
    }


def _calls(t: Trajectory) -> list[Row]:
    keys = _keys(t)
    return [
        {
            **keys,
            "step": a.step,
            "status": a.status.value,
            "responded": a.responded,
            "parsed": a.parsed,
            "changed": a.changed,
            "new_tokens": a.new_tokens,
            "prompt_tokens": a.usage.prompt_tokens,
            "completion_tokens": a.usage.completion_tokens,
            "seconds": a.seconds,
            "best_log2": best,
            "candidate": a.candidate,
            "parent": a.parent,
            "journal": t.journal,
        }
        for a, best in zip(t.attempts, best_so_far(t), strict=True)
    ]


def _mutations(t: Trajectory) -> list[Row]:
    keys, gains = _keys(t), over_parent(t)
    effective = effective_children(t)
    counted = None if effective is None else {a.step for a in effective}
    steps = parent_steps(t)
    return [
        {
            **keys,
            "step": a.step,
            "parent_step": steps.get(a.parent),
            "candidate": a.candidate,
            "parent": a.parent,
            "status": a.status.value,
            **_character(a),
            "log2_speedup": a.measurement.log2_speedup if a.measurement else None,
            "low": a.measurement.low if a.measurement else None,
            "high": a.measurement.high if a.measurement else None,
            "quality": a.measurement.quality.value if a.measurement else None,
            "over_parent_log2": gains[a.step][0] if a.step in gains else None,
            "over_parent_low": gains[a.step][1] if a.step in gains else None,
            "hidden_correct": a.hidden_correct,
            "sanitizer_clean": a.sanitizer_clean,
            "rechecked": a.rechecked,
            "again_log2": a.again.log2_speedup if a.again else None,
            "again_low": a.again.low if a.again else None,
            "again_high": a.again.high if a.again else None,
            "effective": None if counted is None else a.step in counted,
            "champion": a.candidate == t.champion,
            "binary": a.binary,
            "journal": t.journal,
        }
        for a in t.attempts
        if a.mutation is not None
    ]


def parent_steps(t: Trajectory) -> dict[str, int]:
    """Return the step that first made each program; 0 for the start."""
    found: dict[str, int] = {a.parent: 0 for a in t.attempts[:1]}
    for a in t.attempts:
        if a.candidate is not None:
            found.setdefault(a.candidate, a.step)
    return found


def _character(a: Attempt) -> Row:
    if a.mutation is None:
        return {}
    m = a.mutation
    return {
        "mutation": m.id,
        "kind": m.kind.value,
        "depth": m.depth,
        "raters": m.raters,
        "labels": "+".join(m.labels),
        "findings": "+".join(m.findings),
        "claimed": "+".join(m.claimed),
        "targeting": m.targeting,
        "uptake": m.uptake,
        "tokens": m.tokens,
        "size": m.size,
        "storage": m.storage,
    }
