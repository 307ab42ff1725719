import shutil
from pathlib import Path

import pytest

from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.tasks import loader

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
    assert corpus.generate(task, 40, 1) == corpus.generate(task, 40, 1)
    assert corpus.generate(task, 40, 1) != corpus.generate(task, 40, 2)


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
