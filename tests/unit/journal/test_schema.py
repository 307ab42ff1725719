"""Versions of journals: real ones of earlier commits, one from the future, and the chain of lines."""

import gzip
import hashlib
import json
from itertools import pairwise
from pathlib import Path

import pytest

from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.campaign.audit import audit
from pytest_aiopt.errors import JournalError
from pytest_aiopt.journal.events import Edited, Finished, Judged, Measured, Opened, Profiled, Proposed, read
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.schema import SCHEMA, UPGRADES, Head, head_path, upgraded
from pytest_aiopt.model import Cell, Feedback, ItemKind, Status, Track, Verdict
from pytest_aiopt.prompts.render import render
from pytest_aiopt.report.document import build_report
from pytest_aiopt.report.text import terminal

DATA = Path(__file__).parents[2] / "data" / "journals"
OLD = sorted(DATA.glob("*.jsonl.gz"))


def of(events, kind):
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture(params=OLD, ids=lambda path: path.name.split(".")[0])
def old(request, tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


def test_there_is_a_journal_of_every_form():
    assert [path.name.split("_")[1][:7] for path in OLD] == ["2cc25bc", "577ac5e", "9020abd", "9a294e9"]


def test_every_older_version_has_an_upgrade():
    assert sorted(UPGRADES) == list(range(1, SCHEMA))


def test_a_journal_of_an_earlier_version_is_reported(old):
    events = read(old)
    told = trajectory(events, "s/c/journal.jsonl")
    raw = [json.loads(line)["event"] for line in old.read_text().splitlines()]
    measured = [e["measurement"] for e in raw if e["kind"] == "measured"]
    assert [e.measurement.log2_speedup for e in of(events, Measured)] == [m["log2_speedup"] for m in measured]
    assert [len(e.measurement.pairs) for e in of(events, Measured)] == [len(m["pairs"]) for m in measured]
    assert (told.finished, len(told.attempts), told.cell) == (True, 2, Cell("record_scan", "C", 1))
    assert any("record_scan" in line for line in terminal.render(build_report([told])))


def test_a_journal_of_an_earlier_version_is_audited_with_the_text_of_its_time(old):
    events = read(old)
    assert audit(events).treated == 2
    assert audit(events).problems == ()
    first, program = of(events, Profiled)[0], of(events, Opened)[0].program
    assert render(first.profiles, program, first.render) in of(events, Proposed)[0].prompt.user


def test_a_journal_of_an_earlier_version_is_continued(old):
    before = old.read_bytes()
    lines = before.splitlines(keepends=True)
    old.write_bytes(b"".join(lines[:-1]))
    journal = Journal(old)
    journal.append(of(read(old), Edited)[0])
    journal.append(Finished(2, "c"))
    journal.close()
    assert old.read_bytes().startswith(b"".join(lines[:-1]))
    assert len(read(old)) == len(lines) + 1
    assert read(old)[0].schema == 1
    spoilt = old.read_bytes().replace(b'"n":2,"time":1', b'"n":2,"time":2')
    old.write_bytes(spoilt)  # in the old part, of which the new lines hold on to the last one alone
    assert len(read(old)) == len(lines) + 1
    old.write_bytes(
        spoilt.replace(b'"n":%d,"time":1' % (len(lines) - 1), b'"n":%d,"time":2' % (len(lines) - 1))
    )
    with pytest.raises(JournalError, match=f"line {len(lines)} is damaged .it was not written after line"):
        read(old)


def test_profiles_that_counted_instructions_say_so():
    item = {"line": 2, "function": "f", "value": 0.5, "low": 0.5, "high": 0.5, "text": ""}
    profile = {"profiler": "callgrind", "unit": "instructions", "items": [item]}
    event = {"kind": "profiled", "candidate": "c", "profile": profile}
    found = upgraded(json.dumps(event).encode(), 1)["profile"]["items"][0]
    assert found["kind"] == ItemKind.INSTRUCTIONS
    assert "text" not in found


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
    assert json.loads(lines[0])["event"]["schema"] == 2


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
