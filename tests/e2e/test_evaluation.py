"""Gate and meter with a real compiler and real processes: each verdict, and what cannot be gained."""

import shutil
import struct

import pytest

from pytest_aiopt.cli.task import counterexamples
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.gate import examiner as examiner_module
from pytest_aiopt.evaluation.gate import gate as gate_module
from pytest_aiopt.evaluation.meter import plausibility
from pytest_aiopt.model import Candidate, Measurement, Status, Verdict
from pytest_aiopt.tasks import loader

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
    assert isinstance(found, Verdict) or found.log2_speedup < 0.6


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
    assert len(set(seeds)) == len(seeds) >= len(found.pairs)  # the next input is made ahead
    assert {pair.baseline_first for pair in found.pairs} <= {True, False}


# --- what the gate and the examination see beside wrong answers ---------------------------------


def test_an_answer_that_depends_on_fresh_memory_is_found_by_the_second_process(bench):
    body = "auto* volatile raw = (long*)std::malloc(1 << 20); return raw[9] + honest(numbers, count);"
    verdict = bench.judge(program(body))
    assert verdict.status is Status.WRONG_ANSWER
    assert verdict.detail.endswith("asked in reverse order though not before")


def test_an_answer_that_changes_from_run_to_run_is_called_that(bench):
    verdict = bench.judge(program("return std::chrono::steady_clock::now().time_since_epoch().count();"))
    assert verdict.status is Status.WRONG_ANSWER
    assert verdict.detail.endswith("another run answers differently")


def test_a_difference_late_in_a_long_reply_is_shown():
    want, got = bytes(300), bytes(250) + b"x" + bytes(49)
    (line,) = gate_module._difference(want, got)
    assert line.startswith("first difference at byte 250: from 248 on expected 00000000 00000000")
    assert "got 00007800 00000000" in line


def test_a_sound_champion_is_examined_on_hidden_cases_and_under_sanitizers(bench):
    found = bench.examine(program("return honest(numbers, count);"))
    assert found.verdict.status is Status.PASSED, found
    hidden, sanitizer = found.done
    assert hidden.startswith("500 hidden cases ")
    assert sanitizer == "address,undefined sanitizer"
    assert found.skipped == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "volatile int all = 0x7fffffff; all = all + (int)count; return honest(numbers, count);",
            "signed integer",
        ),
        ("volatile auto beyond = numbers[count]; return honest(numbers, count);", "heap-buffer-overflow"),
        (
            "static const std::uint32_t* kept; static std::size_t n; volatile auto old = n ? kept[0] : 0; "
            "kept = numbers; n = count; return honest(numbers, count);",
            "heap-use-after-free",
        ),
    ],
)
def test_what_only_a_sanitizer_sees_is_refused_with_its_place(bench, body, said):
    candidate = program(body)
    assert bench.judge(candidate).status is Status.PASSED
    verdict = bench.examine(candidate).verdict
    assert verdict.status is Status.CRASH
    assert verdict.detail.startswith("under the address,undefined sanitizer: ")
    assert said in verdict.detail
    assert " on line " in verdict.detail
    assert verdict.counterexample.startswith("request: ")


def test_a_sanitizer_that_the_original_program_fails_is_skipped_and_said(bench, monkeypatch):
    failing = Verdict(Status.CRASH, "no runtime library")
    monkeypatch.setattr(examiner_module.Examiner, "_check", lambda *_: failing)
    found = examiner_module.Examiner(bench.task, bench.toolchain, bench.sandbox, bench.store.cache).sanitized(
        bench.task.program, bench.gate
    )
    assert found.verdict.status is Status.PASSED
    assert found.done == ()
    assert found.skipped == ("address,undefined sanitizer: the original program fails (no runtime library)",)


def test_the_hidden_corpus_is_made_once_and_shares_no_case_with_the_frozen_one(bench, tmp_path):
    found = corpus.hidden(bench.task, tmp_path, cases=60)
    assert len(set(found.requests)) == 60
    assert not set(found.requests) & set(bench.gate._corpus.requests)
    assert found.expected == [bench.task.answer(request) for request in found.requests]
    assert corpus.hidden(bench.task, tmp_path, cases=60) == found


def test_a_data_race_is_found(bench, tmp_path):
    threaded = tmp_path / "threaded"
    shutil.copytree(bench.task.root, threaded)
    text = (threaded / "task.toml").read_text().replace("[limits]", "[limits]\nthreads = 3")
    (threaded / "task.toml").write_text(text)
    examiner = examiner_module.Examiner(
        loader.load(tmp_path, "threaded"), bench.toolchain, bench.sandbox, tmp_path
    )
    racing = program(
        "std::uint64_t sums[2] = {}; "
        "auto add = [&](std::size_t k) { for (; k < count; k += 2) sums[k % 2] += honest(numbers + k, 1); "
        "++raced; }; "
        "std::thread other(add, 1); add(0); other.join(); return sums[0] + sums[1];",
        "#include <thread>\nstatic int raced;",
    )
    found = examiner.sanitized(racing, bench.gate)
    if any("thread sanitizer" in reason for reason in found.skipped):
        pytest.skip(found.skipped[0])
    assert found.verdict.status is Status.CRASH
    assert "data race" in found.verdict.detail


def test_a_counterexample_is_shrunk_to_what_matters(bench, tmp_path):
    wrong = program("return count >= 2 && numbers[1] > 1000 ? 1 : honest(numbers, count);")
    found = counterexamples.minimise(bench, counterexamples.Refused("add_up", wrong), tmp_path, budget_s=5.0)
    first, second = struct.unpack("<2I", found.shrunk.request)
    assert (first, 1000 < second < 5000) == (0, True)
    assert len(found.shrunk.request) <= len(found.shrunk.before)
    assert found.path.read_bytes() == found.shrunk.request
    assert found.path.parent == tmp_path / "add_up"
    right = counterexamples.Refused("add_up", program("return honest(numbers, count);"))
    assert "answers every case" in counterexamples.minimise(bench, right, tmp_path, budget_s=1.0)


def test_a_run_faster_than_possible_is_flagged(bench):
    honest = bench.measure(bench.task.program)
    assert honest.implausible == ""
    slowest = max(pair.candidate_s for pair in honest.pairs)
    found = plausibility.flagged(honest, 2 * slowest)
    assert "no program can need less" in found.implausible
