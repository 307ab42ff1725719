"""No rule without its sentence, no sentence without its rule; and what else the system message states."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from pathlib import Path

import pytest

import pytest_aiopt.evaluation.build as build_room
from pytest_aiopt.evaluation.build import rules as build
from pytest_aiopt.model import Metric, NoiseFloor, Rule
from pytest_aiopt.prompts import goals, rules, surroundings
from pytest_aiopt.prompts.rules import RULES, Limits, broken, stated
from pytest_aiopt.tasks import loader
from pytest_aiopt.tasks.loader import Task

TASKS = Path(__file__).parents[3] / "tasks"
LIMITS = Limits(max_growth=6.5, edit_budget=5)
MACHINE = {"cpu": "Example 9000", "cores": "12", "compiler": "g++ (Test) 14.1.0, GNU ld 2.42"}
BREAKING = {
    "growth": lambda: broken("int a;", "int a;" * 7, LIMITS),
    "edit_budget": lambda: broken("int a;", "int a; int b = 1;\nint c;", LIMITS),
    "flags": lambda: build.of_preprocessed('# 1 "program.cpp"\n#pragma GCC optimize("O3")\n'),
    "lines": lambda: build.of_source("#line 3\n"),
    "inclusion": lambda: build.of_source('#include "/etc/passwd"\n'),
    "assembly": lambda: build.of_preprocessed('# 1 "program.cpp"\nvoid f() { asm("nop"); }\n'),
    "sections": lambda: build.of_sections("  [ 1] .mine PROGBITS 0 0 0 0 A 0 0 1\n"),
}


@pytest.fixture(scope="module")
def task() -> Task:
    return loader.load(TASKS, "record_scan")


def listed(message: str) -> list[str]:
    """Return the sentences under "Rules"."""
    lines = message.partition("\nRules (")[2].partition("\n\n")[0].splitlines()[1:]
    return [line.partition(". ")[2] for line in lines]


def test_every_stated_rule_refuses_and_every_refusal_is_stated(task: Task) -> None:
    codes = [rule.code for rule in stated(LIMITS)]
    assert sorted(codes) == sorted(BREAKING), "a new rule needs a program here that breaks it"
    for code, breach in BREAKING.items():
        found = breach()
        assert found is not None, f"no check enforces {code}"
        assert found.rule.code == code
    assert listed(goals.system_message(task, MACHINE, LIMITS)) == [r.sentence for r in stated(LIMITS)]


def test_no_rule_of_builds_is_left_out_of_the_list() -> None:
    modules = [
        importlib.import_module(f"{build_room.__name__}.{m.name}")
        for m in pkgutil.iter_modules(build_room.__path__)
    ]
    made = {value.code for module in modules for value in vars(module).values() if isinstance(value, Rule)}
    assert made == {rule.code for rule in build.STATED}
    assert len({rule.code for rule in stated(LIMITS)}) == len(RULES) + len(build.STATED)


def test_the_growth_limit_is_stated_with_its_number_and_counts_characters() -> None:
    assert "at most 6.5 times as many characters" in stated(LIMITS)[0].sentence
    assert broken("x" * 10, "y" * 65, LIMITS) is None
    found = broken("x" * 10, "y" * 66, LIMITS)
    assert found is not None
    assert found.detail == "the new program has 66 characters, the current one 10"


def test_the_edit_budget_is_stated_with_its_number_and_counts_new_tokens() -> None:
    assert "at most 5 new tokens" in stated(LIMITS)[1].sentence
    assert broken("int a;", "int a; int b = 1;", LIMITS) is None
    found = broken("int a;", "int a; int b = 1;\nint c;", LIMITS)
    assert found is not None
    assert found.detail.startswith("the reply adds 8 new tokens, 5 are allowed;")


def test_a_refusal_for_the_edit_budget_quotes_the_lines_with_the_most_new_tokens() -> None:
    found = broken("int a;", "int a;\nint b = 1;\n    int c = a + 2 * a;", replace(LIMITS, max_growth=20))
    assert found is not None
    count, _, lines = found.detail.partition("; most of them: ")
    assert count == "the reply adds 14 new tokens, 5 are allowed"
    assert lines == "9 in 'int c = a + 2 * a;', 5 in 'int b = 1;'"


def test_a_study_without_an_edit_budget_does_not_state_one() -> None:
    free = Limits(max_growth=6.5)
    assert "edit_budget" not in [rule.code for rule in stated(free)]
    assert broken("int a;", "int a;" + "x" * 20, free) is None


def test_the_message_names_compiler_flags_language_processor_and_limits(task: Task) -> None:
    message = goals.system_message(task, MACHINE, LIMITS)
    assert "Compiler: g++ (Test) 14.1.0; language: C++17; flags: -std=c++17" in message
    assert "Processor: Example 9000; 12 cores." in message
    assert "12 cores; AVX2." in goals.system_message(task, {**MACHINE, "instruction_sets": "AVX2"}, LIMITS)
    assert "Intrinsics and `target` attributes are allowed" in message
    assert "any profile in a prompt was taken on inputs of that kind" in message
    assert task.header.strip() in message


def test_the_message_names_the_sanitizers_that_the_best_programs_must_pass(task: Task) -> None:
    checked = {**MACHINE, "sanitizers": "address,undefined, thread"}
    alone = goals.system_message(task, checked, LIMITS)
    assert "under sanitizers for memory errors and undefined behaviour; a finding refuses them" in alone
    several = replace(task, limits=replace(task.limits, threads=4))
    message = goals.system_message(several, checked, LIMITS)
    assert "sanitizers for memory errors, undefined behaviour and data races;" in message
    assert "sanitizers" not in goals.system_message(task, MACHINE, LIMITS)


def test_the_language_follows_the_flags(task: Task) -> None:
    newer = replace(task, flags=("-O3", "-std=c++20"))
    message = goals.system_message(newer, MACHINE, LIMITS)
    assert "self-contained C++20 program" in message
    assert "C++17" not in message
    assert "-std=c++17" not in message
    assert surroundings.language(("-std=gnu++23",)) == "C++23 with GNU extensions"


@pytest.mark.parametrize(("threads", "sentence"), [(1, "must not start threads"), (6, "up to 6 threads")])
def test_threads_follow_the_limits_of_the_task(task: Task, threads: int, sentence: str) -> None:
    limits = replace(task.limits, threads=threads)
    assert sentence in surroundings.stated(replace(task, limits=limits), MACHINE)


def test_facts_that_are_not_on_record_are_named_unknown(task: Task) -> None:
    text = surroundings.stated(task, {})
    assert "Compiler: not known" in text
    assert "Processor: not known; an unknown number of cores" in text


def test_what_a_score_compares_follows_the_metric(task: Task) -> None:
    assert "by CPU time" in goals.system_message(replace(task, metric=Metric.CPU), MACHINE, LIMITS)
    assert "by wall-clock time" in goals.system_message(replace(task, metric=Metric.WALL), MACHINE, LIMITS)
    cost = replace(task, metric=Metric.COST, counted="misses")
    assert "is the\nmisses of the original" in goals.system_message(cost, MACHINE, LIMITS)


def test_noise_is_given_in_percent_or_said_to_be_missing() -> None:
    floor = NoiseFloor("t", "f", (0.01, -0.01), 0.01, delta=0.0285691522)
    assert goals.noise(Metric.CPU, floor) == "Scores are noisy: differences of less than 2.0 % mean nothing."
    assert goals.noise(Metric.WALL, replace(floor, log2_ratios=())) == "The noise of scores was not measured."
    assert goals.noise(Metric.COST, floor) == "Scores are counts and have no noise."


def test_rules_are_numbered_in_order() -> None:
    assert rules.numbered(LIMITS).splitlines()[0].startswith("1. A new program")
