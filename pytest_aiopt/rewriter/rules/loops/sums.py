"""Rewrites of sums over arrays: several at a time, row by row, or side by side."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, find, replace, statements, swap_within, text
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.effects import is_pure, root_name, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import FLOATS, is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    assignment,
    change,
    counted_loop,
    counted_loops,
    head_of,
    is_fixed,
    sole_statement,
)

_LANES = 16
_JAM = 4


@rewrite(Kind.STRUCTURAL, "H")
def split_sum(program: Program) -> Iterator[Change]:
    """Add up sixteen partial sums, which fit the vector registers, and join them at the end.

    Sums of floating-point numbers then differ in their last bits.
    """
    for loop in counted_loops(program):
        done = assignment(sole_statement(loop.body))
        if done is None or done[1] != "+=" or done[0].type != "identifier" or not _in_block(loop):
            continue
        name, kind = text(done[0]), type_of(program, done[0])
        counter = type_of(program, loop.variable.name)
        number = kind in FLOATS or (is_integer(kind) and kind not in ("bool", "char"))
        if not number or not is_integer(counter) or uses(done[2], name) or name in text(loop.bound):
            continue
        if not is_pure(program, done[2]) or not _from_arrays(done[2], loop.name):
            continue
        if loop.bound.type != "number_literal" and is_fixed(program, loop.bound, loop.node):
            new = _lanes(program, loop, name, str(kind), done[2])
            yield change(
                [replace(loop.node, new)], [loop.node], f"Add up {name} in {_LANES} sums side by side."
            )


def _in_block(loop: CountedLoop) -> bool:
    return loop.node.parent is not None and loop.node.parent.type == "compound_statement"


def _from_arrays(term: Node, counter: str) -> bool:
    """Whether a term reads arrays at the counter (or at a fixed offset from it), and calls nothing."""
    if any(find(term, "call_expression", "conditional_expression")):
        return False
    indices = [text(node)[1:-1] for node in find(term, "subscript_argument_list")]
    near = [each for each in indices if each == counter or each.endswith(f"+ {counter}")]
    return bool(near)


def moved_by(node: Node, counter: str, by: str) -> str:
    """Return the node's text with ``by`` added to the counter."""
    edits = []
    for use in uses(node, counter):
        around = use.parent
        bare = around is not None and (
            around.type == "subscript_argument_list" or text(field(around, "operator")) == "+"
        )
        edits.append(replace(use, f"{counter} + {by}" if bare else f"({counter} + {by})"))
    return swap_within(node, edits)


def _lanes(program: Program, loop: CountedLoop, name: str, kind: str, term: Node) -> str:
    pad, lane, k, i = program.indent(loop.node), program.unused("lane"), program.unused("k"), loop.name
    lined = moved_by(term, i, k)
    bound, counter = text(loop.bound), text(field(loop.variable.node, "type"))
    lines = [
        "{",
        f"    {kind} {lane}[{_LANES}] = {{}};",
        f"    {text(field(loop.node, 'initializer'))}",
        f"    for (; {i} + {_LANES} <= {bound}; {i} += {_LANES}) {{",
        f"        for ({counter} {k} = 0; {k} < {_LANES}; ++{k}) {lane}[{k}] += {lined};",
        "    }",
        f"    for (; {i} < {bound}; ++{i}) {name} += {text(term)};",
        f"    for (int {k} = 0; {k} < {_LANES}; ++{k}) {name} += {lane}[{k}];",
        "}",
    ]
    return f"\n{pad}".join(lines)


@rewrite(Kind.STRUCTURAL, "B")
def jam_rows(program: Program) -> Iterator[Change]:
    """Add four rows to an array in one pass, in the original order of additions."""
    for outer in counted_loops(program):
        body = statements(outer.body)
        inner = counted_loop(program, body[-1]) if body else None
        if inner is None or not _in_block(outer) or not all(_names(program, each) for each in body[:-1]):
            continue
        done = assignment(sole_statement(inner.body))
        if done is None or done[1] != "+=" or done[0].type != "subscript_expression":
            continue
        target, _, term = done
        if uses(target, outer.name) or not (uses(term, outer.name) or body[:-1]):
            continue
        root = root_name(target)
        local = [text(d.name) for each in body[:-1] for d in declarations_in(each)]
        if root is None or uses(term, text(root)) or not is_pure(program, term) or text(root) in local:
            continue
        if any(uses(node, outer.name) for node in (inner.start, inner.bound)):
            continue
        if not all(is_fixed(program, bound, outer.node) for bound in (inner.bound, outer.bound)):
            continue
        if "jam" in text(outer.node) or not _is_number(type_of(program, target)):
            continue
        new = _jammed(program, (outer, inner), body[:-1], target, term)
        yield change(
            [replace(outer.node, new)], [outer.node], f"Add {_JAM} rows to {text(root)} in one pass."
        )


def _is_number(kind: str | None) -> bool:
    return kind in FLOATS or is_integer(kind)


def _names(program: Program, statement: Node) -> bool:
    """Whether a statement only names a value or an address that it reads."""
    return (
        statement.type == "declaration"
        and is_pure(program, statement)
        and not any(d.reference and not d.const for d in declarations_in(statement))
    )


def _jammed(
    program: Program, loops: tuple[CountedLoop, CountedLoop], setup: list[Node], target: Node, term: Node
) -> str:
    outer, inner = loops
    pad, name, i = program.indent(outer.node), program.unused("jammed"), outer.name
    setups, terms = [], []
    for step in range(_JAM):
        edits = {i: f"({i} + {step})" if step else i}
        for node in setup:
            for declared in declarations_in(node):
                edits[text(declared.name)] = f"{text(declared.name)}_{step}"
        setups += [_with(node, edits) for node in setup]
        terms.append(_with(term, edits))
    kind, head = type_of(program, target), head_of(program, inner)
    bound, first = text(outer.bound), text(field(outer.node, "initializer"))
    rest = program.data[outer.body.start_byte : outer.body.end_byte].decode().replace("\n", "\n    ")
    lines = [
        "{",
        f"    {first}",
        f"    for (; {i} + {_JAM - 1} < {bound}; {i} += {_JAM}) {{",
        *(f"        {line}" for line in setups),
        f"        {head} {{",
        f"            {kind} {name} = {text(target)};",
        *(f"            {name} += {each};" for each in terms),
        f"            {text(target)} = {name};",
        "        }",
        "    }",
        f"    for (; {i} < {bound}; ++{i}) {rest}",
        "}",
    ]
    return f"\n{pad}".join(lines)


def _with(node: Node, names: dict[str, str]) -> str:
    return swap_within(
        node, [replace(each, names[text(each)]) for each in find(node, "identifier") if text(each) in names]
    )


@rewrite(Kind.STRUCTURAL, "ALG")
def sum_by_rows(program: Program) -> Iterator[Change]:
    """Compute all sums of a loop together, row by row, instead of each down a column.

    Each sum keeps its order of terms.
    """
    for outer in counted_loops(program):
        body = statements(outer.body)
        if len(body) != 3 or not _in_block(outer) or body[0].type != "declaration":
            continue
        declared, inner = next(declarations_in(body[0]), None), counted_loop(program, body[1])
        stored = assignment(body[2])
        if declared is None or inner is None or stored is None or stored[1] != "=":
            continue
        name, term = text(declared.name), assignment(sole_statement(inner.body))
        if text(stored[2]) != name or term is None or term[1] != "+=" or text(term[0]) != name:
            continue
        target, root = stored[0], root_name(stored[0])
        if root is None or text(field(target, "indices")) != f"[{outer.name}]" or declared.value is None:
            continue
        if uses(term[2], text(root)) or uses(inner.bound, outer.name) or uses(inner.start, outer.name):
            continue
        if type_of(program, target) != declared.type or not is_pure(program, term[2]):
            continue
        if uses(term[2], name) or not is_fixed(program, inner.bound, outer.node):
            continue
        if not _moves_faster(term[2], outer.name, inner.name) or declared.value.type != "number_literal":
            continue
        pad = program.indent(outer.node)
        heads = head_of(program, outer), head_of(program, inner)
        new = (
            f"{heads[0]} {text(target)} = {text(declared.value)};\n{pad}{heads[1]} {{\n"
            f"{pad}    {heads[0]} {text(target)} += {text(term[2])};\n{pad}}}"
        )
        yield change([replace(outer.node, new)], [outer.node], "Add up all sums together, row by row.")


def _moves_faster(term: Node, outer: str, inner: str) -> bool:
    """Whether at least as many subscripts are contiguous along the outer counter as along the inner one."""
    indices = [text(node)[1:-1] for node in find(term, "subscript_argument_list")]
    along = [sum(each.split("+")[-1].strip() == name for each in indices) for name in (outer, inner)]
    strided = any(inner in each and each.split("+")[-1].strip() == outer for each in indices)
    return along[0] >= along[1] and strided
