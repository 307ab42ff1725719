"""Sums over ranges of an array as differences of two prefix sums."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, ancestors, arguments, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import declaration_of
from pytest_aiopt.rewriter.program.effects import callee_name, is_pure, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.stability import is_stable
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    assignment,
    change,
    counted_loop,
    counted_loops,
    include,
    sole_statement,
)


@dataclass(frozen=True, slots=True)
class _Sum:
    """``for (j = a; j < b; ++j) total += term;``, where the term reads one element ``v[index]``."""

    loop: CountedLoop
    total: Node
    term: Node
    element: Node
    index: Node


@rewrite(Kind.STRUCTURAL, "P")
def prefix_sums(program: Program) -> Iterator[Change]:
    """Add up all terms once; the sum of a range is then the difference of the sums at its ends.

    Only for unsigned sums, which may wrap around, over all elements of a vector, or all cells of a grid.
    """
    for loop in counted_loops(program):
        found = _sum(program, loop)
        outer = _repeated(program, found) if found is not None else None
        if found is None or outer is None:
            continue
        size = _size(program, found)
        if size is None or not is_stable(program, size[0], outer):
            continue
        yield _with_prefixes(program, found, outer, size[1])


def _sum(program: Program, loop: CountedLoop) -> _Sum | None:
    added = assignment(sole_statement(loop.body))
    if added is None or added[1] != "+=" or added[0].type != "identifier":
        return None
    elements = list(find(added[2], "subscript_expression"))
    listed = field(elements[0], "indices") if len(elements) == 1 else None
    if listed is None or len(listed.named_children) != 1:
        return None
    found = _Sum(loop, added[0], added[2], elements[0], listed.named_children[0])
    counts = is_unsigned(type_of(program, loop.variable.name)) and is_unsigned(type_of(program, found.total))
    whole = type_of(program, found.term)
    if not counts or not (whole == "bool" or is_unsigned(whole)) or uses(found.term, text(found.total)):
        return None
    if len(uses(found.term, loop.name)) != 1 or not _ends_with(found.index, loop.name):
        return None
    return found if is_pure(program, loop.bound) and not uses(loop.bound, text(found.total)) else None


def _ends_with(index: Node, counter: str) -> bool:
    """Whether an index is ``j`` or ``... + j``."""
    if text(index) == counter:
        return True
    return text(field(index, "operator")) == "+" and text(field(index, "right")) == counter


def _repeated(program: Program, found: _Sum) -> Node | None:
    """Return the outermost loop that visits elements repeatedly and never changes their terms."""
    best, again = None, False
    free = frozenset(text(node) for node in find(found.index, "identifier"))
    for outer in ancestors(found.loop.node):
        if outer.type == "function_definition":
            break
        if outer.type not in LOOPS:
            continue
        counted = counted_loop(program, outer)
        again = again or (counted is not None and not uses(found.index, counted.name))
        own = field(found.element, "argument")
        if own is None or not is_stable(program, own, outer):
            break
        if not is_stable(program, found.term, outer, free) or outer.parent is None:
            break
        if again and outer.parent.type == "compound_statement":
            best = outer
    return best


def _size(program: Program, found: _Sum) -> tuple[Node, str] | None:
    """Return an array and the number of its elements: a vector's size, or rows times columns."""
    array = field(found.element, "argument")
    kind = type_of(program, array) or ""
    if array is not None and kind.startswith("std::vector<") and kind != "std::vector<bool>":
        return array, f"{text(array)}.size()"
    product = field(found.index, "left")
    row, width, grid = field(product, "left"), field(product, "right"), field(array, "argument")
    if array is None or array.type != "field_expression" or not kind.endswith("*") or grid is None:
        return None
    if row is None or row.type != "identifier" or width is None or text(field(product, "operator")) != "*":
        return None
    limits = [each for each in _limits(program, _bound_of(program, row)) if text(each) != text(width)]
    rows = next((each for each in limits if _belongs(each, grid)), None)
    columns = _limits(program, found.loop.bound)
    if rows is None or not _belongs(width, grid) or text(width) not in map(text, columns):
        return None
    if not is_unsigned(type_of(program, row)) or not is_unsigned(type_of(program, rows)):
        return None
    return array, f"{text(width)} * {text(rows)}"


def _belongs(extent: Node, grid: Node) -> bool:
    """Whether an extent is a member of the same object as the array."""
    return extent.type == "field_expression" and text(field(extent, "argument")) == text(grid)


def _bound_of(program: Program, counter: Node) -> Node | None:
    declared = declaration_of(program, counter)
    counted = counted_loop(program, declared.node.parent) if declared and declared.node.parent else None
    return counted.bound if counted is not None else None


def _limits(program: Program, bound: Node | None) -> list[Node]:
    """Return expressions that a bound does not exceed: itself, or the arguments of ``std::min``."""
    if bound is not None and bound.type == "identifier":
        declared = declaration_of(program, bound)
        bound = declared.value if declared is not None and declared.const else None
    if bound is None:
        return []
    is_least = bound.type == "call_expression" and callee_name(bound) == "min"
    return arguments(bound) if is_least else [bound]


def _with_prefixes(program: Program, found: _Sum, outer: Node, size: str) -> Change:
    sums, i, j = program.unused("prefix"), program.unused("k"), found.loop.name
    kind, end = text(field(found.loop.variable.node, "type")), text(found.loop.bound)
    array = text(field(found.element, "argument"))
    term = text(found.term).replace(text(found.element), f"{array}[{i}]")
    index = text(found.index)
    last = re.sub(rf"\b{j}$", end if end.isidentifier() else f"({end})", index)
    lines = [
        f"std::vector<std::uint64_t> {sums}({size} + 1);",
        f"for (std::size_t {i} = 0; {i} < {size}; ++{i}) {sums}[{i} + 1] = {sums}[{i}] + ({term});",
    ]
    inner = (
        f"if (const {kind} {j} = {text(found.loop.start)}; {j} < {end}) "
        f"{text(found.total)} += {sums}[{last}] - {sums}[{index}];"
    )
    edits = [
        program.insert_before(outer, "\n".join(lines)),
        replace(found.loop.node, inner),
        *include(program, "vector"),
        *include(program, "cstdint"),
    ]
    return change(edits, [found.loop.node], f"Take sums over {array} from prefix sums.")
