"""The best programs known: what is read, refused and written."""

import shutil
from pathlib import Path

import pytest

from pytest_aiopt.errors import TaskError
from pytest_aiopt.tasks import frontier, loader
from pytest_aiopt.tasks.frontier import Known, Maker

TASKS = Path(__file__).parents[2] / "data" / "tasks"
SHIPPED = Path(__file__).parents[3] / "tasks"
RUNG = Known("w0", Maker.AUTHOR, rung="01_once")


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(TASKS / "add_up", tmp_path / "add_up")
    return tmp_path / "add_up"


def test_what_is_written_is_read_and_its_digest_is_that_of_the_task(folder):
    before = loader.load(folder.parent, "add_up")
    assert before.frontier == ()
    known = Known("w0", Maker.MODEL, file="ab.cpp", model="m", cell="c", log2_speedup=2.5)
    frontier.write(folder, [known], {"ab.cpp": "int x;\n"})
    task = loader.load(folder.parent, "add_up")
    assert task.frontier == (known,)
    assert task.digest == before.digest, "a new best program changes no cell"
    frontier.write(folder, [RUNG], {})
    assert not (folder / "frontier" / "ab.cpp").exists()


def test_campaigns_begin_at_the_best_program_of_the_scored_workload(folder):
    with pytest.raises(TaskError, match="no frontier on workload w0; record one: aiopt task frontier add_up"):
        loader.load(folder.parent, "add_up").pose("", "frontier")
    frontier.write(folder, [RUNG], {})
    posed = loader.load(folder.parent, "add_up").pose("", "frontier")
    assert posed.program.source == (folder / "ladder" / "01_once.cpp").read_text()
    assert posed.label == "add_up.frontier"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('workload = "w9"\nby = "author"\nrung = "01_once"', "not scored on it; one of w0"),
        ('workload = "w0"\nby = "author"', "needs a rung or a file"),
        ('workload = "w0"\nby = "author"\nrung = "01_once"\nfile = "a.cpp"', "needs a rung or a file"),
        ('workload = "w0"\nby = "author"\nrung = "09"', "there is no ladder/09.cpp"),
        ('workload = "w0"\nby = "me"\nrung = "01_once"', "by"),
        ('workload = "w0"\nwho = "me"', "unknown field `who`"),
    ],
)
def test_a_bad_index_is_named(folder, text, message):
    path = folder / "frontier" / "frontier.toml"
    path.parent.mkdir()
    path.write_text(f"[[programs]]\n{text}\n")
    with pytest.raises(TaskError, match=message) as caught:
        loader.load(folder.parent, "add_up")
    assert str(path) in str(caught.value)


def test_two_programs_for_one_workload_are_refused(folder):
    frontier.write(folder, [RUNG, RUNG], {})
    with pytest.raises(TaskError, match="workload w0 has two programs"):
        loader.load(folder.parent, "add_up")


@pytest.mark.parametrize("name", loader.discover(SHIPPED))
def test_programs_of_models_say_where_they_come_from(name):
    task = loader.load(SHIPPED, name)
    for known in task.frontier:
        text = frontier.source(task.root, known)
        if known.by is Maker.MODEL:
            assert loader.Candidate(text).sha == known.sha256
            assert known.model
            assert known.study
            assert known.cell
