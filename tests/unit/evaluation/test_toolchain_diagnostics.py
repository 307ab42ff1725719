"""What g++ 12, gas and ld print, taken from real runs, and what is made of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.evaluation.build.diagnostics import parse, without_folders
from pytest_aiopt.model import Diagnostic

TEMPLATE = """\
In file included from /usr/include/c++/12/algorithm:61,
                 from program.cpp:2:
/usr/include/c++/12/bits/stl_algo.h: In instantiation of 'void std::__sort(_Iter, _Iter) [with _Iter = L]':
/usr/include/c++/12/bits/stl_algo.h:4820:18:   required from 'void std::sort(_Iter, _Iter) [with _Iter = L]'
program.cpp:5:46:   required from here
/usr/include/c++/12/bits/stl_algo.h:1938:50: error: no match for 'operator-' in '__last - __first'
/usr/include/c++/12/bits/stl_iterator.h:621:5: note: candidate: 'template<class L> operator-(L)'
compilation terminated due to -fmax-errors=5.
"""


def test_an_error_in_the_program_has_its_place() -> None:
    text = (
        "program.cpp: In function 'int f()':\nprogram.cpp:5:137: error: 'y' was not declared in this scope\n"
    )
    assert parse(text, "f") == (Diagnostic(5, 137, "error", "'y' was not declared in this scope"),)


def test_an_error_in_a_header_is_placed_where_the_program_led_there() -> None:
    (found,) = parse(TEMPLATE, "f")
    assert (found.line, found.column, found.severity) == (5, 46, "error")
    assert found.message == "in stl_algo.h: no match for 'operator-' in '__last - __first'"


def test_errors_come_before_warnings_and_notes() -> None:
    text = (
        "program.cpp:1:2: warning: unused\nprogram.cpp:3:4: error: wrong\nprogram.cpp:5:6: note: here\n"
        "program.cpp:7:8: fatal error: far.h: No such file or directory\n"
    )
    assert [(each.line, each.severity) for each in parse(text, "f")] == [
        (3, "error"),
        (7, "error"),
        (1, "warning"),
        (5, "note"),
    ]


def test_a_missing_entry_is_explained() -> None:
    text = (
        "/usr/bin/ld: driver.o: in function `serve(aiopt::Request const&, aiopt::Reply&)':\n"
        "driver.cpp:(.text+0x4a): undefined reference to `work'\n"
        "collect2: error: ld returned 1 exit status\n"
    )
    assert parse(text, "work") == (
        Diagnostic(0, 0, "error", "the program does not define work as task.hpp declares it"),
    )


def test_what_the_program_fails_to_define_has_a_line() -> None:
    text = (
        "/usr/bin/ld: local.o: in function `work':\n./program.cpp:12: undefined reference to `helper(int)'\n"
    )
    assert parse(text, "work") == (Diagnostic(12, 0, "error", "undefined reference to `helper(int)'"),)


def test_assembler_errors_are_errors() -> None:
    text = "program.cpp: Assembler messages:\nprogram.cpp:5: Error: no such instruction: `bogus %rax'\n"
    assert parse(text, "f") == (Diagnostic(5, 0, "error", "no such instruction: `bogus %rax'"),)


def test_a_killed_compiler_is_no_fault_of_the_program() -> None:
    assert parse("g++: fatal error: Killed signal terminated program cc1plus\n", "f") == ()


def test_folders_are_not_named() -> None:
    text = "program.cpp:1:10: fatal error: /home/someone/secret/notes.txt: No such file or directory\n"
    assert "someone" not in parse(text, "f")[0].message
    assert without_folders("a / b, x/y, operator/(int), '/usr/include/c++/12/vector'") == (
        "a / b, x/y, operator/(int), 'vector'"
    )


LINES = st.one_of(
    st.text(max_size=80),
    st.builds(
        "{}:{}:{}: {}: {}".format,
        st.sampled_from(["program.cpp", "/usr/include/x.h", "task.hpp"]),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
        st.sampled_from(["error", "warning", "note", "fatal error"]),
        st.text(max_size=1000),
    ),
)


@given(st.lists(LINES, max_size=40).map("\n".join))
def test_any_text_gives_few_short_messages_errors_first(text: str) -> None:
    found = parse(text, "entry")
    assert len(found) <= 8
    assert all(len(each.message) <= 400 and each.line >= 0 and each.column >= 0 for each in found)
    ranks = [each.severity != "error" for each in found]
    assert ranks == sorted(ranks)
