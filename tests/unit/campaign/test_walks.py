"""The search for steps of solvers, on invented programs with invented gains."""

from math import log2

import pytest

from pytest_aiopt.campaign.task_check.parts import merged, parts
from pytest_aiopt.campaign.task_check.walks import Known, Walks
from pytest_aiopt.cpp.newness import new_tokens

NAMES = "abcdefghi"
PROGRAM = "\n\n".join(f"int {name}();" for name in NAMES)
SHARES = {"w0": "abcd", "w1": "defg", "w2": "ghia"}
"""Components that take a fifth of the time each, by workload; a fix leaves nothing of it."""


def fixed(names, program=PROGRAM):
    """Return the program with fixes of ten new tokens each."""
    for name in names:
        program = program.replace(f"int {name}();", f"int {name}() {{ return {name}1 + {name}2 + 3; }}")
    return program


LADDER = [fixed(NAMES[: count + 1]) for count in range(len(NAMES))]


class Invented:
    """Gains that the fixes in a program make; programs with an ``uint`` do not compile without its type."""

    def __init__(self, saved=0.2, shares=SHARES):
        self.saved, self.shares, self.asked, self.expected = saved, shares, [], set()

    def expect(self, sources):
        self.expected.update(sources)

    def on(self, source, workload):
        self.asked.append(source)
        if source.count("uint") and "using uint" not in source:
            return None
        return -log2(1 - self.saved * sum(f"{name}1" in source for name in self.shares[workload]))


def walks(gains, budget=10, **known):
    return Walks(Known(PROGRAM, **known), list(gains.shares), gains, budget)


def test_a_change_is_made_in_another_program():
    assert merged(LADDER[2], LADDER[3], PROGRAM) == fixed("d")
    assert merged(LADDER[2], LADDER[3], fixed("hb")) == fixed("bdh")
    assert merged(PROGRAM, PROGRAM + "\nint z();", fixed("a")) == fixed("a") + "\nint z();"
    assert merged(PROGRAM, "int y();\n" + PROGRAM, fixed("b")) == "int y();\n" + fixed("b")


def test_a_change_of_lines_that_are_gone_is_none():
    assert merged(LADDER[2], PROGRAM, PROGRAM) is None
    assert merged(PROGRAM, fixed("c"), PROGRAM.replace("int c()", "long c()")) is None


def test_differences_that_share_a_new_name_are_one_part():
    target = PROGRAM.replace("int a();", "using uint = unsigned;").replace("int i();", "uint i();")
    other = target.replace("int e();", "long e();")
    whole, *_ = parts(PROGRAM, other, 5)
    assert whole == target
    assert target not in list(parts(PROGRAM, other, 4))


def test_runs_of_neighbouring_differences_are_parts():
    found = list(parts(PROGRAM, LADDER[-1], 20))
    assert fixed("ab") in found
    assert fixed("hi") in found
    assert all(new_tokens(PROGRAM, each) <= 20 for each in found)


def test_a_component_split_over_two_places_is_one_step():
    first = PROGRAM.replace("int a();", "using uint = unsigned;")
    target = first.replace("int i();", "uint i() { return a1; }").replace("int e();", "long e();")
    found = walks(Invented(), budget=new_tokens(PROGRAM, target) - 1, others=[target])
    assert found.walk(("w0",), 1) == first.replace("int i();", "uint i() { return a1; }")


def test_an_informed_walk_beats_a_blind_one_by_the_value_of_information():
    gains = Invented()
    found = walks(gains, ladder=LADDER)
    blind = found.walk(tuple(SHARES), 3)
    assert blind == fixed("adg"), "each is of use on two workloads"
    values = {}
    for name, stressed in SHARES.items():
        informed = found.walk((name,), 3)
        assert informed in {fixed(set(stressed) - {left}) for left in stressed}
        values[name] = gains.on(informed, name) - gains.on(blind, name)
    assert values == pytest.approx(dict.fromkeys(SHARES, log2(0.6 / 0.4)))


def test_rungs_that_fit_in_the_budget_together_are_one_step():
    found = walks(Invented(), budget=20, ladder=LADDER)
    assert found.walk(("w2",), 1) in {fixed(pair) for pair in ("ag", "ah", "ai", "gh", "gi", "hi")}
    three = walks(Invented(), budget=30, ladder=LADDER)
    assert three.walk(("w2",), 1) in {fixed(each) for each in ("agh", "agi", "ahi", "ghi")}
    best = max(Invented().on(each, "w2") for each in three.first)
    assert best == pytest.approx(log2(1 / 0.4)), "the accident is among the first steps"


def test_a_rung_that_needs_another_one_is_found_after_it():
    using = PROGRAM.replace("int a();", "using uint = unsigned; int a1;")
    ladder = [using, using.replace("int b();", "uint b1();")]
    found = walks(Invented(), budget=new_tokens(PROGRAM, ladder[1]) - 1, ladder=ladder)
    assert ladder[1] not in found.first
    assert found.walk(("w0",), 2) == ladder[1]


def test_a_step_that_a_campaign_made_counts():
    made = PROGRAM.replace("int e();", "int a1, b1, c1, d1;")
    found = walks(Invented(), budget=10, ladder=LADDER, steps=[made])
    assert found.walk(("w0",), 1) == made


def test_few_programs_are_tried():
    gains = Invented()
    found = walks(gains, ladder=LADDER)
    for name in SHARES:
        found.walk((name,), 3)
    found.walk(tuple(SHARES), 3)
    assert len(set(gains.asked)) <= 26
    assert all(new_tokens(PROGRAM, each) <= 30 for each in gains.asked)


def test_every_program_that_is_tried_was_announced():
    gains = Invented()
    found = walks(gains, budget=30, ladder=LADDER)
    found.walk(list(gains.shares), 3)
    assert set(gains.asked) - {PROGRAM} <= gains.expected
