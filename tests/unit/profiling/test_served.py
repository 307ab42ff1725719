"""What the driver served in a run, as the counters tell it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome
from pytest_aiopt.model import Build, Counter, ItemKind, Limits, ProfileItem
from pytest_aiopt.profiling.base import Subject
from pytest_aiopt.profiling.perf import tool
from pytest_aiopt.profiling.perf.counters import Counters


@dataclass
class Answering:
    """A sandbox in which every run writes the same replies."""

    replies: bytes

    def run(self, binary: Path, *, stdout: int, **others: Any) -> RunOutcome:
        os.write(stdout, self.replies)
        return RunOutcome(Ended.EXITED, 0, 0.5, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, "")


def counted(requests: bytes, replies: bytes, monkeypatch: pytest.MonkeyPatch) -> dict[str, ProfileItem]:
    refused = SimpleNamespace(refusal="not here", wakeups="not here", version="", user_only=True)
    monkeypatch.setattr(tool, "probe", lambda: refused)
    descriptor = wire.sealed_file(requests)
    try:
        build = Build("key", "candidate", "/bin/true", "sha")
        sandbox: Any = Answering(replies)
        profile = Counters().profile(Subject(build, descriptor, "w0", Limits(threads=1), sandbox))
    finally:
        os.close(descriptor)
    return {item.site: item for item in profile.items if item.kind is ItemKind.COUNTER}


def test_calls_and_sizes_are_those_of_requests_and_replies(monkeypatch: pytest.MonkeyPatch) -> None:
    requests, replies = [b"x" * 80, b"", b"x" * 96], [b"ab", b"", b"cde"]
    found = counted(wire.encode_requests(requests), wire.encode_replies(replies), monkeypatch)
    size = found[Counter.REQUEST]
    assert found[Counter.CALLS].value == 3
    assert (size.low, size.value, size.high) == (0, 80, 96)
    assert found[Counter.REPLIES].value == 5
    assert found[Counter.THREADS].value == 1


TORN = wire.encode_replies([b"a", b"b"]) + b"torn"


@pytest.mark.parametrize("replies", [b"", wire.encode_replies([b"one"]), TORN])
def test_nothing_is_guessed_where_not_every_call_was_answered(
    replies: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = counted(wire.encode_requests([b"1", b"2"]), replies, monkeypatch)
    assert not {Counter.CALLS, Counter.REQUEST, Counter.REPLIES} & set(found)
    assert found[Counter.WALL].value == 0.5


def test_requests_in_another_format_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Counter.CALLS not in counted(bytes(100), wire.encode_replies([b"a"]), monkeypatch)
