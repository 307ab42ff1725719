import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.evaluation.build import directives


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
    ],
)
def test_a_foreign_line_is_refused_in_every_spelling(source):
    found = directives.foreign_line(f"int first;\n{source}\nint last;")
    assert found
    assert found.line >= 2
    assert "#line is not allowed" in found.message


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
def test_what_only_looks_like_a_foreign_line_is_not_refused(source):
    assert directives.foreign_line(source) is None


@given(st.text())
def test_any_text_is_read(source):
    directives.foreign_line(source)
    directives.changed_flags(source)


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
    ],
)
def test_other_flags_are_refused_where_they_stand(own):
    found = directives.changed_flags(preprocessed(own))
    assert found
    assert 5 <= found.line <= 6
    assert directives.must_preprocess(own)


@pytest.mark.parametrize(
    "own",
    [
        "void optimize(int); int y = (optimize(3), 1);",
        "__attribute__((noinline)) void f(); int g() { return a[b[1]]; } void optimize();",
        "#pragma GCC unroll 4",
        "#pragma GCC ivdep",
        '__attribute__((target("avx2"))) void f();',
    ],
)
def test_other_pragmas_and_names_are_allowed(own):
    assert directives.changed_flags(preprocessed(own)) is None


def test_headers_may_do_as_they_like():
    assert directives.changed_flags(preprocessed("int y;", '[[gnu::optimize("O3")]] void f();')) is None
