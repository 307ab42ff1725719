"""A failed edit that the prompt shows is not simply made again."""

from __future__ import annotations

import random

import pytest

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program
from pytest_aiopt.rewriter import STRENGTHS
from pytest_aiopt.rewriter.engine import propose, sites_of
from pytest_aiopt.rewriter.memory import AVOID, is_cautious, suspicion
from pytest_aiopt.rewriter.registry import Change, Kind, Rewrite, Site
from tests.unit.rewriter.prompts import PROGRAM

SOURCE = "int total;\nint main() { return total; }\n"
IDEA = Rewrite("idea", Kind.LOCAL, "LLM-micro", lambda program: iter(()))


def adding(text: str) -> Site:
    return Site(IDEA, Change((Edit(0, 0, text),), frozenset({1}), "Try it."))


@pytest.mark.parametrize(
    ("failure", "text", "expected"),
    [
        ("", "int helper;", 1.0),
        ("compile_error\nprogram.cpp:1:5: error: 'helper' was not declared", "int helper;", AVOID),
        ("compile_error\nprogram.cpp:1:5: error: 'helper' was not declared", "int other;", 1.0),
        ("compile_error\nprogram.cpp:1:5: error: 'total' was not declared", "int other = total;", 1.0),
        ("wrong_answer: case 3 mentions 'helper'", "int helper;", 1.0),
        ("edit_error: the child is 200 characters long, more than 3 times its parent", "x" * 90, AVOID),
        ("edit_error: the child is 200 characters long, more than 3 times its parent", "x" * 20, 1.0),
    ],
)
def test_what_failed_is_avoided(failure: str, text: str, expected: float) -> None:
    assert suspicion(failure, SOURCE, adding(text)) == expected


def test_a_name_that_the_compiler_refused_comes_less_often() -> None:
    program, strength = Program(PROGRAM), STRENGTHS["rewriter-strong"]
    name = "element"
    assert any(name in edit.text for site in sites_of(program) for edit in site.change.edits)
    failure = f"compile_error\nprogram.cpp:9:3: error: '{name}' does not name a type"

    def first_uses_it(failure: str) -> int:
        made = [propose(program, {}, strength, random.Random(seed), failure=failure) for seed in range(80)]
        return sum(any(name in edit.text for edit in one.sites[0].change.edits) for one in made)

    assert first_uses_it(failure) < first_uses_it("") / 2


@pytest.mark.parametrize("failure", ["wrong_answer: case 1", "crash: signal 11", "timeout: 10 s"])
def test_after_a_wrong_program_changes_come_one_at_a_time(failure: str) -> None:
    assert is_cautious(failure)
    strength = STRENGTHS["rewriter-strong"]
    for seed in range(20):
        made = propose(Program(PROGRAM), {}, strength, random.Random(seed), failure=failure)
        assert len(made.sites) == 1
