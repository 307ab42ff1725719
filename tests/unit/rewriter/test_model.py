from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pytest_aiopt.cpp.newness import new_tokens
from pytest_aiopt.errors import DesignError
from pytest_aiopt.model import Prompt, Refusal
from pytest_aiopt.models import registry
from pytest_aiopt.rewriter import STRENGTHS, make
from pytest_aiopt.search.edits import apply_reply
from tests.unit.rewriter.prompts import PROGRAM, prompt

REPOSITORY = Path(__file__).parents[3]
_CHILD = """
import json, random, sys
from pytest_aiopt.rewriter import make
from pytest_aiopt.model import Prompt
random.seed()
prompt = Prompt(*json.load(sys.stdin))
names = ("rewriter-local", "rewriter-strong")
print(json.dumps([make(name).complete(prompt, seed=seed).text for name in names for seed in range(25)]))
"""


def replies_in_new_process(hash_seed: str, message: Prompt) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", _CHILD],
        input=json.dumps([message.system, message.user]),
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    found: list[str] = json.loads(run.stdout)
    return found


def test_replies_are_the_same_in_every_process() -> None:
    message = prompt(profile={23: 60.0})
    names = ("rewriter-local", "rewriter-strong")
    here = [make(name).complete(message, seed=seed).text for name in names for seed in range(25)]
    for hash_seed in ("0", "4711"):
        assert replies_in_new_process(hash_seed, message) == here


def test_the_global_generator_is_left_alone() -> None:
    state = random.getstate()
    make("rewriter-strong").complete(prompt(), seed=3)
    assert random.getstate() == state


def test_seeds_give_different_replies() -> None:
    model = make("rewriter-local")
    assert len({model.complete(prompt(), seed=seed).text for seed in range(20)}) > 5


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(DesignError, match="rewriter-local"):
        make("gpt")


@pytest.mark.parametrize("name", sorted(STRENGTHS))
def test_what_it_declares_it_does(name: str) -> None:
    """Misquoted and idle replies come at the rates of the table; all others make a child."""
    model, message, seen = make(name), prompt(), Counter[str]()
    replies = 160
    for seed in range(replies):
        child = apply_reply(PROGRAM, model.complete(message, seed=seed).text)
        seen[child.detail.split(":")[0] if isinstance(child, Refusal) else "child"] += 1
    faults = STRENGTHS[name].faults
    unmatched = sum(count for reason, count in seen.items() if "does not match" in reason)
    expected = faults["unmatched_search"]
    assert abs(unmatched / replies - expected) < 4 * (expected / replies) ** 0.5
    idle = seen["the reply changes nothing"] / replies
    assert idle < faults["no_change"] + faults["undo"] + faults["rename_only"] + 0.05
    assert seen["child"] + unmatched + seen["the reply changes nothing"] == replies


@pytest.mark.parametrize("name", sorted(STRENGTHS))
def test_the_rates_are_those_of_its_strength(name: str) -> None:
    faults = STRENGTHS[name].faults
    invalid = sum(
        faults[fault] for fault in ("unmatched_search", "syntax_error", "undeclared_name", "wrong_condition")
    )
    low, high = {"rewriter-local": (0.25, 0.35), "rewriter-strong": (0.08, 0.12)}[name]
    assert low <= invalid <= high


def test_only_the_strong_one_makes_several_changes_in_one_reply() -> None:
    def most(name: str) -> int:
        model = make(name)
        return max(model.complete(prompt(), seed=seed).text.count("\n- ") for seed in range(40))

    assert most("rewriter-local") == 1
    assert most("rewriter-strong") >= 2


@pytest.mark.parametrize("name", [*sorted(STRENGTHS), "mutator"])
def test_a_stated_edit_budget_is_kept(name: str) -> None:
    """But for replies with a drawn fault, which is no choice of the model."""
    free = prompt()
    rule = "A reply may add at most 6 new tokens to the current program."
    bound = Prompt(f"{free.system}\n1. {rule}", free.user)
    model = registry.make(name)

    def added(message: Prompt) -> list[int]:
        children = (apply_reply(PROGRAM, model.complete(message, seed=seed).text) for seed in range(60))
        return [new_tokens(PROGRAM, child.source) for child in children if not isinstance(child, Refusal)]

    assert sum(count > 6 for count in added(free)) >= 6
    assert sum(count > 6 for count in added(bound)) <= 2
    assert len(added(bound)) > 20
