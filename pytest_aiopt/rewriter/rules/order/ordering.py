"""Rewrites of sorting: sort no more than is read, and skip sorted data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, ancestors, arguments, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.effects import is_pure, uses, written_names
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, counted_loop, expression_of, include, whole_vector


@dataclass(frozen=True, slots=True)
class _Sort:
    """``std::sort(v.begin(), v.end() [, order]);`` of a whole vector."""

    statement: Node
    call: Node
    vector: str
    order: str


def _sorts(program: Program) -> Iterator[_Sort]:
    for statement in program.all("expression_statement"):
        call = expression_of(statement)
        if call is None or call.type != "call_expression" or text(field(call, "function")) != "std::sort":
            continue
        given = arguments(call)
        vector = whole_vector(program, given[0], given[1]) if len(given) in (2, 3) else None
        if vector is not None:
            yield _Sort(statement, call, text(vector), "".join(f", {text(each)}" for each in given[2:]))


@rewrite(Kind.STRUCTURAL, "ALG")
def select_not_sort(program: Program) -> Iterator[Change]:
    """Sort only the head of a vector, or select one element, if nothing else of it is read later."""
    for sort in _sorts(program):
        function = enclosing(sort.statement, "function_definition")
        if function is None or sort.statement.parent is None:
            continue
        if enclosing(sort.statement, *LOOPS) is not None:
            continue
        later = [use for use in uses(function, sort.vector) if use.start_byte > sort.statement.end_byte]
        reads = [use for use in later if not _asks_size(use)]
        new = _head(program, sort, reads) or _single(program, sort, reads)
        if reads and new is not None:
            edits = [replace(sort.call, new), *include(program, "algorithm")]
            yield change(edits, [sort.statement], f"Order no more of {sort.vector} than is read.")


def _asks_size(use: Node) -> bool:
    parent = use.parent
    return (
        parent is not None
        and parent.type == "field_expression"
        and text(field(parent, "field")) in ("size", "empty")
    )


def _index_of(use: Node) -> str | None:
    """Return ``i`` if a use of a vector is ``v[i]`` and read-only."""
    parent = use.parent
    if parent is None or parent.type != "subscript_expression" or field(parent, "argument") != use:
        return None
    return text(field(parent, "indices"))[1:-1]


def _head(program: Program, sort: _Sort, reads: list[Node]) -> str | None:
    """Return the call that sorts the first ``std::min(n, v.size())``, the bound of the only reading loop."""
    around = {holder.id: holder for use in reads if (holder := enclosing(use, "for_statement")) is not None}
    if len(around) != 1 or any(enclosing(use, "for_statement") is None for use in reads):
        return None
    loop = counted_loop(program, next(iter(around.values())))
    if loop is None or text(loop.start) != "0" or any(_index_of(use) != loop.name for use in reads):
        return None
    bound, size = text(loop.bound), f"{sort.vector}.size()"
    if not bound.startswith("std::min") or size not in map(text, arguments(loop.bound)):
        return None
    names = {text(name) for name in find(loop.bound, "identifier")} - {sort.vector}
    between = [
        node
        for node in _following(sort.statement)
        if node.end_byte <= loop.node.end_byte and names & written_names(program, node)
    ]
    if between or not is_pure(program, loop.bound):
        return None
    start = f"{sort.vector}.begin()"
    return f"std::partial_sort({start}, {start} + {bound}, {sort.vector}.end(){sort.order})"


def _single(program: Program, sort: _Sort, reads: list[Node]) -> str | None:
    """Return the call that places a single element, if later code reads only that one."""
    indices = {_index_of(use) for use in reads}
    index = indices.pop() if len(indices) == 1 else None
    parents = [use.parent for use in reads if use.parent is not None]
    if index is None or not parents:
        return None
    subscript = field(parents[0], "indices")
    if subscript is None or not is_pure(program, subscript) or _counts(program, reads):
        return None
    names = {text(name) for name in find(subscript, "identifier")} - {sort.vector}
    if any(names & written_names(program, node) for node in _following(sort.statement)):
        return None
    declared_later = [node for node in _following(sort.statement) if _declares(node, names)]
    if declared_later:
        return None
    start = f"{sort.vector}.begin()"
    return f"std::nth_element({start}, {start} + ({index}), {sort.vector}.end(){sort.order})"


def _counts(program: Program, reads: list[Node]) -> bool:
    """Whether any read is in a loop, so that its index may take many values."""
    return any(
        parent.type in ("for_statement", "for_range_loop", "while_statement", "do_statement")
        for use in reads
        for parent in ancestors(use)
    )


def _declares(node: Node, names: set[str]) -> bool:
    return any(
        text(name) in names
        for each in find(node, "init_declarator")
        if (name := field(each, "declarator")) is not None
    )


def _following(statement: Node) -> Iterator[Node]:
    node = statement.next_named_sibling
    while node is not None:
        yield node
        node = node.next_named_sibling


@rewrite(Kind.STRUCTURAL, "X")
def sort_unless_sorted(program: Program) -> Iterator[Change]:
    """Check the data first, and sort only if it is not sorted already."""
    for sort in _sorts(program):
        parent = sort.statement.parent
        if parent is None or parent.type != "compound_statement" or "[" in sort.order:
            continue
        whole = f"{sort.vector}.begin(), {sort.vector}.end(){sort.order}"
        new = f"if (!std::is_sorted({whole})) {text(sort.statement)}"
        edits = [replace(sort.statement, new), *include(program, "algorithm")]
        yield change(edits, [sort.statement], f"Sort {sort.vector} only where it is out of order.")
