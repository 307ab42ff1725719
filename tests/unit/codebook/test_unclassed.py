"""Programs with macros and conditions are preprocessed; those that cannot be read are unclassed."""

from __future__ import annotations

import pytest

from pytest_aiopt.codebook.character import Character, Class, character
from pytest_aiopt.cpp import preprocess
from pytest_aiopt.cpp.preprocess import Unpreprocessed, preprocessed, without_extensions

HEAD = "    for (int i = 0; i < static_cast<int>(v.size()); ++i) {\n"
PARENT = f"""#include <vector>
int total(const std::vector<int>& v) {{
    int t = 0;
{HEAD}        t += v[i];
    }}
    return t;
}}
"""
DOUBLED = PARENT.replace("t += v[i]", "t += 2 * v[i]")
FOR = "#define FOR(i, n) for (int i = 0; i < (n); ++i)\n"
PAIRS = f"""{FOR}int pairs(const int* v, int n) {{
    int t = 0;
    FOR(i, n) {{
        FOR(j, n) {{
            t += v[i] * v[j];
        }}
    }}
    return t;
}}
"""
SUPERFICIAL = {
    "a macro for the loop": FOR
    + DOUBLED.replace(HEAD, "    FOR(i, static_cast<int>(v.size())) {\n"),
    "the head of the loop in both branches": DOUBLED.replace(
        HEAD, f"#ifdef SLOW\n{HEAD}#else\n{HEAD}#endif\n"
    ),
    "consteval": DOUBLED.replace("    return", "    if !consteval { t += 0; }\n    return"),
    "a dead copy": f"#if 0\n{PARENT}#endif\n{DOUBLED}",
    "a dead copy under another name": f"#ifdef OLD\n{PARENT}#else\n{DOUBLED}#endif\n",
    "a macro for an attribute": "#define HOT __attribute__((hot))\n"
    + DOUBLED.replace("int total", "HOT int total"),
    "a macro for the whole statement": "#define ADD(x) t += 2 * (x);\n"
    + DOUBLED.replace("t += 2 * v[i];", "ADD(v[i])"),
    "a pragma operator": DOUBLED.replace(HEAD, f'    _Pragma("GCC ivdep")\n{HEAD}'),
    "an attribute of a local array": DOUBLED.replace(
        "    return", "    int last __attribute__((aligned(64))) = t;\n    t = last;\n    return"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SUPERFICIAL)
def test_macros_and_conditions_do_not_change_the_class(name: str) -> None:
    found = character(PARENT, SUPERFICIAL[name])
    assert (found.kind, found.depth) == (Class.SUPERFICIAL, 1)


def test_only_the_parent_has_macros() -> None:
    assert character(SUPERFICIAL["a macro for the loop"], DOUBLED).kind is Class.SUPERFICIAL


def test_macros_hide_no_structure() -> None:
    child = PAIRS.replace("        FOR(j, n) {\n", "").replace("v[i] * v[j];\n        }", "v[i];")
    found = character(PAIRS, child.replace("return t", "return t * t"))
    assert found.kind is Class.STRUCTURAL
    assert "S1" in {signal.code for signal in found.signals}


def test_a_renamed_macro_is_null() -> None:
    assert character(PAIRS, PAIRS.replace("FOR", "EACH")).kind is Class.NULL


def _broken(found: Character) -> bool:
    return (found.kind, found.depth, found.signals, found.labels) == (Class.UNCLASSED, None, (), ())


def test_a_program_with_syntax_errors_is_unclassed() -> None:
    broken = PARENT.replace("t += v[i];", "t += v[i")
    assert _broken(character(PARENT, broken))
    assert _broken(character(broken, PARENT))
    assert _broken(character(PARENT, f"#if 1\n{PARENT}"))
    assert character(broken, broken + "// the same\n").kind is Class.NULL
    assert character(PARENT, broken, same_binary=True).kind is Class.NULL


def test_without_a_compiler_programs_with_macros_are_unclassed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preprocess, "_COMPILER", "no-such-compiler")
    assert _broken(character(PARENT, f"#define NUMBER 17\n{PARENT}"))
    assert character(PARENT, DOUBLED).kind is Class.SUPERFICIAL


def test_lines_stay_where_they_are() -> None:
    program = (
        "#include <vector>\n#define ONE 1\n#if 0\nint a;\n#endif\nint b = ONE;\n\nint c = (ONE +\n ONE);\n"
    )
    lines = preprocessed(program).split("\n")
    assert lines[0] == "#include <vector>"
    assert [lines[5], lines[7].strip(), lines[8].strip()] == ["int b = 1;", "int c = (1 +", "1);"]
    assert "int a" not in preprocessed(program)


def test_headers_are_not_expanded_but_their_features_are_known() -> None:
    program = "#include <vector>\n\n#if defined(__GLIBC__) && __cpp_lib_variant\nint a = 0;\n#endif\n"
    assert preprocessed(program).split("\n")[3] == "int a = 0;"
    assert "template" not in preprocessed(program)


BOMB = "".join(f"#define X{n} X{n + 1} X{n + 1}\n" for n in range(40)) + "X0\n"


@pytest.mark.parametrize("program", ["#error no\n", "#endif\n", BOMB], ids=["error", "unbalanced", "bomb"])
def test_refused_by_the_preprocessor(program: str) -> None:
    with pytest.raises(Unpreprocessed):
        preprocessed(program)


def test_attributes_leave_their_room() -> None:
    program = "int a __attribute__((aligned(64),\n used)) = 1;\n"
    plain, removed = without_extensions(program)
    assert plain.split() == ["int", "a", "=", "1;"]
    assert plain.count("\n") == program.count("\n")
    assert removed == ("__attribute__((aligned(64),\n used))",)
