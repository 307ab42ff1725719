"""``aiopt task check``: what it prints and how it ends, on evidence that is given."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from machine import FakeLaboratory, fit, informative

from pytest_aiopt.campaign.task_check import information
from pytest_aiopt.campaign.task_check import observe as checking


@pytest.fixture
def observed(project, monkeypatch):
    """The names of the tasks that were observed; task one is fit, task two has too few cases."""
    names = []

    def observe(bench, warn=None):
        name = ("one", "two")[len(names)] if len(names) < 2 else "more"
        names.append(name)
        seen = fit(name)
        return seen if name == "one" else replace(seen, cases=12)

    monkeypatch.setattr(checking, "observe", observe)
    monkeypatch.setattr(information, "observe", lambda bench, *rest: informative(bench.task.name))
    monkeypatch.setattr(checking, "wait_for_calm", lambda bench, most_s: 0.0)
    project.laboratory = FakeLaboratory
    return names


def test_all_tasks_and_a_failure_in_words(project, observed):
    result = project.aiopt("task", "check", "--json")
    result.stderr.fnmatch_lines(
        ["one: fit", "two: not fit", "  12 cases, fewer than 500", "*two: 12 cases, fewer than 500*"]
    )
    (line,) = result.outlines
    shown = json.loads(line)
    assert {name: each["passed"] for name, each in shown["tasks"].items()} == {"one": True, "two": False}
    assert result.ret == 1


@pytest.mark.parametrize(
    ("spreads", "accepted", "tries", "ret"),
    [
        ([0.08, 0.05, 0.02], [], 3, 0),
        ([0.08, 0.05, 0.04, 0.01], [], 3, 1),
        ([0.08, 0.01], ["wrong.cpp"], 1, 1),  # no further try would change that
    ],
)
def test_only_what_is_measured_is_tried_again(project, observed, monkeypatch, spreads, accepted, tries, ret):
    seen, left = checking.observe(None), iter(spreads)
    changed = lambda bench, warn=None: replace(seen, base_cv=next(left), accepted=accepted)  # noqa: E731
    monkeypatch.setattr(checking, "observe", changed)
    result = project.aiopt("task", "check", "one", "--json")
    shown = json.loads(result.outlines[-1])["tasks"]["one"]
    assert (len(shown["failures_before"]) + 1, result.ret) == (tries, ret)
    if tries > 1:
        result.stderr.fnmatch_lines(
            [
                "one: not fit, to be tried again",
                "  runs on one input spread by 8.0%",
                "one: waiting until runs agree, for try 2",
                "one, try 1: runs on one input spread by 8.0%",
            ]
        )


def test_all_others_come_before_a_second_try(observed, monkeypatch):
    fit, names, shown = checking.observe(None), [], []

    def observe(name, warn=None):
        names.append(name)
        return replace(fit, task=name, base_cv=0.01 if name == "b" or names.count(name) == 2 else 0.08)

    monkeypatch.setattr(checking, "observe", observe)
    monkeypatch.setattr(checking, "wait_for_calm", lambda name, most_s: names.append(f"{name}?") or 0.0)
    checking.check(["a", "b", "c"], lambda seen, again: shown.append((seen.task, again)))
    assert names == ["a", "b", "c", "a?", "a", "c?", "c"]
    assert shown == [("a", True), ("b", False), ("c", True), ("a", False), ("c", False)]


@pytest.mark.parametrize(
    ("spreads", "most_s", "waited"), [([0.01], 60, 1), ([0.08, 0.05, 0.02], 60, 13), ([0.08] * 9, 20, 24)]
)
def test_a_further_try_waits_until_runs_agree(monkeypatch, spreads, most_s, waited):
    left, now = iter(spreads), [0.0]

    def look(_):
        now[0] += 1
        return next(left)

    monkeypatch.setattr(checking, "_equal_pairs", lambda bench: ())
    monkeypatch.setattr(checking, "_spread", look)
    monkeypatch.setattr(checking.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(checking.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    assert checking.wait_for_calm(SimpleNamespace(waits=False), most_s) == waited


def test_one_task(project, observed):
    result = project.aiopt("task", "check", "one")
    assert observed == ["one"]
    assert result.ret == 0


def test_an_unknown_task(project):
    result = project.aiopt("task", "check", "three")
    result.stderr.fnmatch_lines(["*no task 'three'*"])
    assert result.ret == 2


def test_a_new_task_can_be_frozen_at_once(project):
    result = project.aiopt("task", "new", "word_count")
    result.stdout.fnmatch_lines(["tasks/word_count holds a small task*", "*aiopt task freeze word_count*"])
    assert project.aiopt("task", "freeze", "word_count").ret == 0
    assert (project.path / "tasks/word_count/corpus/manifest.json").is_file()


def test_a_new_task_with_a_bad_name(project):
    result = project.aiopt("task", "new", "Word Count")
    result.stderr.fnmatch_lines(["*'Word Count' is not a valid name of a task*"])
    assert result.ret == 1


def test_a_task_that_is_not_informative_says_why_and_fails_no_check(project, observed, monkeypatch):
    easy = replace(informative("one"), step={"w0": 0.41, "w1": 0.1, "w2": 0.1}, value={"w0": 0.0})
    monkeypatch.setattr(information, "observe", lambda bench, *rest: easy)
    result = project.aiopt("task", "check", "one", "--json")
    assert result.ret == 0
    result.stderr.fnmatch_lines(["one: not informative, *takes more than 40% of*less than 0.3 log2 ahead*"])
    told = json.loads(result.outlines[-1])["tasks"]["one"]
    assert (told["informative"], told["lacks"], told["passed"]) == (False, ["accident", "value"], True)
    assert told["value_of_information"] == 0.0


def test_what_a_check_found_is_shown_before_a_study(project, observed):
    never = ["aiopt: tasks never checked in their present form (aiopt task check): one, two"]
    project.run("--co").stdout.fnmatch_lines(never)
    project.aiopt("task", "check")
    shown = project.run("--co")
    shown.stdout.fnmatch_lines(["aiopt: task two is not fit by its last check: 12 cases, fewer than 500"])
    shown.stdout.no_fnmatch_line("*task one is not fit*")
    shown.stdout.no_fnmatch_line("*never checked*")
    with (project.path / "tasks/two/task.hpp").open("a") as file:
        file.write("// changed\n")
    project.run("--co").stdout.fnmatch_lines(["aiopt: tasks never checked in*: two"])
