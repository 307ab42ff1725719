"""Budgets of cells and studies, their spending, and the check whether one more call fits."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from pytest_aiopt.errors import DesignError

SCOPES = ("cell", "study")


class Allowance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Upper limits; None is no limit. ``money`` is in the price table's currency, ``wall_s`` in seconds."""

    tokens: int | None = None
    """Tokens of prompts and replies."""
    money: float | None = None
    """Money, in the currency of the price table."""
    wall_s: float | None = None
    """Wall time of the sessions, in seconds."""

    def limits(self) -> dict[str, float]:
        """Return the limits that are set."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: value for name, value in values.items() if value is not None}


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits of every cell and those of the whole study. They are no part of a study's identity."""

    cell: Allowance = Allowance()
    """Limits per cell."""
    study: Allowance = Allowance()
    """Limits of the whole study."""

    def changed(self, assignment: str) -> Budget:
        """Return the budget with ``SCOPE.KIND=VALUE`` applied; raises DesignError for another form."""
        name, _, value = assignment.partition("=")
        scope, _, kind = name.partition(".")
        try:
            if scope not in SCOPES or kind not in Allowance.__struct_fields__:
                raise ValueError
            amount = int(value) if kind == "tokens" else float(value)
        except ValueError:
            remedy = "write for example cell.tokens=200000, study.money=20 or study.wall_s=36000"
            raise DesignError(f"--aiopt-budget {assignment}", remedy) from None
        limits = msgspec.structs.replace(getattr(self, scope), **{kind: amount})
        return msgspec.structs.replace(self, **{scope: limits}).checked()

    def checked(self) -> Budget:
        """Return the budget; raises DesignError for a limit that is not a positive number."""
        for scope in SCOPES:
            for kind, limit in getattr(self, scope).limits().items():
                if not 0 < limit < float("inf"):
                    raise DesignError(f"[budget.{scope}] {kind} = {limit}", "a limit is a positive number")
        return self

    @property
    def needs_prices(self) -> bool:
        """Whether some limit is one of money."""
        return self.cell.money is not None or self.study.money is not None


@dataclass(frozen=True, slots=True)
class Spending:
    """Replies, tokens, money (of calls with a price) and seconds of wall time that were used.

    ``flying_*`` is reserved for the call in flight. ``lost`` calls were cut off and count as reserved, since
    they may have been charged. ``estimated`` replies came without a count of tokens and count by length.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    money: float = 0.0
    wall_s: float = 0.0
    flying_tokens: int = 0
    flying_money: float = 0.0
    lost: int = 0
    lost_tokens: int = 0
    lost_money: float = 0.0
    estimated: int = 0

    def __add__(self, other: Spending) -> Spending:
        names = self.__dataclass_fields__
        return Spending(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def landed(self) -> Spending:
        """Return it with nothing in flight any more."""
        return replace(self, flying_tokens=0, flying_money=0.0)

    def written_off(self) -> Spending:
        """Return it with the call in flight, if any, given up for lost."""
        return replace(
            self.landed(),
            lost=self.lost + bool(self.flying_tokens),
            lost_tokens=self.lost_tokens + self.flying_tokens,
            lost_money=self.lost_money + self.flying_money,
        )

    def used(self) -> dict[str, float]:
        """Return what counts against each kind of limit."""
        tokens = self.prompt_tokens + self.completion_tokens + self.lost_tokens + self.flying_tokens
        return {
            "tokens": tokens,
            "money": self.money + self.lost_money + self.flying_money,
            "wall_s": self.wall_s,
        }


@dataclass(frozen=True, slots=True)
class Shortage:
    """A limit that leaves no room for the next call. ``needed``: the most that the call may use."""

    kind: str
    limit: float
    used: float
    needed: float

    def __str__(self) -> str:
        more = f", the next call may take {self.needed:.6g}" if self.needed else ""
        return f"{self.kind} {self.limit:.6g}: {self.used:.6g} used{more}"


def shortage(spent: Spending, allowance: Allowance, tokens: int, money: float | None) -> Shortage | None:
    """Return why a call of at most this size does not fit into ``allowance``; None if it does."""
    used, needed = spent.used(), {"tokens": tokens, "money": money or 0.0, "wall_s": 0.0}
    for kind, limit in allowance.limits().items():
        over = used[kind] >= limit if kind == "wall_s" else used[kind] + needed[kind] > limit
        if over:
            return Shortage(kind, limit, used[kind], needed[kind])
    return None
