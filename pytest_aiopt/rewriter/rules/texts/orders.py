"""Compare eight bytes as one number before all others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, replace, text
from pytest_aiopt.rewriter.program.declarations import function_name
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, include, insert_helper, method_call

_BEFORE = """\
// Whether std::memcmp(a, b, size) is negative, for at least eight bytes.
inline bool {name}(const void* a, const void* b, std::size_t size) {{
    std::uint64_t one, two;
    std::memcpy(&one, a, 8);
    std::memcpy(&two, b, 8);
    return one != two ? __builtin_bswap64(one) < __builtin_bswap64(two) : std::memcmp(a, b, size) < 0;
}}
"""
_ENDS = """\
// Whether a comes before b in the order of characters from the last one on.
inline bool {name}(std::string_view a, std::string_view b) {{
    if (a.size() >= 8 && b.size() >= 8) {{
        constexpr std::uint64_t signs = 0x8080808080808080;
        std::uint64_t one, two;
        std::memcpy(&one, &a[a.size() - 8], 8);
        std::memcpy(&two, &b[b.size() - 8], 8);
        if (one != two) return (one ^ signs) < (two ^ signs);
    }}
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}}
"""
_ENDS_NAME = "ends_before"
_LEAST = 8


@rewrite(Kind.STRUCTURAL, "H")
def order_by_first_eight(program: Program) -> Iterator[Change]:
    """Order arrays of constant size by their first eight bytes as a number, and then by the others."""
    for test in program.all("binary_expression"):
        call = field(test, "left")
        if call is None or text(field(test, "operator")) != "<" or text(field(test, "right")) != "0":
            continue
        given = arguments(call) if text(field(call, "function")) == "std::memcmp" else []
        size = re.fullmatch(r"[1-9]\d*", text(given[2])) if len(given) == 3 else None
        if size is None or int(size[0]) < _LEAST:
            continue
        name = program.unused("before")
        edits = [
            replace(test, f"{name}{text(field(call, 'arguments'))}"),
            insert_helper(program, test, _BEFORE.format(name=name)),
            *include(program, "cstdint"),
            *include(program, "cstring"),
        ]
        yield change(edits, [test], "Compare the first eight bytes as numbers.")


@rewrite(Kind.STRUCTURAL, "H")
def order_by_last_eight(program: Program) -> Iterator[Change]:
    """Order texts from their last character on by a number of the last eight, and then by all."""
    for call in program.all("call_expression"):
        if text(field(call, "function")) != "std::lexicographical_compare" or len(arguments(call)) != 4:
            continue
        ends = [method_call(each) for each in arguments(call)]
        owners = [end[0] for end in ends if end is not None and end[0].type == "identifier"]
        if [end[1] for end in ends if end is not None] != ["rbegin", "rend", "rbegin", "rend"]:
            continue
        if len(owners) != 4 or any(text(owners[k]) != text(owners[k + 1]) for k in (0, 2)):
            continue
        if any(type_of(program, each) not in ("std::string", "std::string_view") for each in owners):
            continue
        around = enclosing(call, "function_definition")
        if around is None or function_name(around).startswith(_ENDS_NAME):
            continue
        name = program.unused(_ENDS_NAME)
        edits = [
            replace(call, f"{name}({text(owners[0])}, {text(owners[2])})"),
            insert_helper(program, call, _ENDS.format(name=name)),
            *(edit for header in ("cstdint", "cstring", "string_view") for edit in include(program, header)),
        ]
        yield change(edits, [call], "Compare the last eight characters as numbers.")
