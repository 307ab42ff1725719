"""Where a worker begins: at the controller's journal, or at its own longer copy of the same one."""

import os

import pytest

from pytest_aiopt.campaign.cluster import remote
from pytest_aiopt.errors import StoreError


@pytest.mark.parametrize(
    ("kept", "sent", "begins"),
    [
        (None, b"", b""),
        (None, b"1\n", b"1\n"),
        (b"1\n2\n", b"1\n", b"1\n2\n"),  # what the lost attempt had not sent
        (b"1\n2\n", b"", b""),  # of another run
        (b"0\n2\n", b"1\n", b"1\n"),
        (b"1\n", b"1\n2\n", b"1\n2\n"),
    ],
)
def test_a_workers_own_journal_counts_only_where_it_is_the_same_one(tmp_path, kept, sent, begins):
    path = tmp_path / "study" / "cell" / "journal.jsonl"
    if kept is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(kept)
    remote._place(path, sent)
    assert path.read_bytes() == begins


def test_only_complete_lines_are_sent_and_each_once(tmp_path):
    path, sent = tmp_path / "journal.jsonl", []
    path.write_bytes(b"one\ntwo\nthr")
    sender = remote._Sender(path, 4, sent.append)
    sender.send()
    sender.send()
    path.write_bytes(b"one\ntwo\nthree\n")
    sender.send()
    assert sent == [{"offset": 4, "lines": "two\n"}, {"offset": 8, "lines": "three\n"}]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_refused(tmp_path, monkeypatch):
    os.chown(tmp_path, 47001, 47001)
    monkeypatch.setenv(remote.FOLDER, str(tmp_path))
    with pytest.raises(StoreError, match="belongs to another user"):
        remote._folder()
