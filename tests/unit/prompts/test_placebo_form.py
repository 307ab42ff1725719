"""Form does not tell a placebo from a true text: a classifier that learns from recorded profiles tries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_aiopt.prompts import tokens
from pytest_aiopt.prompts.placebo import placebo
from pytest_aiopt.prompts.render import render
from tests.form import Pair, accuracy, recorded

MOST = 0.55


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """Each program twice: either of its workloads may be the scored one."""
    found = []
    for seen in recorded():
        for true, twin in ((seen.profiles, seen.twin), (seen.twin, seen.profiles)):
            text = render(true, seen.program)
            found.append(Pair(text, placebo(true, twin, seen.program), seen.program))
    return found


def test_there_are_enough_pairs_and_each_is_equally_long(pairs: list[Pair]) -> None:
    assert len(pairs) >= 200
    assert all(tokens.alike(pair.true, pair.placebo) for pair in pairs)
    assert all(pair.true != pair.placebo for pair in pairs)


def test_form_does_not_tell_a_placebo_from_a_true_text(pairs: list[Pair]) -> None:
    assert accuracy(pairs) <= MOST


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace(", ", ",  ", 1),
        lambda text: text.replace(";\n", "; }\n", 2),
        lambda text: "\n".join(line[:70] for line in text.split("\n")),
    ],
    ids=["spacing", "quotations that run on", "lines cut"],
)
def test_the_classifier_sees_small_differences_in_form(pairs: list[Pair], spoil) -> None:
    spoilt = [replace(pair, placebo=spoil(pair.placebo)) for pair in pairs]
    assert accuracy(spoilt) > 0.75
