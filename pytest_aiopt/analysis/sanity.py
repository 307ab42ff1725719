"""Check a model with a few calls before a costly study: are replies usable, and can feedback help?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pytest_aiopt.analysis.outcomes.saturation import SATURATED, Saturation, curve_of, saturation
from pytest_aiopt.campaign.ledger import Account, total
from pytest_aiopt.journal.record import CellRecord, Step
from pytest_aiopt.journal.treatment import gaps, was_cut
from pytest_aiopt.model import thoughts

FEWEST_READ = 0.5
"""Minimum share of replies that give a program; below it, the set-up is at fault and not the model."""


class Obstacle(StrEnum):
    """Reasons why a study with the model is not worth its cost."""

    NO_CALL = "no_call"
    CUT = "cut"
    UNTREATED = "untreated"
    UNREAD = "unread"
    NO_CHANGE = "no_change"
    SATURATED = "saturated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanity:
    """The calls of one model. ``read``: replies that gave a program; ``errors``: other replies by reason.

    ``rules``: rejected programs, by the rule's code. ``thoughts``: replies whose reasoning was removed.
    ``cut``: prompts that the endpoint truncated; ``untreated``: treated prompts without their treatment.
    ``changed``: ``valid`` programs whose speed differs from the start beyond the noise floor. ``calls``:
    calls of an endpoint; ``estimated``: calls whose tokens it did not count. ``money`` is None without a
    price. ``known``: the frontier of ``saturation`` was measured and is not the best of these calls.
    """

    replies: int
    read: int
    errors: Mapping[str, int]
    rules: Mapping[str, int]
    thoughts: int
    cut: int
    untreated: int
    valid: int
    changed: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    estimated: int
    money: float | None
    saturation: Saturation | None
    known: bool

    @property
    def obstacle(self) -> Obstacle | None:
        """The first reason against the study; None if there is none."""
        share = self.saturation.first_share if self.saturation is not None else None
        found = {
            Obstacle.NO_CALL: not self.replies,
            Obstacle.CUT: self.cut > 0,
            Obstacle.UNTREATED: self.untreated > 0,
            Obstacle.UNREAD: self.read < FEWEST_READ * self.replies,
            Obstacle.NO_CHANGE: not self.changed,
            Obstacle.SATURATED: self.known and share is not None and share >= SATURATED,
        }
        return next((obstacle for obstacle, holds in found.items() if holds), None)


def sanity(
    records: Sequence[CellRecord], account: Callable[[], Account], known_log2: float | None = None
) -> Sanity:
    """Summarise the cells of one model on one task. ``known_log2``: the speedup of its measured frontier.

    ``account`` returns a new account with the current prices.
    """
    accounts = [_booked(record, account()) for record in records]
    spending = total(each.spent for each in accounts)
    steps = [step for record in records for step in record.steps if step.edited is not None]
    errors = Counter(reason.value for step in steps if (reason := _error(step)) is not None)
    measured = [
        (measurement, record.floor)
        for record in records
        for measurement in record.measurements.values()
        if measurement is not None
    ]
    return Sanity(
        replies=len(steps),
        read=len(steps) - errors.total(),
        errors=errors,
        rules=Counter(rule for step in steps if (rule := _rule(step))),
        thoughts=sum(map(_thinks, steps)),
        cut=sum(was_cut(step.proposed) for step in steps),
        untreated=sum(len(gaps(record)) for record in records),
        valid=len(measured),
        changed=sum(
            floor is not None and (one.faster_than(floor.delta) or one.high < -floor.delta)
            for one, floor in measured
        ),
        calls=spending.calls,
        prompt_tokens=spending.prompt_tokens,
        completion_tokens=spending.completion_tokens,
        estimated=spending.estimated,
        money=spending.money if accounts and all(each.priced for each in accounts) else None,
        saturation=saturation([curve_of(record) for record in records], known_log2 or 0.0),
        known=known_log2 is not None,
    )


def _error(step: Step) -> StrEnum | None:
    edited = step.edited
    return edited.reason if edited is not None and edited.candidate is None and not edited.rule else None


def _rule(step: Step) -> str:
    return (step.edited.rule if step.edited else "") or (step.built.rule if step.built else "")


def _thinks(step: Step) -> bool:
    completion = step.proposed.completion
    return bool(completion.reasoning.strip() or thoughts.split(completion.text).reasoning.strip())


def _booked(record: CellRecord, account: Account) -> Account:
    for event in record.events:
        account.book(event)
    return account
