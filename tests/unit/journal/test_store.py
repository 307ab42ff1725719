"""Where journals lie, in the layout of today and in the one of earlier versions."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.errors import StoreError
from pytest_aiopt.journal.events import Opened
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.store import Store, begun, places, recorded
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


def old_place(store, cell=CELL):
    return store.root / STUDY / cell.id / "journal.jsonl"


def test_a_new_cell_lies_by_study_task_track_and_seed(store):
    expected = store.root / STUDY / "alpha" / "C" / "seed_1" / "journal.jsonl"
    assert store.journal(STUDY, CELL) == expected


def test_a_cell_of_an_earlier_version_stays_where_it_lies(store):
    begin(old_place(store))
    assert store.journal(STUDY, CELL) == old_place(store)
    other = Cell("alpha", "C", 2)
    assert store.journal(STUDY, other).parent.name == "seed_2"


def test_every_journal_is_found_once_whatever_its_layout(store):
    begin(old_place(store))
    others = [Cell("alpha", "C'", 2), Cell("beta", "C", 1)]
    found = [begin(store.journal(STUDY, cell), cell) for cell in others]
    begin(store.cache / "a" / "b" / "c" / "journal.jsonl")
    assert store.journals() == sorted([old_place(store), *found])


def test_a_cell_with_a_journal_in_each_layout_is_refused(store):
    begin(store.journal(STUDY, CELL))
    begin(old_place(store))
    with pytest.raises(StoreError, match=r"one cell has two journals, .* and .*; move one's folder"):
        store.journal(STUDY, CELL)
    with pytest.raises(StoreError, match=r"two journals"):
        store.journals()


def test_what_is_set_aside_is_kept_counted_and_not_found_again(store):
    for place in places(store.study(STUDY), CELL):
        begin(place)
    moved = store.set_aside(STUDY, CELL)
    assert [path.name for path in moved] == ["seed_1.aside-1", "alpha-track_C-seed_1.aside-1"]
    assert store.journals() == []
    assert store.set_aside(STUDY, CELL) == []
    begin(store.journal(STUDY, CELL))
    assert [path.name for path in store.set_aside(STUDY, CELL)] == ["seed_1.aside-2"]
    assert len(begun(store.study(STUDY))) == 3
    assert not list(store.root.rglob("seed_1"))


@pytest.mark.parametrize("layout", [0, 1])
@pytest.mark.parametrize("under", ["", STUDY])
def test_a_recorded_cell_is_found_under_results_or_study(store, layout, under):
    begin(places(store.study(STUDY), CELL)[layout])
    begin(places(store.study(STUDY), Cell("alpha", "C", 11))[layout], Cell("alpha", "C", 11))
    (first,) = recorded(store.root / under, CELL)
    assert first.cell == CELL


def test_a_track_cannot_lead_out_of_its_task(store):
    with pytest.raises(StoreError, match=r"track '\.\.' cannot name a folder"):
        store.journal(STUDY, Cell("alpha", "..", 1))


names = st.text("abC'_+-.", min_size=1, max_size=4).filter(lambda name: not name.startswith("."))
cells = st.builds(Cell, names, names, st.integers(1, 12))


@given(cells, cells)
def test_different_cells_never_share_a_folder(one, other):
    mine, theirs = (places(Path(STUDY), cell)[0] for cell in (one, other))
    assert (mine == theirs) == (one == other)
    assert len(mine.parts) == 5
