"""A task whose original program is wrong is refused before anything rests on it, in one message."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import original
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.tasks import loader

ADD_UP = Path(__file__).parents[1] / "data" / "tasks" / "add_up"
SUM = "    return sum;\n"


@pytest.fixture
def changed(tmp_path):
    """Return a maker of benches on add_up with texts replaced: ``changed("program.cpp", old, new, ...)``."""

    def make(file, old, new, **limits):
        root = tmp_path / "tasks"
        shutil.copytree(ADD_UP, root / "add_up")
        path = root / "add_up" / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        corpus.freeze(loader.load(root, "add_up"), cases=60)
        sandbox = Sandbox.probe(tmp_path / "cache", allow_unsafe=True)
        return Bench(
            loader.load(root, "add_up"),
            toolchain=Toolchain(cache=tmp_path / "cache" / "builds", sandbox=sandbox),
            sandbox=sandbox,
            meter=MeterSpec(budget_s=0.5, confirm_s=0.5, floor_evaluations=3),
            store=Store(tmp_path / "results"),
        )

    return make


pytestmark = pytest.mark.needs("g++")


def test_a_sound_original_is_checked_once(changed, monkeypatch):
    bench = changed("task.toml", 'title = "Sums"', 'title = "Sum"')
    original.require(bench)
    monkeypatch.setattr(bench, "build", lambda candidate: pytest.fail("checked again"))
    original.require(bench)


def refused(bench):
    with pytest.raises(TaskError) as caught:
        original.require(bench)
    return str(caught.value)


def test_an_oracle_that_disagrees_is_refused_with_the_smallest_case(changed):
    said = refused(changed("reference.py", "n * n", "n * n + 1"))
    assert "program.cpp fails its own corpus" in said
    assert "smallest failing case" in said
    assert "request: 4 bytes" in said
    assert "reference.py" in said


def test_a_program_that_reads_uninitialised_memory_is_refused(changed):
    unwritten = "std::uint64_t& sum = *new std::uint64_t;"
    said = refused(changed("program.cpp", "std::uint64_t sum = 0;", unwritten))
    assert "fails its own corpus" in said
    assert "memory that it never wrote" in said


def test_a_program_that_does_not_compile_is_located(changed):
    said = refused(changed("program.cpp", "return result;", "return resullt;"))
    assert "program.cpp:11: 'resullt' was not declared" in said


def test_a_program_that_writes_to_standard_output_is_refused(changed):
    header = '#include "task.hpp"'
    prints = f'{header}\n#include <cstdio>\nstatic int said = puts("hello");'
    assert "standard output" in refused(changed("program.cpp", header, prints))


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("program.cpp", SUM, "    if (count > 300000) throw 1;\n" + SUM, ["w0", "SIGABRT"]),
        ("program.cpp", SUM, "    if (count == 300000) __builtin_trap();\n" + SUM, ["h0", "SIGILL"]),
        ("program.cpp", SUM, "    while (count == 10) sum += count;\n" + SUM, ["w1", "cpu_s = 2"]),
    ],
)
def test_a_workload_that_does_not_end_is_named_with_its_limit(changed, file, old, new, words):
    said = refused(changed(file, old, new))
    assert "does not finish workload" in said
    assert "task.toml" in said
    assert all(word in said for word in words)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("if (count > 300000) throw 1;", ["SIGABRT"]),
        ("while (count > 300000) sum += count;", ["cpu_s = 2"]),
        ("if (count > 300000) __builtin_exit(3);", ["exited with 3"]),
    ],
)
def test_an_original_that_fails_on_a_timed_input_is_named_as_the_cause(changed, body, words):
    bench = changed("program.cpp", SUM, f"    {body}\n{SUM}")
    with pytest.raises(TaskError) as caught:
        bench.compare(bench.task.program, bench.task.scored, 0.3)
    said = str(caught.value)
    assert f"{bench.task.root / 'program.cpp'} does not finish workload w0" in said
    assert "inputs.py" in said
    assert all(word in said for word in words)
