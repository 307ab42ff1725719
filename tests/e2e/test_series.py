"""Series of runs with real processes: fresh processes, nothing left between them, faults distinguished."""

import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.processes import Ended
from pytest_aiopt.model import Candidate

pytestmark = pytest.mark.needs("g++")

SOURCE = """
#include "task.hpp"
#include <csignal>
#include <cstdlib>
#include <unistd.h>
#include <vector>
extern "C" std::uint64_t add_up(const std::uint32_t* numbers, std::size_t count) {{
    (void)numbers; (void)count;
    {body}
}}
"""
COUNTS = "static std::uint64_t calls; return ++calls;"


@pytest.fixture
def binary(bench):
    return lambda body: bench.binary(Candidate(SOURCE.format(body=body)))


@contextmanager
def series(bench, *binaries, wall_s=None):
    with bench.sandbox.series(binaries, limits=bench.task.limits, wall_s=wall_s) as found:
        yield found


def answers(running, index, requests=2):
    """Run once and return the outcome and the replies as numbers."""
    stdin = wire.sealed_file(wire.encode_requests([b"\0" * 8] * requests))
    stdout = wire.empty_file()
    try:
        running.submit(index, stdin=stdin, stdout=stdout)
        outcome = running.collect()
        replies = wire.decode_replies(wire.contents(stdout)).payloads
        return outcome, [int.from_bytes(reply, "little") for reply in replies]
    finally:
        os.close(stdin)
        os.close(stdout)


def test_every_run_is_a_fresh_process(bench, binary):
    with series(bench, binary(COUNTS), binary("return 7;")) as running:
        assert [answers(running, index)[1] for index in (0, 1, 0, 0)] == [[1, 2], [7, 7], [1, 2], [1, 2]]


@pytest.mark.needs("bwrap")
def test_process_numbers_tell_nothing_about_earlier_runs_and_are_those_of_a_single_run(bench, binary):
    numbers = binary("return getpid();")
    with series(bench, numbers) as running:
        in_series = [answers(running, 0)[1] for _ in range(3)]
    stdin, stdout = wire.sealed_file(wire.encode_requests([b"\0" * 8] * 2)), wire.empty_file()
    try:
        bench.sandbox.run(numbers, stdin=stdin, stdout=stdout, limits=bench.task.limits)
        replies = wire.decode_replies(wire.contents(stdout)).payloads
    finally:
        os.close(stdin)
        os.close(stdout)
    assert in_series == [[int.from_bytes(reply, "little") for reply in replies]] * 3


def test_jobs_submitted_ahead_are_reported_in_order(bench, binary):
    with series(bench, binary(COUNTS), binary("std::exit(9);")) as running:
        files = []
        for index in (0, 1, 1, 0):
            stdin, stdout = wire.sealed_file(wire.encode_requests([b""])), wire.empty_file()
            running.submit(index, stdin=stdin, stdout=stdout)
            os.close(stdin)
            files.append(stdout)
        assert [running.collect().code for _ in files] == [0, 9, 9, 0]
        for stdout in files:
            os.close(stdout)


@pytest.mark.parametrize(
    ("body", "ended", "code"),
    [
        ("std::exit(3);", Ended.EXITED, 3),
        ("std::abort();", Ended.SIGNALLED, signal.SIGABRT),
        # asleep: one that computes may look starved on a busy machine
        ("for (;;) sleep(1);", Ended.TIMEOUT, signal.SIGKILL),
        ("std::vector<char> v(std::size_t{1} << 40); return v[1];", Ended.MEMORY, signal.SIGABRT),
    ],
)
def test_a_run_that_ends_badly_leaves_the_series_usable(bench, binary, body, ended, code):
    with series(bench, binary(body), binary("return 7;"), wall_s=1.0) as running:
        outcome, _ = answers(running, 0)
        assert (outcome.ended, outcome.code) == (ended, code)
        assert answers(running, 1)[1] == [7, 7]
        assert not running.broken


def test_the_program_is_charged_for_all_it_does(bench, binary):
    slow = "volatile int sink; for (int i = 0; i < 60000000; ++i) sink = i; return 7;"
    with series(bench, binary(slow), binary("return 7;")) as running:
        long, short = answers(running, 0)[0], answers(running, 1)[0]
    assert long.cpu_s > 10 * short.cpu_s > 0
    assert long.wall_s >= long.cpu_s * 0.9


def children():
    pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in pids]


def test_a_killed_supervisor_is_the_machines_fault(bench, binary):
    before = set(children())
    with series(bench, binary("return 7;")) as running:
        assert answers(running, 0)[1] == [7, 7]  # everything is up: only then does one die with the other
        (pid,) = set(children()) - before
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        time.sleep(0.2)  # what is in it dies with it, but not in the same instant
        outcome, _ = answers(running, 0)
        assert outcome.ended is Ended.INFRASTRUCTURE
        assert running.broken


@pytest.mark.timeout(120)
def test_leaving_early_stops_what_runs(bench, binary):
    before = set(children())
    with series(bench, binary('for (;;) asm("");'), wall_s=3600.0) as running:
        stdin, stdout = wire.sealed_file(wire.encode_requests([b""])), wire.empty_file()
        running.submit(0, stdin=stdin, stdout=stdout)
        time.sleep(0.2)
    os.close(stdin)
    os.close(stdout)
    assert set(children()) == before


def test_no_descriptor_is_left(bench, binary):
    def descriptors():
        return sorted(os.listdir("/proc/self/fd"))

    with series(bench, binary("return 7;")) as running:
        answers(running, 0)
    before = descriptors()
    for _ in range(3):
        with series(bench, binary("return 7;")) as running:
            answers(running, 0)
    assert descriptors() == before
