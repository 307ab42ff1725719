"""The frozen corpora catch wrong programs: a task's ``mutants/`` hold one bug each."""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

import pytest

from pytest_aiopt.evaluation import corpus
from pytest_aiopt.evaluation.gate import Gate
from pytest_aiopt.evaluation.sandbox import Sandbox
from pytest_aiopt.evaluation.toolchain import Toolchain
from pytest_aiopt.model import Status
from pytest_aiopt.tasks import loader

TASKS = Path(__file__).parents[2] / "tasks"
MUTANTS = sorted(TASKS.glob("*/mutants/*.cpp"))
pytestmark = pytest.mark.needs("g++")


@functools.cache
def tools():
    folder = Path(tempfile.mkdtemp(prefix="aiopt-mutants-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    box = Sandbox.probe(folder, allow_unsafe=True)
    return box, Toolchain(cache=folder / "builds", sandbox=box)


@functools.cache
def gate(name):
    task = loader.load(TASKS, name)
    return task, Gate(task, corpus.load(task), tools()[0])


@pytest.mark.parametrize("name", ["doc_tally", "key_index", "record_scan"])
def test_a_task_has_enough_of_them(name):
    assert len([path for path in MUTANTS if path.parts[-3] == name]) >= 8


@pytest.mark.parametrize("path", MUTANTS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_gate_refuses_each(path):
    task, judge = gate(path.parts[-3])
    flags = ("-O0",)  # compiles in half the time; a bug is a bug
    build = tools()[1].build(source=path.read_text(), task_dir=task.root, entry=task.entry, flags=flags)
    assert build.path, build.detail
    verdict = judge.check(Path(build.path))
    assert verdict.status is Status.WRONG_ANSWER, verdict
    assert verdict.counterexample
