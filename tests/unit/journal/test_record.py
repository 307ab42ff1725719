"""The record of a cell: its joins, its statuses, and how often a journal is decoded."""

import gzip
import re
from collections import Counter
from pathlib import Path

import pytest

import pytest_aiopt
from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal import record as module
from pytest_aiopt.journal.events import Built, Edited, Finished, Judged, Measured, Opened, Proposed, read
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.record import CellRecord, find_cell, read_cell
from pytest_aiopt.model import (
    Candidate,
    Cell,
    Completion,
    EditReason,
    Feedback,
    Prompt,
    Status,
    Track,
    Verdict,
)

ROOT = Path(__file__).parents[3]
STORED = ROOT / "tests" / "data" / "journals" / "schema2.jsonl.gz"
OPENED = Opened(Cell("t", "A", 1), Track("A", "m", Feedback.NONE), "m", "s", 9, "old", {}, {})
PROPOSED = Proposed(1, "p", Prompt("s", "u"), {}, 7, Completion("reply", "stop", "m"))
NEW = Candidate("new").sha
EDITED = Edited(1, NEW, "new")
BUILT = Built(1, NEW, True, "key", "b1")


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(gzip.decompress(STORED.read_bytes()))
    return path


def test_a_record_joins_the_events_of_a_stored_cell(stored):
    record = pytest_aiopt.read_cell(stored)
    assert (record.cell.id, record.finished, len(record.steps)) == ("filter_chain-track_A-seed_4", True, 20)
    statuses = Counter(record.status(step) for step in record.steps)
    assert statuses[Status.EDIT_ERROR] == 9
    assert sum(statuses.values()) == 20
    assert record.accepted is not None
    assert record.floor is not None
    passed = next(step for step in record.steps if record.status(step) is Status.PASSED)
    assert passed.binary in record.measurements


@pytest.mark.parametrize(
    ("later", "status"),
    [
        ([], None),
        ([Edited(1, None, None, reason=EditReason.EMPTY)], Status.EDIT_ERROR),
        ([Edited(1, None, None, rule="growth", reason=EditReason.RULE)], Status.RULE),
        ([EDITED], None),
        ([EDITED, Built(1, NEW, False, "key", None)], Status.COMPILE_ERROR),
        ([EDITED, Built(1, NEW, False, "key", None, rule="assembly")], Status.RULE),
        ([EDITED, BUILT], None),
        ([Built(0, "p", True, "key", "b1"), EDITED, BUILT], Status.PASSED),
        ([EDITED, BUILT, Judged(1, NEW, Verdict(Status.PASSED))], None),
        ([EDITED, BUILT, Judged(1, NEW, Verdict(Status.CRASH))], Status.CRASH),
        ([EDITED, BUILT, Measured(1, NEW, None, Verdict(Status.TIMEOUT))], Status.TIMEOUT),
    ],
)
def test_the_status_of_a_step_follows_from_its_events(later, status):
    record = CellRecord.of([OPENED, PROPOSED, *later])
    assert record.status(record.steps[0]) is status


def test_the_champion_is_named_by_a_finished_cell_alone():
    events = [OPENED, PROPOSED, EDITED]
    assert CellRecord.of(events).champion is None
    assert CellRecord.of([*events, Finished(1, NEW)]).champion == Candidate("new")
    assert CellRecord.of([*events, Finished(1, Candidate("old").sha)]).champion is None


def test_events_that_open_no_cell_are_an_error(tmp_path):
    with pytest.raises(JournalError, match="does not start with an opened event"):
        CellRecord.of([EDITED])
    assert find_cell(tmp_path / "none.jsonl") is None
    with pytest.raises(JournalError, match="holds no event"):
        read_cell(tmp_path / "none.jsonl")


def test_a_journal_is_decoded_once_until_something_is_written_to_it(stored, monkeypatch):
    decoded = []
    monkeypatch.setattr(module, "read", lambda path: decoded.append(path) or read(path))
    for _ in range(3):
        assert read_cell(stored).finished
    assert len(decoded) == 1
    journal = Journal(stored)
    journal.append(EDITED)
    journal.close()
    assert not read_cell(stored).finished
    assert len(decoded) == 2


def test_no_other_module_asks_what_the_first_or_last_event_is():
    asked = re.compile(r"isinstance\(.*events\[(?:0|-1)\]")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pytest_aiopt").rglob("*.py")
        if asked.search(path.read_text())
    }
    assert found <= {"pytest_aiopt/journal/record.py"}
