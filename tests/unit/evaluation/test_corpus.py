import shutil
from pathlib import Path

import pytest

from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.gate import corpus, drawing
from pytest_aiopt.tasks import loader, modules

TASKS = Path(__file__).parents[2] / "data" / "tasks"
SHIPPED = Path(__file__).parents[3] / "tasks"


@pytest.fixture
def task(tmp_path):
    shutil.copytree(TASKS / "add_up", tmp_path / "add_up")
    return loader.load(tmp_path, "add_up")


def test_a_frozen_corpus_is_read_back_with_the_oracles_answers(task):
    manifest = corpus.freeze(task, cases=60)
    found = corpus.load(task)
    assert manifest.cases == len(found.requests) == len(set(found.requests)) == 60
    assert found.expected == [task.answer(request) for request in found.requests]


def test_the_cases_follow_the_seed(task):
    assert drawing.generate(task, 40, 1) == drawing.generate(task, 40, 1)
    assert drawing.generate(task, 40, 1) != drawing.generate(task, 40, 2)


def test_the_cases_do_not_depend_on_the_modules_that_are_loaded(task):
    before = drawing.generate(task, 60, 1)
    other = task.root.parent / "aiopt_other_task.py"
    other.write_text(f"VALUES = {list(range(3_000_000_000, 3_000_003_000, 7))}\n")
    modules.load_module(other, "other")
    assert drawing.generate(task, 60, 1) == before


def test_the_cases_follow_the_constants_of_the_task(task):
    with (task.root / "inputs.py").open("a") as file:
        file.write("\nMAGIC = 3_141_592_653\n")
    magic = (3_141_592_653).to_bytes(4, "little")
    assert any(magic in case for case in drawing.generate(task, 200, 1))


LARGE = "st.binary(min_size=8, max_size=8).map(lambda head: head + bytes(3 << 20))"
SLOW = "st.integers().map(lambda n: str(n).encode() * (sum(range(6_000_000)) > 0))"


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (LARGE, r"inputs\.py: 3 of 500 cases hold 9\.0 MB; a corpus may hold 8 MB, 16 kB per case"),
        (
            SLOW,
            r"inputs\.py: drawing from cases\(\) takes .* s per case, .* s for 500 cases; 1 s are allowed",
        ),
    ],
)
def test_cases_that_are_too_large_or_too_slow_are_refused_at_once(task, monkeypatch, cases, said):
    monkeypatch.setattr(drawing, "MAX_S", 1.0)
    monkeypatch.setattr(drawing, "LOOK_S", 0.2)
    (task.root / "inputs.py").write_text(
        f"from hypothesis import strategies as st\n\n\ndef cases():\n    return {cases}\n"
    )
    with pytest.raises(TaskError, match=said) as caught:
        corpus.freeze(task)
    assert "smaller requests" in caught.value.remedy


def test_an_oracle_that_is_too_slow_is_refused_at_once(task, monkeypatch):
    monkeypatch.setattr(drawing, "MAX_S", 1.0)
    monkeypatch.setattr(drawing, "LOOK_S", 0.2)
    (task.root / "reference.py").write_text(
        "def solve(request):\n    return bytes(sum(range(6_000_000)) > 0)\n"
    )
    with pytest.raises(TaskError, match=r"reference\.py: solve\(\) takes .* 1 s are allowed"):
        corpus.freeze(task, cases=50)


def test_a_missing_corpus_is_named_with_the_command(task):
    with pytest.raises(TaskError, match=r"no frozen corpus .*aiopt task freeze add_up"):
        corpus.load(task)


@pytest.mark.parametrize("name", ["requests.bin", "expected.bin"])
def test_a_changed_byte_is_noticed(task, name):
    corpus.freeze(task, cases=20)
    path = task.root / "corpus" / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(TaskError, match=rf"{name} is not what was frozen"):
        corpus.load(task)


def test_regressions_come_first(task):
    corpus.freeze(task, cases=20)
    (task.root / "regressions").mkdir()
    (task.root / "regressions" / "found.bin").write_bytes(bytes(4))
    found = corpus.load(task)
    assert found.regressions == 1
    assert found.requests[0] == bytes(4)
    assert found.expected[0] == bytes(8)


@pytest.mark.parametrize("name", loader.discover(SHIPPED))
def test_the_shipped_corpora_are_complete_and_match_their_oracles(name):
    task = loader.load(SHIPPED, name)
    found = corpus.load(task)
    assert len(found.requests) >= 500
    sizes = sorted(map(len, found.requests))
    # 44 elements of 32 bytes are what hypothesis' own lists come to: sizes were drawn first.
    assert sizes[-1] > 44 * 32
    for request, expected in list(zip(found.requests, found.expected, strict=True))[::25]:
        assert task.answer(request) == expected
