"""Structural rewrites of loop nests: interchange, fusion, buffers that outlive an iteration."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, field, find, replace, statements, text, walk
from pytest_aiopt.rewriter.program.declarations import Declaration, declarations_in
from pytest_aiopt.rewriter.program.effects import is_invariant, is_pure, root_name, uses, written_names
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    assignment,
    change,
    counted_loop,
    counted_loops,
    head_of,
    leaves_early,
    sole_statement,
)


@rewrite(Kind.STRUCTURAL, "ALG")
def interchange_loops(program: Program) -> Iterator[Change]:
    """Swap two nested counted loops that add into an array, so that accesses become contiguous."""
    for outer in counted_loops(program):
        inner_node = sole_statement(outer.body)
        inner = counted_loop(program, inner_node) if inner_node is not None else None
        if inner is None or any(uses(node, outer.name) for node in (inner.start, inner.bound)):
            continue
        done = assignment(sole_statement(inner.body))
        if done is None or done[1] not in ("+=", "-=", "|=", "&=", "^="):
            continue
        if not _free_of_order(program, outer, inner, done[0], done[2]):
            continue
        if _strides_one(inner.body, outer.name) <= _strides_one(inner.body, inner.name):
            continue
        heads = (head_of(program, outer), head_of(program, inner))
        edits = [_swap_head(outer, heads[0], heads[1]), _swap_head(inner, heads[1], heads[0])]
        yield change(edits, [outer.node], f"Interchange the loops over {outer.name} and {inner.name}.")


def _strides_one(body: Node, name: str) -> int:
    """Count the subscripts that move to the next element when the counter increases."""
    return sum(
        text(node)[1:-1].split("+")[-1].strip() == name for node in find(body, "subscript_argument_list")
    )


def _swap_head(loop: CountedLoop, old: str, new: str) -> Edit:
    return Edit(loop.node.start_byte, loop.node.start_byte + len(old.encode()), new)


def _free_of_order(program: Program, outer: CountedLoop, inner: CountedLoop, left: Node, right: Node) -> bool:
    """Whether every element gets the same sum: sums of integers, or an unchanged order of additions."""
    root = root_name(left)
    if root is None or uses(right, text(root)) or not is_pure(program, right) or not is_pure(program, left):
        return False
    names = {
        text(node) for each in find(left, "subscript_argument_list") for node in find(each, "identifier")
    }
    kept = bool(names & {outer.name, inner.name})
    bounds = is_invariant(program, inner.bound, outer.node) and is_invariant(program, inner.start, outer.node)
    return bounds and (kept or is_integer(type_of(program, left)))


@rewrite(Kind.STRUCTURAL, "L2")
def fuse_loops(program: Program) -> Iterator[Change]:
    """Join two consecutive loops over the same range that do not touch each other's data."""
    for first in program.all("for_statement", "for_range_loop"):
        second = first.next_named_sibling
        body, other = field(first, "body"), field(second, "body")
        if second is None or second.type != first.type or body is None or other is None:
            continue
        if _header(program, first) != _header(program, second) or leaves_early(body) or leaves_early(other):
            continue
        if not _independent(program, first, second) or first.parent is None:
            continue
        pad = program.indent(first)
        lines = [f"{pad}    {text(node)}" for block in (body, other) for node in statements(block)]
        joined = _header(program, first) + " {\n" + "\n".join(lines) + f"\n{pad}}}"
        edit = Edit(first.start_byte, second.end_byte, joined)
        yield change([edit], [first, second], "Fuse two passes over the same range into one.")


def _header(program: Program, loop: Node) -> str:
    body = field(loop, "body")
    assert body is not None
    return program.data[loop.start_byte : body.start_byte].decode().rstrip()


def _independent(program: Program, first: Node, second: Node) -> bool:
    """Whether neither loop writes a name of the other, and neither calls an unknown function."""
    declared = _locals_of(first) | _locals_of(second)
    names = [_names(first), _names(second)]
    written = [written_names(program, loop) - declared for loop in (first, second)]
    if any(writes & {"*", "()"} for writes in written):
        return False
    if _locals_of(first) & _locals_of(second) - _counters(first):
        return False
    return not (written[0] - _counters(first)) & names[1] and not (written[1] - _counters(second)) & names[0]


def _names(loop: Node) -> set[str]:
    fields = {"." + text(node) for node in walk(loop) if node.type == "field_identifier"}
    return {text(node) for node in walk(loop) if node.type == "identifier"} | fields


def _counters(loop: Node) -> set[str]:
    holder = field(loop, "initializer") or loop
    return {text(declared.name) for declared in declarations_in(holder)}


def _locals_of(loop: Node) -> set[str]:
    return {text(d.name) for node in find(loop, "declaration") for d in declarations_in(node)}


@rewrite(Kind.STRUCTURAL, "P")
def hoist_temporary(program: Program) -> Iterator[Change]:
    """Keep a vector or string that every iteration of a loop creates anew, and clear it instead."""
    for loop in program.all(*LOOPS):
        if loop.parent is None or loop.parent.type != "compound_statement":
            continue
        for node in statements(field(loop, "body")):
            declared = list(declarations_in(node)) if node.type == "declaration" else []
            if len(declared) != 1 or declared[0].value is not None or not _buffer(declared[0]):
                continue
            name = text(declared[0].name)
            taken = [
                n for n in uses(loop.parent, name) if n != declared[0].name and n.start_byte < node.start_byte
            ]
            if taken or _moved_out(loop, name) or text(node) != f"{text(field(node, 'type'))} {name};":
                continue
            if any(n.end_byte > loop.end_byte for n in uses(loop.parent, name)):
                continue
            edits = [program.insert_before(loop, text(node)), replace(node, f"{name}.clear();")]
            yield change(edits, [loop], f"Reuse the memory of {name} from turn to turn.")


def _buffer(declared: Declaration) -> bool:
    return not declared.const and (declared.type == "std::string" or declared.type.startswith("std::vector<"))


def _moved_out(loop: Node, name: str) -> bool:
    moved = any(
        text(field(call, "function")) == "std::move" and text(field(call, "arguments")) == f"({name})"
        for call in find(loop, "call_expression")
    )
    return moved or any(text(node) == f"return {name};" for node in find(loop, "return_statement"))
