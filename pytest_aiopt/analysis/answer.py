"""The research question: does a profile raise the outcome that the study registered as primary?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum

from pytest_aiopt.analysis.compare import Outcome, arms_of, blocks_of, comparable, difference
from pytest_aiopt.analysis.outcomes.effective import effective_rate
from pytest_aiopt.analysis.outcomes.primary import OUTCOMES, registered
from pytest_aiopt.analysis.plan import Planned, profile_against_none, profile_against_placebo
from pytest_aiopt.analysis.statistics.ranks import NotEstimable, Shift, a12, exact_p, hodges_lehmann
from pytest_aiopt.analysis.statistics.sensitivity import RankModel, rank_model
from pytest_aiopt.analysis.statistics.signflip import mean_effect, sign_flip_p
from pytest_aiopt.analysis.statistics.verdict import NOT_ENOUGH, missing, verdict
from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.model import Primary

NO_PLACEBO = "no track shows a placebo, so the effect of a profile's content cannot be isolated"
NO_PROFILE = "no two tracks with the same model differ in whether they show a profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTest:
    """One contrast of an outcome; ``shift`` is in the outcome's unit, ``word`` is the verdict.

    ``treated_mean``, ``control_mean``: over cells, None without any. ``by_task``: mean effect over tasks with
    its sign-flip interval and p, which generalise to other tasks; the blocked p applies to these tasks only.
    ``ranks``: the sensitivity analysis. ``needed``: the sufficient study size if there is not enough data.
    """

    treated: str
    control: str
    treated_mean: float | None
    control_mean: float | None
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
    """The primary test (profile against placebo) or the reason for its absence, and profile against no text.

    ``outcome``: the registered outcome, which decides. ``explored``: profile against placebo on the others.
    ``missing``: cells without the outcome. ``checked``: whether hidden correctness is on record for all
    mutations counted as effective.
    """

    outcome: Primary
    primary: OutcomeTest | NotEstimable
    against_none: OutcomeTest | NotEstimable
    interaction: tuple[Shift | NotEstimable, float | NotEstimable] | None
    explored: tuple[tuple[Primary, OutcomeTest], ...]
    missing: tuple[str, ...]
    checked: bool


def answer(trajectories: Sequence[Trajectory]) -> Answer:
    """Answer the question from the cells of one study; only finished, comparable cells count."""
    outcomes, _ = comparable(trajectories)
    decides = registered(trajectories)
    known = _known(outcomes, decides)
    content, text = profile_against_placebo(trajectories), profile_against_none(trajectories)
    primary = [_test(outcomes, known, planned) for planned in content]
    other = [_test(outcomes, known, planned) for planned in text]
    rates = [rate for o in outcomes if (rate := effective_rate(o.trajectory)) is not None]
    return Answer(
        outcome=decides,
        primary=primary[0] if primary else NotEstimable(NO_PLACEBO),
        against_none=other[0] if other else NotEstimable(NO_PROFILE),
        interaction=_interaction(outcomes),
        explored=tuple(
            (name, _test(outcomes, values, content[0]))
            for name in OUTCOMES
            if name is not decides and content and (values := _known(outcomes, name))
        ),
        missing=tuple(sorted(o.trajectory.cell.id for o in outcomes if o.trajectory.journal not in known)),
        checked=decides is not Primary.EFFECTIVE or all(rate.checked for rate in rates),
    )


def _known(outcomes: Sequence[Outcome], name: Primary) -> dict[str, float]:
    """Return an outcome by journal, for the cells that have it."""
    found = {o.trajectory.journal: OUTCOMES[name](o.trajectory) for o in outcomes}
    return {journal: value for journal, value in found.items() if value is not None}


def _test(outcomes: Sequence[Outcome], known: dict[str, float], planned: Planned) -> OutcomeTest:
    def value(outcome: Outcome) -> float:
        return known[outcome.trajectory.journal]

    outcomes = [o for o in outcomes if o.trajectory.journal in known]
    arms = arms_of(outcomes, planned)
    blocks = [b for b in blocks_of(arms, planned, value) if b.treated and b.control]
    differs = difference(arms, planned)
    refused = differs if isinstance(differs, NotEstimable) else None
    p, shift = refused or exact_p(blocks), refused or hodges_lehmann(blocks)
    sizes, tasks = [block.size for block in blocks], len({o.trajectory.cell.task for o in arms})
    word = verdict(p, shift)
    effects = _by_task(arms, planned, value)
    return OutcomeTest(
        treated="+".join(planned.treated),
        control="+".join(planned.control),
        treated_mean=_mean([x for block in blocks for x in block.treated]),
        control_mean=_mean([x for block in blocks for x in block.control]),
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
    """Return the mean of treated minus the mean of control cells, one value per task."""
    effects = []
    for task in sorted({o.trajectory.cell.task for o in arms}):
        cells = [o for o in arms if o.trajectory.cell.task == task]
        new = _mean([value(o) for o in cells if o.trajectory.cell.track in planned.treated])
        old = _mean([value(o) for o in cells if o.trajectory.cell.track in planned.control])
        if new is not None and old is not None:
            effects.append(new - old)
    return effects


def _interaction(outcomes: Sequence[Outcome]) -> tuple[Shift | NotEstimable, float | NotEstimable] | None:
    """Difference of a profile's effect on log2 speedup between the second and the first of two models.

    One value per task, sign-flip test over tasks; exploratory. None unless two models have both tracks.
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
