# ruff: noqa: E501 -- a table
"""Wrong files of a task: each is one line that names the file, the line and what is expected."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.tasks import loader, wording

TASKS = Path(__file__).parents[2] / "data" / "tasks"
CASES = '    return st.lists(st.integers(0, 2**32 - 1), max_size=70).map(lambda v: np.array(v, "<u4").tobytes())\n'
WORKLOAD = "    return [rng.integers(0, 2**32, count, dtype=np.uint32).tobytes() for _ in range(3)]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TASKS / "add_up", tmp_path / "add_up")
    return tmp_path / "add_up"


def replace(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def refused(folder: Path) -> str:
    """The message when the task is loaded and its corpus frozen."""

    def use() -> None:
        task = loader.load(folder.parent, "add_up")
        corpus.freeze(task, cases=30)
        task.requests(task.scored, 0)

    with pytest.raises(TaskError) as caught:
        use()
    said = str(caught.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("task.toml", "count = 400000", "cuont = 400000", ["workload w0", "'cuont'", "did you mean 'count'?"]),
        ("task.toml", "{ count = 400000 }", "{}", ["workload w0", "no 'count'", "add it to params"]),
        ("task.toml", "count = 400000", "count = 4, rows = 1", ["no parameter 'rows'", "it takes count"]),
        ("task.toml", "[limits]", "[limits", ["task.toml:4: ", "correct the TOML there"]),
        ("task.toml", "memory_mb", "memory", ["`memory`", "did you mean 'memory_mb'?"]),
        ("inputs.py", "def workload", "def workloads", ["no workload()", "workloads() in line 9"]),
        ("inputs.py", "def cases", "def case", ["no cases()", "case() in line 5"]),
        ("inputs.py", "def cases():", "def cases()", ["inputs.py:5: "]),
        ("reference.py", "def solve", "def answer", ["reference.py defines no solve()"]),
        ("inputs.py", "import numpy", "from reference import solve\nimport numpy", ["inputs.py:1", "cannot import each"]),
        ("inputs.py", CASES, "    return np.zeros(3)\n", ["inputs.py:5", "type ndarray", "strategy of bytes"]),
        ("inputs.py", CASES, "    return st.integers()\n", ["inputs.py:5", "type int", "strategy of bytes"]),
        ("inputs.py", CASES, "    return st.nothing()\n", ["inputs.py", "cases() gives no case"]),
        ("inputs.py", CASES, "    return st.nothing\n", ["inputs.py:5", "strategy of bytes"]),
        ("inputs.py", CASES, "    return st.builds(int, st.just('x'))\n", ["inputs.py", "cases() raised ValueError"]),
        ("inputs.py", WORKLOAD, "    return rng.bytes(count)\n", ["inputs.py:9", "type bytes", "list of bytes"]),
        ("inputs.py", WORKLOAD, "    return [rng.random(3)]\n", ["inputs.py:9", "list of ndarray"]),
        ("inputs.py", WORKLOAD, "    return [rng.noise(3)]\n", ["inputs.py:10", "workload() raised AttributeError"]),
        ("reference.py", "def solve(request):", "def solve(request):\n    return [1]\n", ["a list of int, not bytes"]),
        ("reference.py", "def solve(request):", "def solve(request):\n    1 / 0\n", ["reference.py:5", "ZeroDivision"]),
    ],
)  # fmt: skip
def test_a_wrong_file_is_one_line_with_place_and_remedy(
    folder: Path, file: str, old: str, new: str, words: list[str]
) -> None:
    replace(folder, file, old, new)
    said = refused(folder)
    assert str(folder) in said
    for word in words:
        assert word in said


def test_parameters_that_are_passed_on_are_left_to_the_run(folder: Path) -> None:
    replace(
        folder,
        "inputs.py",
        "def workload(rng, count):",
        "def workload(rng, **params):\n    count = params['n']",
    )
    assert "raised KeyError: 'n'" in refused(folder)


def test_revealing_words_have_a_place_and_may_be_the_domains(folder: Path) -> None:
    path = folder / "program.cpp"
    path.write_text("// The hash of a hash table.\nint lock_free;\n" + path.read_text())
    task = loader.load(folder.parent, "add_up")
    assert [word for word in wording.revealing(task) if ".cpp" in word] == [
        "hash (program.cpp:1)",
        "lock_free (program.cpp:2)",
    ]
    replace(folder, "task.toml", "[limits]", 'domain_words = ["Hash"]\n[limits]')
    task = loader.load(folder.parent, "add_up")
    assert not any(word.startswith("hash ") for word in wording.revealing(task))
