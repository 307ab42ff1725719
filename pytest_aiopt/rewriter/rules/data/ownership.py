"""Structural rewrites of the ownership of objects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, enclosing, field, replace, text
from pytest_aiopt.rewriter.program.declarations import declarations_in, fields_of
from pytest_aiopt.rewriter.program.inference import declared_type, type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change

_HOLDERS = ("declaration", "parameter_declaration", "field_declaration", "for_range_loop")


@rewrite(Kind.STRUCTURAL, "L2")
def owned_values(program: Program) -> Iterator[Change]:
    """Store objects by value if the program owns each of them by a unique_ptr.

    Not applied if a pointer may be null or escapes, or if the type is polymorphic.
    """
    for struct in program.all("struct_specifier", "class_specifier"):
        name = text(field(struct, "name"))
        pointers = _pointer_types(program, name)
        if not pointers or not _can_be_value(program, struct, name):
            continue
        edits = _dereferences(program, f"std::unique_ptr<{name}>")
        if edits is None:
            continue
        edits += [replace(node, name) for node in pointers]
        functions = [f for node in pointers if (f := enclosing(node, "function_definition")) is not None]
        users = [f for edit in edits if (f := _function_at(program, edit.start)) is not None]
        yield change(
            edits, functions + users, f"Hold each {name} by value: no allocation of its own, better locality."
        )


def _pointer_types(program: Program, name: str) -> list[Node]:
    """Return the ``std::unique_ptr<name>`` types and the calls of make_unique<name>."""
    found = []
    for node in program.all("template_type", "template_function"):
        whole = (
            node.parent if node.parent is not None and node.parent.type == "qualified_identifier" else None
        )
        spelled = re.sub(r"\s+", "", text(whole))
        if whole is not None and spelled in (f"std::unique_ptr<{name}>", f"std::make_unique<{name}>"):
            found.append(whole)
    return found


def _can_be_value(program: Program, struct: Node, name: str) -> bool:
    """Whether no use requires stable addresses or null pointers."""
    owned = f"std::unique_ptr<{name}>"
    if (
        field(struct, "body") is None
        or "virtual" in text(struct)
        or owned in re.sub(r"\s+", "", program.header)
    ):
        return False
    if any(
        node.type == "base_class_clause" and name in text(node) for node in program.all("base_class_clause")
    ):
        return False
    if any(
        member.type in (owned, f"std::unordered_map<std::string,{owned}>") for member in fields_of(struct)
    ):
        return False
    for holder in program.all(*_HOLDERS):
        for declared in declarations_in(holder):
            kind = declared_type(program, declared)
            held = kind == owned and declared.reference and holder.type != "for_range_loop"
            if kind == f"{name}*" or held or _binds_element(holder, kind, name, declared.reference):
                return False
    return _never_null(program, owned)


def _binds_element(holder: Node, kind: str | None, name: str, reference: bool) -> bool:
    """Whether a local reference to an object could dangle when its container grows."""
    return holder.type == "declaration" and kind == name and reference


def _never_null(program: Program, owned: str) -> bool:
    for node in program.all("identifier", "field_expression", "subscript_expression", "call_expression"):
        parent = node.parent
        if parent is None or type_of(program, node) != owned:
            continue
        if (
            parent.type == "field_expression"
            and field(parent, "argument") == node
            and "->" not in _signs(parent)
        ):
            return False  # .get(), .reset(), .release()
        if parent.type in ("condition_clause", "unary_expression", "conditional_expression"):
            return False
        if parent.type == "binary_expression":
            return False
        if parent.type == "init_declarator" and field(parent, "value") is None:
            return False
    empty = [
        node
        for node in program.all("declaration")
        if re.sub(r"\s+", "", text(field(node, "type"))) == owned and "=" not in text(node)
    ]
    return not empty


def _signs(node: Node) -> list[str]:
    return [child.type for child in node.children]


def _dereferences(program: Program, owned: str) -> list[Edit] | None:
    """Return the edits that drop ``*p`` and ``p->``; None if a pointer's type is unknown."""
    edits = []
    for node in program.all("field_expression", "pointer_expression"):
        argument = field(node, "argument")
        operator = next((child for child in node.children if child.type in ("->", "*")), None)
        if argument is None or operator is None or argument.type == "this":
            continue
        kind = type_of(program, argument)
        if kind is None and enclosing(node, "template_declaration") is not None:
            continue  # a template that unwraps such pointers would no longer compile
        if kind is None:
            return None
        if kind == owned:
            edits.append(replace(operator, "." if operator.type == "->" else ""))
    return edits


def _function_at(program: Program, offset: int) -> Node | None:
    node = program.root.descendant_for_byte_range(offset, offset)
    return enclosing(node, "function_definition") if node is not None else None
