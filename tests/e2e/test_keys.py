"""A candidate that reaches for the environment of others finds no key there."""

import os
import subprocess
from pathlib import Path

import pytest

from pytest_aiopt.model import Candidate, Status

pytestmark = pytest.mark.needs("g++")
KEY = "sk-secret-planted-for-candidates"


@pytest.fixture
def holder(monkeypatch):
    """The id of a process of ours that was started with the key in its environment, as pytest would be."""
    monkeypatch.setenv("AIOPT_API_KEY", KEY)
    pipe = subprocess.PIPE
    with subprocess.Popen(["sh", "-c", "echo here; read end"], stdin=pipe, stdout=pipe) as process:
        assert process.stdout.readline() == b"here\n"
        assert KEY in Path(f"/proc/{process.pid}/environ").read_text()
        yield process.pid
        process.stdin.close()


def test_a_program_that_includes_an_environment_is_shown_no_key(bench, holder):
    for process in ("self", 1, os.getpid(), holder):
        source = f'#include "/proc/{process}/environ"\n{bench.task.program.source}'
        assert KEY not in repr(bench.build(Candidate(source)))
    cached = [path for path in bench.toolchain._kept.root.rglob("*") if path.is_file()]
    assert not [path for path in cached if KEY.encode() in path.read_bytes()]


def test_a_program_that_asks_for_the_key_at_run_time_gets_none(bench, holder):
    spy = '#include <cstdlib>\nstatic const bool seen = getenv("AIOPT_API_KEY") ? (abort(), true) : false;\n'
    assert bench.judge(Candidate(spy + bench.task.program.source)).status is Status.PASSED
    # The same program does notice what is there.
    caught = Candidate(spy.replace("AIOPT_API_KEY", "PATH") + bench.task.program.source)
    assert bench.judge(caught).status is Status.CRASH
