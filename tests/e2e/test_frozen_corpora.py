"""The frozen corpora tell right programs from wrong ones: a task's ``mutants/`` hold one bug each."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import together

from pytest_aiopt.evaluation.build import rules
from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.gate.gate import Gate
from pytest_aiopt.evaluation.sandbox.device import device_of
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.model import Status
from pytest_aiopt.tasks import loader

TASKS = Path(__file__).parents[2] / "tasks"
ENOUGH = 8
WAITING = 6
"""Mutants judged at the same time: some wait for ever, which takes the task's patience and no CPU time."""

pytestmark = pytest.mark.needs("g++")
each_task = pytest.mark.parametrize("name", loader.discover(TASKS))


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    return tmp_path_factory.mktemp("corpora")


@pytest.fixture
def verdicts(shared):
    """Function that returns the verdicts on programs of a task, built with some flags."""

    def judge(task, sources, flags, at_once=1):
        folder = shared / f"{task.name}{flags[0]}"
        folder.mkdir()
        binaries = together.build(task, sources, flags, folder)
        box = Sandbox.probe(shared, allow_unsafe=True).beside(device_of(task.root, shared))
        gate = Gate(task, corpus.load(task), box)
        with ThreadPoolExecutor(at_once) as pool:
            return dict(zip(binaries, pool.map(gate.check, binaries.values()), strict=True))

    return judge


@each_task
def test_the_gate_passes_the_program_and_every_rung(name, verdicts):
    task = loader.load(TASKS, name)
    rungs = {rung.file: (task.root / "ladder" / rung.file).read_text() for rung in task.ladder}
    sources = {"program.cpp": task.program.source} | rungs
    assert [file for file, source in sources.items() if _breaks_a_rule(source)] == []
    found = verdicts(task, sources, task.flags)
    assert {file: each for file, each in found.items() if each.status is not Status.PASSED} == {}


def _breaks_a_rule(source):
    return rules.of_source(source) or rules.of_preprocessed(f'# 1 "{SOURCE}"\n{source}')


@each_task
def test_the_gate_refuses_every_mutant_and_they_are_enough(name, verdicts):
    task = loader.load(TASKS, name)
    sources = {path.name: path.read_text() for path in sorted((task.root / "mutants").glob("*.cpp"))}
    assert len(sources) >= ENOUGH
    # A bug is a bug at any level. Threads that wait for each other, case by case, cost more than optimising.
    found = verdicts(task, sources, ["-O1" if task.limits.threads > 1 else "-O0"], WAITING)
    assert [file for file, each in found.items() if each.status is Status.PASSED] == []
    assert all(each.counterexample for each in found.values())
