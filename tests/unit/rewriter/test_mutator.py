"""Random mutation: what it draws, that it is a function of prompt and seed, that it reads only the prompt."""

from __future__ import annotations

import importlib.util
import random
from collections import Counter
from pathlib import Path

import pytest

from pytest_aiopt.model import Prompt, Refusal
from pytest_aiopt.models import base, registry
from pytest_aiopt.rewriter.mutator import mutated
from pytest_aiopt.search.edits import apply_reply

SOURCE = """\
#include <vector>

// Sums what is above the limit.
int total(const std::vector<int>& values) {
    int sum = 0;
    for (int value : values) {
        if (value > 7) {
            sum += value;
        }
        sum -= 2;
    }
    return sum;
}
"""
STATEMENTS = [line.strip() for line in SOURCE.split("\n") if line.endswith(";")]
PROMPT = Prompt("Header.", f"# Current Program\n```cpp\n{SOURCE}\n```\n\n# Task\nMake it fast.\n")
DRAWS = [mutated(SOURCE, random.Random(seed)) for seed in range(400)]


def test_every_operator_is_drawn_about_equally_often() -> None:
    counts = Counter(found[0] for found in DRAWS if found)
    assert counts.keys() == {"delete", "copy", "replace", "swap", "number"}
    assert min(counts.values()) > 400 / 5 / 2


@pytest.mark.parametrize("name", ["delete", "copy", "replace", "swap", "number"])
def test_an_edit_is_what_it_is_called(name: str) -> None:
    before = Counter(SOURCE.split())
    for operator, changed in filter(None, DRAWS):
        if operator != name:
            continue
        after = Counter(changed.split())
        assert changed != SOURCE
        assert changed.count("Sums what is above the limit") == 1, "comments are no statements"
        if name == "delete":
            assert after < before
        elif name == "copy":
            assert after > before
        elif name == "swap":
            assert after == before
        elif name == "number":
            assert len(changed.split()) == len(SOURCE.split())
            assert sum((after - before).values()) == 1


def test_the_edits_are_many() -> None:
    assert len({changed for _, changed in filter(None, DRAWS)}) > 60


def test_replies_apply_and_are_a_function_of_prompt_and_seed() -> None:
    model = registry.make("mutator")
    replies = [model.complete(PROMPT, seed=seed).text for seed in range(60)]
    assert replies == [registry.make("mutator").complete(PROMPT, seed=seed).text for seed in range(60)]
    assert len(set(replies)) > 20
    assert not [reply for reply in replies if isinstance(apply_reply(SOURCE, reply), Refusal)]
    other = Prompt("Header.", PROMPT.user + "More.\n")
    assert [model.complete(other, seed=seed).text for seed in range(9)] != replies[:9]


def test_it_says_so_where_there_is_nothing_to_change() -> None:
    model = registry.make("mutator")
    assert "<<<" not in model.complete(Prompt("", "Hello."), seed=1).text
    bare = Prompt("", "# Current Program\n```cpp\n#include <vector>\n```\n\n# Task\n")
    assert "<<<" not in model.complete(bare, seed=1).text


def test_it_takes_no_settings() -> None:
    assert base.ModelSpec("mutator").problem() is None
    assert base.ModelSpec("mutator", temperature=0.1).problem()


def test_it_knows_no_rewrite() -> None:
    spec = importlib.util.find_spec("pytest_aiopt.rewriter.mutator")
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text()
    assert "rules" not in text
    assert "shares" not in text
