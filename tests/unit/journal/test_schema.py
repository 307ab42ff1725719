"""Versions of journals: one of the version before, one from the future, and the chain of lines."""

import gzip
import hashlib
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.events import Edited, Finished, Judged, Opened, read
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.journal.schema import SCHEMA, Head, head_path
from pytest_aiopt.journal.upgrade import upgraded
from pytest_aiopt.model import Cell, EditReason, Feedback, Stage, Status, Track, Verdict
from pytest_aiopt.report.document import build_report
from pytest_aiopt.report.text import terminal

OLD = Path(__file__).parents[2] / "data" / "journals" / "schema2.jsonl.gz"


def of(events, kind):
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    return path


def test_a_journal_of_the_version_before_is_reported(old):
    events = read(old)
    summary = trajectory(CellRecord.of(events), "s/c/journal.jsonl")
    assert (summary.finished, len(summary.attempts), summary.cell.id) == (
        True,
        20,
        "filter_chain-track_A-seed_4",
    )
    reasons = Counter(event.reason for event in of(events, Edited))
    assert reasons == {None: 11, EditReason.UNCHANGED: 4, EditReason.NO_MATCH: 5}
    assert [a.status for a in summary.attempts].count(Status.EDIT_ERROR) == 9
    assert all(attempt.parsed for attempt in summary.attempts)
    assert any("filter_chain" in line for line in terminal.render(build_report([summary])))


def test_a_journal_of_the_version_before_is_continued(old):
    before = old.read_bytes()
    lines = before.splitlines(keepends=True)
    old.write_bytes(b"".join(lines[:-1]))
    journal = Journal(old)
    journal.append(Edited(21, None, None, reason=EditReason.EMPTY))
    journal.append(Finished(20, "c"))
    journal.close()
    assert old.read_bytes().startswith(b"".join(lines[:-1]))
    assert read(old)[-2].reason is EditReason.EMPTY
    assert read(old)[0].schema == 2
    assert json.loads(old.read_text().splitlines()[-1])["schema"] == SCHEMA


@pytest.mark.parametrize(
    ("detail", "reason", "rule"),
    [
        ("malformed reply: 3 SEARCH markers and 0 separators", EditReason.MALFORMED, ""),
        ("block 2 of 3 does not match the program: 'x'", EditReason.NO_MATCH, ""),
        ("the child is 900 characters long, more than 3 times its parent", EditReason.RULE, "growth"),
        ("the prompt does not fit into the model's context", EditReason.CONTEXT_EXCEEDED, ""),
        ("something that no version said", EditReason.UNKNOWN, ""),
    ],
)
def test_texts_of_refused_edits_become_codes(detail, reason, rule):
    event = {"kind": "edited", "step": 1, "candidate": None, "source": None, "detail": detail}
    found = json.loads(upgraded(json.dumps(event).encode()))
    assert (found["reason"], found["rule"], found["detail"]) == (reason, rule, detail)


@pytest.mark.parametrize(
    ("detail", "stage", "sanitizer"),
    [
        ("on the hidden corpus: case 3", Stage.HIDDEN, ""),
        ("under the address,undefined sanitizer: overflow", Stage.SANITIZER, "address,undefined"),
        ("in a timed run", Stage.TIMED, ""),
        ("case 3 of 9", None, ""),
    ],
)
def test_texts_of_verdicts_become_stages(detail, stage, sanitizer):
    refused = {"status": "crash", "detail": detail}
    event = {"kind": "confirmed", "candidate": "c", "examined": ["address sanitizer"], "refused": refused}
    found = json.loads(upgraded(json.dumps(event).encode()))
    assert found["sanitizers"] == ["address"]
    assert found["refused"].get("stage") == stage
    assert found["refused"].get("sanitizer", "") == sanitizer


def test_what_a_machine_lacks_is_no_longer_part_of_its_description():
    machine = {"cpu": "EPYC", "sandbox_missing": "no seccomp", "no bcoz": "not installed"}
    event = json.loads(upgraded(json.dumps({"kind": "opened", "machine": machine}).encode()))
    assert event["machine"] == {"cpu": "EPYC"}
    assert event["missing"] == {"sandbox": "no seccomp", "bcoz": "not installed"}


def test_a_journal_older_than_the_first_release_is_one_clear_error(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(opened(schema=1))
    journal.close()
    with pytest.raises(JournalError, match=r"before the first release \(schema 1, the oldest read is 2\)"):
        read(journal.path)


def opened(**fields):
    return Opened(Cell("t", "A", 1), Track("A", "m", Feedback.NONE), "m", "s", 9, "", {}, {}, **fields)


@pytest.fixture
def path(tmp_path):
    return written(tmp_path / "journal.jsonl")


def written(path, count=4):
    journal = Journal(path)
    events = [opened(), Edited(1, "a", "x"), Judged(1, "a", Verdict(Status.PASSED)), Finished(1, "a")]
    for event in events[:count]:
        journal.append(event)
    journal.close()
    return path


def test_a_journal_of_a_newer_version_is_one_clear_error(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(opened(schema=SCHEMA + 1))
    journal.close()
    message = rf"journal.jsonl was written by a newer pytest-aiopt \(schema {SCHEMA + 1}, .*\); install"
    for reader in (read, Journal):
        with pytest.raises(JournalError, match=message):
            reader(journal.path)


def test_lines_that_a_newer_version_added_are_one_clear_error(path):
    lines = path.read_bytes().splitlines(keepends=True)
    lines[-1] = lines[-1].replace(b'{"n"', b'{"schema":%d,"n"' % (SCHEMA + 1))
    path.write_bytes(b"".join(lines))
    with pytest.raises(JournalError, match="written by a newer pytest-aiopt"):
        read(path)


def test_every_line_but_the_first_names_the_one_before(path):

    lines = path.read_bytes().splitlines()
    assert "prev" not in json.loads(lines[0])
    for before, line in pairwise(lines):
        assert json.loads(line)["prev"] == hashlib.sha256(before).hexdigest()
    assert json.loads(lines[0])["event"]["schema"] == SCHEMA


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_time_that_was_changed_is_found(path, number):
    """No checksum of an event covers it; only the chain does."""
    lines = path.read_bytes().splitlines(keepends=True)
    lines[number] = lines[number].replace(b'"time":1', b'"time":2')
    path.write_bytes(b"".join(lines))
    with pytest.raises(JournalError, match=f"line {number + 2} is damaged .it was not written after"):
        read(path)


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_journal_without_its_end_is_not_continued(path, kept):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:kept]))
    with pytest.raises(JournalError, match=f"its last {4 - kept} lines? (is|are) missing"):
        Journal(path)
    assert path.read_bytes() == b"".join(lines[:kept])


def test_an_end_that_was_replaced_is_not_continued(path):
    data = path.read_bytes()
    path.write_bytes(data[:-1] + b" \n")
    with pytest.raises(JournalError, match="line 4 is not the one that was written"):
        Journal(path)


def test_a_head_left_behind_by_a_killed_process_is_right(path):
    """The head is written after its line, so it may name the line before the last, or none."""
    lines = path.read_bytes().splitlines()
    assert Head.beside(path) == Head(4, hashlib.sha256(lines[3]).hexdigest())
    for content in (Head(3, hashlib.sha256(lines[2]).hexdigest()).encode(), b""):
        head_path(path).write_bytes(content)
        Journal(path).close()
    journal = Journal(path)
    journal.append(Edited(2, "b", "y"))
    journal.close()
    assert Head.beside(path).lines == 5


def test_a_damaged_head_is_named(path):
    head_path(path).write_text("not a head\n")
    with pytest.raises(JournalError, match=r"journal\.head is damaged; restore it from a copy, or remove it"):
        Journal(path)


@pytest.mark.parametrize("kind", ["confirmed", "reconfirmed"])
def test_layouts_of_confirmations_are_placements(kind):
    event = {"kind": kind, "measurements": [{"layouts": [0.5, 0.7]}, {"layouts": []}]}
    found = json.loads(upgraded(json.dumps(event).encode()))
    assert found["measurements"] == [{"placements": [0.5, 0.7]}, {"placements": []}]


@pytest.mark.parametrize("kind", ["measured", "rechecked"])
@pytest.mark.parametrize("measurement", [None, {"layouts": []}])
def test_layouts_of_single_measurements_are_placements(kind, measurement):
    found = json.loads(upgraded(json.dumps({"kind": kind, "measurement": measurement}).encode()))
    assert found["measurement"] == (measurement and {"placements": []})
