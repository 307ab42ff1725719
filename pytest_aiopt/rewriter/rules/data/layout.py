"""Structural rewrites of the layout of structs in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import Declaration, fields_of
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import FLOATS, is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, include

_RAW = re.compile(r"\b(memcpy|memmove|reinterpret_cast|fread|fwrite|offsetof|bit_cast)\b")


def lies_raw(program: Program) -> bool:
    """Whether the program may rely on the memory layout of its structs."""
    return _RAW.search(program.text) is not None


@rewrite(Kind.STRUCTURAL, "L3")
def split_cold_fields(program: Program) -> Iterator[Change]:
    """Move the wide members of a struct stored in a vector to a separate struct behind a pointer.

    Iterating over the vector then touches less memory. The struct must never be copied or list-initialised.
    """
    for struct in plain_structs(program):
        name = text(field(struct, "name"))
        members = fields_of(struct)
        cold = [member for member in members if _is_wide(program, member)]
        if (
            not cold
            or len(cold) == len(members)
            or not _one_a_line(members)
            or not _kept_in_vector(program, name)
        ):
            continue
        if _copied(program, name) or is_listed(program, name) or lies_raw(program):
            continue
        edits = _split(program, struct, cold)
        if edits is not None:
            moved = ", ".join(text(member.name) for member in cold)
            users = [
                f
                for f in program.all("function_definition")
                if f"{name}&" in text(f) or f"<{name}>" in text(f)
            ]
            yield change(edits, users or [struct], f"Move {moved} of {name} out of the way of scans.")


def _one_a_line(members: list[Declaration]) -> bool:
    return len({member.node.start_point[0] for member in members}) == len(members)


def plain_structs(program: Program) -> Iterator[Node]:
    """Yield the plain structs: data members only, no bases, no templates."""
    for struct in program.all("struct_specifier"):
        body = field(struct, "body")
        plain = body is not None and all(
            node.type in ("field_declaration", "comment", "{", "}", ";") for node in body.children
        )
        shared = any(len(node.children_by_field_name("declarator")) != 1 for node in body.named_children
                     if node.type == "field_declaration") if body is not None else True  # fmt: skip
        inherits = any(child.type == "base_class_clause" for child in struct.children)
        top = struct.parent is not None and struct.parent.type in ("translation_unit", "declaration_list")
        if plain and not shared and not inherits and top:
            yield struct


def _is_wide(program: Program, member: Declaration) -> bool:
    """Whether a member is an array of 16 bytes or more, as far as its type is known."""
    if member.node.text is not None and b"[" in member.node.text:
        count = re.search(r"\[\s*(\w+)\s*\]", text(member.node))
        return count is not None and (not count.group(1).isdigit() or int(count.group(1)) >= 16)
    return member.type.startswith("std::array<")


def _kept_in_vector(program: Program, name: str) -> bool:
    return re.search(rf"std::vector<\s*{name}\s*>", program.text) is not None


def is_listed(program: Program, name: str) -> bool:
    """Whether objects of the struct are ever list-initialised."""
    bare = re.sub(rf"(struct\s+{name}|{name}\s*{{\s*}})", "", program.text)
    made = re.search(rf"\b{name}\s*{{|\b{name}\s+\w+\s*(=\s*)?{{\s*[^}}\s]", bare) is not None
    pushed = any(
        (type_of(program, field(node, "function", "argument")) or "") == f"std::vector<{name}>"
        and any(find(node, "initializer_list"))
        for node in program.all("call_expression")
    )
    return made or pushed or f"sizeof({name})" in program.text


def _copied(program: Program, name: str) -> bool:
    """Whether an object may be copied: from an element or another object, or as an argument by value."""
    for node in program.all("parameter_declaration", "for_range_loop"):
        declarator = field(node, "declarator")
        plain = declarator is not None and declarator.type == "identifier"
        if plain and text(field(node, "type")) in (name, "auto") and _may_be(program, node, name):
            return True
    values = [field(node, "value") for node in program.all("init_declarator")]
    values += [field(node, "right") for node in program.all("assignment_expression")]
    values += [argument for call in program.all("argument_list") for argument in call.named_children]
    lvalues = ("identifier", "subscript_expression", "field_expression", "pointer_expression")
    for value in values:
        if value is None or value.type not in lvalues or type_of(program, value) != name:
            continue
        if not _binds(program, value, name):
            return True
    return False


def _may_be(program: Program, node: Node, name: str) -> bool:
    if text(field(node, "type")) == name:
        return True
    return node.type == "for_range_loop" and type_of(program, field(node, "right")) == f"std::vector<{name}>"


def _binds(program: Program, value: Node, name: str) -> bool:
    """Whether a value is bound to a reference instead of being copied."""
    parent = value.parent
    if parent is not None and parent.type == "init_declarator":
        shape = field(parent, "declarator")
        return shape is not None and shape.type == "reference_declarator"
    call = parent.parent if parent is not None and parent.type == "argument_list" else None
    if call is None or call.type != "call_expression":
        return False
    callee = text(field(call, "function"))
    own = any(
        text(field(f, "declarator", "declarator")) == callee for f in program.all("function_definition")
    )
    return own  # its parameters are not copies; they were checked before


def _split(program: Program, struct: Node, cold: list[Declaration]) -> list[Edit] | None:
    name = text(field(struct, "name"))
    part = program.unused(f"{name}Details")
    names = {text(member.name) for member in cold}
    lines = "".join(f"    {text(member.node)}\n" for member in cold)
    at = program.line_start(struct)
    edits = [
        Edit(at, at, f"// The members of {name} that scans rarely need.\nstruct {part} {{\n{lines}}};\n\n")
    ]
    for member in cold:
        edits.append(Edit(program.line_start(member.node), program.next_line(member.node), ""))
    last = field(struct, "body")
    assert last is not None
    at = program.line_start(last.children[-1])
    edits.append(Edit(at, at, f"    std::unique_ptr<{part}> details = std::make_unique<{part}>();\n"))
    for node in program.all("field_expression"):
        named = field(node, "field")
        if named is None or text(named) not in names:
            continue
        owner = type_of(program, field(node, "argument"))
        if owner is None:
            return None
        if owner in (name, f"{name}*"):
            edits.append(replace(named, f"details->{text(named)}"))
    return edits + include(program, "memory")


_WIDTHS = {"8": 1, "16": 2, "32": 4, "64": 8}


@rewrite(Kind.STRUCTURAL, "B")
def hot_fields_first(program: Program) -> Iterator[Change]:
    """Move the members that loops read together to the front of a struct, widest first."""
    for struct in plain_structs(program):
        name, members = text(field(struct, "name")), fields_of(struct)
        if len(members) < 3 or not _one_a_line(members) or is_listed(program, name) or lies_raw(program):
            continue
        if not _kept_in_vector(program, name):
            continue
        heat = {text(member.name): _uses_in_loops(program, name, text(member.name)) for member in members}
        order = sorted(members, key=lambda m: (not heat[text(m.name)], -_width(program, m)))
        if [m.name for m in order] == [m.name for m in members]:
            continue
        edits = [_line(program, old, _rest(program, new)) for old, new in zip(members, order, strict=True)]
        users = [f for f in program.all("function_definition") if f"{name}&" in text(f)]
        yield change(edits, [struct, *users], f"Order the members of {name} by use and size.")


def _rest(program: Program, member: Declaration) -> str:
    """Return a member's declaration with its trailing comment."""
    return program.data[member.node.start_byte : program.next_line(member.node) - 1].decode()


def _line(program: Program, member: Declaration, new: str) -> Edit:
    return Edit(member.node.start_byte, program.next_line(member.node) - 1, new)


def _uses_in_loops(program: Program, struct: str, member: str) -> bool:
    """Whether a member is read in a loop, or in a function that receives the object."""
    for node in program.all("field_expression"):
        if text(field(node, "field")) == member and type_of(program, field(node, "argument")) == struct:
            root = enclosing(node, *LOOPS, "function_definition")
            parent = node.parent
            written = (
                parent is not None
                and parent.type == "assignment_expression"
                and field(parent, "left") == node
            )
            if root is not None and not written:
                return True
    return False


def _width(program: Program, member: Declaration) -> int:
    """Return a scalar member's size in bytes; 0 for wide or unknown ones, which go last."""
    if _is_wide(program, member):
        return 0
    if member.type in ("double", "long", "unsigned long", "long long") or member.type.endswith("*"):
        return 8
    if member.type in FLOATS or member.type in ("int", "unsigned", "unsigned int"):
        return 4
    if is_integer(member.type):
        digits = re.search(r"\d+", member.type)
        return (
            _WIDTHS.get(digits.group(), 8)
            if digits
            else 1
            if "char" in member.type or member.type == "bool"
            else 8
        )
    return 8
