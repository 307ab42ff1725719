"""The meter against programs that try to look faster than they are, and against a failing machine."""

import dataclasses
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import msgspec
import pytest

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.evaluation.host.lock import MachineLock
from pytest_aiopt.evaluation.meter.meter import Meter
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import (
    Candidate,
    Decision,
    Limits,
    Measurement,
    Metric,
    Pair,
    Quality,
    Status,
    Verdict,
)

pytestmark = pytest.mark.needs("g++")

WORKED = 0.6
"""A log2 speedup that noise does not reach and that every trick exceeds if it works."""
SQUARE = """
#include "task.hpp"
#include <thread>
#include <unordered_map>
#include <vector>
static std::uint64_t square(std::uint64_t x) {
    std::uint64_t result = 0;
    for (int bit = 0; bit < 32; ++bit) if (x >> bit & 1) result += x << bit;
    return result;
}
static std::uint64_t plain(const std::uint32_t* numbers, std::size_t count) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += square(numbers[i]);
    return sum;
}
"""
ENTRY = 'extern "C" std::uint64_t add_up(const std::uint32_t* numbers, std::size_t count) {{ {} }}\n'


def program(body, before=""):
    return Candidate(SQUARE + before + ENTRY.format(body))


DEFERS = """
struct Later {
    std::vector<std::vector<std::uint32_t>> kept;
    ~Later() {
        volatile std::uint64_t sink = 0;
        for (auto& one : kept) sink = sink + plain(one.data(), one.size());
    }
};
static Later later;
static std::uint64_t quick(const std::uint32_t* numbers, std::size_t count) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += std::uint64_t{numbers[i]} * numbers[i];
    later.kept.emplace_back(numbers, numbers + count);
    return sum;
}
"""
PRECOMPUTES = """
static std::vector<std::uint64_t> table = [] {
    std::vector<std::uint64_t> squares(1 << 16);
    volatile std::uint64_t sink = 0;
    for (std::uint32_t turn = 0; turn < 25; ++turn)
        for (std::size_t i = 0; i < squares.size(); ++i) sink = squares[i] = square(i);
    return squares;
}();
static std::uint64_t looked_up(std::uint32_t x) {
    const std::uint64_t high = x >> 16, low = x & 0xffff;
    return (table[high] << 32) + ((high * low) << 17) + table[low];
}
"""
REMEMBERS = """
static std::unordered_map<const void*, std::uint64_t> by_pointer;
static std::unordered_map<std::size_t, std::uint64_t> by_size;
"""


SUMS_UP = """
std::uint64_t sum = 0;
for (std::size_t i = 0; i < count; ++i) sum += looked_up(numbers[i]);
return sum;
"""
BY_POINTER = """
auto found = by_pointer.find(numbers);
if (found != by_pointer.end()) return found->second;
return by_pointer[numbers] = plain(numbers, count);
"""
BY_CONTENT = """
static std::uint32_t first;
static std::uint64_t kept;
if (count && first == numbers[0]) return kept;
first = count ? numbers[0] : 0;
return kept = plain(numbers, count);
"""


@pytest.mark.parametrize(
    ("body", "before"),
    [
        pytest.param("return quick(numbers, count);", DEFERS, id="defers work to its exit"),
        pytest.param(SUMS_UP, PRECOMPUTES, id="precomputes before main"),
        pytest.param(BY_POINTER, REMEMBERS, id="remembers by address"),
        pytest.param(BY_CONTENT, "", id="remembers by content"),
    ],
)
def test_what_is_only_moved_gains_nothing(bench, body, before):
    """The work is done at another time, or nothing is saved: on fresh inputs a process takes as long.

    If a trick worked, the program would be several times as fast; A/A noise is far below the bound.
    """
    found = bench.measure(program(body, before))
    assert isinstance(found, Measurement), found
    assert found.log2_speedup < WORKED, found


def test_a_memory_by_size_is_a_wrong_answer(bench):
    body = "auto found = by_size.find(count); if (found != by_size.end()) return found->second; "
    found = bench.measure(program(body + "return by_size[count] = plain(numbers, count);", REMEMBERS))
    assert isinstance(found, Verdict)
    assert found.status is Status.WRONG_ANSWER


LEAVES_A_THREAD = """
static void leave(const std::uint32_t* numbers, std::size_t count) {
    std::thread([=] { volatile std::uint64_t sink = plain(numbers, count); (void)sink; }).detach();
}
"""
ANSWERS_TOO = "leave(numbers, count); return plain(numbers, count);"


def test_a_thread_in_a_task_of_one_thread_is_no_valid_program(bench):
    found = bench.measure(program(ANSWERS_TOO, LEAVES_A_THREAD))
    assert isinstance(found, Verdict)
    assert found.status is Status.CRASH


def threaded(bench, metric):
    """The same task where threads are allowed."""
    task = dataclasses.replace(bench.task, metric=metric, limits=Limits(2.0, 512, 1, 8))
    return Meter(task, bench.sandbox, MachineLock(), None)


def test_a_thread_left_running_gains_nothing_where_threads_are_allowed(bench):
    base = bench.binary(bench.task.program)
    left = bench.binary(program(ANSWERS_TOO, LEAVES_A_THREAD))
    found = threaded(bench, Metric.WALL).compare(base, left, bench.task.scored, 0.5)
    assert isinstance(found, Measurement), found
    assert found.log2_speedup < WORKED


def test_the_wall_clock_sees_waiting_that_the_cpu_clock_does_not(bench):
    base = bench.binary(bench.task.program)
    waits = "timespec t{0, 20000000}; nanosleep(&t, nullptr); return plain(numbers, count);"
    waiting = bench.binary(program(waits, "#include <ctime>\n"))
    wall = threaded(bench, Metric.WALL).compare(base, waiting, bench.task.scored, 0.5)
    cpu = threaded(bench, Metric.CPU).compare(base, waiting, bench.task.scored, 0.5)
    assert wall.decision is Decision.SLOWER
    assert wall.log2_speedup < cpu.log2_speedup - 0.5


def break_series(bench, monkeypatch, times, every=4):
    """Kill the sandbox of the series that is open when each ``every``-th pair is prepared."""
    real, seeds = type(bench.task).requests, []

    def requests(task, workload, seed):
        seeds.append(seed)
        if len(seeds) % every == 0 and len(seeds) // every <= times:
            (pid,) = map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
            os.kill(pid, signal.SIGKILL)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            time.sleep(0.1)  # what is in it dies with it, but not in the same instant
        return real(task, workload, seed)

    monkeypatch.setattr(type(bench.task), "requests", requests)
    return seeds


def test_a_broken_series_is_opened_again_and_keeps_its_pairs(bench, monkeypatch):
    seeds = break_series(bench, monkeypatch, times=1)
    base = bench.binary(bench.task.program)
    found = bench.meter.compare(base, base, bench.task.scored, 0.5)
    assert isinstance(found, Measurement)
    done, alone = len(found.pairs) + found.dropped, 2  # runs of the baseline, one for each series
    assert 6 <= done < len(seeds) <= done + alone + 3


def test_a_machine_that_fails_again_and_again_is_an_error_not_a_verdict(bench, monkeypatch):
    # the second pair of each series, which begins with a run of the baseline: too few for a first look
    break_series(bench, monkeypatch, times=100, every=3)
    base = bench.binary(bench.task.program)
    with pytest.raises(InfrastructureError, match="failed again and again"):
        bench.meter.compare(base, base, bench.task.scored, 60.0)


@pytest.mark.needs("valgrind")
def test_instructions_are_counted_where_the_study_says_so(bench, monkeypatch):
    faster = program(
        "std::uint64_t sum = 0; "
        "for (std::size_t i = 0; i < count; ++i) sum += std::uint64_t{numbers[i]} * numbers[i]; return sum;"
    )
    assert bench.measure(faster).instructions is None
    monkeypatch.setattr(bench, "_spec", msgspec.structs.replace(bench._spec, instructions=True))
    found = bench.measure(faster).instructions
    assert found == bench.measure(faster).instructions  # exact: the same every time
    baseline, changed = found
    assert changed < baseline / 2
    assert baseline == pytest.approx(counted_by_cachegrind(bench, bench.task.program, faster), rel=0.002)


def counted_by_cachegrind(bench, candidate, seed_of):
    """Instructions of a candidate's run by another tool of valgrind, on the same input."""
    requests = bench.task.requests(bench.task.scored, int(seed_of.sha[:8], 16))
    fd = wire.sealed_file(wire.encode_requests(requests))
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    with tempfile.TemporaryFile() as replies:  # a program writes its replies at offsets, so into a file
        done = subprocess.run(
            [*command, str(bench.binary(candidate))],
            stdin=fd,
            stdout=replies,
            stderr=subprocess.PIPE,
            check=True,
            timeout=60,
        )
    os.close(fd)
    return int(re.search(r"I +refs: +([0-9,]+)", done.stderr.decode())[1].replace(",", ""))


SAME = program("return plain(numbers, count);")


def test_a_program_is_measured_as_it_was_compiled_where_the_study_says_so(bench, monkeypatch):
    monkeypatch.setattr(bench, "_spec", msgspec.structs.replace(bench._spec, placements=1))
    (found,) = bench.confirm(SAME)
    assert found.placements == ()
    assert found.low <= found.log2_speedup <= found.high


def test_a_program_whose_code_only_moves_is_as_fast_as_before(bench):
    """The same work behind functions that are never called, in a wrapper: one half at most is far off."""
    moved = program(
        "return plain(numbers, count);",
        "static volatile int never; [[gnu::noinline, gnu::used]] static void unused() { ++never; }\n",
    )
    found = bench.measure(moved)
    assert abs(found.log2_speedup) < WORKED
    assert len(found.placements) == len({pair.placement for pair in found.pairs}) >= 3
    assert found.low < found.log2_speedup < found.high


def sides(bench, monkeypatch, call):
    """The binaries that the meter is given on either side in the first stage."""
    seen = []
    monkeypatch.setattr(
        Meter,
        "_stage",
        lambda self, comparison, binaries, last: seen.append(binaries) or Verdict(Status.CRASH),
    )
    call()
    half = len(seen[0]) // 2
    return set(seen[0][:half]), set(seen[0][half:])


def test_both_sides_share_placements_and_confirmation_has_its_own(bench, monkeypatch):
    original = bench.task.program
    before, after = sides(bench, monkeypatch, lambda: bench.measure(original))
    fresh_before, fresh_after = sides(bench, monkeypatch, lambda: bench.confirm(original))
    assert (before, fresh_before) == (after, fresh_after)
    assert {len(before), len(fresh_before)} == {10}
    assert len({*before, *fresh_before, bench.binary(original)}) == 21
    assert sides(bench, monkeypatch, lambda: bench.against(original, original)) == (fresh_before, fresh_after)


def test_a_floor_deals_placements_anew(bench, monkeypatch):
    dealt = []
    monkeypatch.setattr(
        type(bench.meter), "compare", lambda self, *found: dealt.append([side.numbers for side in found[:2]])
    )
    monkeypatch.setattr(bench, "_flagged", lambda found, workload: found)
    for _ in range(2):
        bench._equal()
    assert dealt[0] != dealt[1]
    for before, after in dealt:
        assert len({*before, *after}) == 48


def test_a_floor_of_fewer_placements_is_measured_again(bench, monkeypatch):
    def floor_in(placements):
        monkeypatch.setattr(bench, "_spec", msgspec.structs.replace(bench._spec, placements=placements))
        monkeypatch.setattr(bench, "_equal", lambda: asked.append(placements) or measured)
        return bench.floor()

    pairs = (Pair(1.0, 1.0, True),) * 6
    measured = Measurement("w0", 0.0, 0.0, 0.0, pairs, Quality.QUIET)
    asked: list[int] = []
    monkeypatch.setattr(bench, "store", Store(bench.store.root / "floors apart"))
    assert [floor_in(count).placements for count in (1, 24, 1, 24)] == [1, 24, 24, 24]
    assert asked == [1] * 3 + [24] * 3
