"""Structural rewrites that remove unread data."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, enclosing, field, text
from pytest_aiopt.rewriter.program.declarations import fields_of
from pytest_aiopt.rewriter.program.effects import is_pure
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.data.layout import is_listed, lies_raw, plain_structs
from pytest_aiopt.rewriter.rules.shapes import change


@rewrite(Kind.STRUCTURAL, "L2")
def drop_unread_members(program: Program) -> Iterator[Change]:
    """Remove members of a struct that are written but never read, with the statements that write them."""
    for struct in plain_structs(program):
        name = text(field(struct, "name"))
        if is_listed(program, name) or lies_raw(program):
            continue
        edits: list[Edit] = []
        dropped = []
        for member in fields_of(struct):
            writes = _only_writes(program, name, text(member.name))
            if writes is None or "&" in text(member.node):
                continue
            dropped.append(text(member.name))
            for node in (member.node, *writes):
                edits.append(Edit(program.line_start(node), program.next_line(node), ""))
        if dropped and len(dropped) < len(fields_of(struct)):
            users = [enclosing(node, "function_definition") for node in _statements(program, dropped)]
            about = [struct, *(user for user in users if user is not None)]
            yield change(edits, about, f"Drop {', '.join(dropped)} of {name}: no code reads them.")


def _only_writes(program: Program, struct: str, member: str) -> list[Node] | None:
    """Return the statements ``x.member = value;``, each on separate lines; None for any other use."""
    found = []
    for node in program.all("field_identifier"):
        if text(node) != member or (node.parent is not None and node.parent.type == "field_declaration"):
            continue
        access = node.parent
        owner = type_of(program, field(access, "argument"))
        if owner is not None and owner not in (struct, f"{struct}*"):
            continue  # another struct's
        done = access.parent if access is not None else None
        statement = done.parent if done is not None else None
        if access is None or done is None or statement is None or access.type != "field_expression":
            return None
        value = field(done, "right")
        if done.type != "assignment_expression" or field(done, "left") != access or value is None:
            return None
        if statement.type != "expression_statement" or not is_pure(program, value) or "[" in text(access):
            return None
        if not _alone(program, statement) or text(field(done, "operator")) != "=":
            return None
        found.append(statement)
    named_so = [node for node in program.all("identifier") if text(node) == member and _unqualified(node)]
    return found if found and not named_so else None


def _unqualified(name: Node) -> bool:
    """Whether an unqualified identifier in a method could be the member."""
    return enclosing(name, "struct_specifier", "class_specifier") is not None


def _alone(program: Program, statement: Node) -> bool:
    """Whether a statement in a block shares its lines with no other code."""
    start, end = program.line_start(statement), program.next_line(statement)
    around = program.data[start : statement.start_byte] + program.data[statement.end_byte : end]
    rest = around.decode().split("//")[0].strip()
    return not rest and statement.parent is not None and statement.parent.type == "compound_statement"


def _statements(program: Program, members: list[str]) -> Iterator[Node]:
    return (node for node in program.all("field_identifier") if text(node) in members)
