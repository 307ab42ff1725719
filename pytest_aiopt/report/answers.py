"""The answer to the research question as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_aiopt.analysis.answer import Answer, RateTest
from pytest_aiopt.analysis.outcomes.effective import UNRECORDED
from pytest_aiopt.analysis.statistics.ranks import Interval, NotEstimable, Shift
from pytest_aiopt.report.caveats import LABORATORY_MODELS, listed
from pytest_aiopt.report.mutations import MutationRow
from pytest_aiopt.report.tables.base import chance

QUESTION = "does profile beat placebo on effective structural mutations a model call?"
REWRITER = (
    "{models} (track {tracks}) is a program that rewrites and no language model: it validates the laboratory "
    "and says nothing about language models"
)


def sentences(answer: Answer, tracks: Sequence[MutationRow]) -> tuple[str, ...]:
    """Return the question, the answer and what stands beside it, a sentence each."""
    return tuple(_sentences(answer, tracks))


def headline(answer: Answer) -> str:
    """Return the answer in one short sentence; all that belongs to it is in ``sentences``."""
    test = answer.primary
    if isinstance(test, NotEstimable):
        return f"No answer: {test.reason}"
    word = {"better": "Yes, better", "worse": "No, worse"}.get(test.word, test.word.capitalize())
    if test.treated_rate is None or test.control_rate is None:
        return f"{word}: {test.needed}"
    rates = f"{test.treated} {test.treated_rate:.3f} against {test.control} {test.control_rate:.3f}"
    return f"{word}: {rates} effective structural mutations a call"


def _sentences(answer: Answer, tracks: Sequence[MutationRow]) -> Iterator[str]:
    yield f"question: {QUESTION}"
    if isinstance(answer.primary, NotEstimable):
        yield f"answer: none: {answer.primary.reason}"
    else:
        yield f"answer: {_test(answer.primary)}"
    if not isinstance(answer.against_none, NotEstimable):
        yield f"profile against no text (content and presence together): {_test(answer.against_none)}"
    if answer.interaction is not None:
        shift, p = answer.interaction
        yield f"does a profile help the second model more (log2 speedup, explores): {_shift(shift)}, {_p(p)}"
    if answer.unclassed:
        yield f"without a rate, as classes or noise floor are not on record: {listed(answer.unclassed)}"
    if not answer.checked:
        yield f"effective: right on the visible corpus, faster than its parent beyond the floor; {UNRECORDED}"
    rewriters = [row for row in tracks if any(model.startswith(LABORATORY_MODELS) for model in row.models)]
    if rewriters:
        models = sorted({model for row in rewriters for model in row.models})
        yield REWRITER.format(models=listed(models), tracks=listed([row.track for row in rewriters], most=9))


def _test(test: RateTest) -> str:
    if test.treated_rate is None or test.control_rate is None:
        return f"{test.word}: {test.needed}"
    figures = (
        f"{test.treated} {test.treated_rate:.3f} v {test.control} {test.control_rate:.3f} "
        f"({test.n_treated} v {test.n_control} cells, {test.tasks} task{'s' * (test.tasks > 1)}), "
        f"shift {_shift(test.shift)}, {_p(test.p)}"
    )
    if not isinstance(test.a12, NotEstimable):
        figures += f", A12 {test.a12:.2f}"
    if not isinstance(test.ranks, NotEstimable) and not isinstance(test.p, NotEstimable):
        figures += f", rank model p {chance(test.ranks.p)}"
    if not isinstance(test.by_task, NotEstimable):
        figures += f"; by task {_shift(test.by_task)}, {_p(test.by_task_p)}"
    needed = f" ({test.needed})" if test.needed else ""
    return f"{test.word}{needed}: {figures}"


def _shift(shift: Shift | NotEstimable) -> str:
    if isinstance(shift, NotEstimable):
        return "-"
    if isinstance(shift.interval, Interval):
        interval = shift.interval
        return f"{shift.estimate:+.3f} ({interval.low:+.3f}..{interval.high:+.3f}, {interval.coverage:.1%})"
    return f"{shift.estimate:+.3f} (no interval: {shift.interval.reason})"


def _p(p: float | NotEstimable) -> str:
    return f"p {p.reason}" if isinstance(p, NotEstimable) else f"p {chance(p)}"
