"""The rules of builds as far as they can be checked on text alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.evaluation.build import object_sections, rules
from pytest_aiopt.evaluation.build.directives import directives
from pytest_aiopt.evaluation.build.rules import ASSEMBLY, FLAGS, INCLUSION, LINES, SECTIONS


def broken(breach):
    return breach and (breach.rule, breach.line)


@pytest.mark.parametrize(
    "source",
    [
        '#line 7 "driver.cpp"',
        "  #  line 7",
        '# 7 "driver.cpp"',
        "#/* between */line 7",
        '%:line 7 "x"',
        "#li\\\nne 7",
        "int x;\n??=line 7",
        "/* one\n*/ #line 7",
        'const char* text = R"(\n# 1 "/usr/include/x.h" 1 3\n)";',
    ],
)
def test_a_line_directive_is_refused_in_every_spelling(source):
    found = rules.of_source(f"int first;\n{source}\nint last;")
    assert found
    assert found.rule is LINES
    assert found.line >= 2


@pytest.mark.parametrize(
    "source",
    [
        "// #line 7",
        "/*\n#line 7\n*/",
        'const char* text = R"(\n#line 7\n)";',
        'const char* text = "#line 7";',
        "#define line 7",
        "#include <vector>",
        "int outline = 7;",
        "char quote = '\"';\nint x; // '",
    ],
)
def test_text_that_only_looks_like_a_line_directive_is_allowed(source):
    assert rules.of_source(source) is None


@pytest.mark.parametrize(
    "operand",
    [
        '"./program.cpp"',
        '"program.cpp"',
        "__FILE__",
        '"/etc/passwd"',
        "</etc/passwd>",
        "<../../etc/passwd>",
        '"driver.cpp"',
        "NAME",
        "<token>",
        '"../task.hpp"',
    ],
)
def test_other_files_are_refused(operand):
    assert broken(rules.of_source(f"int x;\n#include {operand}\n")) == (INCLUSION, 2)
    assert broken(rules.of_source(f"int x;\n%:include {operand}\n")) == (INCLUSION, 2)


@pytest.mark.parametrize("directive", ["include_next <vector>", "import <vector>", 'embed "/etc/passwd"'])
def test_other_ways_to_include_are_refused(directive):
    assert broken(rules.of_source(f"#{directive}\n")) == (INCLUSION, 1)


@pytest.mark.parametrize(
    "header",
    [
        "<vector>",
        "<cstdint>",
        "<stdint.h>",
        "<immintrin.h>",
        "<arm_neon.h>",
        "<pthread.h>",
        "<sys/mman.h>",
        "<bits/stdc++.h>",
        "<ext/pb_ds/assoc_container.hpp>",
        "<omp.h>",
        '"task.hpp"',
        "<vector> // dynamic arrays",
        "/* C */ <string.h>",
    ],
)
def test_headers_of_the_libraries_are_allowed(header):
    assert rules.of_source(f"#include {header}\n") is None


@given(st.text())
def test_any_text_is_read(source):
    rules.of_source(source)
    rules.of_preprocessed(source)
    rules.of_sections(source)
    list(directives(source))


def preprocessed(own, header="int x;"):
    return f'# 1 "program.cpp"\n# 1 "/usr/include/x.h" 1 3\n{header}\n# 5 "program.cpp" 2\n{own}\n'


@pytest.mark.parametrize(
    "own",
    [
        '#pragma GCC optimize("O3")',
        '\n#pragma GCC optimize ("Ofast")',
        '__attribute__((optimize("O3"))) void f();',
        "__attribute__ (( noinline,\n__optimize__(3) )) void f();",
        '[[gnu::optimize("O3")]] void f();',
        "[[using gnu : hot, optimize(3)]] void f();",
        '<:<:gnu::optimize("Ofast"):>:> void f();',
        '__attribute__((deprecated(";"), optimize("Ofast"))) void f();',
        '__attribute__((deprecated("{}"), optimize("Ofast"))) void f();',
        '[ [ gnu :: optimize ("O3") ] ] void f();',
        'auto s = R"(\n#pragma )"; __attribute__((optimize("Ofast"))) void f();',
        'char c = \'"\'; __attribute__((optimize("O3"))) void f();',
    ],
)
def test_other_flags_are_refused_where_they_stand(own):
    found = rules.of_preprocessed(preprocessed(own))
    assert found
    assert found.rule is FLAGS
    assert 5 <= found.line <= 6


@pytest.mark.parametrize(
    "own",
    [
        "void optimize(int); int y = (optimize(3), 1);",
        "__attribute__((noinline)) void f(); int g() { return a[b[1]]; } void optimize();",
        "#pragma GCC unroll 4",
        "#pragma GCC ivdep",
        '__attribute__((target("avx2"))) void f();',
        'const char* advice = "__attribute__((optimize(3)))";',
        'void f() { asm volatile("" ::: "memory"); }',
        'void f(int& x) { __asm__ __volatile__ ("" : "+r"(x)); }',
        "int assembly = 1;",
    ],
)
def test_other_pragmas_names_and_barriers_are_allowed(own):
    assert rules.of_preprocessed(preprocessed(own)) is None


@pytest.mark.parametrize(
    "own",
    [
        'asm(".section .interp");',
        'void f() { asm volatile(".skip 32,0x90"); }',
        'void f() { __asm__("nop" : : ); }',
        'void f() { asm("" "nop"); }',
        'void f() { asm(R"(.incbin "x")"); }',
        'int f() asm("main");',
        'register int x asm("rax");',
        'void f() { asm goto("jmp %l0" :::: out); out:; }',
        "void f() { asm(TEXT); }",
    ],
)
def test_assembly_is_refused(own):
    assert broken(rules.of_preprocessed(preprocessed(own))) == (ASSEMBLY, 5)


def test_headers_may_do_as_they_like():
    header = '[[gnu::optimize("O3")]] void f(); void g() { asm("nop"); }'
    assert rules.of_preprocessed(preprocessed("int y;", header)) is None


@pytest.mark.parametrize("name", ["./program.cpp", "program.cpp", "/etc/passwd", "/proc/self/fd/0", "x.h"])
def test_an_inclusion_that_the_preprocessor_shows_is_refused(name):
    text = f'# 1 "program.cpp"\nint x;\n# 1 "{name}" 1\nint y;\n# 3 "program.cpp" 2\nint z;\n'
    assert broken(rules.of_preprocessed(text)) == (INCLUSION, 2)


def test_the_tasks_header_is_read_with_the_program():
    text = (
        '# 1 "program.cpp"\n# 1 "task.hpp" 1\n# 1 "/usr/include/c++/12/cstdint" 1 3\nint a;\n'
        '# 2 "task.hpp" 2\nint b;\n# 2 "program.cpp" 2\nint c;\nint d() asm("x");\n'
    )
    assert broken(rules.of_preprocessed(text)) == (ASSEMBLY, 3)


LISTING = """\
There are 12 section headers, starting at offset 0x1d8:
Section Headers:
  [Nr] Name              Type            Address          Off    Size   ES Flg Lk Inf Al
  [ 0]                   NULL            0000000000000000 000000 000000 00      0   0  0
  [ 1] .text             PROGBITS        0000000000000000 000040 000000 00  AX  0   0  1
  [ 2] .text._ZN1aC2Ev   PROGBITS        0000000000000000 000040 000000 00 AXG  0   0  1
  [ 3] .rela.text        RELA            0000000000000000 000040 000000 18   I  9   1  8
  [ 4] .init_array       INIT_ARRAY      0000000000000000 000040 000000 08  WA  0   0  8
  [ 5] .note.GNU-stack   PROGBITS        0000000000000000 000040 000000 00      0   0  1
  [ 6] .rodata.str1.1    PROGBITS        0000000000000000 000040 000000 01 AMS  0   0  1
"""


def test_sections_of_compilers_are_allowed():
    assert rules.of_sections(LISTING) is None
    assert object_sections.foreign(LISTING) == ()


@pytest.mark.parametrize("name", [".interp", ".gnu.lto_main.1a2b", ".mine", ".preinit_array", ".init"])
def test_sections_of_its_own_are_refused(name):
    line = f"  [ 7] {name} PROGBITS        0000000000000000 000040 000000 00  AX  0   0  1\n"
    assert broken(rules.of_sections(LISTING + line)) == (SECTIONS, 0)


def test_every_rule_has_a_code_and_a_sentence_of_its_own():
    assert len({rule.code for rule in rules.STATED}) == len(rules.STATED)
    assert all(rule.sentence.endswith(".") for rule in rules.STATED)
