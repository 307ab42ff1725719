"""Whether a task is informative, by what was observed; and the programs one step away."""

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_aiopt.campaign.task_check.parts import parts
from pytest_aiopt.cpp.newness import new_tokens
from pytest_aiopt.tasks import information
from pytest_aiopt.tasks.information import Component, Information, Lack

TASKS = Path(__file__).parents[3] / "tasks"
NAMES = ("w0", "w1", "w2")


def component(file, *shares):
    return Component(file, dict(zip(NAMES, shares, strict=True)))


FIT = Information(
    task="t",
    workloads=NAMES,
    frontier=dict.fromkeys(NAMES, 2.0),
    step=dict.fromkeys(NAMES, 0.4),
    components=[
        component("a", 0.15, 0.04, 0.5),
        component("b", 0.0, 0.2, 0.2),
        component("c", 0.3, 0.3, -0.1),
    ],
    value={"w0": 0.1, "w1": 0.3, "w2": 0.5},
    tried=5,
)


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, ()),
        ({"workloads": NAMES[:2]}, (Lack.WORKLOADS,)),
        ({"frontier": {"w0": 2.0, "w1": 2.0}}, (Lack.FRONTIER,)),
        ({"step": {"w0": 0.1, "w1": 0.41, "w2": 0.1}}, (Lack.ACCIDENT,)),
        ({"components": FIT.components[:2]}, (Lack.COMPETITION,)),
        ({"components": [*FIT.components[:2], component("c", 0.3, 0.3, 0.05)]}, (Lack.COMPETITION,)),
        ({"value": {"w0": 0.1, "w1": 0.29, "w2": 0.5}}, (Lack.VALUE,)),
    ],
)
def test_what_a_task_lacks(changes, lacks):
    found = replace(FIT, **changes)
    assert found.lacks == lacks
    assert found.informative is not bool(lacks)


@pytest.mark.parametrize("missing", ["step", "value"])
def test_a_task_is_not_informative_before_all_was_measured(missing):
    found = replace(FIT, **{missing: {}})
    assert found.lacks == ()
    assert not found.informative


def test_the_last_check_of_the_same_task_counts(tmp_path):
    assert information.lacks(tmp_path, "t", "d1") == ()
    information.store(tmp_path, "d1", replace(FIT, value=dict.fromkeys(NAMES, 0.1)))
    assert information.lacks(tmp_path, "t", "d1") == (Lack.VALUE,)
    assert information.lacks(tmp_path, "t", "d2") == (), "of another state of the task"
    information.store(tmp_path, "d1", FIT)
    assert information.lacks(tmp_path, "t", "d1") == ()


def test_steps_take_runs_of_differences_that_the_budget_allows():
    program = "a;\nb;\nc;\nd;"
    target = "a1 ;\nb;\nc1 ;\nd1 ;"
    first, second = "a1 ;\nb;\nc;\nd;", "a;\nb;\nc1 ;\nd1 ;"
    assert list(parts(program, target, 1)) == [first, first]
    assert list(parts(program, target, 3)) == [first, second, target]
    assert list(parts(program, program, 3)) == []


@pytest.mark.parametrize("name", ["record_scan", "scratch_pipeline"])
def test_steps_of_a_shipped_task_keep_to_the_budget(name):
    program = (TASKS / name / "program.cpp").read_text()
    for path in sorted((TASKS / name / "ladder").glob("*.cpp")):
        found = list(parts(program, path.read_text(), 150))
        assert found
        assert all(new_tokens(program, part) <= 150 for part in found)
