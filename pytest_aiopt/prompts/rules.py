"""All rules for replies and builds, as the system message states them.

Invariant: every rule has its sentence, and every sentence its rule. A new rule of builds goes to
``build.rules.STATED``, a new rule of replies to ``RULES`` here. Code then states and counts both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pytest_aiopt.cpp.newness import PIECE, new_tokens, newest_lines
from pytest_aiopt.evaluation.build import rules as build
from pytest_aiopt.model import Rule
from pytest_aiopt.prompts.text import quote

LINES, LETTERS = 5, 60
"""Lines that a refusal for the edit budget quotes, and letters of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers in the rules, all of them settings of the study. ``edit_budget``: 0 for no limit."""

    max_growth: float
    edit_budget: int = 0


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """A rule on a child and its parent: ``sentence`` states it, ``broken`` checks it and returns the numbers.

    ``sentence`` returns "" if the study does not set the rule, ``broken`` returns "" for a child that keeps
    it.
    """

    code: str
    sentence: Callable[[Limits], str]
    broken: Callable[[str, str, Limits], str]


@dataclass(frozen=True, slots=True)
class Broken:
    """The rule that a child breaks, and the excess."""

    rule: Rule
    detail: str


def _growth(parent: str, child: str, limits: Limits) -> str:
    too_long = len(child) > limits.max_growth * len(parent)
    return f"the new program has {len(child)} characters, the current one {len(parent)}" if too_long else ""


def _growth_sentence(limits: Limits) -> str:
    times = f"{limits.max_growth:g} times as many characters as the current one"
    return f"A new program may have at most {times}."


def _budget(parent: str, child: str, limits: Limits) -> str:
    count = new_tokens(parent, child) if limits.edit_budget else 0
    if count <= limits.edit_budget:
        return ""
    lines = (f"{new} in {quote(line, LETTERS)!r}" for new, line in newest_lines(parent, child, LINES))
    most = f"most of them: {', '.join(lines)}"
    return f"the reply adds {count} new tokens, {limits.edit_budget} are allowed; {most}"


def _budget_sentence(limits: Limits) -> str:
    if not limits.edit_budget:
        return ""
    return (
        f"A reply may add at most {limits.edit_budget} new tokens to the current program. New are the tokens "
        "of the new program that are not in the current one in the same order, by the alignment that leaves "
        "the fewest. Each name, number, operator and punctuation mark is one token, also in `#include` "
        f"lines: `std::vector<int> v;` has 8. Text in quotes is one token per {PIECE} characters. Deleted "
        "tokens, comments, layout and whole lines that move are free; a moved line may be indented anew."
    )


RULES = (
    ReplyRule("growth", _growth_sentence, _growth),
    ReplyRule("edit_budget", _budget_sentence, _budget),
)
"""The rules of replies, in the order in which they are stated and checked."""


def stated(limits: Limits) -> tuple[Rule, ...]:
    """Return every rule with its sentence, rules of replies before rules of builds."""
    own = (Rule(rule.code, sentence) for rule in RULES if (sentence := rule.sentence(limits)))
    return (*own, *build.STATED)


def broken(parent: str, child: str, limits: Limits) -> Broken | None:
    """Return the first rule of replies that ``child`` breaks."""
    for rule in RULES:
        if detail := rule.broken(parent, child, limits):
            return Broken(Rule(rule.code, rule.sentence(limits)), detail)
    return None


def numbered(limits: Limits) -> str:
    """Return the rules as the system message lists them."""
    rules = enumerate(stated(limits), start=1)
    return "\n".join(f"{number}. {rule.sentence}" for number, rule in rules)
