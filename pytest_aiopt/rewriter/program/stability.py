"""Values that stay the same throughout a loop, whose calls of the program's functions are followed."""

from __future__ import annotations

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, find, inside, text
from pytest_aiopt.rewriter.program.declarations import declaration_of, function_named
from pytest_aiopt.rewriter.program.effects import (
    callee_name,
    is_local,
    is_pure,
    is_pure_call,
    root_name,
    written_names,
)


def is_stable(program: Program, expression: Node, loop: Node, free: frozenset[str] = frozenset()) -> bool:
    """Whether an expression and the elements it reads have the same value in every iteration.

    The names in ``free`` may change. The loop may write elements of the function's own vectors only.
    """
    written = _written(program, loop, frozenset())
    if written is None or not is_pure(program, expression):
        return False
    return all(
        text(node) in free or _stays(program, node, loop, written)
        for node in find(expression, "identifier", "field_identifier")
    )


def _stays(program: Program, node: Node, loop: Node, written: frozenset[str]) -> bool:
    if node.type == "field_identifier":
        return "." + text(node) not in written
    declared = declaration_of(program, node)
    if declared is None or text(node) in written or inside(declared.node, loop):
        return declared is None and text(node) not in written
    return declared.const or (is_local(program, node) and not declared.reference)


def _written(program: Program, scope: Node, above: frozenset[str]) -> frozenset[str] | None:
    """Return the names of locals and, as ``.name``, fields that the code or its callees write.

    None if the code may write anything else: through a pointer, or in a function that is not known.
    """
    names = written_names(program, scope)
    if "*" in names or not all(_is_plain(program, target) for target in _targets(scope)):
        return None
    for call in find(scope, "call_expression"):
        name = callee_name(call)
        called = function_named(program, name)
        if called is None or is_pure_call(program, call) or name in above:
            continue
        inner = _written(program, called, above | {name})
        if inner is None or any(_is_global(program, called, each) for each in inner):
            return None
        names |= {each for each in inner if each.startswith(".")}
    return frozenset(names)


def _targets(scope: Node) -> list[Node]:
    found = [field(node, "left") for node in find(scope, "assignment_expression")]
    found += [field(node, "argument") for node in find(scope, "update_expression")]
    return [node for node in found if node is not None]


def _is_plain(program: Program, target: Node) -> bool:
    """Whether a write reaches a variable, a field, or an element of a vector of the function's own."""
    if not any(find(target, "subscript_expression", "pointer_expression")):
        return "->" not in text(target)
    root = root_name(target)
    declared = declaration_of(program, root) if root is not None else None
    return (
        declared is not None
        and declared.type.startswith(("std::vector<", "std::array<"))
        and not declared.reference
        and not declared.pointer
        and target.type == "subscript_expression"
        and field(target, "argument") == root
    )


def _is_global(program: Program, function: Node, name: str) -> bool:
    """Whether a written name is no variable of the function."""
    if name.startswith("."):
        return False
    found = next((node for node in find(function, "identifier") if text(node) == name), None)
    declared = declaration_of(program, found) if found is not None else None
    return declared is None or not inside(declared.node, function)
