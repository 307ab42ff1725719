"""Common members of sorted ranges of small numbers, from a table of all numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, statements, text
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.ranges.numbers import NUMBERS, element_of_range
from pytest_aiopt.rewriter.rules.shapes import (
    assignment,
    change,
    condition_of,
    counts_up,
    expression_of,
    include,
    sole_statement,
)


@dataclass(frozen=True, slots=True)
class _Common:
    """``p = right.begin(); for (x : left) { while (*p < x) ++p; if (*p == x) ++total; }`` within bounds."""

    declared: Node
    loop: Node
    left: str
    right: str
    total: str
    kind: str


@rewrite(Kind.STRUCTURAL, "P")
def common_by_table(program: Program) -> Iterator[Change]:
    """Count the common members of two ranges by a table of the members of one of them.

    Ranges that are not sorted are walked side by side as before, since the count then differs.
    """
    for loop in program.all("for_range_loop"):
        found = _common(program, loop)
        if found is not None:
            yield _tabulated(program, found)


def _common(program: Program, loop: Node) -> _Common | None:
    before, body, left = loop.prev_named_sibling, statements(field(loop, "body")), field(loop, "right")
    place = (
        next(declarations_in(before), None) if before is not None and before.type == "declaration" else None
    )
    number = next(declarations_in(loop), None)
    if place is None or number is None or left is None or left.type != "identifier" or len(body) != 2:
        return None
    start = re.fullmatch(r"(\w+)\.begin\(\)", text(place.value))
    if start is None or before is None or enclosing(loop, "else_clause") is not None:
        return None
    p, x, right = text(place.name), text(number.name), start[1]
    total = _total(program, body[1], f"{p} != {right}.end() && *{p} == {x}")
    skips = (
        body[0].type == "while_statement"
        and text(condition_of(body[0])) == f"{p} != {right}.end() && *{p} < {x}"
    )
    if total is None or not skips or not counts_up(expression_of(sole_statement(field(body[0], "body"))), p):
        return None
    owner = next(find(place.value, "identifier"), None) if place.value is not None else None
    kinds = {element_of_range(program, each) for each in (left, owner) if each is not None}
    later = [use for use in uses(loop.parent or loop, p) if use.start_byte > loop.end_byte]
    kind = next(iter(kinds))
    if (
        len(kinds) != 1
        or kind not in NUMBERS
        or number.type not in (kind, "auto")
        or number.reference
        or later
    ):
        return None
    return _Common(before, loop, text(left), right, total, kind)


def _total(program: Program, counted: Node, wanted: str) -> str | None:
    """Return the counter of ``if (wanted) ++counter;``."""
    if (
        counted.type != "if_statement"
        or text(condition_of(counted)) != wanted
        or field(counted, "alternative")
    ):
        return None
    step = sole_statement(field(counted, "consequence"))
    added, bumped = assignment(step), expression_of(step)
    if added is not None and added[1] == "+=" and text(added[2]) == "1":
        target: Node | None = added[0]
    elif bumped is not None and bumped.type == "update_expression" and "++" in text(bumped):
        target = field(bumped, "argument")
    else:
        return None
    known = target is not None and target.type == "identifier" and is_integer(type_of(program, target))
    return text(target) if known else None


def _tabulated(program: Program, found: _Common) -> Change:
    is_in, x, pad = program.unused("is_in"), program.unused("x"), program.indent(found.loop)
    sorted_both = " && ".join(
        f"std::is_sorted({each}.begin(), {each}.end())" for each in (found.left, found.right)
    )
    lines = [
        f"if ({sorted_both}) {{",
        f"    std::vector<char> {is_in}({NUMBERS[found.kind]});",
        f"    for (const {found.kind} {x} : {found.right}) {is_in}[{x}] = 1;",
        f"    for (const {found.kind} {x} : {found.left}) {found.total} += {is_in}[{x}];",
        "} else {",
        f"    {text(found.declared)}",
        "    " + text(found.loop).replace(f"\n{pad}", f"\n{pad}    "),
        "}",
    ]
    edits = [
        Edit(found.declared.start_byte, found.loop.end_byte, f"\n{pad}".join(lines)),
        *include(program, "algorithm"),
        *include(program, "vector"),
    ]
    return change(edits, [found.declared, found.loop], f"Look members of {found.left} up in a table.")
