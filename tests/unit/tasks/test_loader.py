"""Task folders: what is read, and what is refused with a remedy."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from pytest_aiopt.errors import TaskError
from pytest_aiopt.tasks import loader

TASKS = Path(__file__).parents[2] / "data" / "tasks"
SHIPPED = Path(__file__).parents[3] / "tasks"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(TASKS / "add_up", tmp_path / "add_up")
    return tmp_path / "add_up"


def test_a_task_is_read():
    task = loader.load(TASKS, "add_up")
    assert (task.entry, task.scored.name, [w.name for w in task.held_out]) == ("add_up", "w0", ["h0"])
    assert task.answer(np.array([3, 4], "<u4").tobytes()) == (25).to_bytes(8, "little")
    assert task.same(b"a", b"a")
    assert not task.same(b"a", b"b")


def test_a_task_is_posed_on_another_workload_and_from_a_rung(folder):
    path = folder / "task.toml"
    held = (
        '[[workloads]]\nname = "h1"\nsplit = "held_out"\ntwin_of = "w1"\nparams = { count = 12 }\n[[ladder]]'
    )
    path.write_text(path.read_text().replace("[[ladder]]", held))
    task = loader.load(folder.parent, "add_up")
    assert task.scorable == ("w0", "w1")
    posed = task.pose("w1", "rung:01_once")
    assert (posed.scored.name, [w.name for w in posed.twins]) == ("w1", ["w0"])
    assert [w.name for w in posed.held_out] == ["h1"]
    assert [w.name for w in task.held_out] == ["h0"]
    assert posed.program.source == (folder / "ladder" / "01_once.cpp").read_text()
    assert (task.label, posed.label) == ("add_up", "add_up.w1.01_once"), "noise floors are kept apart"
    assert task.pose("", "program") == task.pose("w0") == task


@pytest.mark.parametrize(
    ("scored", "start", "message"),
    [
        ("w1", "program", "cannot be scored on 'w1'; one of w0"),
        ("h0", "program", "cannot be scored on 'h0'"),
        ("", "rung:99", "no rung '99'"),
        ("", "rung:", "names no version"),
        ("", "frontiers", "names no version"),
    ],
)
def test_what_cannot_be_posed_is_refused(scored, start, message):
    with pytest.raises(TaskError, match=message):
        loader.load(TASKS, "add_up").pose(scored, start)


def test_decisions_have_a_cost_or_a_reason_in_place_of_an_answer(folder):
    path = folder / "task.toml"
    of_costs = 'entry = "add_up"\nmetric = "cost"\ncounted = "sum"'
    path.write_text(path.read_text().replace('entry = "add_up"', of_costs))
    (folder / "reference.py").write_text(
        "def cost(request, reply):\n"
        "    if len(reply) != 1:\n"
        "        raise ValueError('one byte, please')\n"
        "    return reply[0]\n"
    )
    task = loader.load(folder.parent, "add_up")
    assert (task.counted, task.online, task.answer(b"any")) == ("sum", False, b"")
    assert (task.accepts(b"", b"", b"\x07"), task.cost(b"", b"\x07")) == (True, 7.0)
    assert (task.accepts(b"", b"", b""), task.refusal(b"", b"")) == (False, "one byte, please")
    with pytest.raises(TaskError, match="defines no bound"):
        task.bound(b"")


def test_requests_are_fresh_for_every_seed_and_fixed_by_it():
    task = loader.load(TASKS, "add_up")
    assert task.requests(task.scored, 1) == task.requests(task.scored, 1)
    assert task.requests(task.scored, 1) != task.requests(task.scored, 2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title", "titel", "unknown field `titel`"),
        ('split = "held_out"', 'split = "visible"', "2 scored workloads"),
        ('twin_of = "w0"', 'twin_of = "w9"', "twin_of of w1 names no workload; one of w0, w1, h0"),
        ('name = "w1"', 'name = "w0"', "two workloads are called 'w0'"),
        ("01_once.cpp", "02_none.cpp", "02_none.cpp are not in .*ladder; add them"),
        ('entry = "add_up"', 'entry = "add up"', "not a C identifier"),
        ('entry = "add_up"', 'entry = "add_up"\ncounted = "misses"', "goes with metric = .cost. alone"),
        ("cpu_s = 2.0", 'cpu_s = "two"', "cpu_s"),
        ("[limits]", "[limits", "task.toml"),
    ],
)
def test_a_bad_task_toml_is_named(folder, old, new, message):
    path = folder / "task.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(TaskError, match=message) as caught:
        loader.load(folder.parent, "add_up")
    assert str(path) in str(caught.value)


def test_every_missing_file_is_named(folder):
    for file in ("driver.cpp", "reference.py"):
        (folder / file).unlink()
    with pytest.raises(TaskError, match=r"lacks driver.cpp, reference.py in .*add_up"):
        loader.load(folder.parent, "add_up")


def test_a_python_file_that_fails_is_named(folder):
    (folder / "reference.py").write_text("import nothing_of_that_name as solve\n")
    with pytest.raises(TaskError, match=r"reference.py fails on import: ModuleNotFoundError"):
        loader.load(folder.parent, "add_up").answer(b"")


def test_a_missing_function_is_named(folder):
    (folder / "inputs.py").write_text("")
    with pytest.raises(TaskError, match=r"inputs.py defines no cases\(\)"):
        loader.load(folder.parent, "add_up").cases()


@pytest.mark.parametrize("file", loader.REQUIRED)
def test_the_digest_follows_every_file(folder, file):
    before = loader.load(folder.parent, "add_up").digest
    path = folder / file
    path.write_text(path.read_text() + ("\n#\n" if path.suffix in (".py", ".toml") else "\n//\n"))
    assert loader.load(folder.parent, "add_up").digest != before


@pytest.mark.parametrize("name", loader.discover(SHIPPED))
def test_shipped_programs_have_the_promised_size(name):
    task = loader.load(SHIPPED, name)
    assert 50 <= len(task.program.source.splitlines()) <= 300
    assert len([rung for rung in task.ladder if not rung.decoy and rung.structural]) >= 4
    assert any(rung.decoy for rung in task.ladder)
    assert any(not rung.structural and not rung.decoy for rung in task.ladder)
    assert any(workload.twin_of for workload in task.workloads)


@pytest.mark.parametrize(
    ("name", "stratum"),
    [("record_scan", "cpu"), ("bounded_handoff", "confirmatory"), ("bin_select", "noise_free")],
)
def test_a_task_that_names_no_stratum_has_that_of_its_kind(name, stratum):
    assert loader.load(Path(__file__).parents[3] / "tasks", name).stratum == stratum
