"""Purity of the program's functions, and immutability of objects after construction."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, inside, text
from pytest_aiopt.rewriter.program.declarations import (
    Declaration,
    declaration_of,
    function_name,
    function_named,
    parameters,
)
from pytest_aiopt.rewriter.program.effects import callee_name, is_pure_call, root_name, written_names
from pytest_aiopt.rewriter.program.inference import type_of


def calls_of(program: Program, name: str) -> list[Node]:
    """Return the calls of a free function."""
    return [
        call
        for call in program.all("call_expression")
        if text(field(call, "function")) == name and enclosing(call, "function_definition") is not None
    ]


def callees(program: Program, function: Node) -> set[str]:
    """Return the names of the program's functions that a function calls, directly or indirectly."""
    reached: set[str] = set()
    waiting = [function]
    while waiting:
        for call in find(waiting.pop(), "call_expression"):
            name = callee_name(call)
            called = function_named(program, name)
            if called is not None and name not in reached:
                reached.add(name)
                waiting.append(called)
    return reached


def is_pure_function(program: Program, function: Node) -> bool:
    """Whether a free function only reads its parameters and constants, and so do its callees.

    Parameters must be by value or by const reference; it may write and allocate only its locals.
    """
    names = {function_name(function)} | callees(program, function)
    return all(
        _is_pure_alone(program, found) for name in sorted(names) if (found := function_named(program, name))
    )


def _is_pure_alone(program: Program, function: Node) -> bool:
    body = field(function, "body")
    if body is None or enclosing(function, "struct_specifier", "class_specifier") is not None:
        return False
    if any(p.pointer or (p.reference and not p.const) for p in parameters(function)):
        return False
    forbidden = (
        "static",
        "new_expression",
        "delete_expression",
        "throw_statement",
        "goto_statement",
    )
    if any(find(body, *forbidden)) or "static " in text(body):
        return False
    if not all(_known_callee(program, call) for call in find(body, "call_expression")):
        return False
    return all(_reads_constant_or_local(program, function, name) for name in find(body, "identifier"))


def _known_callee(program: Program, call: Node) -> bool:
    if is_pure_call(program, call) or function_named(program, callee_name(call)) is not None:
        return True
    callee = field(call, "function")
    named = declaration_of(program, callee) if callee is not None and callee.type == "identifier" else None
    return named is not None and named.value is not None and named.value.type == "lambda_expression"


def _reads_constant_or_local(program: Program, function: Node, name: Node) -> bool:
    declaration = declaration_of(program, name)
    if declaration is None or inside(declaration.node, function):
        return True
    return "const" in text(declaration.node).split("=")[0]


def fixed_once_made(program: Program, struct: str, readers: set[str]) -> bool:
    """Whether objects of a struct are written only by functions that build them.

    A builder writes through its own locals (or passes their fields to a function that fills them), and calls
    none of the ``readers``; no other code has non-const access to an object.
    """
    return all(
        _harmless(program, function, struct, readers) for function in program.all("function_definition")
    )


def _harmless(program: Program, function: Node, struct: str, readers: set[str]) -> bool:
    if any(
        p.type in (struct, f"{struct}*") and _writable(p.const, p.reference, p.pointer)
        for p in parameters(function)
    ):
        return False
    roots = list(_writes(program, function, struct))
    if any(_is_foreign(root) for root in roots):
        return False
    return not (roots and (callees(program, function) | {function_name(function)}) & readers)


def _writable(const: bool, reference: bool, pointer: bool) -> bool:
    return not const and (reference or pointer)


def _writes(program: Program, function: Node, struct: str) -> Iterator[Declaration | None]:
    """Yield the names through which the code may write fields of the struct; None if unknown.

    Names declared const are omitted: the compiler enforces them.
    """
    written = written_names(program, function)
    owners = (struct, f"std::unique_ptr<{struct}>")
    for node in find(function, "field_expression"):
        argument = field(node, "argument")
        if argument is None or "." + text(field(node, "field")) not in written:
            continue
        root = root_name(argument)
        declaration = declaration_of(program, root) if root is not None else None
        if type_of(program, argument) in owners and not (declaration is not None and declaration.const):
            yield declaration


def _is_foreign(declaration: Declaration | None) -> bool:
    """Whether a write goes to an object that the function does not own."""
    if declaration is None or declaration.is_field:
        return True
    return declaration.reference or declaration.is_parameter


def only_reads(program: Program, call: Node) -> bool:
    """Whether a call writes nothing but locals of the callee: a known function, or one of the program."""
    return is_pure_call(program, call) or _reads_alone(program, call, frozenset())


def _reads_alone(program: Program, call: Node, above: frozenset[str]) -> bool:
    name = callee_name(call)
    function = function_named(program, name)
    callee, body = field(call, "function"), field(function, "body")
    if function is None or body is None or callee is None or callee.type != "identifier" or name in above:
        return False
    if any((p.reference or p.pointer) and not p.const for p in parameters(function)):
        return False
    if any(find(body, "new_expression", "delete_expression", "throw_statement")) or "static " in text(body):
        return False
    for each in find(body, "assignment_expression", "update_expression"):
        target = field(each, "left") or field(each, "argument")
        declared = (
            declaration_of(program, target) if target is not None and target.type == "identifier" else None
        )
        if declared is None or declared.reference or not inside(declared.node, function):
            return False
    passed = zip(parameters(function), arguments(call), strict=False)
    lambdas = {text(p.name) for p, given in passed if given.type == "lambda_expression"}
    return all(
        is_pure_call(program, inner)
        or text(field(inner, "function")) in lambdas
        or _reads_alone(program, inner, above | {name})
        for inner in find(body, "call_expression")
    )
