from pathlib import Path

import pytest

from pytest_aiopt.model import Rung
from pytest_aiopt.prompts.hint import oracle
from pytest_aiopt.tasks import loader

TASKS = Path(__file__).parents[3] / "tasks"
LADDER = (
    Rung("00.cpp", structural=False, note="tidied"),
    Rung("90.cpp", structural=True, decoy=True, note="a decoy"),
    Rung("01.cpp", structural=True),
    Rung("02.cpp", structural=True, note="sorted  once,\nin `main`"),
    Rung("03.cpp", structural=True, note="02, and more"),
)


def test_the_hint_is_the_first_structural_rung_with_a_note_that_is_no_decoy():
    assert oracle(LADDER) == "A version of this program that is known to be faster: sorted once, in 'main'"
    assert oracle(LADDER[:3]) == ""


@pytest.mark.parametrize("name", loader.discover(TASKS))
def test_every_shipped_task_has_a_hint_that_stands_for_itself(name):
    note = oracle(loader.load(TASKS, name).ladder).partition(": ")[2]
    assert len(note.split()) >= 5
    assert not note[0].isdigit(), "it builds on another rung, which the prompt does not show"
