"""Keep a copy of the least element so far in registers while a vector is searched for the least."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import (
    Declaration,
    declaration_of,
    declarations_in,
    fields_of,
    known_struct,
)
from pytest_aiopt.rewriter.program.effects import is_local, is_pure
from pytest_aiopt.rewriter.program.inference import declared_type, type_of
from pytest_aiopt.rewriter.program.types import element_type, is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, whole_vector

_ORDERS = {"std::min_element": "{less}(*{at}, {best})", "std::max_element": "{less}({best}, *{at})"}
_MOST_FIELDS = 6


@rewrite(Kind.STRUCTURAL, "H")
def keep_least_copy(program: Program) -> Iterator[Change]:
    """Find the least struct of a vector by a loop that keeps a copy of it, and numbers that the order reads.

    The library compares through a pointer, and reads the least element again for each of the others.
    """
    for statement in program.all("declaration"):
        declared = list(declarations_in(statement))
        if len(declared) != 1 or declared[0].value is None or declared[0].type != "auto":
            continue
        call, parent = declared[0].value, statement.parent
        given = arguments(call)
        if text(field(call, "function")) not in _ORDERS or len(given) != 3 or parent is None:
            continue
        vector = whole_vector(program, given[0], given[1])
        kind = element_type(type_of(program, vector)) if vector is not None else None
        if vector is None or kind is None or parent.type != "compound_statement" or declared[0].reference:
            continue
        order = _order(program, given[2])
        if order is None or not _is_small(program, kind):
            continue
        new = _loop(program, declared[0], vector, order)
        yield change([replace(statement, new)], [statement], f"Keep a copy of the extreme of {text(vector)}.")


def _is_small(program: Program, kind: str) -> bool:
    """Whether a type is a struct of few integers without functions of its own."""
    struct = known_struct(program, kind)
    body = field(struct, "body")
    if struct is None or body is None or any(find(body, "function_definition", "function_declarator")):
        return False
    members = fields_of(struct)
    return 0 < len(members) <= _MOST_FIELDS and all(is_integer(each.type) for each in members)


def _order(program: Program, order: Node) -> str | None:
    """Return a comparator that captures integers by value; None if it captures others or has effects."""
    captured, body = field(order, "captures"), field(order, "body")
    if order.type != "lambda_expression" or captured is None or body is None:
        return None
    taken = [d for each in find(order, "parameter_declaration") for d in declarations_in(each)]
    if len(taken) != 2 or not all(each.reference and each.const for each in taken):
        return None
    if not is_pure(program, body) or any(find(body, "declaration", "this")):
        return None
    names = dict.fromkeys(text(each) for each in find(body, "identifier"))
    own = {text(each.name) for each in taken}
    outside = [each for each in find(body, "identifier") if text(each) not in own and is_local(program, each)]
    if not all(_is_number(program, each) for each in outside):
        return None
    held = [name for name in names if name in {text(each) for each in outside}]
    if text(captured) not in ("[]", "[&]", "[=]") or _bound(order) & set(names):
        return None
    listed = f"[{', '.join(held)}]" if text(captured) == "[&]" else text(captured)
    return listed + text(order)[len(text(captured)) :]


def _bound(node: Node) -> set[str]:
    """Return the names of structured bindings in the function around a node."""
    function = enclosing(node, "function_definition")
    found = find(function, "structured_binding_declarator") if function is not None else ()
    return {text(name) for each in found for name in each.named_children}


def _is_number(program: Program, name: Node) -> bool:
    declared = declaration_of(program, name)
    return declared is not None and is_integer(declared_type(program, declared)) and not declared.pointer


def _loop(program: Program, found: Declaration, searched: Node, order: str) -> str:
    less, best, at = (program.unused(name) for name in ("less", "best", "at"))
    name, call, vector = text(found.name), found.value, text(searched)
    kind = element_type(type_of(program, searched))
    test = _ORDERS[text(field(call, "function"))].format(less=less, best=best, at=at)
    lines = [
        f"const auto {less} = {order};",
        f"auto {name} = {vector}.begin();",
        f"auto {best} = {vector}.empty() ? {kind}() : *{name};",
        f"for (auto {at} = {name}; {at} != {vector}.end(); ++{at}) {{",
        f"    if ({test}) {best} = *({name} = {at});",
        "}",
    ]
    return f"\n{program.indent(found.node)}".join(lines)
