"""Local rewrites of calls and parameters."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, text
from pytest_aiopt.rewriter.program.declarations import Declaration, parameters, struct_named
from pytest_aiopt.rewriter.program.effects import may_write, uses
from pytest_aiopt.rewriter.program.types import is_cheap
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, counted_loops, expression_of, is_vector, method_call


@rewrite(Kind.LOCAL, "LLM-micro")
def const_reference_parameter(program: Program) -> Iterator[Change]:
    """Pass a parameter of class type that is not written by const reference."""
    for function in program.all("function_definition"):
        body = field(function, "body")
        for parameter in parameters(function) if body is not None else []:
            if not _copied(program, parameter) or may_write(program, function, text(parameter.name)):
                continue
            if any(parent.type == "lambda_expression" for parent in _parents(function)):
                continue
            kind = field(parameter.node, "type")
            if (
                kind is None
                or _moved(function, text(parameter.name))
                or declared_elsewhere(program, function)
            ):
                continue
            start, end = parameter.node.start_byte, parameter.name.start_byte
            edit = Edit(start, end, f"const {text(kind)}& ")
            yield change([edit], [function], f"Pass {text(parameter.name)} by const reference.")


def _copied(program: Program, parameter: Declaration) -> bool:
    if parameter.reference or parameter.pointer or is_cheap(parameter.type):
        return False
    known = ("std::string", "std::vector<", "std::map<", "std::set<", "std::unordered_")
    return (parameter.type.startswith(known) and parameter.type != "std::string_view") or (
        struct_named(program, parameter.type) is not None
    )


def _moved(function: Node, name: str) -> bool:
    return any(
        text(field(call, "function")) == "std::move" and name in map(text, arguments(call))
        for call in find(function, "call_expression")
    )


def declared_elsewhere(program: Program, function: Node) -> bool:
    """Whether a separate declaration would have to change with the definition."""
    name = text(field(function, "declarator", "declarator"))
    return any(
        text(field(node, "declarator")) == name and enclosing(node, "function_definition") != function
        for node in program.all("function_declarator")
        if node.parent is not None and node.parent.type in ("declaration", "field_declaration")
    )


def _parents(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


@rewrite(Kind.LOCAL, "P")
def reserve(program: Program) -> Iterator[Change]:
    """Reserve a vector that a counted loop fills with one push_back per iteration."""
    for loop in counted_loops(program):
        if loop.node.parent is None or loop.node.parent.type != "compound_statement":
            continue
        for statement in loop.body.named_children if loop.body.type == "compound_statement" else [loop.body]:
            called = method_call(expression_of(statement))
            if called is None or called[1] not in ("push_back", "emplace_back"):
                continue
            target = called[0]
            if target.type != "identifier" or not is_vector(program, target):
                continue
            yield from _reserve(program, loop.node, text(target), _size_text(loop.start, loop.bound))


@rewrite(Kind.LOCAL, "P")
def reserve_range(program: Program) -> Iterator[Change]:
    """Reserve a vector that a range-for fills with one push_back per element."""
    for loop in program.all("for_range_loop"):
        container, body = field(loop, "right"), field(loop, "body")
        if (
            container is None
            or body is None
            or loop.parent is None
            or loop.parent.type != "compound_statement"
        ):
            continue
        for statement in body.named_children if body.type == "compound_statement" else [body]:
            called = method_call(expression_of(statement))
            if (
                called is None
                or called[1] not in ("push_back", "emplace_back")
                or not is_vector(program, called[0])
            ):
                continue
            if (
                called[0].type == "identifier"
                and container.type == "identifier"
                and is_vector(program, container)
            ):
                yield from _reserve(program, loop, text(called[0]), f"{text(container)}.size()")


def _size_text(start: Node, bound: Node) -> str:
    return text(bound) if text(start) == "0" else f"({text(bound)}) - ({text(start)})"


def _reserve(program: Program, loop: Node, target: str, size: str) -> Iterator[Change]:
    function = enclosing(loop, "function_definition")
    if function is None or f"{target}.reserve(" in text(function) or target in size:
        return
    if any(inside_loop.type in LOOPS for inside_loop in _parents(loop)):
        return  # several loops may fill the vector; its growth is amortised already
    line = f"{target}.reserve({target}.size() + {size});"
    if _just_declared(loop, target):
        line = f"{target}.reserve({size});"
    yield change([program.insert_before(loop, line)], [loop], f"Reserve {target} before filling it.")


def _just_declared(loop: Node, target: str) -> bool:
    before = loop.prev_named_sibling
    return before is not None and before.type == "declaration" and any(True for _ in uses(before, target))
