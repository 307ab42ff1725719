"""Journals of earlier versions under verification: no false fault, and what can be found in them."""

import gzip
from pathlib import Path

import pytest

from pytest_aiopt.journal.events import read
from pytest_aiopt.journal.store import Store, places
from pytest_aiopt.verify.verification import verify

OLD = sorted((Path(__file__).parents[2] / "data" / "journals").glob("*.jsonl.gz"))


@pytest.fixture(params=OLD, ids=lambda path: path.name.split(".")[0])
def stored(request, tmp_path):
    """A results directory with one journal, where its version put it."""
    data = gzip.decompress(request.param.read_bytes())
    path = tmp_path / "journal.jsonl"
    path.write_bytes(data)
    opened = read(path)[0]
    path.unlink()
    store = Store(tmp_path / "results")
    _, old = places(store.study(opened.study), opened.cell)
    old.parent.mkdir(parents=True)
    old.write_bytes(data)
    return store


def test_a_journal_of_an_earlier_version_has_no_fault(stored):
    (found,) = verify(stored)
    assert found.faults == ()
    assert (found.calls, found.chained) == (2, False)
    assert found.unrun == "schema 1 does not hold the settings of its search"


def test_a_flipped_byte_in_a_journal_of_an_earlier_version_is_found(stored):
    (path,) = stored.journals()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"#include <vector>", b"#include <vectop>"))
    (found,) = verify(stored)
    assert {fault.problem for fault in found.faults} == {"is damaged (its checksum does not match)"}
    path.write_bytes(data.replace(b'"calls":2', b'"calls":3'))
    (fault,) = verify(stored)[0].faults
    assert fault.line == data.count(b"\n")
