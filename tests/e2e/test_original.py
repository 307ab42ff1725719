"""A task whose original program is wrong is refused before anything rests on it, in one message."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import faults, first_case, original
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Status, Verdict
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


NO_C = "task.hpp", 'extern "C" std::uint64_t', "std::uint64_t"


def bare(tmp_path, *changes):
    """Return a bench on add_up without a corpus, with changes (file, old, new)."""
    root = tmp_path / "tasks"
    shutil.copytree(ADD_UP, root / "add_up")
    for name, old, new in changes:
        path = root / "add_up" / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    sandbox = Sandbox.probe(tmp_path / "cache", allow_unsafe=True)
    return Bench(
        loader.load(root, "add_up"),
        toolchain=Toolchain(cache=tmp_path / "cache" / "builds", sandbox=sandbox),
        sandbox=sandbox,
        meter=MeterSpec(),
        store=Store(tmp_path / "results"),
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            [("task.toml", 'entry = "add_up"', 'entry = "sum_up"')],
            r'task\.toml: entry = "sum_up", but .*program\.cpp defines no such .* defines square, add_up',
        ),
        (
            [NO_C, ("program.cpp", 'extern "C" std::uint64_t', "std::uint64_t")],
            r'program\.cpp defines add_up without extern "C"; declare it as extern "C" in .*task\.hpp',
        ),
        (
            [("driver.cpp", "reply.put", "reply.putt")],
            r"driver\.cpp:7:11: error: .*putt.*; fix that line; .*aiopt\.hpp and .*task\.hpp declare",
        ),
        (
            [
                ("program.cpp", SUM, '    __builtin_printf("%u", 7U);\n' + SUM),
                ("program.cpp", "#include", "#include <cstdio>\n#include"),
            ],
            r"holds other things than the answers.*; a program must not write to standard output",
        ),
        (
            [("program.cpp", SUM, "    __builtin_trap();\n" + SUM)],
            r"fix program\.cpp: on that request it crashes",
        ),
    ],
)
def test_a_program_is_tried_on_one_case_before_a_corpus_is_drawn(tmp_path, changes, said):
    bench = bare(tmp_path, *changes)
    with pytest.raises(TaskError, match=said):
        first_case.require(bench)
    assert not (bench.task.root / "corpus").exists()


def test_the_line_that_prints_and_a_request_of_text_are_shown(tmp_path):
    bench = bare(tmp_path, ("program.cpp", SUM, '    std::puts("x");\n' + SUM))
    said = str(faults.of_corpus(bench.task, Verdict(Status.TAMPERED, "it prints"), []))
    assert "program.cpp:19 uses puts; a program must not write" in said
    wrong = Verdict(Status.WRONG_ANSWER, "1 of 1", 1, 0, "request: 61622c")
    assert "request as text: 'ab,\\n'" in str(faults.of_corpus(bench.task, wrong, [b"ab,\n"]))
    assert "describe(request) in reference.py" in str(faults.of_corpus(bench.task, wrong, [b"\xff\x00"]))
