"""Where journals lie."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.errors import StoreError
from pytest_aiopt.journal.events import Opened
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.store import Store, begun, place, recorded
from pytest_aiopt.model import Cell, Feedback, Track

CELL = Cell("alpha", "C", 1)
STUDY = "four-12345678"


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "results")


def begin(path, cell=CELL):
    journal = Journal(path)
    journal.append(Opened(cell, Track(cell.track, "m", Feedback.NONE), "m", STUDY, 9, "", {}, {}))
    journal.close()
    return path


def test_a_cell_lies_by_study_task_track_and_seed(store):
    expected = store.root / STUDY / "alpha" / "C" / "seed_1" / "journal.jsonl"
    assert store.journal(STUDY, CELL) == expected


def test_every_journal_is_found_once(store):
    cells = [CELL, Cell("alpha", "C'", 2), Cell("beta", "C", 1)]
    found = [begin(store.journal(STUDY, cell), cell) for cell in cells]
    begin(store.cache / "a" / "b" / "c" / "journal.jsonl")
    assert store.journals() == sorted(found)


def test_a_cell_set_aside_stays_on_disk_and_is_not_found_again(store):
    begin(store.journal(STUDY, CELL))
    moved = store.set_aside(STUDY, CELL)
    assert moved is not None
    assert moved.name == "seed_1.aside-1"
    assert store.journals() == []
    assert store.set_aside(STUDY, CELL) is None
    begin(store.journal(STUDY, CELL))
    assert store.set_aside(STUDY, CELL) == moved.with_name("seed_1.aside-2")
    assert len(begun(store.study(STUDY))) == 2
    assert not list(store.root.rglob("seed_1"))


@pytest.mark.parametrize("under", ["", STUDY])
def test_a_recorded_cell_is_found_under_results_or_study(store, under):
    begin(store.journal(STUDY, CELL))
    begin(store.journal(STUDY, Cell("alpha", "C", 11)), Cell("alpha", "C", 11))
    assert recorded(store.root / under, CELL).cell == CELL


def test_a_track_cannot_lead_out_of_its_task(store):
    with pytest.raises(StoreError, match=r"track '\.\.' cannot name a folder"):
        store.journal(STUDY, Cell("alpha", "..", 1))


names = st.text("abC'_+-.", min_size=1, max_size=4).filter(lambda name: not name.startswith("."))
cells = st.builds(Cell, names, names, st.integers(1, 12))


@given(cells, cells)
def test_different_cells_never_share_a_folder(one, other):
    mine, theirs = (place(Path(STUDY), cell) for cell in (one, other))
    assert (mine == theirs) == (one == other)
    assert len(mine.parts) == 5
