# ruff: noqa: E501 -- tables
"""What a newcomer does wrong, and what an interrupted first attempt leaves behind."""

import re
import shutil
from dataclasses import replace as replaced
from pathlib import Path

import pytest

from pytest_aiopt import testing
from pytest_aiopt.campaign.task_check import first_case, original
from pytest_aiopt.cli.task import rewrites
from pytest_aiopt.errors import TaskError
from pytest_aiopt.model import Candidate
from pytest_aiopt.tasks import loader, wording

ROOT = Path(__file__).parents[2]
CELL = ("-m", "aiopt(task='one', track='C', seed=1)")


def replace(project, name, old, new):
    path = project.path / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def paid(monkeypatch):
    """The model calls that were made, however the session ends."""
    calls = []
    answer = testing.ScriptedModel.complete

    def complete(self, prompt, *, seed):
        calls.append(seed)
        return answer(self, prompt, seed=seed)

    monkeypatch.setattr(testing.ScriptedModel, "complete", complete)
    return calls


def test_the_count_of_calls_counts(project, paid):
    project.run(*CELL).assert_outcomes(passed=1)
    assert len(paid) == 3


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("tasks/one/task.toml", "[[workloads]]", "[[workloads]", ["task.toml:5: ", "correct the TOML there"]),
        ("tasks/one/task.toml", 'name = "w0"', 'name = "w0"\nparams = { size = 1 }', ["w0", "'size'"]),
        ("tasks/one/inputs.py", "def workload", "def load", ["inputs.py defines no workload()"]),
        ("tasks/one/inputs.py", "import numpy", "from reference import x\nimport numpy", ["inputs.py:2: imports"]),
        ("tasks/one/reference.py", "def solve", "def answer", ["reference.py defines no solve()"]),
        ("tasks/one/reference.py", "def solve(", "def solve", ["reference.py:2: "]),
        ("experiments/tracks.toml", "[models]", "[models", ["tracks.toml:6: ", "correct the TOML there"]),
        ("tasks/one/task.toml", 'split = "visible"', 'split = "seen"', ["task.toml", "'seen'", "one of visible, held_out"]),
        ("tasks/one/task.toml", 'split = "visible"', 'split = "held_out"', ["task.toml", "scored"]),
        ("tasks/one/task.toml", 'name = "h0"', 'name = "w0"', ["task.toml", "'w0'"]),
        ("tasks/one/task.toml", 'name = "h0"', 'name = "h0"\ntwin_of = "w9"', ["task.toml", "held-out"]),
        ("tasks/one/task.toml", 'entry = "twice"', 'entri = "twice"', ["task.toml", "`entri`", "'entry'"]),
        ("tasks/one/task.toml", "[criteria]", "[limits]\ncpu_s = -1\n[criteria]", ["task.toml", "cpu_s"]),
        ("tasks/one/task.toml", "[criteria]", '[[ladder]]\nfile = "01.cpp"\nstructural = true\n[criteria]', ["task.toml", "01.cpp"]),
        ("experiments/tracks.toml", 'tasks = ["one"', 'tasks = ["won"', ["no task 'won'", "known tasks: one, two"]),
        ("experiments/tracks.toml", 'feedback = "profile"', 'feedback = "profil"', ["tracks.toml: track C", "'profil'", "placebo, "]),
        ("experiments/tracks.toml", 'model = "local"', 'model = "lokal"', ["tracks.toml", "'lokal'", "local"]),
    ],
)  # fmt: skip
def test_wrong_files_end_in_one_line_before_any_call(project, paid, file, old, new, words):
    replace(project, file, old, new)
    result = project.run(*CELL)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (error,) = [line for line in result.errlines if line.startswith("ERROR: ")]
    assert all(word in error for word in words), error
    assert not paid


def test_a_missing_corpus_is_named_before_anything_runs(project, paid):
    project.write("experiments/conftest.py", "")
    result = project.run(*CELL)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: task 'one' has no frozen corpus *aiopt task freeze one"])
    assert not paid


def test_an_original_that_fails_stops_the_cell_before_its_first_call(project, paid, monkeypatch):
    def refuse(bench):
        raise TaskError("program.cpp:9: expected ';'", "fix the program")

    monkeypatch.setattr(original, "require", refuse)
    monkeypatch.setattr(first_case, "require", lambda bench: None)
    project.write("experiments/conftest.py", "def pytest_aiopt_make_model(spec):\n    raise AssertionError\n")
    for name in ("one", "two"):
        project.aiopt("task", "freeze", name)
    result = project.run(*CELL)
    result.stdout.fnmatch_lines(["TaskError: program.cpp:9: expected ';'; fix the program"])
    assert not paid
    assert not project.journals(), "nothing was begun, so the next attempt is free to differ"


def test_freeze_checks_the_original_and_keeps_the_corpus(project, monkeypatch):
    found = []
    monkeypatch.setattr(original, "require", lambda bench: found.append(bench.task.name) or ("w0 is slow",))
    monkeypatch.setattr(first_case, "require", lambda bench: None)
    result = project.aiopt("task", "freeze", "one")
    assert (result.ret, found) == (0, ["one"])
    result.stdout.fnmatch_lines(["one: 500 cases, *", "w0 is slow", "one: the original program agrees *"])


def test_a_cell_that_stopped_before_its_first_call_does_not_pin_the_task(project, paid):
    fakes = project.path / "experiments/conftest.py"
    text = fakes.read_text()
    broken = (
        "class Broken(testing.FakeInstruments):\n    def profile(self, candidate):\n        raise OSError\n"
    )
    fakes.write_text(
        text.replace(
            "@pytest.fixture\ndef aiopt_instruments", f"{broken}\n@pytest.fixture\ndef aiopt_instruments"
        ).replace("return testing.FakeInstruments()", "return Broken()")
    )
    assert project.run(*CELL).ret == 1
    assert len(project.journals()) == 1
    assert not paid
    fakes.write_text(text)
    replace(project, "tasks/one/reference.py", "request + request", "2 * request")
    project.run(*CELL).assert_outcomes(passed=1)


def test_what_is_left_is_counted_when_a_study_goes_on(project):
    project.run("-k", "one and seed_1")
    (journal, *_) = project.journals()
    lines = journal.read_bytes().splitlines(keepends=True)
    kept = next(at for at, line in enumerate(lines, 1) if b'"kind":"proposed"' in line)
    journal.write_bytes(b"".join(lines[:kept]))
    journal.with_suffix(".head").unlink(missing_ok=True)
    result = project.run("-k", "one and seed_1")
    result.stdout.fnmatch_lines(["aiopt: study mini, 4 cells, 3 stored, at most 2 model calls"])


def test_doctor_in_an_empty_directory_says_how_to_begin(pytester, project):
    shutil.rmtree(project.path / "experiments")
    result = project.aiopt("doctor")
    assert result.ret == 1
    (line,) = result.errlines
    assert re.search(r'no study file .*"aiopt task new NAME" begins one', line)


def test_every_documented_install_works_without_a_registry():
    for name in ("README.md", "docs/how-to/tasks.md", "docs/how-to/cluster.md"):
        text = (ROOT / name).read_text()
        assert "pip install pytest-aiopt" not in text, name
        assert "pip install 'pytest-aiopt" not in text, name


def test_the_extra_is_named_where_parallel_cells_are_documented():
    text = (ROOT / "docs/how-to/cluster.md").read_text()
    assert "[xdist]" in text.partition("-n ")[0] + text.partition("-n ")[2][:400]


def test_the_scaffolds_study_can_answer_and_keeps_the_models_placeholder(pytester, project):
    shutil.rmtree(project.path / "experiments")
    assert project.aiopt("task", "new", "word_count").ret == 0
    text = (project.path / "experiments/tracks.toml").read_text()
    assert "openai:MODEL" in text
    assert "word_count" not in text.rpartition("[models]")[2]
    result = project.run("--co", "-q", "-k", "seed_1")
    assert [f"word_count-track_{track}-seed_1" in result.stdout.str() for track in ("A", "C", "Cp")] == [
        True
    ] * 3
    task = loader.load(project.path / "tasks", "word_count")
    assert task.twins, "the placebo has a workload to be taken on"
    commented = (project.path / "tasks/word_count/task.toml").read_text()
    assert "# decoy = true" in commented
    assert "# domain_words" in commented


def test_every_word_of_the_lexicon_is_documented():
    documented = (
        (ROOT / "docs/how-to/tasks.md")
        .read_text()
        .partition("## Words that a model reads")[2]
        .partition("\n## ")[0]
    )
    known = set(re.findall(r"[a-z]{3,}", wording.LEXICON.pattern)) - {"block"}
    assert {word for word in known if word not in documented} <= {"ing", "vectori", "btil"}


def test_a_workload_is_named_or_refused():
    task = loader.load(ROOT / "tasks", "record_scan")
    assert task.workload(task.twins[0].name) == task.twins[0]
    with pytest.raises(TaskError, match="has no workload 'w9'; it has w0"):
        task.workload("w9")


def test_the_check_says_how_many_sites_the_rewriter_finds():
    shipped = rewrites.places(loader.load(ROOT / "tasks", "record_scan"))
    assert shipped.structural > 3
    assert "take a language model" not in shipped.line
    plain = loader.load(ROOT / "tests/data/tasks", "add_up")
    without = rewrites.places(replaced(plain, program=Candidate("int add_up() { return 1; }")))
    assert without.structural == 0
    assert "take a language model" in without.line
