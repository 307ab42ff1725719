"""Simple inference of the types of expressions; see cpp_types for the spelling of types."""

from __future__ import annotations

import re
from collections.abc import Callable

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, field, find, strip_parens, text
from pytest_aiopt.rewriter.program.declarations import (
    Declaration,
    declaration_of,
    fields_of,
    function_name,
    function_named,
    known_struct,
    return_type,
    struct_named,
)
from pytest_aiopt.rewriter.program.types import (
    FLOATS,
    MAPS,
    element_type,
    is_integer,
    is_unsigned,
    normal,
    pointee,
    template_parts,
)

_SIZES = ("size", "length", "count", "capacity")


def type_of(program: Program, expression: Node | None) -> str | None:
    """Infer an expression's type; None if it cannot be inferred."""
    if expression is None:
        return None
    expression = strip_parens(expression)
    handler = _HANDLERS.get(expression.type)
    if handler is None:
        return None
    if expression.id not in program.types:
        program.types[expression.id] = None  # a type that depends on itself cannot be inferred
        program.types[expression.id] = handler(program, expression)
    return program.types[expression.id]


def _identifier(program: Program, node: Node) -> str | None:
    declaration = declaration_of(program, node)
    return None if declaration is None else declared_type(program, declaration)


def declared_type(program: Program, declaration: Declaration) -> str | None:
    """Return a declaration's type, with ``auto`` resolved if possible."""
    stars = "*" if declaration.pointer else ""
    if declaration.type.removesuffix("*") != "auto":
        return plain(program, declaration.type)
    if declaration.node.type == "for_range_loop":
        return element_type(type_of(program, declaration.value))
    found = type_of(program, declaration.value)
    return found if found is None or found.endswith("*") else found + stars


def plain(program: Program, type_text: str) -> str:
    """Return a type with the program's aliases (``using Row = ...``) expanded."""
    stars = "*" if type_text.endswith("*") else ""
    return aliases(program).get(type_text.removesuffix("*"), type_text.removesuffix("*")) + stars


def aliases(program: Program) -> dict[str, str]:
    """Return the types of the aliases in the program and its header."""
    if program.aliases is None:
        program.aliases = dict(aliases(program.declared_outside)) if program.header else {}
        for node in program.all("alias_declaration"):
            if node.parent is not None and node.parent.type != "template_declaration":
                meant = normal(text(field(node, "type")))
                program.aliases[text(field(node, "name"))] = program.aliases.get(meant, meant)
    return program.aliases


def _field_expression(program: Program, node: Node) -> str | None:
    owner = type_of(program, field(node, "argument"))
    if "->" in [child.type for child in node.children]:
        owner = pointee(owner)
    return member_type(program, owner, text(field(node, "field")))


def member_type(program: Program, owner: str | None, name: str) -> str | None:
    """Return the type of a data member of a struct of the program, or of a pair."""
    template, parts = template_parts(owner)
    if template == "std::pair" and name in ("first", "second") and len(parts) == 2:
        return normal(parts[name == "second"])
    struct = known_struct(program, owner)
    for declaration in fields_of(struct) if struct is not None else []:
        if text(declaration.name) == name:
            return plain(program, declaration.type)
    return None


def _subscript(program: Program, node: Node) -> str | None:
    base = type_of(program, field(node, "argument"))
    name, parts = template_parts(base)
    if name in MAPS and len(parts) >= 2:
        return parts[1]
    return element_type(base) or pointee(base)


def _pointer_expression(program: Program, node: Node) -> str | None:
    inner = type_of(program, field(node, "argument"))
    if node.children and node.children[0].type == "&":
        return None if inner is None else inner + "*"
    return pointee(inner)


def _call(program: Program, node: Node) -> str | None:
    callee = field(node, "function")
    if callee is None:
        return None
    if callee.type == "field_expression":
        return _method_call(program, callee)
    name = text(callee)
    made = re.fullmatch(r"std::make_(unique|shared)<(.*)>", name)
    if made:
        return f"std::{made.group(1)}_ptr<{normal(made.group(2))}>"
    if name in ("std::move", "std::min", "std::max", "std::abs") and arguments(node):
        return type_of(program, arguments(node)[0])
    if callee.type == "template_function" and text(field(callee, "name")) in ("static_cast",):
        return normal(text(field(callee, "arguments"))[1:-1])
    function = function_named(program, name)
    return plain(program, return_type(function)) if function is not None else None


def _method_call(program: Program, callee: Node) -> str | None:
    owner = type_of(program, field(callee, "argument"))
    if "->" in [child.type for child in callee.children]:
        owner = pointee(owner)
    method = text(field(callee, "field"))
    if owner is not None and owner.startswith("std::"):
        if method in ("substr", "back", "front", "at") and owner in ("std::string", "std::string_view"):
            return owner if method == "substr" else "char"
        if method in _SIZES:
            return "std::size_t"
        if method in ("back", "front", "at"):
            return element_type(owner)
        return None
    struct = struct_named(program, owner)
    methods = [n for n in find(struct, "function_definition") if function_name(n) == method] if struct else []
    return plain(program, return_type(methods[0])) if len(methods) == 1 else None


def _binary(program: Program, node: Node) -> str | None:
    operator = text(field(node, "operator"))
    if operator in ("==", "!=", "<", ">", "<=", ">=", "&&", "||"):
        return "bool"
    left, right = type_of(program, field(node, "left")), type_of(program, field(node, "right"))
    if operator in ("<<", ">>"):
        return left
    if left in FLOATS or right in FLOATS:
        return "double" if "double" in (left, right) else "float"
    if is_integer(left) and is_integer(right):
        return max((left, right), key=_rank) if left and right else None
    return None


def _rank(integer: str) -> tuple[int, bool]:
    """Order integer types by width, then unsignedness, for the usual conversions."""
    wide = bool(re.search(r"64|size_t|long|ptrdiff", integer))
    narrow = bool(re.search(r"8|16|char|short|bool", integer))
    return (2 if wide else 0 if narrow else 1, is_unsigned(integer))


def _number(program: Program, node: Node) -> str:
    literal = text(node).lower()
    if not literal.startswith("0x") and re.search(r"[.e]", literal):
        return "float" if literal.endswith("f") else "double"
    suffix = re.search(r"[ul]*$", literal)
    unsigned, long = "u" in (suffix or [""])[0], "l" in (suffix or [""])[0]
    return {(0, 0): "int", (0, 1): "long", (1, 0): "unsigned", (1, 1): "unsigned long"}[unsigned, long]


_HANDLERS: dict[str, Callable[[Program, Node], str | None]] = {
    "identifier": _identifier,
    "field_expression": _field_expression,
    "subscript_expression": _subscript,
    "pointer_expression": _pointer_expression,
    "call_expression": _call,
    "binary_expression": _binary,
    "number_literal": _number,
    "char_literal": lambda program, node: "char",
    "true": lambda program, node: "bool",
    "false": lambda program, node: "bool",
    "string_literal": lambda program, node: "const char*",
    "update_expression": lambda program, node: type_of(program, field(node, "argument")),
    "assignment_expression": lambda program, node: type_of(program, field(node, "left")),
    "conditional_expression": lambda program, node: type_of(program, field(node, "consequence")),
    "unary_expression": lambda program, node: type_of(program, field(node, "argument")),
    "cast_expression": lambda program, node: normal(text(field(node, "type"))),
}
