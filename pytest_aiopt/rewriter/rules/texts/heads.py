"""Compare the first bytes of two texts at once, or one decisive byte before all others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, field, find, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import (
    declarations_in,
    fields_of,
    function_named,
    known_struct,
    parameters,
)
from pytest_aiopt.rewriter.program.effects import is_pure, may_write, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.purity import is_pure_function
from pytest_aiopt.rewriter.rules.shapes import (
    assignment,
    change,
    condition_of,
    counts_up,
    expression_of,
    include,
)

_SEQUENCES = ("std::string", "std::string_view")
_BYTES = ("char", "unsigned char", "signed char", "std::uint8_t", "std::int8_t", "std::byte")


@rewrite(Kind.STRUCTURAL, "L1")
def next_element_first(program: Program) -> Iterator[Change]:
    """Skip a common prefix that cannot exceed the longest one so far: the elements behind that differ."""
    for statement in program.all("expression_statement"):
        done, parent = assignment(statement), statement.parent
        if done is None or done[1] != "=" or parent is None or parent.type != "compound_statement":
            continue
        longest, call = done[0], done[2]
        if longest.type != "identifier" or type_of(program, longest) != "std::size_t":
            continue
        given = arguments(call) if text(field(call, "function")) == "std::max" else []
        others = [each for each in given if text(each) != text(longest)]
        if len(given) != 2 or len(others) != 1 or others[0].type != "call_expression":
            continue
        sides = arguments(others[0])
        function = function_named(program, text(field(others[0], "function")))
        if len(sides) != 2 or function is None or not _is_common_prefix(program, function):
            continue
        if not all(is_pure(program, side) and _is_sequence(program, side) for side in sides):
            continue
        at, one, two = text(longest), *map(text, sides)
        test = f"if ({at} < {one}.size() && {at} < {two}.size() && {one}[{at}] == {two}[{at}]) "
        edit = replace(statement, test + text(statement))
        yield change([edit], [statement], f"Look for a common prefix only where it can exceed {at}.")


def _is_sequence(program: Program, node: Node) -> bool:
    kinds = ("identifier", "field_expression", "subscript_expression")
    kind = type_of(program, node) or ""
    return node.type in kinds and (kind in _SEQUENCES or kind.startswith("std::vector<"))


def _is_common_prefix(program: Program, function: Node) -> bool:
    """Whether a function counts the equal elements from the first ones on, and does nothing else."""
    given, body = parameters(function), statements(field(function, "body"))
    if len(given) != 2 or len(body) not in (4, 5) or not is_pure_function(program, function):
        return False
    one, two = (text(each.name) for each in given)
    if not all(each.type in _SEQUENCES or each.type.startswith("std::vector<") for each in given):
        return False
    made = [d for each in body[:2] if each.type == "declaration" for d in declarations_in(each)]
    if len(made) != 2 or {each.type for each in made} != {"std::size_t"}:
        return False
    values = {text(each.name): text(each.value) for each in made}
    most, same = sorted(values, key=lambda name: f"return {name};" == text(body[-1]))
    least = {f"std::min({one}.size(), {two}.size())", f"std::min({two}.size(), {one}.size())"}
    if values[same] != "0" or values[most] not in least or text(body[-1]) != f"return {same};":
        return False
    wide = f"while({same}+8<={most}&&std::memcmp({one}.data()+{same},{two}.data()+{same},8)==0){same}+=8;"
    loop = rf"while\({same}<{most}&&{one}\[{same}\]=={two}\[{same}\]\)\{{?(\+\+{same}|{same}\+\+);\}}?"
    found = [re.sub(r"\s", "", text(each)) for each in body[2:-1]]
    return re.fullmatch(loop, found[-1]) is not None and found[:-1] in ([], [wide])


@rewrite(Kind.STRUCTURAL, "H")
def first_eight_at_once(program: Program) -> Iterator[Change]:
    """Compare up to eight first bytes of two arrays as two numbers, where only their equality matters.

    Both arrays have at least eight bytes, so that those behind the compared ones can be read and dropped.
    """
    for loop in program.all("while_statement"):
        test, above = condition_of(loop), loop.prev_named_sibling
        step = [expression_of(each) for each in statements(field(loop, "body"))]
        limit, equal = field(test, "left"), field(test, "right")
        if above is None or above.type != "declaration" or len(step) != 1 or equal is None:
            continue
        made = list(declarations_in(above))
        if len(made) != 1 or text(made[0].value) != "0" or not is_unsigned(made[0].type):
            continue
        same, count = text(made[0].name), field(limit, "right")
        if count is None or count.type != "identifier" or not counts_up(step[0], same):
            continue
        if text(test) != f"{same} < {text(count)} && {text(equal)}" or not is_unsigned(
            type_of(program, count)
        ):
            continue
        arrays = [eight_bytes(program, field(equal, side), same) for side in ("left", "right")]
        if text(field(equal, "operator")) != "==" or arrays[0] is None or arrays[1] is None:
            continue
        if _only_asks_whether_all(program, loop, same, text(count)):
            edit = replace(loop, _at_once(program, loop, arrays[0], arrays[1], text(count)))
            edits = [edit, *include(program, "cstdint"), *include(program, "cstring")]
            yield change(edits, [loop], "Compare up to eight bytes at once.")


def eight_bytes(program: Program, node: Node | None, counter: str) -> str | None:
    """Return the array of ``array[counter]``: a member of at least eight bytes."""
    array = field(node, "argument")
    if node is None or array is None or text(field(node, "indices")) != f"[{counter}]":
        return None
    if array.type != "field_expression" or "->" in text(array) or not is_pure(program, array):
        return None
    struct = known_struct(program, type_of(program, field(array, "argument")))
    for member in fields_of(struct) if struct is not None else []:
        sized = next(find(member.node, "array_declarator"), None)
        extent = text(field(sized, "size"))
        if text(member.name) == text(field(array, "field")) and member.type.removesuffix("*") in _BYTES:
            return text(array) if extent.isdigit() and int(extent) >= 8 and _is_plain(member.node) else None
    return None


def _is_plain(member: Node) -> bool:
    """Whether a member is an array of bytes, not of pointers or of arrays."""
    return len(list(find(member, "array_declarator", "pointer_declarator"))) == 1


def _only_asks_whether_all(program: Program, loop: Node, name: str, count: str) -> bool:
    """Whether the code after the loop only asks whether the counter has reached the count."""
    block = loop.parent
    if block is None or block.type != "compound_statement" or may_write(program, block, count):
        return False
    later = [use for use in uses(block, name) if use.start_byte > loop.end_byte]
    tests = (f"{name} == {count}", f"{name} != {count}", f"{name} < {count}")
    return bool(later) and all(use.parent is not None and text(use.parent) in tests for use in later)


def _at_once(program: Program, loop: Node, one: str, two: str, count: str) -> str:
    a, b = program.unused("a"), program.unused("b")
    lines = [
        f"std::uint64_t {a}, {b};",
        f"std::memcpy(&{a}, {one}, 8);",
        f"std::memcpy(&{b}, {two}, 8);",
        f"if ({count} == 0 || {count} > 8 || ({a} ^ {b}) << (64 - 8 * {count}) == 0) {text(loop)}",
    ]
    return ("\n" + program.indent(loop)).join(lines)
