"""A new task made, frozen and checked with a real compiler, sandbox, clock and profiler."""

import pytest

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import observe as checking
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.profiling.base import choose
from pytest_aiopt.profiling.perf.hotlines import HotLines
from pytest_aiopt.profiling.valgrind.callgrind import Callgrind
from pytest_aiopt.tasks import loader, scaffold

LATE = "if (values[j] == values[i])", "if (values[j] == values[i] && j != 128)"
STEP = "for (std::size_t j = 0; j < i; ++j) {", "for (std::size_t j = i / 2; j < i; ++j) {"


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """The evidence on a new task with one right mutant, one wrong rung and a superficial one."""
    root = tmp_path_factory.mktemp("new")
    folder = scaffold.create(root / "tasks", "echo_count")
    program = (folder / "program.cpp").read_text()
    (folder / "mutants" / "00_late.cpp").write_text(f"// Wrong: skips one.\n{program.replace(*LATE)}")
    (folder / "mutants" / "01_none.cpp").write_text(f"// Wrong: nothing, really.\n{program}")
    (folder / "ladder" / "00_same.cpp").write_text(f"// The same.\n{program}")
    (folder / "ladder" / "01_half.cpp").write_text(program.replace(*STEP))
    text = (folder / "task.toml").read_text()
    for file, structural in (("00_same.cpp", "false"), ("01_half.cpp", "true")):
        text += f'\n[[ladder]]\nfile = "{file}"\nstructural = {structural}\n'
    (folder / "task.toml").write_text(text)
    task = loader.load(root / "tasks", "echo_count")
    corpus.freeze(task, cases=150)
    sandbox = Sandbox.probe(root / "cache", allow_unsafe=True)
    toolchain = Toolchain(cache=root / "cache" / "builds", sandbox=sandbox)
    profilers = choose([[HotLines(), Callgrind()]])
    meter = MeterSpec(budget_s=0.2, confirm_s=0.2, floor_evaluations=3)
    return checking.observe(
        Bench(
            task,
            toolchain=toolchain,
            sandbox=sandbox,
            profilers=profilers,
            meter=meter,
            store=Store(root / "results"),
        )
    )


pytestmark = pytest.mark.needs("g++")


def test_a_new_task_runs_as_it_is(seen):
    assert seen.base_ms > 0
    assert seen.base_cv >= 0
    assert seen.words == []
    assert seen.evaluation_s > 0
    assert seen.cases == 150


def test_rungs_are_judged_before_they_are_timed(seen):
    same, half = seen.gains
    assert same.status == "passed"
    assert same.low <= same.speedup <= same.high
    assert half.status == "wrong_answer"
    assert half.speedup != half.speedup


def test_a_mutant_that_is_right_is_named(seen):
    assert (seen.mutants, seen.accepted) == (2, ["01_none.cpp"])


@pytest.mark.needs("perf")
def test_the_program_and_its_twin_are_profiled(seen):
    lines = scaffold_lines()
    assert list(seen.tops) == ["w0", "w1"]
    for line in seen.tops.values():
        assert "j" in lines[line - 1]


def scaffold_lines():
    from importlib import resources

    return (resources.files("pytest_aiopt.tasks") / "template/program.cpp.txt").read_text().splitlines()


def test_a_bad_name_and_a_folder_that_exists_are_refused(tmp_path):
    with pytest.raises(TaskError, match="not a valid name of a task"):
        scaffold.create(tmp_path, "Two words")
    scaffold.create(tmp_path, "again")
    with pytest.raises(TaskError, match="exists"):
        scaffold.create(tmp_path, "again")
