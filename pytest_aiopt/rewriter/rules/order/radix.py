"""Sort by the digits of an unsigned key instead of by comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, field, find, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.effects import is_pure, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import element_type
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, expression_of, method_call

_BITS = {
    "std::uint8_t": 8,
    "unsigned char": 8,
    "std::uint16_t": 16,
    "std::uint32_t": 32,
    "std::uint64_t": 64,
}
_SHORT, _LONG = 8, 11
"""Bits of a digit of keys of up to 16 bits, and of longer ones: few passes, counters in the first cache."""


@dataclass(frozen=True, slots=True)
class _Key:
    """An unsigned number as an expression in ``x``, an element of the vector."""

    expression: str
    bits: int


@rewrite(Kind.STRUCTURAL, "ALG")
def sort_by_digits(program: Program) -> Iterator[Change]:
    """Sort a whole vector by one or two unsigned members of its elements, digit by digit.

    Elements with equal keys keep their order (LSD radix sort; Knuth, TAOCP 5.2.5). Short keys of which only
    one place is wanted are sorted, too: two passes cost less than a selection by comparisons.
    """
    for statement in program.all("expression_statement"):
        call, parent = expression_of(statement), statement.parent
        selects = text(field(call, "function")) == "std::nth_element"
        given = arguments(call) if call is not None else []
        if selects:
            del given[1:2]
        vector = _sorted_vector(program, call, given)
        if vector is None or parent is None or parent.type != "compound_statement":
            continue
        key = _key(program, vector, given[2:])
        if key is not None and program.unused("x") == "x" and (not selects or key.bits <= 2 * _SHORT):
            new = _passes(program, statement, text(vector), key)
            yield change(
                [replace(statement, new)], [statement], f"Sort {text(vector)} by the digits of its keys."
            )


def _sorted_vector(program: Program, call: Node | None, given: list[Node]) -> Node | None:
    """Return the vector of which a function that sorts or selects gets all elements."""
    if text(field(call, "function")) not in ("std::sort", "std::stable_sort", "std::nth_element"):
        return None
    owner = method_call(given[0]) if len(given) in (2, 3) else None
    if owner is None or owner[0].type != "identifier":
        return None
    name = text(owner[0])
    wholes = {f"{name}.begin()": f"{name}.end()", f"{name}.data()": f"{name}.data() + {name}.size()"}
    whole = wholes.get(text(given[0])) == text(given[1])
    return owner[0] if whole and (type_of(program, owner[0]) or "").startswith("std::vector<") else None


def _key(program: Program, vector: Node, order: list[Node]) -> _Key | None:
    """Return the key of ``[](a, b) { return a.k < b.k; }``, or of ``a.j != b.j ? a.j < b.j : a.k < b.k``."""
    if not order:
        bits = _BITS.get(element_type(type_of(program, vector)) or "")
        return None if bits is None else _Key("x", bits)
    given = [d for each in find(order[0], "parameter_declaration") for d in declarations_in(each)]
    body = statements(field(order[0], "body"))
    if order[0].type != "lambda_expression" or len(given) != 2 or len(body) != 1:
        return None
    names = text(given[0].name), text(given[1].name)
    result = body[0].named_children[0] if body[0].type == "return_statement" else None
    if result is None or result.type != "conditional_expression":
        return _compared(program, result, "<", names)
    first = _compared(program, field(result, "consequence"), "<", names)
    second = _compared(program, field(result, "alternative"), "<", names)
    if (
        first is None
        or second is None
        or _compared(program, field(result, "condition"), "!=", names) != first
    ):
        return None
    bits = first.bits + second.bits
    wide = f"std::uint64_t{{{first.expression}}}" if bits > 16 else first.expression
    return _Key(f"({wide} << {second.bits} | {second.expression})", bits) if bits <= 64 else None


def _compared(program: Program, node: Node | None, operator: str, names: tuple[str, str]) -> _Key | None:
    """Return the key that a comparison takes of both parameters; None for any other comparison."""
    left, right = field(node, "left"), field(node, "right")
    if left is None or right is None or text(field(node, "operator")) != operator:
        return None
    bits = _BITS.get(type_of(program, left) or "")
    if bits is None or not is_pure(program, left) or uses(left, names[1]):
        return None
    own = re.sub(rf"\b{names[0]}\b", "x", text(left))
    return _Key(own, bits) if own == re.sub(rf"\b{names[1]}\b", "x", text(right)) else None


def _passes(program: Program, statement: Node, vector: str, key: _Key) -> str:
    shift, old, at, i = (program.unused(name) for name in ("shift", "old", "at", "i"))
    width = _SHORT if key.bits <= 2 * _SHORT else _LONG
    count = 2**width
    digit = f"{key.expression} >> {shift} & {count - 1}"
    lines = [
        f"for (int {shift} = 0; {shift} < {key.bits}; {shift} += {width}) {{",
        f"    const auto {old} = {vector};",
        f"    std::size_t {at}[{count + 1}] = {{}};",
        f"    for (const auto& x : {old}) ++{at}[({digit}) + 1];",
        f"    for (int {i} = 1; {i} <= {count}; ++{i}) {at}[{i}] += {at}[{i} - 1];",
        f"    for (const auto& x : {old}) {vector}[{at}[{digit}]++] = x;",
        "}",
    ]
    return ("\n" + program.indent(statement)).join(lines)
