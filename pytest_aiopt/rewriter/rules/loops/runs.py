"""Rewrites that move runs of elements at once instead of one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import (
    Program,
    arguments,
    enclosing,
    field,
    find,
    inside,
    replace,
    statements,
    text,
)
from pytest_aiopt.rewriter.program.declarations import declaration_of, function_named
from pytest_aiopt.rewriter.program.effects import is_invariant, uses, written_names
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    assignment,
    change,
    counted_loops,
    expression_of,
    include,
    method_call,
    sole_statement,
)


@dataclass(frozen=True, slots=True)
class _Append:
    """``target += source[at]`` or an equivalent statement."""

    target: str
    target_type: str
    source: str
    source_type: str
    at: Node


def _append(program: Program, statement: Node) -> _Append | None:
    """Parse a statement that appends one element of another sequence to a local one."""
    done, call = assignment(statement), expression_of(statement)
    called = method_call(call)
    element: Node | None = None
    target: Node | None = None
    if done is not None and done[1] == "+=":
        target, element = done[0], done[2]
    elif done is not None and done[1] == "=" and done[2].type == "binary_expression":
        target, element = done[0], field(done[2], "right")
        same = text(field(done[2], "left")) == text(target) and text(field(done[2], "operator")) == "+"
        element = element if same else None
    elif call is not None and called is not None and called[1] == "push_back" and len(arguments(call)) == 1:
        target, element = called[0], arguments(call)[0]
    if target is None or element is None or target.type != "identifier":
        return None
    kind, taken = type_of(program, target) or "", _element_of(program, element)
    if taken is None or not kind.startswith(("std::string", "std::vector<")):
        return None
    source, at = taken
    source_type = type_of(program, source) or ""
    if text(source) == text(target) or not _fits(kind, source_type):
        return None
    return _Append(text(target), kind, text(source), source_type, at)


def _element_of(program: Program, node: Node) -> tuple[Node, Node] | None:
    """Return (sequence, index) of ``xs[i]``, or of a call of a function that only checks and returns it."""
    if node.type == "call_expression" and not arguments(node) and node.named_children[0].type == "identifier":
        function = function_named(program, text(field(node, "function")))
        body = statements(field(function, "body"))
        if not body or body[-1].type != "return_statement" or not body[-1].named_children:
            return None
        if written_names(program, body[-1]) or any(each.type != "if_statement" for each in body[:-1]):
            return None
        node = body[-1].named_children[0]
    source, index = field(node, "argument"), field(node, "indices")
    if node.type != "subscript_expression" or source is None or source.type != "identifier" or index is None:
        return None
    return (source, index.named_children[0]) if len(index.named_children) == 1 else None


def _fits(target: str, source: str) -> bool:
    """Whether elements of the source have the target's type and are contiguous."""
    if target == "std::string":
        return source in ("std::string", "std::string_view", "char*")
    element = target.removeprefix("std::vector<").removesuffix(">")
    return element != "bool" and source in (target, f"{element}*")


def _appended(found: _Append, start: str, count: str) -> str:
    if found.target_type == "std::string" and found.source_type == "std::string":
        return f"{found.target}.append({found.source}, {start}, {count});"
    first = found.source if found.source_type.endswith("*") else f"{found.source}.data()"
    if found.target_type == "std::string":
        return f"{found.target}.append({first} + {start}, {count});"
    return f"{found.target}.insert({found.target}.end(), {first} + {start}, {first} + {start} + {count});"


@rewrite(Kind.STRUCTURAL, "B")
def append_run(program: Program) -> Iterator[Change]:
    """Find the end of a run of elements first, then append the whole run at once."""
    for loop in program.all("while_statement"):
        body = statements(field(loop, "body"))
        condition = field(loop, "condition")
        if len(body) != 2 or condition is None or loop.parent is None:
            continue
        found = _append(program, body[0])
        if found is None or found.at.type != "identifier" or not _steps(body[1], text(found.at)):
            continue
        if loop.parent.type != "compound_statement" or not _is_own(program, loop, found.target, condition):
            continue
        start = program.unused("run_start")
        pad = program.indent(loop)
        new = (
            f"const std::size_t {start} = {text(found.at)};\n"
            f"{pad}while {text(condition)} ++{text(found.at)};\n"
            f"{pad}{_appended(found, start, f'{text(found.at)} - {start}')}"
        )
        edits = [replace(loop, new), *include(program, "cstddef")]
        yield change(edits, [loop], f"Append the run to {found.target} at once.")


def _steps(statement: Node, counter: str) -> bool:
    step = text(expression_of(statement))
    return re.fullmatch(rf"\+\+{counter}|{counter}\+\+|{counter} \+= 1", step) is not None


def _is_own(program: Program, loop: Node, target: str, condition: Node) -> bool:
    """Whether the target is a local of the loop's function that the condition does not read."""
    name = next((use for use in uses(loop, target)), None)
    declared = declaration_of(program, name) if name is not None else None
    function = enclosing(loop, "function_definition")
    if declared is None or function is None or not inside(declared.node, function) or declared.reference:
        return False
    guarded = enclosing(loop, "try_statement")
    return not uses(condition, target) and (guarded is None or inside(declared.node, guarded))


@rewrite(Kind.STRUCTURAL, "B")
def append_range(program: Program) -> Iterator[Change]:
    """Append a range of another sequence by one call instead of a counted loop."""
    for loop in counted_loops(program):
        statement = sole_statement(loop.body)
        found = _append(program, statement) if statement is not None else None
        if found is None or not is_invariant(program, loop.bound, loop.node):
            continue
        offset = _offset(program, found.at, loop.name, loop.node)
        if offset is None or uses(loop.bound, found.target):
            continue
        start, bound = text(loop.start), text(loop.bound)
        first = start if offset == "0" else f"({offset}) + ({start})"
        guard = f"if (({start}) < ({bound})) "
        new = guard + _appended(found, f"({first})", f"(({bound}) - ({start}))")
        yield change([replace(loop.node, new)], [loop.node], f"Append the range to {found.target} at once.")


def _offset(program: Program, at: Node, counter: str, loop: Node) -> str | None:
    """Return the offset of an index from the counter: "0" for ``i``, ``a`` for ``a + i``, else None."""
    if text(at) == counter:
        return "0"
    if at.type != "binary_expression" or text(field(at, "operator")) != "+":
        return None
    left, right = field(at, "left"), field(at, "right")
    for one, other in ((left, right), (right, left)):
        if one is not None and other is not None and text(one) == counter:
            fixed = is_invariant(program, other, loop) and not any(find(other, "call_expression"))
            return text(other) if fixed else None
    return None


@rewrite(Kind.STRUCTURAL, "B")
def copy_range(program: Program) -> Iterator[Change]:
    """Copy a range of one vector into another by one call instead of a counted loop."""
    for loop in counted_loops(program):
        done = assignment(sole_statement(loop.body))
        if done is None or done[1] != "=" or not is_invariant(program, loop.bound, loop.node):
            continue
        parts = [_place(program, node, loop.name, loop.node) for node in (done[0], done[2])]
        if parts[0] is None or parts[1] is None:
            continue
        (into, kind, to), (source, other, at) = parts[0], parts[1]
        if into == source or kind != other or not kind.startswith("std::vector<") or "bool" in kind:
            continue
        start, bound = text(loop.start), text(loop.bound)
        first = f"{source}.data() + ({at}) + ({start})"
        new = (
            f"if (({start}) < ({bound})) std::copy({first}, {first} + (({bound}) - ({start})), "
            f"{into}.data() + ({to}) + ({start}));"
        )
        edits = [replace(loop.node, new), *include(program, "algorithm")]
        yield change(edits, [loop.node], f"Copy the range of {source} into {into} at once.")


def _place(program: Program, node: Node, counter: str, loop: Node) -> tuple[str, str, str] | None:
    """Return (vector, its type, offset) of ``v[i]`` or ``v[offset + i]``."""
    owner, index = field(node, "argument"), field(node, "indices")
    if node.type != "subscript_expression" or owner is None or owner.type != "identifier" or index is None:
        return None
    offset = _offset(program, index.named_children[0], counter, loop) if index.named_children else None
    return None if offset is None else (text(owner), type_of(program, owner) or "", offset)
