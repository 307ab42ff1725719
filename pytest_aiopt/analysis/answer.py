"""The research question: does a profile raise the rate of effective structural mutations?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum

from pytest_aiopt.analysis.compare import Outcome, arms_of, blocks_of, comparable, difference
from pytest_aiopt.analysis.outcomes.effective import Rate, effective_rate
from pytest_aiopt.analysis.plan import Planned, profile_against_none, profile_against_placebo
from pytest_aiopt.analysis.statistics.ranks import NotEstimable, Shift, a12, exact_p, hodges_lehmann
from pytest_aiopt.analysis.statistics.sensitivity import RankModel, rank_model
from pytest_aiopt.analysis.statistics.signflip import mean_effect, sign_flip_p
from pytest_aiopt.analysis.statistics.verdict import NOT_ENOUGH, missing, verdict
from pytest_aiopt.analysis.trajectory import Trajectory

NO_PLACEBO = "no track shows a placebo, so the effect of a profile's content cannot be isolated"
NO_PROFILE = "no two tracks with the same model differ in whether they show a profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTest:
    """One contrast of the rates. ``shift``: in effective structural mutations a call; ``word``: the verdict.

    The rates are means over cells, None without any. ``by_task``: mean effect over tasks with its sign-flip
    interval and p, which speaks of other tasks too; the blocked p speaks of these. ``ranks``: the sensitivity
    analysis. ``needed``: what would be enough where there is not enough data.
    """

    treated: str
    control: str
    treated_rate: float | None
    control_rate: float | None
    tasks: int
    n_treated: int
    n_control: int
    shift: Shift | NotEstimable
    a12: float | NotEstimable
    p: float | NotEstimable
    by_task: Shift | NotEstimable
    by_task_p: float | NotEstimable
    ranks: RankModel | NotEstimable
    word: str
    needed: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The primary test (profile against placebo), or why there is none; and profile against no text.

    ``unclassed``: cells without a rate, whose mutations or noise floor are not on record. ``checked``:
    whether hidden correctness of all that count as effective is on record.
    """

    primary: RateTest | NotEstimable
    against_none: RateTest | NotEstimable
    interaction: tuple[Shift | NotEstimable, float | NotEstimable] | None
    unclassed: tuple[str, ...]
    checked: bool


def answer(trajectories: Sequence[Trajectory]) -> Answer:
    """Answer from the cells of one study; only finished, comparable ones count."""
    outcomes, _ = comparable(trajectories)
    rates = {o.trajectory.journal: effective_rate(o.trajectory) for o in outcomes}
    known = {journal: rate for journal, rate in rates.items() if rate is not None}
    counted = [o for o in outcomes if o.trajectory.journal in known]
    primary = [_test(counted, known, planned) for planned in profile_against_placebo(trajectories)]
    other = [_test(counted, known, planned) for planned in profile_against_none(trajectories)]
    return Answer(
        primary=primary[0] if primary else NotEstimable(NO_PLACEBO),
        against_none=other[0] if other else NotEstimable(NO_PROFILE),
        interaction=_interaction(counted),
        unclassed=tuple(sorted(o.trajectory.cell.id for o in outcomes if o.trajectory.journal not in known)),
        checked=all(rate.checked for rate in known.values()),
    )


def _test(outcomes: Sequence[Outcome], rates: dict[str, Rate], planned: Planned) -> RateTest:
    def value(outcome: Outcome) -> float:
        return rates[outcome.trajectory.journal].value

    arms = arms_of(outcomes, planned)
    blocks = [b for b in blocks_of(arms, planned, value) if b.treated and b.control]
    differs = difference(arms, planned)
    refused = differs if isinstance(differs, NotEstimable) else None
    p, shift = refused or exact_p(blocks), refused or hodges_lehmann(blocks)
    sizes, tasks = [block.size for block in blocks], len({o.trajectory.cell.task for o in arms})
    word = verdict(p, shift)
    effects = _by_task(arms, planned, value)
    return RateTest(
        treated="+".join(planned.treated),
        control="+".join(planned.control),
        treated_rate=_mean([x for block in blocks for x in block.treated]),
        control_rate=_mean([x for block in blocks for x in block.control]),
        tasks=tasks,
        n_treated=sum(m for m, _ in sizes),
        n_control=sum(n for _, n in sizes),
        shift=shift,
        a12=refused or a12(blocks),
        p=p,
        by_task=refused or mean_effect(effects),
        by_task_p=refused or sign_flip_p(effects),
        ranks=refused or rank_model(blocks),
        word=word,
        needed=(refused.reason if refused else missing(sizes, tasks)) if word == NOT_ENOUGH else "",
        sources=tuple(o.trajectory.journal for o in arms),
    )


def _mean(values: Sequence[float]) -> float | None:
    return fsum(values) / len(values) if values else None


def _by_task(arms: Sequence[Outcome], planned: Planned, value: Callable[[Outcome], float]) -> list[float]:
    """Mean of treated minus mean of control cells, one figure a task."""
    effects = []
    for task in sorted({o.trajectory.cell.task for o in arms}):
        cells = [o for o in arms if o.trajectory.cell.task == task]
        new = _mean([value(o) for o in cells if o.trajectory.cell.track in planned.treated])
        old = _mean([value(o) for o in cells if o.trajectory.cell.track in planned.control])
        if new is not None and old is not None:
            effects.append(new - old)
    return effects


def _interaction(outcomes: Sequence[Outcome]) -> tuple[Shift | NotEstimable, float | NotEstimable] | None:
    """By how much more a profile raises the speedup (log2) of the second of two models than of the first.

    One figure a task, sign-flip test over tasks; explores. None unless exactly two models have both tracks.
    """
    pooled = profile_against_none([o.trajectory for o in outcomes])
    if not pooled or len(pooled[0].treated) != 2 or len(pooled[0].control) != 2:
        return None
    models = sorted(
        {o.trajectory.model for o in outcomes if o.trajectory.cell.track in pooled[0].treated},
        key=lambda model: min(o.trajectory.cell.track for o in outcomes if o.trajectory.model == model),
    )
    if len(models) != 2:  # two roles of the study may have the same model
        return None
    by_model = []
    for model in models:
        own = [o for o in outcomes if o.trajectory.model == model]
        tasks = sorted({o.trajectory.cell.task for o in arms_of(own, pooled[0])})
        effects = _by_task(arms_of(own, pooled[0]), pooled[0], lambda o: o.confirmed.log2_speedup)
        by_model.append(dict(zip(tasks, effects, strict=True)))
    shared = sorted(by_model[0].keys() & by_model[1].keys())
    differences = [by_model[1][task] - by_model[0][task] for task in shared]
    return mean_effect(differences), sign_flip_p(differences)
