"""Journals of earlier versions under verification: no false fault, and what can be found in them."""

import gzip
from pathlib import Path

import pytest

from pytest_aiopt.journal.events import read
from pytest_aiopt.journal.schema import Head, digest, head_path
from pytest_aiopt.journal.store import Store
from pytest_aiopt.prompts.render import RENDER_VERSION
from pytest_aiopt.verify.verification import verify

OLD = Path(__file__).parents[2] / "data" / "journals" / "schema2.jsonl.gz"


@pytest.fixture
def stored(tmp_path):
    """A results directory with one journal and its head."""
    data = gzip.decompress(OLD.read_bytes())
    path = tmp_path / "journal.jsonl"
    path.write_bytes(data)
    opened = read(path)[0]
    store = Store(tmp_path / "results")
    place = store.journal(opened.study, opened.cell)
    place.parent.mkdir(parents=True)
    path.rename(place)
    lines = data.splitlines()
    head_path(place).write_bytes(Head(len(lines), digest(lines[-1])).encode())
    return store


def test_a_journal_of_the_version_before_has_no_fault(stored):
    (found,) = verify(stored)
    assert (found.faults, found.calls) == ((), 20)
    assert found.unrun == f"its profiles were rendered by version 2 of the text, this is {RENDER_VERSION}"


def test_a_flipped_byte_in_a_journal_of_the_version_before_is_found(stored):
    (path,) = stored.journals()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"#include <vector>", b"#include <vectop>"))
    (found,) = verify(stored)
    assert {fault.problem for fault in found.faults} == {"is damaged (its checksum does not match)"}
    path.write_bytes(data.replace(b'"calls":20', b'"calls":30'))
    (fault,) = verify(stored)[0].faults
    assert fault.line == data.count(b"\n")
