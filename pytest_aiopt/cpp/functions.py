"""The function that each line of a source stands in, named as a reader of the source names it."""

from __future__ import annotations

from functools import lru_cache

from pytest_aiopt.cpp.grammar import RECORDS
from pytest_aiopt.cpp.source import Source, declared_name
from pytest_aiopt.cpp.tree import Node, ancestors, text

_FUNCTIONS = ("function_definition", "lambda_expression")
_LAMBDA = "lambda"


@lru_cache(maxsize=128)
def by_line(program: str) -> tuple[str, ...]:
    """Return the function of each line, the first line at index 0; "" outside functions.

    A line belongs to the innermost function that holds its first character, or else to the first function
    that starts on it. Methods are qualified by their class; a lambda is named by its variable.
    """
    lines = program.split("\n")
    found = [""] * len(lines)
    for node in Source(program).all(*_FUNCTIONS):  # outer functions come before inner ones
        if node.child_by_field_name("body") is not None:
            called = _name(node)
            for row in range(node.row, min(node.end_row + 1, len(lines))):
                if _holds_start(node, row, lines[row]) or not found[row]:
                    found[row] = called
    return tuple(found)


def _holds_start(node: Node, row: int, line: str) -> bool:
    first = node.tree.lines[row] + len(line.encode()) - len(line.lstrip().encode())
    return node.start_byte <= first < node.end_byte


def _name(node: Node) -> str:
    if node.type == "lambda_expression":
        return _lambda_name(node)
    name = _declared(node)
    owner = next((each for each in ancestors(node) if each.type in RECORDS), None)
    record = text(owner.child_by_field_name("name")) if owner is not None else ""
    return f"{record}::{name}" if record and "::" not in name else name


def _declared(definition: Node) -> str:
    """Return the name in a definition's declarator, without template arguments: ``Row::operator<``."""
    node = definition.child_by_field_name("declarator")
    while node is not None and node.type != "function_declarator":
        node = node.child_by_field_name("declarator") or next(
            (child for child in node.named_children if child.type.endswith("declarator")), None
        )
    declarator = definition.child_by_field_name("declarator")
    if node is None and declarator is not None and declarator.type == "operator_cast":
        return f"operator {text(declarator.child_by_field_name('type'))}"
    name = node.child_by_field_name("declarator") if node is not None else None
    parts = []
    while name is not None and name.type == "qualified_identifier":
        parts.append(_plain(name.child_by_field_name("scope")))
        name = name.child_by_field_name("name")
    return "::".join(part for part in (*parts, _plain(name)) if part)


def _plain(node: Node | None) -> str:
    if node is not None and node.type in ("template_type", "template_function"):
        node = node.child_by_field_name("name")
    return text(node).replace(" ", "")


def _lambda_name(node: Node) -> str:
    """Return the name of the variable that a lambda initialises, or "lambda"; with its function."""
    parent = node.parent
    variable = declared_name(parent) if parent is not None and parent.type == "init_declarator" else None
    own = text(variable) or _LAMBDA
    outer = next((each for each in ancestors(node) if each.type in _FUNCTIONS), None)
    return f"{own} in {_name(outer)}" if outer is not None else own
