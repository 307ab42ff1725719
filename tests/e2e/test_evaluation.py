"""Gate and meter with a real compiler and real processes: each verdict, and what cannot be gained."""

import pytest

from pytest_aiopt.model import Candidate, Measurement, Status, Verdict

pytestmark = pytest.mark.needs("g++")

BODY = """
#include "task.hpp"
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>
#include <vector>
{before}
static std::uint64_t honest(const std::uint32_t* numbers, std::size_t count) {{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += std::uint64_t{{numbers[i]}} * numbers[i];
    return sum;
}}
extern "C" std::uint64_t add_up(const std::uint32_t* numbers, std::size_t count) {{
    {body}
}}
"""


def program(body, before=""):
    return Candidate(BODY.format(body=body, before=before))


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ("return honest(numbers, count);", Status.PASSED, ""),
        ("return honest(numbers, count ? count - 1 : 0);", Status.WRONG_ANSWER, "smallest failing case"),
        ("return count > 3 ? *(volatile int*)8 : honest(numbers, count);", Status.CRASH, "signal 11 at case"),
        ('if (count > 3) for (;;) asm(""); return honest(numbers, count);', Status.TIMEOUT, "at case"),
        (
            "if (count > 3) std::exit(0); return honest(numbers, count);",
            Status.TAMPERED,
            "exited with 0 at case",
        ),
        (
            "if (count > 3) std::exit(7); return honest(numbers, count);",
            Status.CRASH,
            "exited with 7 at case",
        ),
        (
            "static std::vector<char*> kept; if (count > 3) for (;;) "
            "{ kept.push_back(new char[1 << 24]); std::memset(kept.back(), 1, 1 << 24); } "
            "return honest(numbers, count);",
            Status.MEMORY,
            "memory",
        ),
        (
            'static bool once = (write(1, "forged!!", 8), true); (void)once; return honest(numbers, count);',
            None,
            "",
        ),
    ],
)
def test_each_fault_earns_its_verdict(bench, body, status, detail):
    verdict = bench.judge(program(body))
    if status is None:
        assert verdict.status not in (Status.PASSED,)
        return
    assert verdict.status is status, verdict
    assert detail in verdict.detail


def test_the_smallest_failing_member_is_the_counterexample(bench):
    verdict = bench.judge(program("return count >= 2 ? 1 : honest(numbers, count);"))
    requests = bench.gate._corpus.requests
    failing = [r for r in requests if len(r) >= 8]
    assert len(requests[verdict.case]) == min(map(len, failing))
    assert "got: 01000000 00000000" in verdict.counterexample
    assert len(verdict.counterexample) < 2000


def test_a_compile_error_is_located_in_the_program(bench):
    build = bench.build(Candidate('#include "task.hpp"\nint broken( {\n'))
    assert not build.ok
    assert build.diagnostics[0].line == 2
    assert build.diagnostics[0].severity == "error"


def test_a_faster_program_is_measured_faster(bench):
    found = bench.measure(program("return honest(numbers, count);"))
    assert isinstance(found, Measurement)
    assert found.low > 0.5  # 32 turns of a loop became one multiplication
    assert found.low <= found.log2_speedup <= found.high
    assert len(found.pairs) >= 6


def test_the_program_against_itself_is_no_faster(bench):
    floor = bench.floor()
    assert floor.delta >= 0.0285  # log2 of 1.02
    assert len(floor.log2_ratios) == 3
    assert all(abs(ratio) < 0.5 for ratio in floor.log2_ratios)
    assert bench.floor() == floor  # stored, not measured again


@pytest.mark.parametrize(
    ("name", "body", "before"),
    [
        (
            "remembers by pointer",
            "static const void* seen; static std::uint64_t kept; if (seen == numbers) return kept; "
            "seen = numbers; return kept = slow(numbers, count);",
            "",
        ),
        (
            "works in a static initialiser",
            "return slow(numbers, count);",
            "static volatile std::uint64_t sink; "
            "static int init = [] { for (int i = 0; i < 30000000; ++i) sink = i; return 0; }();",
        ),
    ],
)
def test_tricks_gain_nothing(bench, name, body, before):
    slow = bench.task.program.source.split("extern")[0].replace('#include "task.hpp"', "")
    slow += """
    static std::uint64_t slow(const std::uint32_t* n, std::size_t c) {
        std::uint64_t s = 0; for (std::size_t i = 0; i < c; ++i) s += square(n[i]); return s; }
    """
    found = bench.measure(program(body, slow + before))
    assert isinstance(found, Verdict) or found.log2_speedup < 0.3


def test_an_answer_given_later_is_wrong_in_the_timed_run(bench):
    found = bench.measure(program("return count > 100000 ? 0 : honest(numbers, count);"))
    assert isinstance(found, Verdict)
    assert found.status is Status.WRONG_ANSWER


def test_every_timed_run_is_on_fresh_input(bench, monkeypatch):
    seeds = []
    real = type(bench.task).requests

    def spy(task, workload, seed):
        seeds.append(seed)
        return real(task, workload, seed)

    monkeypatch.setattr(type(bench.task), "requests", spy)
    found = bench.measure(bench.task.program)
    assert len(set(seeds)) == len(seeds) == len(found.pairs)
    assert {pair.baseline_first for pair in found.pairs} <= {True, False}
