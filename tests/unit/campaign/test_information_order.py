"""The check of a task for information measures what costs least first, and stops where it is decided."""

from types import SimpleNamespace

import pytest

from pytest_aiopt.campaign.task_check import information
from pytest_aiopt.campaign.task_check.information import Gains
from pytest_aiopt.model import Candidate, Rung, Status
from pytest_aiopt.tasks.criteria import Gain
from pytest_aiopt.tasks.information import Lack
from tests.unit.campaign.test_walks import LADDER, NAMES, PROGRAM, SHARES, Invented

EQUAL = dict.fromkeys(SHARES, "abcd")


@pytest.fixture
def bench(tmp_path):
    """A task of which only the texts exist."""
    (tmp_path / "ladder").mkdir()
    rungs = [Rung(f"{name}.cpp", structural=True) for name in NAMES]
    for rung, source in zip(rungs, LADDER, strict=True):
        (tmp_path / "ladder" / rung.file).write_text(source)
    task = SimpleNamespace(
        name="t", root=tmp_path, ladder=rungs, frontier=(), program=Candidate(PROGRAM), scorable=tuple(SHARES)
    )
    return SimpleNamespace(task=task)


class Counted(Invented):
    """Invented gains as the check asks for them."""

    progress = SimpleNamespace(phase=lambda text: None)

    @property
    def passed(self):
        return set(self.asked)


def test_a_task_that_lacks_nothing_is_measured_to_the_end(bench, monkeypatch):
    monkeypatch.setattr(information, "STEP_TOKENS", 10)  # one component per step
    found = information._observe(bench, (), Counted())
    assert found.lacks == ()
    assert found.informative


def test_where_one_step_takes_most_no_solver_walks(bench):
    found = information._observe(bench, (), Counted())
    assert found.lacks == (Lack.ACCIDENT,)
    assert set(found.step) == set(SHARES)
    assert found.value == {}


def test_a_task_without_competition_is_measured_no_further(bench):
    gains = Counted(shares=EQUAL)
    found = information._observe(bench, (), gains)
    assert found.lacks == (Lack.COMPETITION,)
    assert (found.step, found.value) == ({}, {})
    assert set(gains.asked) == {PROGRAM, *LADDER}, "nothing but known programs"


def test_what_the_ladder_gained_is_not_measured_again(bench):
    refused, known = LADDER[:2]
    gains = Gains({"w0": bench}, ahead=None)
    gains.take(refused, "w0", Gain("a.cpp", True, False, Status.WRONG_ANSWER, float("nan"), 0, 0))
    gains.take(known, "w0", Gain("b.cpp", True, False, Status.PASSED, 4.0, 3.9, 4.1))
    assert gains.on(refused, "w0") is None
    assert gains.on(known, "w0") == 2.0
