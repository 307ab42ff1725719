"""Profilers against programs whose costs are known: from the program's own clock, or counted by valgrind."""

from __future__ import annotations

import os
import re
import subprocess
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import fmean, median

import pytest

from pytest_aiopt.campaign.profiler_session import ProfilerSession
from pytest_aiopt.errors import ToolMissing
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.model import Build, Limits, Profile, ProfileState
from pytest_aiopt.profiling.base import Profiler, Subject, choose
from pytest_aiopt.profiling.cache import ProfileCache
from pytest_aiopt.profiling.perf.hotlines import HotLines
from pytest_aiopt.profiling.valgrind.callgrind import Callgrind
from pytest_aiopt.prompts.render import render

pytestmark = pytest.mark.needs("g++")

LIMITS = Limits(cpu_s=20.0, memory_mb=1024)
FLAGS = ["-std=c++17", "-O2", "-g1", "-static", "-fno-pie", "-no-pie", "-Wl,--eh-frame-hdr"]

PROGRAM = """\
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

using Word = std::uint64_t;

#define next(x) ((x) * 6364136223846793005ull + 1442695040888963407ull)

extern "C" Word three(Word n) {
    Word x = n;
    for (Word i = 0; i < 6000 * n; ++i) x = next(x);  // three
    return x;
}

extern "C" Word one(Word n) {
    Word x = n;
    for (Word i = 0; i < 2000 * n; ++i) x = next(x);  // one
    return x;
}

extern "C" Word sorted(Word n) {
    std::vector<Word> v(40 * n);
    Word x = 7;
    for (Word& e : v) e = x = next(x);
    std::sort(v.begin(), v.end());  // sort
    return v[n];
}

extern "C" Word allocated(Word n) {
    std::vector<void*> kept(100);
    for (Word i = 0; i < 50 * n; ++i) {
        void*& slot = kept[i % kept.size()];
        std::free(slot);  // free
        slot = std::malloc(16 + i % 4000);  // malloc
    }
    for (void* p : kept) std::free(p);
    return n;
}

extern "C" Word strings(Word n) {
    std::unordered_map<std::string, Word> counts;
    for (Word i = 0; i < 20 * n; ++i)
        ++counts[std::to_string(next(i) % 5000)];  // strings
    return counts.size();
}

static Word fibonacci(Word n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

extern "C" Word recursive(Word n) {
    Word sum = 0;
    for (Word i = 0; i < n; ++i) sum += fibonacci(15 + i % 2);
    return sum;
}

static int compare(const void* a, const void* b) {
    const Word x = next(next(*static_cast<const Word*>(a))), y = next(next(*static_cast<const Word*>(b)));
    return x < y ? -1 : x > y;  // compare
}

extern "C" Word callback(Word n) {
    std::vector<Word> v(20 * n);
    for (Word i = 0; i < v.size(); ++i) v[i] = next(i);
    std::qsort(v.data(), v.size(), sizeof(Word), compare);  // qsort
    return v[n];
}
"""

MAIN = """\
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <sys/stat.h>
#include <unistd.h>
using Word = std::uint64_t;
#define SECTIONS(X) X(three) X(one) X(sorted) X(allocated) X(strings) X(recursive) X(callback)
#define DECLARE(name) extern "C" Word name(Word);
SECTIONS(DECLARE)
static double now() {
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}
static volatile Word sink;
static void section(const char* name, Word (*f)(Word), Word n) {
    const double before = now();
    sink = f(n);
    std::fprintf(stderr, "%s %.9f\\n", name, now() - before);
}
int main() {
    struct stat requests;
    fstat(0, &requests);
    const Word n = requests.st_size;
#define RUN(name) section(#name, name, n);
    SECTIONS(RUN)
}
"""


def marked(comment: str) -> int:
    return next(i for i, line in enumerate(PROGRAM.split("\n"), 1) if line.endswith(f"// {comment}"))


Compile = Callable[..., Build]


@pytest.fixture(scope="session")
def compile_program(tmp_path_factory: pytest.TempPathFactory) -> Compile:
    def compiled(program: str = PROGRAM, main: str = MAIN, flags: list[str] = FLAGS) -> Build:
        folder = tmp_path_factory.mktemp("program")
        (folder / "program.cpp").write_text(program)
        (folder / "main.cpp").write_text(main)
        command = ["g++", *flags, "program.cpp", "main.cpp", "-o", "program"]
        subprocess.run(command, cwd=folder, check=True, timeout=120)
        return Build("key", "candidate", str(folder / "program"), "sha")

    return compiled


@pytest.fixture(scope="session")
def build(compile_program: Compile) -> Build:
    return compile_program()


@pytest.fixture(scope="session", params=[2, 1], ids=["bubblewrap", "landlock"])
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    try:
        return Sandbox.probe(tmp_path_factory.mktemp("cache"), level=request.param)
    except ToolMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def requests_of() -> Iterator[Callable[[int], int]]:
    """Request files of a given size, which the program takes as its n."""
    opened: list[int] = []

    def sealed(size: int) -> int:
        opened.append(wire.sealed_file(bytes(size)))
        return opened[-1]

    yield sealed
    for descriptor in opened:
        os.close(descriptor)


def by_function(profile: Profile) -> dict[str, float]:
    """Share by section; helpers belong to the only section that uses them."""
    helpers = {"fibonacci": "recursive", "compare": "callback"}
    shares: dict[str, float] = {}
    for item in profile.items:
        name = helpers.get(item.function, item.function)
        shares[name] = shares.get(name, 0.0) + item.value
    return shares


def clocked(build: Build, size: int) -> dict[str, float]:
    """Shares of the sections by the program's own CPU clock: medians over five plain runs."""
    runs = [_clocked_once(build, size) for _ in range(5)]
    return {name: median(run[name] for run in runs) for name in runs[0]}


def _clocked_once(build: Build, size: int) -> dict[str, float]:
    fd = wire.sealed_file(bytes(size))
    try:
        done = subprocess.run(
            [build.path or ""], stdin=fd, capture_output=True, text=True, timeout=60, check=True
        )
    finally:
        os.close(fd)
    seconds = {name: float(value) for name, value in (line.split() for line in done.stderr.splitlines())}
    return {name: value / sum(seconds.values()) for name, value in seconds.items()}


def check_attribution(profile: Profile) -> None:
    """The cost of library code is at the line that calls it."""
    values = {item.line: item.value for item in profile.items}
    shares = by_function(profile)
    assert values[marked("sort")] > 0.5 * shares["sorted"]
    assert values[marked("strings")] > 0.5 * shares["strings"]
    assert values[marked("free")] + values[marked("malloc")] > 0.5 * shares["allocated"]
    assert min(values[marked("free")], values[marked("malloc")]) > 0


@pytest.mark.needs("perf")
def test_perf_finds_what_the_program_measures_itself(
    build: Build, sandbox: Sandbox, requests_of: Callable[[int], int]
) -> None:
    clocks, profiles = [], []
    for _ in range(3):  # one process is one placement in memory, which alone moves the shares by some points
        profile = HotLines().profile(Subject(build, requests_of(5000), "w0", LIMITS, sandbox))
        assert profile.state is ProfileState.TAKEN, profile.detail
        assert profile.samples >= 150  # a busy machine stops at the wall time before it has the 300 wanted
        profiles.append(by_function(profile))
        clocks.append(clocked(build, 5000))
    expected = {name: fmean(clock[name] for clock in clocks) for name in clocks[0]}
    got = {name: fmean(shares.get(name, 0.0) for shares in profiles) for name in expected}
    # The clocks are of other runs, and sections bound by memory move with the machine's load, so the bounds
    # are wide; callgrind checks attribution exactly, benchmarks/profiler_accuracy.py how close perf is.
    assert got == pytest.approx(expected, abs=0.3)
    assert got["three"] > 1.5 * got["one"]
    check_attribution(profile)
    text = render((profile,), PROGRAM)
    assert f"line {marked('three')}, three: " in text


@pytest.mark.needs("perf")
def test_perf_pools_runs_of_a_short_program(
    build: Build, sandbox: Sandbox, requests_of: Callable[[int], int]
) -> None:
    profile = HotLines().profile(Subject(build, requests_of(300), "w0", LIMITS, sandbox))
    assert profile.state is ProfileState.TAKEN, profile.detail
    assert profile.samples >= 100
    shares = by_function(profile)
    assert shares["three"] > shares["one"]


@pytest.mark.needs("perf")
def test_perf_charges_page_faults_to_the_line_that_touches_the_page(
    compile_program: Compile, sandbox: Sandbox, requests_of: Callable[[int], int]
) -> None:
    touching = """\
#include <cstdint>
#include <cstdlib>
extern "C" std::uint64_t touch(std::uint64_t n) {
    char* memory = static_cast<char*>(std::malloc(n << 20));
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < n << 20; i += 4096) {
        static_cast<volatile char*>(memory)[i] = 1;  // touch
        sum += memory[i];
    }
    return sum;
}
"""
    main = MAIN.replace(re.search(r"SECTIONS\(X\) (.*)", MAIN)[1], "X(touch)")  # type: ignore[index]
    build = compile_program(touching, main)
    profile = HotLines().profile(Subject(build, requests_of(300), "w0", LIMITS, sandbox))
    assert profile.state is ProfileState.TAKEN, profile.detail
    if profile.unit == "user CPU time":
        pytest.skip("perf may not see the kernel here")
    values = {item.line: item.value for item in profile.items}
    assert values[7] > 0.5


@pytest.mark.needs("perf")
def test_perf_refuses_a_binary_whose_calls_it_could_not_follow(
    compile_program: Compile, sandbox: Sandbox, requests_of: Callable[[int], int]
) -> None:
    blind = compile_program(flags=[flag for flag in FLAGS if "eh-frame" not in flag])
    profile = HotLines().profile(Subject(blind, requests_of(300), "w0", LIMITS, sandbox))
    assert profile.state is ProfileState.FAILED
    assert "eh-frame-hdr" in profile.detail
    assert profile.items == ()


@pytest.mark.parametrize(
    "profiler",
    [
        pytest.param(HotLines(), marks=pytest.mark.needs("perf")),
        pytest.param(Callgrind(), marks=pytest.mark.needs("valgrind")),
    ],
    ids=lambda profiler: profiler.name,
)
@pytest.mark.parametrize("end", ["std::abort();", "return 3;", "for (;;) {}"])
def test_a_run_that_ends_badly_is_a_recorded_failure(
    profiler: Profiler,
    end: str,
    compile_program: Compile,
    sandbox: Sandbox,
    requests_of: Callable[[int], int],
) -> None:
    main = f"#include <cstdlib>\nint main() {{ {end} }}\n"
    build = compile_program("int nothing;\n", main)
    limits = Limits(cpu_s=1.0 if isinstance(profiler, HotLines) else 0.02, memory_mb=1024)
    profile = profiler.profile(Subject(build, requests_of(64), "w0", limits, sandbox))
    assert profile.state is ProfileState.FAILED
    assert "the profiled run failed" in profile.detail
    assert (profile.items, profile.samples) == ((), 0)


VECTORS = """\
#include <cstdint>
#include <immintrin.h>
using Word = std::uint64_t;
extern "C" __attribute__((target("avx512f"))) Word touch(Word n) {
    __m512i sum = _mm512_setzero_si512();
    for (Word i = 0; i < 100000 * n; ++i) sum = _mm512_add_epi64(sum, _mm512_set1_epi64(i));  // vectors
    return _mm512_reduce_add_epi64(sum);
}
"""


@pytest.mark.needs("perf")
@pytest.mark.needs("valgrind")
@pytest.mark.skipif(" avx512f " not in Path("/proc/cpuinfo").read_text(), reason="no AVX-512 here")
def test_where_valgrind_dies_of_an_instruction_perf_takes_its_place(
    compile_program: Compile, sandbox: Sandbox, requests_of: Callable[[int], int], tmp_path: Path
) -> None:
    main = MAIN.replace(re.search(r"SECTIONS\(X\) (.*)", MAIN)[1], "X(touch)")  # type: ignore[index]
    build = compile_program(VECTORS, main)
    choice = choose([[Callgrind(), HotLines()]])
    session = ProfilerSession(
        types.SimpleNamespace(limits=LIMITS),  # type: ignore[arg-type]
        lambda candidate, static=True: build,
        sandbox,
        choice.profilers,
        "w0",
        requests_of(300),
        ProfileCache(tmp_path, "machine"),
        choice.instead,
    )
    (found,) = session.profile(VECTORS)
    assert (found.profiler, found.state) == ("perf cpu-clock", ProfileState.TAKEN)
    assert "in place of callgrind, which failed: the profiled run failed" in found.detail
    assert found.items[0].line == 6


def counted(build: Build, size: int, functions: list[str], folder: Path) -> Mapping[str, int]:
    """Instructions inside functions, callees included, by valgrind's own toggling; "" is the program."""
    return {name: _counted_once(build, size, name, folder) for name in functions}


def _counted_once(build: Build, size: int, function: str, folder: Path) -> int:
    toggle = [f"--toggle-collect={function}"] if function else []
    command = [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={folder}/out",
        *toggle,
        build.path or "",
    ]
    fd = wire.sealed_file(bytes(size))
    try:
        done = subprocess.run(command, stdin=fd, capture_output=True, text=True, timeout=120, check=True)
    finally:
        os.close(fd)
    found = re.search(r"Collected : (\d+)", done.stderr)
    assert found is not None, done.stderr
    return int(found[1])


@pytest.mark.needs("valgrind")
def test_callgrind_agrees_with_valgrinds_own_inclusive_counts(
    build: Build, sandbox: Sandbox, requests_of: Callable[[int], int], tmp_path: Path
) -> None:
    profile = Callgrind().profile(Subject(build, requests_of(300), "w0", LIMITS, sandbox))
    assert profile.state is ProfileState.TAKEN, profile.detail
    assert profile.unit == "instructions"
    sections = ["three", "one", "sorted", "allocated", "strings", "recursive", "callback"]
    expected = counted(build, 300, ["", *sections], tmp_path)
    assert profile.samples == pytest.approx(expected[""], rel=1e-3)
    got = by_function(profile)
    assert got == pytest.approx(
        {name: expected[name] / expected[""] for name in sections}, abs=0.004
    )  # what functions share is split by cost
    assert got["three"] == pytest.approx(3 * got["one"], rel=0.01)
    check_attribution(profile)
    assert all(item.low == item.value == item.high for item in profile.items)
    again = Callgrind().profile(Subject(build, requests_of(300), "w0", LIMITS, sandbox))
    assert [i.line for i in again.items[:8]] == [i.line for i in profile.items[:8]]


@pytest.mark.needs("valgrind")
def test_callgrind_leaves_a_callback_its_own_cost(
    build: Build, sandbox: Sandbox, requests_of: Callable[[int], int], tmp_path: Path
) -> None:
    profile = Callgrind().profile(Subject(build, requests_of(300), "w0", LIMITS, sandbox))
    expected = counted(build, 300, ["", "compare(void const*, void const*)"], tmp_path)
    share = sum(item.value for item in profile.items if item.function == "compare")
    assert share == pytest.approx(expected["compare(void const*, void const*)"] / expected[""], abs=0.002)


@pytest.mark.needs("perf")
def test_a_build_of_our_toolchain_can_be_profiled(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "task.hpp").write_text('#include <cstdint>\nextern "C" std::uint64_t work(std::uint64_t);\n')
    (tmp_path / "driver.cpp").write_text(
        """\
#include "aiopt.hpp"
#include "task.hpp"
void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    const std::uint64_t answer = work(request.size);
    reply.put(&answer, sizeof answer);
}
"""
    )
    source = """\
#include "task.hpp"
#include <algorithm>
#include <vector>
extern "C" std::uint64_t work(std::uint64_t n) {
    std::vector<std::uint64_t> v(n * 1000);
    for (auto& e : v) e = n = n * 6364136223846793005ull + 1442695040888963407ull;
    std::sort(v.begin(), v.end());
    return v[0];
}
"""
    toolchain = Toolchain(cache=tmp_path / "cache", sandbox=sandbox)
    build = toolchain.build(source=source, task_dir=tmp_path, entry="work", flags=["-O2"])
    requests = wire.sealed_file(wire.encode_requests([bytes(500)]))
    try:
        profile = HotLines().profile(Subject(build, requests, "w0", LIMITS, sandbox))
    finally:
        os.close(requests)
    assert profile.state is ProfileState.TAKEN, profile.detail
    assert (profile.items[0].line, profile.items[0].function) == (7, "work")
    assert profile.items[0].value > 0.5
