"""The answer to the research question, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_aiopt.analysis.answer import Answer, OutcomeTest
from pytest_aiopt.analysis.outcomes.effective import UNRECORDED
from pytest_aiopt.analysis.statistics.ranks import NOTHING, Interval, NotEstimable, Shift
from pytest_aiopt.analysis.statistics.verdict import NOT_ENOUGH
from pytest_aiopt.model import Primary
from pytest_aiopt.report.caveats import listed
from pytest_aiopt.report.mutations import MutationRow
from pytest_aiopt.report.tables.base import Section, chance

QUESTION = "Does a profile in the prompt raise {quantity}, compared with a placebo text?"
QUANTITIES = {
    Primary.GAIN: "the share of the known log2 gain that a campaign's champion reaches when confirmed",
    Primary.AREA: "the share of the known log2 gain that a campaign has reached, on average over its calls",
    Primary.DEPTH: "the mean depth of valid mutations",
    Primary.EFFECTIVE: "the number of effective structural mutations per model call",
}
UNITS = {
    Primary.GAIN: "of the known log2 gain, confirmed",
    Primary.AREA: "of the known log2 gain, on average over calls",
    Primary.DEPTH: "mean depth",
    Primary.EFFECTIVE: "effective structural mutations per call",
}
ABSENT = {
    Primary.GAIN: "the known programs of its task were not measured on its machine (aiopt task frontier)",
    Primary.AREA: "the known programs of its task were not measured on its machine (aiopt task frontier)",
    Primary.DEPTH: "it has no valid mutation, or one without a depth",
    Primary.EFFECTIVE: "classes or noise floor are not on record",
}
REWRITER = (
    "{models} (track {tracks}) is a program that rewrites code, not a language model: it validates the "
    "laboratory and says nothing about language models."
)
NOBODY = {Primary.EFFECTIVE: "no track has an effective structural mutation"}
WORDS = {"better": "Yes, it does", "worse": "No, it lowers it", "undecided": "Undecided"}


def question(answer: Answer) -> str:
    """Return the research question, phrased for the outcome that decides."""
    return QUESTION.format(quantity=QUANTITIES[answer.outcome])


def headline(answer: Answer) -> str:
    """Return the answer, or the reason for its absence, in at most three sentences."""
    test = answer.primary
    if isinstance(test, NotEstimable):
        return f"There is no answer: {test.reason}."
    if test.treated_mean is None or test.control_mean is None:
        missing = f"; of {len(answer.missing)} cells {ABSENT[answer.outcome]}" if answer.missing else ""
        return f"There is no answer: {test.needed}{missing}."
    rates = (
        f"{test.treated} (profile) {test.treated_mean:.3f} and {test.control} (placebo) "
        f"{test.control_mean:.3f} {UNITS[answer.outcome]}"
    )
    if test.word == NOTHING:
        if not test.treated_mean and not test.control_mean:
            return f"There is nothing to compare: {NOBODY.get(answer.outcome, 'all cells are at zero')}."
        return f"There is nothing to compare, as all cells of a task have the same value: {rates}."
    if test.word == NOT_ENOUGH:
        return (
            f"There is no answer yet: {_cells(test)} are too few. So far: {rates}. {_sentence(test.needed)}"
        )
    evidence = f"{_difference(test.shift)}, {_p(test.p)}, {_cells(test)} on {_tasks(test)}"
    return f"{WORDS[test.word]}: {rates}; {evidence}."


def _difference(shift: Shift | NotEstimable) -> str:
    if isinstance(shift, NotEstimable) or isinstance(shift.interval, NotEstimable):
        return "no interval of the difference"
    interval = shift.interval
    bounds = f"{interval.low:+.3f} to {interval.high:+.3f}"
    return f"shift {shift.estimate:+.3f} ({interval.coverage:.0%} interval {bounds})"


def section(answer: Answer, tracks: Sequence[MutationRow]) -> Section:
    """Return the statistics of the answer as a section of notes."""
    return Section("answer", "Answer in detail", notes=sentences(answer, tracks))


def sentences(answer: Answer, tracks: Sequence[MutationRow]) -> tuple[str, ...]:
    """Return the question, the answer and its statistics, one statement each."""
    return tuple(_sentences(answer, tracks))


def _sentences(answer: Answer, tracks: Sequence[MutationRow]) -> Iterator[str]:
    yield f"Question: {question(answer)}"
    yield f"Answer: {headline(answer)}"
    if not isinstance(answer.primary, NotEstimable):
        yield f"Profile against placebo: {_test(answer.primary)}"
    if not isinstance(answer.against_none, NotEstimable):
        yield f"Profile against no text (content and presence together): {_test(answer.against_none)}"
    for name, test in answer.explored:
        yield f"Exploratory, {UNITS[name]}: {_test(test)}"
    if answer.interaction is not None:
        shift, p = answer.interaction
        effect = "Effect of a profile on log2 speedup, second model minus first (exploratory)"
        yield f"{effect}: {_shift(shift)}, {_p(p)}"
    if answer.missing:
        yield f"Without the outcome, because {ABSENT[answer.outcome]}: {listed(answer.missing)}"
    if not answer.checked:
        yield f"Effective: correct on the visible corpus, faster than its parent beyond noise; {UNRECORDED}"
    rewriters = [row for row in tracks if row.embedded]
    if rewriters:
        models = sorted({model for row in rewriters for model in row.models})
        yield REWRITER.format(models=listed(models), tracks=listed([row.track for row in rewriters], most=9))


def _test(test: OutcomeTest) -> str:
    if test.treated_mean is None or test.control_mean is None:
        return f"nothing to compare ({test.needed})"
    figures = (
        f"{test.treated} {test.treated_mean:.3f}, {test.control} {test.control_mean:.3f} "
        f"({_cells(test)}, {_tasks(test)}), shift {_shift(test.shift)}, {_p(test.p)}"
    )
    if not isinstance(test.a12, NotEstimable):
        figures += f", A12 {test.a12:.2f}"
    if not isinstance(test.ranks, NotEstimable) and not isinstance(test.p, NotEstimable):
        figures += f", rank model p {chance(test.ranks.p)}"
    if not isinstance(test.by_task, NotEstimable):
        figures += f"; mean over tasks {_shift(test.by_task)}, {_p(test.by_task_p)}"
    needed = f" ({test.needed})" if test.needed else ""
    return f"{test.word}{needed}: {figures}"


def _cells(test: OutcomeTest) -> str:
    return f"{test.n_treated} against {test.n_control} cells"


def _tasks(test: OutcomeTest) -> str:
    return f"{test.tasks} task{'s' * (test.tasks != 1)}"


def _shift(shift: Shift | NotEstimable) -> str:
    if isinstance(shift, NotEstimable):
        return shift.reason
    if isinstance(shift.interval, Interval):
        interval = shift.interval
        return f"{shift.estimate:+.3f} ({interval.low:+.3f} to {interval.high:+.3f}, {interval.coverage:.1%})"
    return f"{shift.estimate:+.3f} (no interval: {shift.interval.reason})"


def _p(p: float | NotEstimable) -> str:
    return f"no p ({p.reason})" if isinstance(p, NotEstimable) else f"p {chance(p)}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
