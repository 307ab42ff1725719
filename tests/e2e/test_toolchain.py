"""Building and running candidates of a small task with the real compiler."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_aiopt.errors import InfrastructureError, TaskError, ToolMissing
from pytest_aiopt.evaluation.build import kept as kept_builds
from pytest_aiopt.evaluation.build import placement
from pytest_aiopt.evaluation.build.toolchain import LIMITS, Toolchain
from pytest_aiopt.evaluation.sandbox.sandbox import Ended, RunOutcome, Sandbox
from pytest_aiopt.model import Build, Diagnostic, Limits

HEADER = """\
#pragma once
#include <cstddef>
extern "C" void add_one(const unsigned char* from, std::size_t size, unsigned char* to);
"""
DRIVER = """\
#include "aiopt.hpp"
#include "task.hpp"
#include <cstring>
void serve(const aiopt::Request& request, aiopt::Reply& reply) {
    std::vector<unsigned char> to;  // grown as a program would, so that both instantiate the same templates
    for (std::size_t i = 0; i < request.size; i++) to.push_back(0);
    add_one(request.data, request.size, to.data());
    const unsigned char aligned = reinterpret_cast<std::size_t>(request.data) % 64 == 0;
    reply.put(&aligned, 1);
    reply.put(to.data(), to.size());
}
"""
PROGRAM = """\
#include "task.hpp"
#include <vector>
extern "C" void add_one(const unsigned char* from, std::size_t size, unsigned char* to) {
    std::vector<unsigned char> made;
    for (std::size_t i = 0; i < size; i++) made.push_back(from[i] + 1);
    for (std::size_t i = 0; i < size; i++) to[i] = made[i];
}
"""
FLAGS = ("-O1",)
MAGIC = 0x31324941


def requests(payloads: Sequence[bytes]) -> bytes:
    framed = [struct.pack("<Q56x", len(each)) + each + bytes(-len(each) % 64) for each in payloads]
    return struct.pack("<II56x", MAGIC, len(payloads)) + b"".join(framed)


def replies(data: bytes) -> list[bytes]:
    found = []
    while data:
        (length,) = struct.unpack_from("<Q", data)
        found.append(data[8 : 8 + length])
        data = data[8 + length :]
    return found


def plus_one(payload: bytes) -> bytes:
    return b"\x01" + bytes((byte + 1) % 256 for byte in payload)


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    for name, text in {"task.hpp": HEADER, "driver.cpp": DRIVER, "reference.py": "ANSWER"}.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module", params=[2, 1, 0], ids="level-{}".format)
def sandbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    try:
        return Sandbox.probe(tmp_path_factory.mktemp("sandbox"), level=request.param, allow_unsafe=True)
    except ToolMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def best(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return Sandbox.probe(tmp_path_factory.mktemp("sandbox"), allow_unsafe=True)


class Compiler:
    """A toolchain with the rest of what a build needs."""

    def __init__(self, toolchain: Toolchain, task: Path, sandbox: Sandbox) -> None:
        self.toolchain, self.task, self.sandbox = toolchain, task, sandbox

    def __call__(self, source: str, flags: Sequence[str] = FLAGS) -> Build:
        return self.toolchain.build(source=source, task_dir=self.task, entry="add_one", flags=flags)

    def run(self, source: str, data: bytes) -> tuple[RunOutcome, bytes]:
        return self.run_build(self(source), data)

    def run_build(self, build: Build, data: bytes) -> tuple[RunOutcome, bytes]:
        assert build.path, build
        stdin, stdout = os.memfd_create("requests"), os.memfd_create("replies")
        try:
            os.pwrite(stdin, data, 0)
            outcome = self.sandbox.run(Path(build.path), stdin=stdin, stdout=stdout, limits=Limits(cpu_s=5))
            return outcome, os.pread(stdout, os.fstat(stdout).st_size, 0)
        finally:
            os.close(stdin)
            os.close(stdout)

    def answers(self, source: str, payloads: Sequence[bytes]) -> list[bytes]:
        return self.answers_of(self(source), payloads)

    def answers_of(self, build: Build, payloads: Sequence[bytes]) -> list[bytes]:
        outcome, data = self.run_build(build, requests(payloads))
        assert (outcome.ended, outcome.code) == (Ended.EXITED, 0), outcome
        return replies(data)


@pytest.fixture(scope="module")
def boxed(tmp_path_factory: pytest.TempPathFactory, task: Path, sandbox: Sandbox) -> Compiler:
    """Return a compiler at each level of confinement."""
    return Compiler(Toolchain(cache=tmp_path_factory.mktemp("cache"), sandbox=sandbox), task, sandbox)


@pytest.fixture(scope="module")
def compiler(tmp_path_factory: pytest.TempPathFactory, task: Path, best: Sandbox) -> Compiler:
    return Compiler(Toolchain(cache=tmp_path_factory.mktemp("cache"), sandbox=best), task, best)


@pytest.fixture
def fresh(tmp_path: Path, task: Path, best: Sandbox) -> Iterator[Compiler]:
    """Yield a compiler with an empty cache, and check that it leaves nothing half made."""
    cache = tmp_path / "cache"
    yield Compiler(Toolchain(cache=cache, sandbox=best), task, best)
    assert not list(cache.glob(".*"))


# --- programs that work ----------------------------------------------------------------------

PAYLOADS = [b"", b"abc", bytes(64), bytes(range(256)) * 300]


def test_a_program_answers_at_every_level(boxed: Compiler) -> None:
    assert boxed.answers(PROGRAM, PAYLOADS) == [plus_one(each) for each in PAYLOADS]


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=200), max_size=8))
def test_every_request_gets_its_reply(compiler: Compiler, payloads: list[bytes]) -> None:
    assert compiler.answers(PROGRAM, payloads) == [plus_one(each) for each in payloads]


def test_exceptions_and_the_standard_library_work(compiler: Compiler) -> None:
    source = """
        #include "task.hpp"
        #include <iostream>
        #include <stdexcept>
        #include <string>
        #include <unordered_map>
        struct Start { std::unordered_map<int, std::string> names{{1, "one"}}; } start;
        template <class T> struct Once { static inline int count = 0; };
        static void add(const unsigned char* from, std::size_t size, unsigned char* to) {
            for (std::size_t i = 0; i < size; i++) to[i] = from[i] + 1;
            throw std::runtime_error(start.names.at(1));
        }
        extern "C" void add_one(const unsigned char* from, std::size_t size, unsigned char* to) {
            try { add(from, size, to); }
            catch (const std::exception& error) { Once<int>::count += error.what() == std::string("one"); }
            std::cerr << Once<int>::count;
        }
    """
    outcome, data = compiler.run(source, requests([b"abc", b"d"]))
    assert (outcome.ended, outcome.stderr) == (Ended.EXITED, "12")
    assert replies(data) == [plus_one(b"abc"), plus_one(b"d")]


def test_the_replies_before_a_crash_are_kept(compiler: Compiler) -> None:
    source = PROGRAM.replace("{\n    std", "{\n    if (size == 3) __builtin_trap();\n    std")
    outcome, data = compiler.run(source, requests([b"a", b"bc", b"def", b"g"]))
    assert outcome.ended is Ended.SIGNALLED
    assert replies(data) == [plus_one(b"a"), plus_one(b"bc")]


GOOD = requests([b"abc", b"defg"])


@pytest.mark.parametrize(
    "data",
    [b"", GOOD[:63], GOOD[:64], GOOD[:100], GOOD[:129], b"x" + GOOD[1:], GOOD[:64] + b"\xff" * 8 + GOOD[72:]],
)
def test_requests_that_are_no_requests_are_the_harness_fault(compiler: Compiler, data: bytes) -> None:
    outcome, _ = compiler.run(PROGRAM, data)
    assert (outcome.ended, outcome.code) == (Ended.EXITED, 120)
    assert outcome.stderr.startswith("shim: ")


def test_a_build_is_the_same_bits_wherever_it_is_made(boxed: Compiler, compiler: Compiler) -> None:
    assert boxed(PROGRAM).binary_sha == compiler(PROGRAM).binary_sha


def test_the_debug_information_names_the_program_and_no_folder(compiler: Compiler, task: Path) -> None:
    path = compiler(PROGRAM).path
    assert path
    dump = ["readelf", "--debug-dump=info", path]
    text = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    names = [line.rpartition(": ")[2] for line in text.splitlines() if "DW_AT_name" in line]
    assert "program.cpp" in names
    assert not [name for name in names if name.startswith("/") and not name.startswith("/usr/")]
    binary = Path(path).read_bytes()
    assert str(task).encode() not in binary
    assert str(Path(path).parent.parent).encode() not in binary


def test_a_program_can_replace_nothing_of_the_harness(compiler: Compiler) -> None:
    source = """
        #include "task.hpp"
        #include <cstdlib>
        #include <new>
        extern "C" long write(int, const void*, unsigned long) { return -1; }
        extern "C" void* mmap(void*, unsigned long, int, int, int, long) { return nullptr; }
        extern "C" void* memcpy(void*, const void*, unsigned long) { std::_Exit(7); }
        extern "C" int main() { return 8; }
        void* operator new(std::size_t) { std::_Exit(9); }
        namespace aiopt { struct Request; struct Reply; }
        void serve(const aiopt::Request&, aiopt::Reply&) {}
        extern "C" void add_one(const unsigned char* from, std::size_t size, unsigned char* to) {
            for (std::size_t i = 0; i < size; i++) to[i] = from[i] + 1;
        }
    """
    assert compiler.answers(source, [b"abc"]) == [plus_one(b"abc")]


# --- programs that do not compile ------------------------------------------------------------


def errors(build: Build) -> list[Diagnostic]:
    assert not build.ok
    return [each for each in build.diagnostics if each.severity == "error"]


def test_a_syntax_error_is_located(boxed: Compiler) -> None:
    build = boxed(PROGRAM.replace("made[i];", "mad[i];"))
    (error,) = errors(build)
    line = PROGRAM.splitlines()[5]
    assert (error.line, error.column) == (6, line.index("made[i]") + 1)
    assert "'mad' was not declared" in error.message
    assert build.detail == f"line 6: {error.message}"


def test_an_error_inside_a_template_is_placed_in_the_program(compiler: Compiler) -> None:
    source = "#include <algorithm>\n#include <list>\n" + PROGRAM.replace(
        "made;", "made; std::list<int> l; std::sort(l.begin(), l.end());"
    )
    assert {error.line for error in errors(compiler(source))} == {6}


@pytest.mark.parametrize(
    "source",
    ["int x;", "#include <cstddef>\nvoid add_one(const unsigned char*, std::size_t, unsigned char*) {}"],
    ids=["nothing", "mangled"],
)
def test_a_missing_entry_is_said_clearly(compiler: Compiler, source: str) -> None:
    assert [error.message for error in errors(compiler(source))] == [
        "the program does not define add_one as task.hpp declares it"
    ]


def test_an_undefined_function_is_located(compiler: Compiler) -> None:
    source = "void helper(int);\n" + PROGRAM.replace("made;", "made; helper(1);")
    (error,) = errors(compiler(source))
    assert (error.line, error.message) == (5, "undefined reference to `helper(int)'")


@pytest.mark.parametrize("name", ["driver.cpp", "reference.py", "shim.cpp", "aiopt.hpp"])
def test_the_tasks_other_files_cannot_be_included(boxed: Compiler, name: str) -> None:
    build = boxed(f'#include "{name}"\n{PROGRAM}')
    assert (build.ok, build.rule) == (False, "inclusion")


@pytest.mark.parametrize("code", ['#include "{}"\n', 'asm(".incbin \\"{}\\"");\n'])
@pytest.mark.parametrize("file", ["/etc/passwd", "/dev/zero", "/proc/self/status", "task"])
def test_files_of_the_machine_cannot_be_read(boxed: Compiler, task: Path, code: str, file: str) -> None:
    path = str(task / "reference.py") if file == "task" else file
    build = boxed(code.format(path) + PROGRAM)
    assert errors(build)
    text = build.detail + "".join(each.message for each in build.diagnostics)
    assert "ANSWER" not in text
    assert "root:" not in text


def test_diagnostics_name_no_folder_and_stay_short(compiler: Compiler, task: Path) -> None:
    flood = "".join(f'int x{n} = y{n};\n#pragma GCC error "{task}/missing.h"\n' for n in range(200))
    build = compiler(flood)
    assert 0 < len(build.diagnostics) <= 8
    assert not [each for each in build.diagnostics if str(task) in each.message]


HOSTILE = {
    "size": "char big[3000000000] = {1};",
    "timeout": """
        template <int D, int I> struct S { enum { v = S<D - 1, 2 * I>::v + S<D - 1, 2 * I + 1>::v }; };
        template <int I> struct S<0, I> { static constexpr int v = 1; };
        int q = S<22, 0>::v;
    """,
}


@pytest.mark.parametrize("limit", HOSTILE)
def test_a_source_that_exhausts_the_compiler_fails_and_is_not_kept(
    tmp_path: Path, task: Path, best: Sandbox, limit: str
) -> None:
    limits = replace(LIMITS, cpu_s=1.0, output_mb=8)
    fresh = Compiler(Toolchain(cache=tmp_path, sandbox=best, limits=limits), task, best)
    build = fresh(PROGRAM + HOSTILE[limit])
    assert build.detail.startswith(limit)
    assert not (fresh.toolchain._kept.root / build.key).exists()


def test_a_template_recursion_ends_at_once(compiler: Compiler) -> None:
    source = (
        PROGRAM + "template <long N> struct R { static constexpr long v = R<N + 1>::v; }; long q = R<0>::v;"
    )
    assert "template instantiation depth" in compiler(source).detail


# --- the cache -------------------------------------------------------------------------------


def test_a_build_is_made_once(fresh: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = fresh(PROGRAM), fresh("oops")
    monkeypatch.setattr(fresh.toolchain, "_compile", lambda *args: pytest.fail("compiled again"))
    assert fresh(PROGRAM) == good
    assert fresh("oops") == bad
    assert good.path
    assert (Path(good.path).parent / "program.cpp").read_text() == PROGRAM


def test_everything_that_matters_is_in_the_key(fresh: Compiler, task: Path, tmp_path: Path) -> None:
    other = tmp_path / "task"
    shutil.copytree(task, other)
    (other / "driver.cpp").write_text(DRIVER + "// changed\n")
    builds = [fresh(PROGRAM), fresh(PROGRAM + "\n"), fresh(PROGRAM, ("-O2",))]
    builds.append(fresh.toolchain.build(source=PROGRAM, task_dir=other, entry="add_one", flags=FLAGS))
    assert len({each.key for each in builds}) == 4
    assert len({each.candidate for each in builds}) == 2


@pytest.mark.parametrize("damage", ["no program", "half a program", "no record", "half a record"])
def test_a_torn_build_is_made_again(fresh: Compiler, damage: str) -> None:
    good = fresh(PROGRAM)
    assert good.path
    victim = Path(good.path) if "program" in damage else Path(good.path).with_name("build.json")
    if damage.startswith("half"):
        victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    else:
        victim.unlink()
    again = fresh(PROGRAM)
    assert replace(again, seconds=0) == replace(good, seconds=0)
    assert fresh.answers(PROGRAM, [b"a"]) == [plus_one(b"a")]


# --- placements ------------------------------------------------------------------------------


THROWS = """\
#include <iostream>
#include <stdexcept>
#include <string>
#include <typeinfo>
struct Kept { std::string text = "kept"; ~Kept() { text.clear(); } };
static Kept kept;
static thread_local Kept own;
struct Base { virtual ~Base() = default; };
struct Derived : Base {};
[[gnu::noinline]] static void refuse(std::size_t size) {
    if (size != kept.text.size() + 1000000) throw std::runtime_error(own.text + typeid(Derived).name());
}
""" + PROGRAM.replace(
    "    std::vector",
    "    try { refuse(size); std::cerr << size; } catch (const std::exception& e) {\n"
    '        if (std::string(e.what()).rfind("kept", 0) != 0) return;\n    }\n    std::vector',
    1,
)
"""Exceptions, run-time types, static and thread-local objects: what a linker could lose."""


def placed(compiler: Compiler, numbers: Sequence[int], source: str = PROGRAM) -> list[Build]:
    return compiler.toolchain.placed(
        numbers, source=source, task_dir=compiler.task, entry="add_one", flags=FLAGS
    )


@pytest.mark.parametrize("damage", ["no text", "half a text"])
def test_a_placement_is_the_same_whether_the_assembly_text_was_kept_or_is_made(
    fresh: Compiler, damage: str
) -> None:
    plain = fresh(PROGRAM)
    (kept,) = Path(str(plain.path)).parent.glob("*.s")
    (first,) = placed(fresh, [1])
    folder = Path(str(first.path)).parent
    assert {path.name for path in folder.iterdir()} == {"program", "build.json"}
    shutil.rmtree(folder)
    kept.write_bytes(kept.read_bytes()[:100]) if damage.startswith("half") else kept.unlink()
    assert placed(fresh, [1])[0].binary_sha == first.binary_sha
    assert fresh(PROGRAM).binary_sha == plain.binary_sha


def test_placements_are_other_programs_that_answer_alike(fresh: Compiler) -> None:
    builds = placed(fresh, range(1, 5), THROWS)
    assert len({build.binary_sha for build in builds} | {fresh(THROWS).binary_sha}) == 5
    for build in builds:
        assert fresh.answers_of(build, PAYLOADS) == [plus_one(each) for each in PAYLOADS]


def instructions(program: Path) -> list[str]:
    """The instructions of the entry's object, without addresses and those that do nothing."""
    listed = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", program], capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r"^ +[0-9a-f]+:\t(\w+)", listed, re.MULTILINE)
    return [name for name in found if name not in ("nop", "nopw", "nopl", "xchg", "data16", "cs")]


def test_a_placement_has_the_same_instructions_at_other_addresses(fresh: Compiler, tmp_path: Path) -> None:
    folder = Path(str(fresh(PROGRAM).path)).parent
    (kept,) = folder.glob("*.s")
    listings, entries = [], set()
    for number in range(17):
        (tmp_path / "one.s").write_text(placement.placed(kept.read_text(), number))
        subprocess.run(["as", "one.s", "-o", "one.o"], cwd=tmp_path, check=True)
        listings.append(instructions(tmp_path / "one.o"))
        symbols = subprocess.run(["nm", "one.o"], cwd=tmp_path, capture_output=True, text=True, check=True)
        entries.add(int(re.search(r"^(\w+) T add_one$", symbols.stdout, re.MULTILINE)[1], 16) % 64)
    assert all(listing == listings[0] for listing in listings)
    assert len(listings[0]) > 50
    assert len(entries) >= 8


def test_placements_are_the_same_together_or_alone(fresh: Compiler) -> None:
    together = placed(fresh, [1, 2])
    for build in together:
        shutil.rmtree(Path(str(build.path)).parent)
    assert [each.binary_sha for each in (*placed(fresh, [2]), *placed(fresh, [1]))] == [
        together[1].binary_sha,
        together[0].binary_sha,
    ]


def test_placed_builds_that_were_not_used_for_longest_are_removed(
    fresh: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_builds, "MOST_PLACED", 2)
    old, *others = (Path(str(build.path)).parent for build in placed(fresh, [1, 2, 3]))
    os.utime(old, (0, 0))
    placed(fresh, [4])
    assert not old.exists()
    assert all(folder.exists() for folder in others)


def test_builders_at_the_same_time_agree(fresh: Compiler) -> None:
    found: list[Build] = []
    threads = [threading.Thread(target=lambda: found.append(fresh(PROGRAM))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(found)) == 1


def test_leftovers_of_killed_builders_are_removed(tmp_path: Path, best: Sandbox) -> None:
    for name, age in {".build-old": 7200, ".build-new": 0}.items():
        (tmp_path / name).mkdir()
        stat = (tmp_path / name).stat()
        os.utime(tmp_path / name, (stat.st_atime, stat.st_mtime - age))
    Toolchain(cache=tmp_path, sandbox=best)
    assert [path.name for path in tmp_path.glob(".build-*")] == [".build-new"]


# --- faults that are not the candidate's -----------------------------------------------------


def test_a_cache_that_cannot_be_used_is_named(tmp_path: Path, best: Sandbox) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InfrastructureError, match=r"cannot use the build cache .*/file"):
        Toolchain(cache=tmp_path / "file", sandbox=best)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_full_disk_is_the_machines_fault(tmp_path: Path, task: Path, best: Sandbox) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", tmp_path], check=False)
    if mounted.returncode:
        pytest.skip("cannot mount here")
    try:
        compiler = Compiler(Toolchain(cache=tmp_path, sandbox=best), task, best)
        with pytest.raises(InfrastructureError, match=str(tmp_path)):
            compiler(PROGRAM)
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)


def test_a_missing_compiler_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match=r"no-such-compiler is not installed"):
        Toolchain(cache=tmp_path, compiler="no-such-compiler")


def test_a_task_without_its_files_is_named(fresh: Compiler, tmp_path: Path) -> None:
    with pytest.raises(TaskError, match=r"cannot read .*driver.cpp"):
        fresh.toolchain.build(source=PROGRAM, task_dir=tmp_path, entry="add_one", flags=FLAGS)


def test_without_a_sandbox_compiling_is_still_limited(tmp_path: Path, task: Path) -> None:
    bare = Toolchain(cache=tmp_path, limits=replace(LIMITS, cpu_s=1.0))
    build = bare.build(source=PROGRAM + HOSTILE["timeout"], task_dir=task, entry="add_one", flags=FLAGS)
    assert build.detail.startswith("timeout")


def test_the_time_of_a_file_is_no_part_of_a_build(fresh: Compiler, tmp_path: Path) -> None:
    source = f'const char* stamp = __TIMESTAMP__ " " __DATE__ " " __TIME__;\n{PROGRAM}'
    first = fresh(source)
    shutil.rmtree(Path(first.path).parent)
    assert fresh(source).binary_sha == first.binary_sha


def test_messages_hold_no_control_characters(fresh: Compiler) -> None:
    build = fresh(f"#error \x1b]0;title\x07 \x1b[2J\n{PROGRAM}")
    said = "".join([build.detail, *(each.message for each in build.diagnostics)])
    assert "title" in said
    assert said.isprintable()


@pytest.mark.parametrize("words", ["No space left on device", "Killed signal terminated program cc1plus"])
def test_words_of_a_candidate_do_not_blame_the_machine(fresh: Compiler, words: str) -> None:
    build = fresh(
        f'#warning {words}\n#include "task.hpp"\nextern "C" thread_local char** environ;\n'
        f"char** used = environ;\n{PROGRAM}"
    )
    assert not build.ok
    assert not build.rule


def test_a_refusal_by_a_rule_names_the_rule(fresh: Compiler) -> None:
    build = fresh(f'#pragma GCC optimize("Ofast")\n{PROGRAM}')
    assert (build.ok, build.rule, build.diagnostics[0].line) == (False, "flags", 1)
