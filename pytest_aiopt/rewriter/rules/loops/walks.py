"""Search rows behind a pointer by a column of one of their members."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, statements, text
from pytest_aiopt.rewriter.program.declarations import declaration_of
from pytest_aiopt.rewriter.program.effects import is_pure, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.loops.scans import block_test
from pytest_aiopt.rewriter.rules.rows import PointerLoop, keeps_rows, pointer_loop
from pytest_aiopt.rewriter.rules.shapes import (
    change,
    condition_of,
    counts_up,
    expression_of,
    head_of,
    include,
)

_BLOCK = 64
_NARROW = ("bool", "std::uint8_t", "std::int8_t", "std::uint16_t", "std::int16_t", "char", "short")
_RISKY = ("/", "%", "<<", ">>")


@dataclass(frozen=True, slots=True)
class _Search:
    """``while (at != last && test(at->member)) ++at;`` within a loop over the rows up to ``last``."""

    outer: PointerLoop
    loop: Node
    at: str
    test: Node
    member: str


@rewrite(Kind.STRUCTURAL, "H")
def search_column(program: Program) -> Iterator[Change]:
    """Skip blocks of rows of which a column of one member shows that none ends the search.

    Only for members of at most 16 bits, which take part in arithmetic as the ``int`` of the column.
    """
    for loop in program.all("while_statement"):
        around = enclosing(loop, *LOOPS)
        outer = pointer_loop(around) if around is not None else None
        search = _search(program, loop, outer) if outer is not None else None
        if search is None or search.outer.more is not None or not keeps_rows(program, search.outer):
            continue
        column = program.unused(f"{search.member}_column")
        edits = [
            program.insert_before(search.outer.node, _filled(program, search, column)),
            program.insert_before(loop, _blocks(program, search, column)),
            *include(program, "vector"),
        ]
        yield change(edits, [search.outer.node], f"Search a column of {search.member} in blocks of {_BLOCK}.")


def _search(program: Program, loop: Node, outer: PointerLoop) -> _Search | None:
    condition, body = condition_of(loop), statements(field(loop, "body"))
    limit, test, last = field(condition, "left"), field(condition, "right"), text(outer.last)
    name = field(limit, "left")
    if condition is None or text(field(condition, "operator")) != "&&" or name is None or test is None:
        return None
    at = text(name)
    steps = len(body) == 1 and counts_up(expression_of(body[0]), at)
    if not steps or name.type != "identifier" or text(limit) != f"{at} != {last}":
        return None
    declared = declaration_of(program, name)
    if declared is None or not declared.const or declared.type != f"{outer.rows}*" or declared.reference:
        return None
    above = loop.prev_named_sibling
    in_block = loop.parent is not None and loop.parent.type == "compound_statement"
    if not in_block or above is None or f"{at} += {_BLOCK}" in text(above):
        return None
    member = _member(program, test, at)
    if member is None or outer.first.type != "identifier" or outer.last.type != "identifier":
        return None
    return _Search(outer, loop, at, test, member)


def _member(program: Program, test: Node, at: str) -> str | None:
    """Return the only member of a row that a test reads; None if the test might fail for other rows."""
    if not is_pure(program, test) or any(find(test, "subscript_expression", "pointer_expression")):
        return None
    if any(text(field(each, "function")) != "std::abs" for each in find(test, "call_expression")):
        return None
    if any(text(field(each, "operator")) in _RISKY for each in find(test, "binary_expression")):
        return None
    read = [use.parent for use in uses(test, at)]
    members = {text(each) for each in read}
    member = re.fullmatch(rf"{at}->(\w+)", members.pop()) if len(members) == 1 else None
    return member.group(1) if member is not None and type_of(program, read[0]) in _NARROW else None


def _filled(program: Program, search: _Search, column: str) -> str:
    outer = search.outer
    head = head_of(program, outer)
    return f"std::vector<int> {column};\n{head} {column}.push_back({outer.at}->{search.member});"


def _blocks(program: Program, search: _Search, column: str) -> str:
    at, first, last = search.at, text(search.outer.first), text(search.outer.last)
    place = f"{column}[{at} - {first} + {program.unused('k')}]"
    moved = re.sub(rf"\b{at}->{search.member}\b", place, text(search.test))
    lines = [
        f"while ({first} <= {at} && {last} - {at} >= {_BLOCK}) {{",
        *block_test(program, "int", f"!({moved})", _BLOCK),
        f"    {at} += {_BLOCK};",
        "}",
    ]
    return "\n".join(lines)
