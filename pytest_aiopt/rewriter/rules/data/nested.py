"""Vectors of vectors: their spellings, and the references to their inner vectors."""

from __future__ import annotations

import re

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, enclosing, field, text
from pytest_aiopt.rewriter.program.declarations import fields_of, known_struct
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_cheap, template_parts


def inner_vectors(program: Program) -> dict[str, list[Node]]:
    """Return the ``vector<T>`` nodes inside ``vector<...>``, by their plain element type."""
    found: dict[str, list[Node]] = {}
    for node in program.all("template_type"):
        element = template_parts(squeezed("std::" + text(node)))[1][:1]
        outer = enclosing(node, "template_type")
        nested_vectors = text(field(node, "name")) == "vector" == text(field(outer, "name"))
        if nested_vectors and element and is_plain(program, element[0]):
            found.setdefault(element[0], []).append(node)
    return found


def is_plain(program: Program, element: str) -> bool:
    """Whether elements are cheap to store inline: numbers, or small structs of numbers."""
    struct = known_struct(program, element)
    if struct is None:
        return is_cheap(element)
    members = fields_of(struct)
    return 0 < len(members) <= 4 and all(is_cheap(member.type) for member in members)


def uses_only(program: Program, spelled: str, methods: frozenset[str]) -> bool:
    """Whether vectors of a type are used only through these methods and never passed by reference."""
    for node in program.all("parameter_declaration"):
        if squeezed(text(field(node, "type"))) == spelled and is_reference(node):
            return False
    return all(
        text(field(node, "field")) in methods
        for node in program.all("field_expression")
        if type_of(program, field(node, "argument")) == spelled
    )


def references_to(program: Program, spelled: str) -> list[Node]:
    """Return the type nodes of the local references to vectors of a type."""
    return [
        kind
        for holder in program.all("declaration", "for_range_loop")
        if (kind := field(holder, "type")) is not None
        and is_reference(holder)
        and squeezed(text(kind)) == spelled
    ]


def users_of(program: Program, spelled: str) -> list[Node]:
    """Return the functions that index a vector of vectors of this type."""
    found = [
        enclosing(node, "function_definition")
        for node in program.all("subscript_expression")
        if squeezed(type_of(program, node) or "") == spelled
    ]
    return [function for function in found if function is not None]


def is_reference(holder: Node) -> bool:
    """Whether a declaration binds a reference."""
    declarator = field(holder, "declarator")
    shape = (
        field(declarator, "declarator") if declarator and declarator.type == "init_declarator" else declarator
    )
    return shape is not None and shape.type == "reference_declarator"


def squeezed(spelled: str) -> str:
    """Return a type's text without white space."""
    return re.sub(r"\s+", "", spelled)


def qualified(node: Node) -> Node:
    """Return a name with its ``std::`` qualifier, if there is one."""
    parent = node.parent
    return parent if parent is not None and parent.type == "qualified_identifier" else node
