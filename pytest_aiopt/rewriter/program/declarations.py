"""Resolve names to declarations; find the structs and functions of a program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, ancestors, field, find, text
from pytest_aiopt.rewriter.program.types import normal


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declared variable, parameter or field: its identifier and the whole declaration ``node``."""

    name: Node
    node: Node
    type: str
    const: bool
    reference: bool
    pointer: bool
    value: Node | None = None

    @property
    def is_parameter(self) -> bool:
        """Whether the declaration is a function's parameter."""
        return self.node.type in ("parameter_declaration", "optional_parameter_declaration")

    @property
    def is_field(self) -> bool:
        """Whether the declaration is a data member."""
        return self.node.type == "field_declaration"


def declarator_name(declarator: Node | None) -> Node | None:
    """Return the identifier a declarator introduces."""
    while declarator is not None:
        if declarator.type in ("identifier", "field_identifier"):
            return declarator
        inner = field(declarator, "declarator")
        if inner is None:
            named = [n for n in declarator.named_children if n.type.endswith(("identifier", "declarator"))]
            inner = named[0] if named else None
        declarator = inner
    return None


def declarations_in(node: Node) -> Iterator[Declaration]:
    """Yield the declarations introduced by one declaration, parameter, field or range-for."""
    type_node = field(node, "type")
    if type_node is None:
        return
    prefix = b"".join(
        child.text + b" " for child in node.children if child.type == "type_qualifier" and child.text
    ).decode()
    for declarator in node.children_by_field_name("declarator"):
        value = field(declarator, "value") if declarator.type == "init_declarator" else None
        value = value or (field(node, "right") if node.type == "for_range_loop" else None)
        shape = field(declarator, "declarator") if declarator.type == "init_declarator" else declarator
        name = declarator_name(shape)
        if name is None or shape is None:
            continue
        if shape.type == "function_declarator":
            if not _makes_object(node, shape):
                continue
            value = field(shape, "parameters")
        pointer = any(find(shape, "pointer_declarator", "array_declarator"))
        yield Declaration(
            name=name,
            node=node,
            type=normal(text(type_node)) + ("*" if pointer else ""),
            const="const" in prefix,
            reference=shape.type == "reference_declarator",
            pointer=pointer,
            value=value,
        )


def _makes_object(node: Node, shape: Node) -> bool:
    """Whether ``T name(a, b);`` in a block declares an object; the grammar parses it as a function."""
    given = field(shape, "parameters")
    return (
        node.parent is not None
        and node.parent.type == "compound_statement"
        and given is not None
        and bool(given.named_children)
        and all(text(each) == text(field(each, "type")) for each in given.named_children)
        and all(text(each).isidentifier() for each in given.named_children)
    )


def _scope_declarations(scope: Node, before: int) -> Iterator[Declaration]:
    """Yield the declarations of a scope itself that are visible at byte ``before``, latest first."""
    holders: list[Node] = []
    if scope.type in ("compound_statement", "translation_unit", "declaration_list"):
        holders = [c for c in scope.named_children if c.type == "declaration" and c.start_byte < before]
    elif scope.type in ("for_statement", "if_statement", "while_statement"):
        holders = [n for n in scope.named_children if n.type == "declaration"]
    elif scope.type == "for_range_loop":
        holders = [scope]
    elif scope.type in ("function_definition", "lambda_expression"):
        given = next(find(scope, "parameter_list"), None)
        holders = given.named_children if given is not None else []
    elif scope.type in ("struct_specifier", "class_specifier"):
        body = field(scope, "body")
        holders = [n for n in (body.named_children if body else []) if n.type == "field_declaration"]
    for holder in reversed(holders):
        yield from declarations_in(holder)


def declaration_of(program: Program, name: Node) -> Declaration | None:
    """Return the declaration of an identifier, searching outwards from its position."""
    wanted = text(name)
    for scope in ancestors(name):
        for declaration in _scope_declarations(scope, name.start_byte):
            if text(declaration.name) == wanted:
                return declaration
        owner = _method_owner(program, scope)
        for declaration in _scope_declarations(owner, name.start_byte) if owner is not None else ():
            if text(declaration.name) == wanted:
                return declaration
    return None


def _method_owner(program: Program, scope: Node) -> Node | None:
    """Return the class of a method defined outside its class (``T Class::method()``)."""
    if scope.type != "function_definition":
        return None
    qualified = next(find(field(scope, "declarator") or scope, "qualified_identifier"), None)
    return struct_named(program, text(field(qualified, "scope"))) if qualified is not None else None


def struct_named(program: Program, name: str | None) -> Node | None:
    """Return the definition of a struct or class in the program itself."""
    for node in program.all("struct_specifier", "class_specifier"):
        if name and text(field(node, "name")) == name and field(node, "body") is not None:
            return node
    return None


def known_struct(program: Program, name: str | None) -> Node | None:
    """Return the definition of a struct in the program or in its (read-only) header."""
    own = struct_named(program, name)
    return own if own is not None or not program.header else struct_named(program.declared_outside, name)


def fields_of(struct: Node) -> list[Declaration]:
    """Return a struct's data members in source order."""
    return list(reversed(list(_scope_declarations(struct, struct.end_byte))))


def function_named(program: Program, name: str) -> Node | None:
    """Return the only definition of a function or method of this name; None if there are several or none."""
    found = functions_named(program).get(name, [])
    return found[0] if len(found) == 1 else None


def functions_named(program: Program) -> dict[str, list[Node]]:
    """Return the functions and methods of a program by their unqualified names."""
    if not program.functions:
        for node in program.all("function_definition"):
            program.functions.setdefault(function_name(node), []).append(node)
    return program.functions


def function_name(function: Node) -> str:
    """Return a function's unqualified name ("" if it has none)."""
    declarator = function_declarator(function)
    name = field(declarator, "declarator")
    while name is not None and name.type == "qualified_identifier":
        name = field(name, "name")
    return text(name)


def function_declarator(function: Node) -> Node | None:
    """Return the declarator holding a function's name and parameters."""
    declarator = field(function, "declarator")
    while declarator is not None and declarator.type != "function_declarator":
        declarator = field(declarator, "declarator") or next(
            (n for n in declarator.named_children if n.type.endswith("declarator")), None
        )
    return declarator


def parameters(function: Node) -> list[Declaration]:
    """Return a function's named parameters in order."""
    holder = field(function_declarator(function), "parameters")
    nodes = holder.named_children if holder is not None else []
    return [declaration for node in nodes for declaration in declarations_in(node)]


def return_type(function: Node) -> str:
    """Return a function's result type, ``*`` included."""
    outer = field(function, "declarator")
    stars = "*" if outer is not None and outer.type == "pointer_declarator" else ""
    return normal(text(field(function, "type"))) + stars
