"""The frozen corpora catch wrong programs: a task's ``mutants/`` hold one bug each."""

import atexit
import functools
import os
import shutil
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.gate.gate import Gate
from pytest_aiopt.evaluation.sandbox.device import device_of
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
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
    return box, Toolchain(cache=folder / "builds", sandbox=box), folder


@functools.cache
def gate(name):
    task = loader.load(TASKS, name)
    box, _, folder = tools()
    return task, Gate(task, corpus.load(task), box.beside(device_of(task.root, folder)))


def build(path):
    task = loader.load(TASKS, path.parts[-3])
    quick = ("-O0", "-g0")  # compiles in half the time; a bug is a bug
    return tools()[1].build(source=path.read_text(), task_dir=task.root, entry=task.entry, flags=quick)


@pytest.fixture(scope="module")
def builds(request):
    """The builds of those mutants that are asked for, made on every core."""
    mine = (item for item in request.session.items if item.path == Path(__file__))
    chosen = {item.callspec.params["path"] for item in mine if hasattr(item, "callspec")}
    tools()
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return dict(zip(chosen, pool.map(build, chosen), strict=True))


def test_every_task_has_enough_of_them():
    counts = Counter(path.parts[-3] for path in MUTANTS)
    assert {name: counts[name] for name in loader.discover(TASKS) if counts[name] < 8} == {}


@pytest.mark.parametrize("path", MUTANTS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_the_gate_refuses_each(builds, path):
    _, judge = gate(path.parts[-3])
    assert builds[path].path, builds[path].detail
    verdict = judge.check(Path(builds[path].path))
    assert verdict.status is not Status.PASSED, verdict
    assert verdict.counterexample
