"""Spending of the cells of a study, read from their journals alone, and the check before each call."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock

from pytest_aiopt.errors import BudgetReached
from pytest_aiopt.journal.events import Asked, Event, Lost, Opened, Paused, Proposed, next_event
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.schema import Reader, ran
from pytest_aiopt.journal.store import begun
from pytest_aiopt.model import Prompt
from pytest_aiopt.models.base import ModelSpec, estimated_tokens, is_endpoint
from pytest_aiopt.models.budget import Budget, Spending, shortage
from pytest_aiopt.models.prices import Price, Prices

LOCK = "budget.lock"
NOTHING = Spending()


@dataclass(slots=True)
class Account:
    """The spending of one cell, from its events in order."""

    prices: Prices | None
    spent: Spending = NOTHING
    _price: Price | None = None
    _counts: bool = False

    @property
    def priced(self) -> bool:
        """Whether the cell's model has a price."""
        return self._price is not None

    def book(self, event: Event) -> None:
        """Add one event."""
        match event:
            case Opened(model=model):
                self._price = self.prices.find(model) if self.prices else None
                self._counts = is_endpoint(model)  # the embedded models cost nothing
            case Asked(tokens=tokens, money=money):
                lost = self.spent.written_off()
                self.spent = replace(lost, flying_tokens=tokens, flying_money=money or 0.0)
            case Lost():
                self.spent = self.spent.written_off()
            case Paused():
                self.spent = self.spent.landed()
            case Proposed() if self._counts:
                self.spent = self._replied(event)

    def _replied(self, event: Proposed) -> Spending:
        usage, spent = event.completion.usage, self.spent.landed()
        prompt, completion = usage.prompt_tokens, usage.completion_tokens
        said = event.completion.text + event.completion.reasoning
        known = prompt is not None and completion is not None
        prompt = tokens_of(event.prompt) if prompt is None else prompt
        completion = estimated_tokens(said) if completion is None else completion
        return replace(
            spent,
            calls=spent.calls + 1,
            prompt_tokens=spent.prompt_tokens + prompt,
            completion_tokens=spent.completion_tokens + completion,
            money=spent.money + (self._price.of(prompt, completion) if self._price else 0.0),
            estimated=spent.estimated + (not known),
        )


@dataclass(slots=True)
class _Followed:
    """A journal that another process may be writing; only new lines are read."""

    reader: Reader
    account: Account
    offset: int = 0

    def spending(self) -> Spending:
        with Path(self.reader.where).open("rb") as file:
            file.seek(self.offset)
            complete, newline, _ = file.read().rpartition(b"\n")
        for line in complete.split(b"\n") if newline else ():
            self.account.book(next_event(self.reader, line))
            self.account.spent = replace(self.account.spent, wall_s=ran(line))
        self.offset += len(complete) + len(newline)
        return self.account.spent


@dataclass(slots=True)
class Ledger:
    """Lets a cell's calls be made as long as they fit into the budgets of the cell and of its study.

    ``folder`` holds the records of the study.
    """

    journal: Journal
    folder: Path
    model: ModelSpec
    budget: Budget
    prices: Prices | None
    _account: Account = field(init=False)
    _booked: int = 0
    _others: dict[Path, _Followed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._account = Account(self.prices)

    def reserve(self, step: int, prompt: Prompt, call_seed: int) -> Asked:
        """Record and return that the call is about to be made; raises BudgetReached if it does not fit.

        Looking and recording happen under one lock of the study, so that parallel cells cannot both take the
        last of it.
        """
        tokens = tokens_of(prompt) + self.model.max_tokens
        price = self.prices.find(self.model.spec) if self.prices else None
        money = price.of(tokens_of(prompt), self.model.max_tokens) if price else None
        with self._locked():
            self._check("cell", self.spending(), tokens, money)
            if self.budget.study.limits():
                self._check("study", self._study(), tokens, money)
            asked = Asked(step, prompt.sha, call_seed, tokens, money)
            self.journal.append(asked)
            return asked

    def spending(self) -> Spending:
        """Return what this cell has used so far; a call that was in flight when it was killed is lost."""
        for event in self.journal.events[self._booked :]:
            self._account.book(event)
        self._booked = len(self.journal.events)
        return replace(self._account.spent.written_off(), wall_s=self.journal.ran)

    def _check(self, scope: str, spent: Spending, tokens: int, money: float | None) -> None:
        problem = shortage(spent, getattr(self.budget, scope), tokens, money)
        if problem:
            remedy = f"raise it (--aiopt-budget {scope}.{problem.kind}=N) and run again"
            raise BudgetReached(f"budget.{scope}.{problem}", remedy)

    def _study(self) -> Spending:
        """Return the spending of all cells, also of those set aside, as they were paid for too."""
        paths = set(begun(self.folder)) - {self.journal.path}
        known = self._others
        self._others = {
            path: known.get(path) or _Followed(Reader(path), Account(self.prices)) for path in paths
        }
        return total([self.spending(), *(other.spending() for other in self._others.values())])

    def _locked(self) -> AbstractContextManager[object]:
        if not self.budget.study.limits():
            return nullcontext()
        return FileLock(self.folder / LOCK)


def total(parts: Iterable[Spending]) -> Spending:
    """Return the sum."""
    return sum(parts, NOTHING)


def tokens_of(prompt: Prompt) -> int:
    """Return about how many tokens a prompt has."""
    return estimated_tokens(prompt.system + prompt.user)
