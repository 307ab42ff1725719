"""Loops that combine the elements of a range of an array, and loops that repeat them for other ranges."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, ancestors, arguments, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import declaration_of
from pytest_aiopt.rewriter.program.effects import callee_name, is_pure, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.stability import is_stable
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.rules.shapes import CountedLoop, counted_loop, include


@dataclass(frozen=True, slots=True)
class Fold:
    """``for (j = a; j < b; ++j) total += term;`` or the like; the term reads one element ``v[index]``."""

    loop: CountedLoop
    target: Node
    term: Node
    element: Node
    index: Node

    @property
    def end(self) -> str:
        """The loop's bound, in parentheses where an operator may stand beside it."""
        bound = self.loop.bound
        return text(bound) if bound.type in ("identifier", "call_expression") else f"({text(bound)})"

    def term_at(self, place: str) -> str:
        """Return the term of the element at another place."""
        array = text(field(self.element, "argument"))
        return text(self.term).replace(text(self.element), f"{array}[{place}]")


def fold_of(program: Program, loop: CountedLoop, target: Node, term: Node) -> Fold | None:
    """Return the fold; None unless the term has no division and depends on the counter by its element."""
    elements = list(find(term, "subscript_expression"))
    listed = field(elements[0], "indices") if len(elements) == 1 else None
    if listed is None or len(listed.named_children) != 1 or target.type != "identifier":
        return None
    index = listed.named_children[0]
    if not is_unsigned(type_of(program, loop.variable.name)) or any(find(term, "/", "%")):
        return None
    if not is_pure(program, loop.bound) or uses(loop.bound, text(target)) or uses(term, text(target)):
        return None
    if uses(loop.bound, loop.name) or len(uses(term, loop.name)) != 1 or not _ends_with(index, loop.name):
        return None
    return Fold(loop, target, term, elements[0], index)


def with_list(program: Program, found: Fold, outer: Node, above: list[str], body: list[str]) -> list[Edit]:
    """Return the edits that fill a list above the outer loop, and give the fold's loop another body."""
    return [
        program.insert_before(outer, "\n".join(above)),
        replace(found.loop.body, ("\n" + program.indent(found.loop.node)).join(body)),
        *include(program, "vector"),
        *include(program, "cstddef"),
    ]


def _ends_with(index: Node, counter: str) -> bool:
    """Whether an index is ``j`` or ``... + j``."""
    if text(index) == counter:
        return True
    return text(field(index, "operator")) == "+" and text(field(index, "right")) == counter


def repeated(program: Program, found: Fold) -> Node | None:
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


def size_of(program: Program, found: Fold) -> str | None:
    """Return the number of elements: a vector's size, or the extents of an array behind a pointer.

    The extents are members of the same object; the loops do not go beyond them.
    """
    array = field(found.element, "argument")
    kind = type_of(program, array) or ""
    if array is not None and kind.startswith("std::vector<") and kind != "std::vector<bool>":
        return f"{text(array)}.size()"
    owner = field(array, "argument")
    if array is None or array.type != "field_expression" or not kind.endswith("*") or owner is None:
        return None
    columns = [each for each in _limits(program, found.loop.bound) if _belongs(program, each, owner)]
    if text(found.index) == found.loop.name:
        return text(columns[0]) if columns else None
    product = field(found.index, "left")
    row, width = field(product, "left"), text(field(product, "right"))
    if row is None or row.type != "identifier" or text(field(product, "operator")) != "*":
        return None
    limits = [each for each in _limits(program, _bound_of(program, row)) if _belongs(program, each, owner)]
    rows = next((text(each) for each in limits if text(each) != width), None)
    known = rows is not None and width in map(text, columns) and is_unsigned(type_of(program, row))
    return f"{width} * {rows}" if known else None


def _belongs(program: Program, extent: Node, owner: Node) -> bool:
    """Whether an extent is a member of the same object as the array."""
    own = extent.type == "field_expression" and text(field(extent, "argument")) == text(owner)
    return own and is_unsigned(type_of(program, extent))


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
