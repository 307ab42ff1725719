"""Values updated incrementally instead of computed anew: moving sums, box sums and scans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pytest_aiopt.codebook.facts.fact import Fact, Kind
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.source import Source
from pytest_aiopt.cpp.tree import Node, Tree, line, once, text, walk, within

_READS = frozenset({"subscript_expression", "call_expression", "pointer_expression"})
_ELEMENTS = _READS | {"conditional_expression"}
_AROUND = ("parenthesized_expression", "argument_list")
_CASTS = ("static_cast <", "reinterpret_cast <")
_SUMS = re.compile(r"_mm\d*_(add|sub)_\w+")
_BOX = 3
"""Minimum number of elements in a box sum: the carried one, the entering one and the leaving one."""


def carried(source: Source) -> Iterator[Fact]:
    """Yield one fact per moving sum, box sum and scan inside loops."""
    found = [once(_carried, tree) for tree in source.trees]
    entering = set[str]().union(*(each.entering for each in found))
    leaving = {line(node): origins for each in found for node, origins in each.leaving}
    for each in found:
        for node in each.scans:
            yield Fact(Kind.CARRIED, "scan", line(node))
    for at, origins in leaving.items():
        if origins & entering:
            yield Fact(Kind.CARRIED, "moving", at)
    for each in found:
        for node in each.boxes:
            yield Fact(Kind.CARRIED, "moving", line(node))


@dataclass(slots=True)
class _Carried:
    """Scans and box sums, and how sums read the elements that enter and leave them."""

    scans: list[Node] = field(default_factory=list)
    boxes: list[Node] = field(default_factory=list)
    entering: set[str] = field(default_factory=set)
    leaving: list[tuple[Node, set[str]]] = field(default_factory=list)


def _carried(tree: Tree) -> _Carried:
    found = _Carried()
    for node in tree.all(("assignment_expression",)):
        target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        if target is None or value is None or within(node, *LOOPS) is None:
            continue
        if _is_scan(node, target, value):
            found.scans.append(node)
        plus, minus = _changes(node, target, value)
        found.entering.update(map(_origin, plus))
        if minus:
            found.leaving.append((node, set(map(_origin, minus))))
    found.boxes += filter(_is_box, tree.all(("binary_expression", "call_expression")))
    return found


def _changes(node: Node, target: Node, value: Node) -> tuple[list[Node], list[Node]]:
    """Return the elements added to and subtracted from the target; none if it is overwritten."""
    operator = text(node.child_by_field_name("operator"))
    plus, minus = _terms(value)
    itself = [term for term in plus if text(term) == text(target)]
    if operator == "-=":
        plus, minus = minus, plus
    elif operator == "=" and itself:
        plus = [term for term in plus if term not in itself]
    elif operator != "+=":
        return [], []
    return _elements(plus), _elements(minus)


def _is_box(node: Node) -> bool:
    """Whether an expression in a loop is a complete sum that adds and subtracts enough elements."""
    if _operands(node) is None or within(node, *LOOPS) is None:
        return False
    outer = node.parent
    while outer is not None and (outer.type in _AROUND or _bare(outer) is node):
        outer = outer.parent
    plus, minus = _terms(node)
    if outer is not None and (_operands(outer) is not None or _is_change(outer, plus)):
        return False
    plus, minus = _elements(plus), _elements(minus)
    return bool(minus) and len(plus) > 1 and len(plus) + len(minus) >= _BOX


def _is_change(node: Node, plus: list[Node]) -> bool:
    """Whether a node updates a variable from its own value, which ``_changes`` counts."""
    target = text(node.child_by_field_name("left"))
    sets = text(node.child_by_field_name("operator")) == "=" and target not in map(text, plus)
    return node.type == "assignment_expression" and not sets


def _terms(node: Node) -> tuple[list[Node], list[Node]]:
    """Return the terms of a sum by their sign."""
    node = _bare(node)
    operands = _operands(node)
    if operands is None:
        return [node], []
    (left, operator, right) = operands
    plus, minus = _terms(left)
    more, less = _terms(right)
    return (plus + more, minus + less) if operator == "+" else (plus + less, minus + more)


def _operands(node: Node) -> tuple[Node, str, Node] | None:
    """The two operands of an addition or subtraction, including vector intrinsics."""
    if node.type == "binary_expression":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = text(node.child_by_field_name("operator"))
        if left is not None and right is not None and operator in ("+", "-"):
            return left, operator, right
    elif node.type == "call_expression":
        found = _SUMS.fullmatch(text(node.child_by_field_name("function")))
        given = _arguments(node)
        if found is not None and len(given) == 2:
            return given[0], "+" if found[1] == "add" else "-", given[1]
    return None


def _bare(node: Node) -> Node:
    """Return the expression inside parentheses and casts."""
    while True:
        if node.type in ("parenthesized_expression", "cast_expression"):
            node = node.named_children[-1]
            continue
        called, given = node.child_by_field_name("function"), _arguments(node)
        spelled = called is not None and called.type == "parenthesized_expression"  # (type)(value)
        if len(given) != 1 or not (spelled or text(called).startswith(_CASTS)):
            return node
        node = given[0]


def _arguments(call: Node) -> list[Node]:
    listed = call.child_by_field_name("arguments")
    return listed.named_children if listed is not None else []


def _elements(terms: list[Node]) -> list[Node]:
    """The terms that are plain elements of data."""
    return [term for term in terms if term.type in _ELEMENTS and _reads(term) is not None]


def _reads(term: Node) -> Node | None:
    return next((each for each in walk(term) if each.type in _READS), None)


def _origin(term: Node) -> str:
    """How a term reads its data; a moving sum reads entering and leaving elements in the same way."""
    reads = _reads(term) or term
    return text(reads.child_by_field_name("function")) or reads.type


def _is_scan(node: Node, target: Node, value: Node) -> bool:
    """Whether an element is computed from another element of its array, or stores a running sum."""
    if target.type != "subscript_expression" or value.type == "subscript_expression":
        return False
    if value.type == "identifier":
        return _runs(node, text(value))
    array, index = text(target.child_by_field_name("argument")), text(target).partition(" [")[2]
    return any(
        each.type == "subscript_expression"
        and text(each.child_by_field_name("argument")) == array
        and text(each).partition(" [")[2] != index
        for each in walk(value)
    )


def _runs(node: Node, name: str) -> bool:
    """Whether the loop around a node adds elements to a variable."""
    loop = within(node, *LOOPS)
    return loop is not None and any(
        each.type == "assignment_expression"
        and text(each).startswith(f"{name} += ")
        and within(each, *LOOPS) is loop
        and bool(_elements(_terms(each.named_children[-1])[0]))
        for each in walk(loop)
    )
