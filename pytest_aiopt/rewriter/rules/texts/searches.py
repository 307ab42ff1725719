"""Search and count in texts by more than one byte at a time."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.effects import is_invariant, is_pure
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import INTEGERS
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    assignment,
    change,
    include,
    insert_helper,
    method_call,
    sole_statement,
)

_NARROW = {"bool", "char", "signed char", "unsigned char"}
"""Types of no sum, or of characters, among which a reference might change the text."""
_TEXTS = ("std::string", "std::string_view")
_FIND = """\
// text.find(part, from) by the search of the C library, which looks at more than one byte of the part.
inline std::size_t {name}(std::string_view text, std::string_view part, std::size_t from) {{
    if (from > text.size() || part.empty()) return text.find(part, from);
    const void* at = memmem(text.data() + from, text.size() - from, part.data(), part.size());
    return at == nullptr ? text.npos : static_cast<const char*>(at) - text.data();
}}
"""


@rewrite(Kind.STRUCTURAL, "H")
def find_by_hash(program: Program) -> Iterator[Change]:
    """Search for a text by memmem, which skips by pairs of bytes, and not by its first byte."""
    loops: dict[int, list[Node]] = {}
    for call in program.all("call_expression"):
        loop = enclosing(call, *LOOPS)
        if loop is not None and _finds_text(program, call):
            loops.setdefault(loop.id, []).append(call)
    for calls in loops.values():
        name = program.unused("find_part")
        edits = [replace(call, _found(name, call)) for call in calls]
        first = min(calls, key=lambda call: call.start_byte)
        edits.append(insert_helper(program, first, _FIND.format(name=name)))
        edits += [edit for header in ("cstring", "string_view") for edit in include(program, header)]
        yield change(edits, calls, "Search by more than the first byte.")


def _finds_text(program: Program, call: Node) -> bool:
    called, given = method_call(call), arguments(call)
    if called is None or called[1] != "find" or len(given) not in (1, 2):
        return False
    owner, part = called[0], given[0]
    named = owner.type == "identifier" and part.type == "identifier"
    return named and type_of(program, owner) in _TEXTS and type_of(program, part) in _TEXTS


def _found(name: str, call: Node) -> str:
    called, given = method_call(call), arguments(call)
    assert called is not None
    start = text(given[1]) if len(given) == 2 else "0"
    return f"{name}({text(called[0])}, {text(given[0])}, {start})"


_COUNT = """\
// How many characters of a text are the sought one: eight at a time, by the high bits of equal bytes.
inline std::size_t {name}(std::string_view text, char sought) {{
    constexpr std::uint64_t ones = 0x0101010101010101, low = 127 * ones;
    std::size_t count = 0;
    for (; text.size() >= 8; text.remove_prefix(8)) {{
        std::uint64_t x;
        std::memcpy(&x, text.data(), 8);
        x ^= std::uint8_t(sought) * ones;
        count += (~((x & low) + low | x | low) >> 7) * ones >> 56;
    }}
    for (const char c : text) {{
        count += c == sought;
    }}
    return count;
}}
"""


@rewrite(Kind.STRUCTURAL, "H")
def count_by_eights(program: Program) -> Iterator[Change]:
    """Count the characters of a text that equal a given one eight at a time."""
    for loop in program.all("for_range_loop"):
        done, made = assignment(sole_statement(field(loop, "body"))), list(declarations_in(loop))
        whole = field(loop, "right")
        if "remove_prefix" in text(loop.prev_named_sibling):
            continue  # the rest of a text that is counted by eights
        if done is None or done[1] != "+=" or whole is None or len(made) != 1 or made[0].type != "char":
            continue
        total, test, name = done[0], done[2], text(made[0].name)
        sides = [field(test, "left"), field(test, "right")]
        sought = [each for each in sides if each is not None and text(each) != name]
        if text(field(test, "operator")) != "==" or len(sought) != 1 or None in sides:
            continue
        if total.type != "identifier" or type_of(program, total) not in INTEGERS - _NARROW:
            continue
        if type_of(program, whole) not in _TEXTS or type_of(program, sought[0]) != "char":
            continue
        if _is_same(program, sought[0], loop) and not any(find(whole, "assignment_expression")):
            counter = program.unused("count_of")
            edits = [
                replace(loop, f"{text(total)} += {counter}({text(whole)}, {text(sought[0])});"),
                insert_helper(program, loop, _COUNT.format(name=counter)),
                *_headers(program),
            ]
            yield change(edits, [loop], "Count eight characters at a time.")


def _is_same(program: Program, sought: Node, loop: Node) -> bool:
    if sought.type not in ("identifier", "char_literal"):
        return False
    return is_pure(program, sought) and is_invariant(program, sought, loop)


def _headers(program: Program) -> list[Edit]:
    return [edit for header in ("cstdint", "cstring", "string_view") for edit in include(program, header)]
