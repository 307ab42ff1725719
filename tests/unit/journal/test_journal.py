import hashlib
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.errors import JournalError, StoreError
from pytest_aiopt.journal.events import Edited, Finished, Judged, encode, next_event, read
from pytest_aiopt.journal.journal import Journal, Recorder
from pytest_aiopt.journal.schema import Head, Reader, head_path
from pytest_aiopt.model import Status, Verdict

EVENTS = [
    Edited(1, "a" * 64, "int main() {}\n"),
    Judged(1, "a" * 64, Verdict(Status.PASSED, cases=3)),
    Edited(2, None, None, "no block"),
    Finished(2, "a" * 64),
]


@pytest.fixture
def path(tmp_path):
    journal = Journal(tmp_path / "cell" / "journal.jsonl")
    for event in EVENTS:
        journal.append(event)
    journal.close()
    return journal.path


def test_what_is_appended_is_read_back(path):
    assert read(path) == EVENTS


@given(st.text(), st.integers(1, 10**6), st.floats(0, 1e10))
def test_a_line_survives_the_round_trip(text, number, now):
    event = Edited(number, "sha", text)
    line = encode(number, event, now)
    assert line.count(b"\n") == 1
    assert next_event(Reader("j", number - 1), line[:-1]) == event


def test_every_cut_of_the_last_line_loses_that_line_only(path):
    """The machine dies while the line is written: the head names the line before."""
    data = path.read_bytes()
    start = data.rstrip(b"\n").rfind(b"\n") + 1
    head = Head(3, hashlib.sha256(data[:start].splitlines()[-1]).hexdigest()).encode()
    for cut in (start, start + 1, (start + len(data)) // 2, len(data) - 1):
        path.write_bytes(data[:cut])
        head_path(path).write_bytes(head)
        journal = Journal(path)
        assert journal.events == EVENTS[:-1]
        journal.append(EVENTS[-1])
        journal.close()
        assert read(path) == EVENTS


def damaged_byte(data):
    """Flip one digit inside the second event's payload."""
    lines = data.split(b"\n")
    lines[1] = lines[1].replace(b'"cases":3', b'"cases":4')
    return b"\n".join(lines)


@pytest.mark.parametrize(
    "damage",
    [
        damaged_byte,
        lambda data: data.replace(b'"kind":"judged"', b'"kind":"jugded"'),
        lambda data: b"\n".join([*data.split(b"\n")[:1], *data.split(b"\n")[2:]]),
        lambda data: data.replace(b"\n", b"\ngarbage\n", 1),
    ],
)
def test_a_damaged_line_is_named_and_nothing_is_lost(path, damage):
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(JournalError, match=rf"{re.escape(str(path))}, line 2 is damaged.*--aiopt-fresh"):
        Journal(path)
    assert path.read_bytes() == before


def test_two_sessions_cannot_write_one_journal(path):
    first = Journal(path)
    with pytest.raises(StoreError, match="in use by another session"):
        Journal(path)
    first.close()
    Journal(path).close()


def test_a_full_disk_leaves_the_journal_as_it_was(path, monkeypatch):
    journal = Journal(path)
    real = os.pwrite

    def full(fd, data, offset):
        real(fd, data[:10], offset)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StoreError, match=r"No space left on device.*another results directory"):
        journal.append(EVENTS[0])
    monkeypatch.undo()
    assert read(path) == EVENTS
    journal.append(EVENTS[0])
    journal.close()
    assert len(read(path)) == len(EVENTS) + 1


def test_the_recorder_replays_before_it_makes(path):
    journal = Journal(path)
    recorder = Recorder(journal)
    made = []

    def make(event):
        made.append(event)
        return event

    for event in EVENTS:
        assert recorder.take(type(event), lambda event=event: make(event)) == event
    assert not made
    extra = Edited(3, None, None, "new")
    assert recorder.take(Edited, lambda: make(extra)) == extra
    assert made == [extra]
    journal.close()
    assert read(path) == [*EVENTS, extra]


def test_the_recorder_refuses_a_journal_that_tells_another_story(path):
    journal = Journal(path)
    with pytest.raises(JournalError, match="holds Edited where Judged must follow"):
        Recorder(journal).take(Judged, lambda: EVENTS[1])
    with pytest.raises(JournalError, match="holds another candidate than replaying it gives"):
        Recorder(journal).take(Edited, lambda: EVENTS[0], candidate="b" * 64)
    journal.close()


def test_a_key_is_hidden_in_messages_and_programs_stay_as_they_are(path, monkeypatch):
    monkeypatch.setenv("AIOPT_API_KEY", "sk-planted-key")
    journal = Journal(path)
    written = journal.append(Edited(3, "a", "int x; // sk-planted-key", "sk-planted-key"))
    journal.close()
    assert written == Edited(3, "a", "int x; // sk-planted-key", "[key]") == read(path)[-1]
