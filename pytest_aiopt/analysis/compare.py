"""Contrast tracks by the confirmed log2 speedup of their cells' champions.

The unit of analysis is the cell; tasks with their scored workloads are blocks. Seeds are replicates within a
track, never pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pytest_aiopt.analysis.plan import Planned, plan
from pytest_aiopt.analysis.statistics.equivalence import equivalence_p
from pytest_aiopt.analysis.statistics.ranks import (
    Block,
    NotEstimable,
    Shift,
    a12,
    benjamini_hochberg,
    cliffs_delta,
    exact_p,
    hodges_lehmann,
    holm,
)
from pytest_aiopt.analysis.statistics.sensitivity import RankModel, rank_model
from pytest_aiopt.analysis.trajectory import Trajectory, confirm
from pytest_aiopt.model import Confirmed

ALL_TASKS = "all tasks"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A cell excluded from all contrasts, with the reason."""

    cell: str
    reason: str
    journal: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A comparable finished cell with its confirmed speedup."""

    trajectory: Trajectory
    confirmed: Confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Treated against control over ``tasks``; ``shift`` is in log2 speedup (> 0: treated is faster).

    ``p_holm``: adjusted by Holm over the contrasts of the same scope with ``confirms``, and by Benjamini and
    Hochberg over the exploratory ones. The pooled scope ALL_TASKS is confirmatory, the contrasts of a single
    task are descriptive. ``p_equal``: p of the claim that the speedups are equal within 10 %. ``differs``:
    the factor in which the tracks differ, or the reason why nothing can be compared. Pooled tracks are joined
    by "+".
    """

    treated: str
    control: str
    scope: str
    tasks: tuple[str, ...]
    n_treated: int
    n_control: int
    shift: Shift | NotEstimable
    a12: float | NotEstimable
    delta: float | NotEstimable
    p: float | NotEstimable
    p_holm: float | NotEstimable
    differs: str | NotEstimable
    sources: tuple[str, ...]
    confirms: bool
    p_equal: float | NotEstimable
    ranks: RankModel | NotEstimable
    sizes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The planned contrasts of one study (pooled first, then by task) and the excluded cells."""

    contrasts: tuple[Contrast, ...]
    excluded: tuple[Exclusion, ...]


def compare(trajectories: Sequence[Trajectory]) -> Comparison:
    """Contrast the tracks of one study; raises ValueError for cells of several studies."""
    if len({t.study for t in trajectories}) > 1:
        raise ValueError("cells of several studies cannot be compared")
    outcomes, excluded = comparable(trajectories)
    tasks, planned = sorted({t.cell.task for t in trajectories}), plan(trajectories)
    contrasts = _contrasts(outcomes, ALL_TASKS, planned)
    if len(tasks) > 1:
        for task in tasks:
            contrasts += _contrasts([o for o in outcomes if o.trajectory.cell.task == task], task, planned)
    return Comparison(tuple(contrasts), tuple(excluded))


def comparable(trajectories: Iterable[Trajectory]) -> tuple[list[Outcome], list[Exclusion]]:
    """Split cells into comparable and excluded ones.

    Comparable cells are finished, have a confirmed champion and count once each. Per task and scored workload
    they share the most common iterations, machine (the noise floor's fingerprint) and held-out workloads.
    """
    outcomes, excluded = _complete(trajectories)
    kept: list[Outcome] = []
    for posed in sorted({_posed(o) for o in outcomes}):
        same, others = _alike([o for o in outcomes if _posed(o) == posed])
        kept += same
        excluded += others
    return kept, excluded


def _complete(trajectories: Iterable[Trajectory]) -> tuple[list[Outcome], list[Exclusion]]:
    """Return the finished, confirmed cells once each; a confirmed journal of a cell takes precedence."""
    outcomes: list[Outcome] = []
    excluded: list[Exclusion] = []
    seen = set()
    for trajectory in sorted(trajectories, key=lambda t: (t.cell, confirm(t) is None, t.journal)):
        confirmed = confirm(trajectory)
        if trajectory.cell in seen:
            excluded.append(_exclude(trajectory, "another journal of this cell is counted"))
        elif trajectory.untreated:
            excluded.append(_exclude(trajectory, "no prompt held its treatment"))
        elif confirmed is None:
            reason = "its champion was not confirmed" if trajectory.finished else "not finished"
            excluded.append(_exclude(trajectory, reason))
        else:
            outcomes.append(Outcome(trajectory, confirmed))
        seen.add(trajectory.cell)
    return outcomes, excluded


def _exclude(trajectory: Trajectory, reason: str) -> Exclusion:
    return Exclusion(trajectory.cell.id, reason, trajectory.journal)


def _conditions(outcome: Outcome) -> tuple[int, str]:
    floor = outcome.trajectory.floor
    return outcome.trajectory.iterations, floor.fingerprint if floor else "unknown"


def _alike(outcomes: Sequence[Outcome]) -> tuple[list[Outcome], list[Exclusion]]:
    """Keep one task's cells under its most common conditions; ties go to more iterations."""
    counts = Counter(_conditions(o) for o in outcomes)
    usual = max(counts, key=lambda conditions: (counts[conditions], conditions))
    workloads = _usual_workloads([o for o in outcomes if _conditions(o) == usual])
    kept, excluded = [], []
    for outcome in outcomes:
        if reason := _unlike(outcome, usual, workloads):
            excluded.append(_exclude(outcome.trajectory, reason))
        else:
            kept.append(outcome)
    return kept, excluded


def _usual_workloads(outcomes: Sequence[Outcome]) -> frozenset[str]:
    counts = Counter(frozenset(o.confirmed.workloads) for o in outcomes if not o.confirmed.by_identity)
    return max(counts, key=lambda names: (counts[names], len(names), sorted(names)), default=frozenset())


def _unlike(outcome: Outcome, usual: tuple[int, str], workloads: frozenset[str]) -> str | None:
    iterations, machine = _conditions(outcome)
    if iterations != usual[0]:
        return f"{iterations} iterations where the others have {usual[0]}"
    if machine != usual[1]:
        return f"measured on another machine ({machine}, the others {usual[1]})"
    if not outcome.confirmed.by_identity and frozenset(outcome.confirmed.workloads) != workloads:
        return f"confirmed on {_names(outcome.confirmed.workloads)}, the others on {_names(workloads)}"
    return None


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _contrasts(outcomes: Sequence[Outcome], scope: str, planned: Sequence[Planned]) -> list[Contrast]:
    found = [_contrast(outcomes, scope, each) for each in planned]
    adjusted: dict[int, float | NotEstimable] = {}
    for confirms, adjust in ((True, holm), (False, benjamini_hochberg)):
        family = [at for at, each in enumerate(planned) if each.confirms is confirms]
        adjusted |= dict(zip(family, adjust([found[at].p for at in family]), strict=True))
    return [replace(contrast, p_holm=adjusted[at]) for at, contrast in enumerate(found)]


def _contrast(outcomes: Sequence[Outcome], scope: str, planned: Planned) -> Contrast:
    """Return one contrast with its unadjusted p."""
    arms = arms_of(outcomes, planned)
    blocks = blocks_of(arms, planned, lambda outcome: outcome.confirmed.log2_speedup)
    differs = difference(arms, planned)
    refused = differs if isinstance(differs, NotEstimable) else None
    p = refused or exact_p(blocks)
    return Contrast(
        treated="+".join(planned.treated),
        control="+".join(planned.control),
        scope=scope,
        tasks=tuple(_tasks(arms)),
        n_treated=sum(len(block.treated) for block in blocks),
        n_control=sum(len(block.control) for block in blocks),
        shift=refused or hodges_lehmann(blocks),
        a12=refused or a12(blocks),
        delta=refused or cliffs_delta(blocks),
        p=p,
        p_holm=p,
        differs=differs,
        sources=tuple(o.trajectory.journal for o in arms),
        confirms=planned.confirms,
        p_equal=refused or equivalence_p(blocks),
        ranks=refused or rank_model(blocks),
        sizes=tuple(block.size for block in blocks),
    )


def _posed(outcome: Outcome) -> tuple[str, str]:
    """Return the task and the scored workload of a cell; speedups across workloads are not comparable."""
    return outcome.trajectory.cell.task, outcome.trajectory.scored


def _key(outcome: Outcome, planned: Planned) -> tuple[str, str, str]:
    """The block of a cell: task, scored workload, and the model if the contrast is within models."""
    return *_posed(outcome), "" if planned.across_models else outcome.trajectory.model


def arms_of(outcomes: Sequence[Outcome], planned: Planned) -> list[Outcome]:
    """Return the cells of the contrasted tracks, only from blocks with cells on both sides.

    Blocks are tasks here; ``difference`` refuses a track with several models instead of dropping it silently.
    """
    arms = [o for o in outcomes if o.trajectory.cell.track in (*planned.treated, *planned.control)]
    sides: dict[str, set[bool]] = {}
    for o in arms:
        sides.setdefault(o.trajectory.cell.task, set()).add(o.trajectory.cell.track in planned.treated)
    return [o for o in arms if len(sides[o.trajectory.cell.task]) == 2]


def blocks_of(arms: Sequence[Outcome], planned: Planned, value: Callable[[Outcome], float]) -> list[Block]:
    """Return the values of both sides by block, in a fixed order."""
    found: dict[tuple[str, str, str], tuple[list[float], list[float]]] = {}
    for outcome in sorted(arms, key=lambda o: (o.trajectory.cell, o.trajectory.journal)):
        treated, control = found.setdefault(_key(outcome, planned), ([], []))
        side = treated if outcome.trajectory.cell.track in planned.treated else control
        side.append(value(outcome))
    return [Block(tuple(found[key][0]), tuple(found[key][1])) for key in sorted(found)]


def _tasks(outcomes: Sequence[Outcome]) -> list[str]:
    return sorted({o.trajectory.cell.task for o in outcomes})


def difference(arms: Sequence[Outcome], planned: Planned) -> str | NotEstimable:
    """Return the only factor in which the tracks differ; NotEstimable if there is none or more than one."""
    if not arms:
        return NotEstimable("no task has comparable cells of both tracks")
    several = len(planned.treated) > 1 or len(planned.control) > 1
    changed, same = [], []
    for factor in ("model", "feedback", "variant"):
        new, old = (_levels(arms, side, factor) for side in (planned.treated, planned.control))
        pooled = several and factor == "model" and new == old
        if not pooled and (len(new) > 1 or len(old) > 1):
            return NotEstimable(f"cells of one track differ in {factor}")
        if new == old:
            same += [f"{factor} {' and '.join(sorted(new))}"] if factor != "variant" else []
        elif factor == "variant":
            changed.append(f"{min(new) or 'plain'} instead of {min(old) or 'plain'}")
        else:
            changed.append(f"{factor} {min(new)} instead of {min(old)}")
    if not changed and planned.declared:
        return f"nothing, replicates: both with {' and '.join(same)}"
    if len(changed) != 1:
        return NotEstimable(f"the tracks differ in {' and '.join(changed) or 'nothing'}")
    return f"{changed[0]}, both with {' and '.join(same)}"


def _levels(arms: Sequence[Outcome], tracks: Sequence[str], factor: str) -> set[str]:
    return {str(getattr(o.trajectory, factor)) for o in arms if o.trajectory.cell.track in tracks}
