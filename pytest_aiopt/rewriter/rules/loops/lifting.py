"""Rewrites that avoid repeated work of calls in a loop: keep memory, lift results out of the callee."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, text
from pytest_aiopt.rewriter.program.declarations import (
    Declaration,
    declarations_in,
    function_declarator,
    function_name,
    function_named,
    parameters,
)
from pytest_aiopt.rewriter.program.effects import is_invariant, may_write
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.local.calls import declared_elsewhere
from pytest_aiopt.rewriter.rules.local.numeric import entry_of
from pytest_aiopt.rewriter.rules.purity import calls_of
from pytest_aiopt.rewriter.rules.shapes import change, include


@rewrite(Kind.STRUCTURAL, "P")
def keep_freed_memory(program: Program) -> Iterator[Change]:
    """Keep the memory of freed large vectors in the process for later ones."""
    makes = [
        node
        for node in program.all("declaration", "field_declaration")
        if "std::vector<" in text(field(node, "type")) or "std::string" in text(field(node, "type"))
    ]
    entry = entry_of(program)
    body = field(entry, "body")
    if not makes or entry is None or body is None or "mallopt" in program.text:
        return
    first = next((node for node in body.named_children if node.type != "comment"), None)
    if first is None:
        return
    name = program.unused("memory_kept")
    line = (
        f"static const bool {name} = mallopt(M_MMAP_THRESHOLD, 1 << 30) && mallopt(M_TRIM_THRESHOLD, 1 << 30)"
        f" &&\n    mallopt(M_TOP_PAD, 1 << 22);\nstatic_cast<void>({name});"
    )
    users = [user for node in makes if (user := enclosing(node, "function_definition")) is not None]
    edits = [program.insert_before(first, line), *include(program, "malloc.h")]
    yield change(edits, [entry, *users], "Keep freed memory for the next vectors.")


@rewrite(Kind.STRUCTURAL, "P")
def lift_from_callee(program: Program) -> Iterator[Change]:
    """Compute a callee's local before the calling loop if it is the same in all calls.

    The local must come from a call of a function that reads only its arguments, and must not change.
    """
    for function in program.all("function_definition"):
        calls = calls_of(program, function_name(function))
        body = field(function, "body")
        if len(calls) != 1 or body is None or declared_elsewhere(program, function):
            continue
        call, loop = calls[0], enclosing(calls[0], *LOOPS)
        if loop is None or loop.parent is None or loop.parent.type != "compound_statement":
            continue
        for statement in body.named_children:
            found = _liftable(program, function, call, loop, statement)
            if found is None:
                continue
            declared, value = found
            name, kind = text(declared.name), text(field(statement, "type"))
            listed, given = field(function_declarator(function), "parameters"), field(call, "arguments")
            if listed is None or given is None or program.unused(name) == name:
                continue
            outer = f"{name}_once"
            edits = [
                program.insert_before(loop, f"const {kind} {outer} = {value};"),
                Edit(program.line_start(statement), program.next_line(statement), ""),
                Edit(listed.end_byte - 1, listed.end_byte - 1, f", const {kind}& {name}"),
                Edit(given.end_byte - 1, given.end_byte - 1, f", {outer}"),
            ]
            if outer == program.unused(outer):
                yield change(edits, [loop, function], f"Make {name} once, before the loop.")


def _liftable(
    program: Program, function: Node, call: Node, loop: Node, statement: Node
) -> tuple[Declaration, str] | None:
    """Return (local, its value in terms of the caller)."""
    declared = list(declarations_in(statement)) if statement.type == "declaration" else []
    if (
        len(declared) != 1
        or "static" in text(statement)
        or declared[0].reference
        or declared[0].type == "auto"
    ):
        return None
    value, given = declared[0].value, parameters(function)
    if value is None or value.type != "call_expression" or len(given) != len(arguments(call)):
        return None
    made_by = function_named(program, text(field(value, "function")))
    if made_by is None or not _reads_arguments_only(program, made_by):
        return None
    if may_write(program, function, text(declared[0].name)) or _moved(function, text(declared[0].name)):
        return None
    passed = {text(p.name): each for p, each in zip(given, arguments(call), strict=True)}
    inner = arguments(value)
    if not inner or not all(each.type == "identifier" and text(each) in passed for each in inner):
        return None
    outer = [passed[text(each)] for each in inner]
    if not all(is_invariant(program, each, loop) and each.type == "identifier" for each in outer):
        return None
    if any(may_write(program, function, text(each)) for each in inner):
        return None
    return declared[0], f"{text(field(value, 'function'))}({', '.join(map(text, outer))})"


def _moved(function: Node, name: str) -> bool:
    return f"std::move({name})" in text(function) or any(
        text(node) == f"return {name};" for node in find(function, "return_statement")
    )


def _reads_arguments_only(program: Program, function: Node) -> bool:
    """Whether a function's result depends only on its arguments, which it does not change."""
    given = parameters(function)
    if any(not p.const and (p.reference or p.pointer) for p in given) or not given:
        return False
    body = field(function, "body")
    if body is None or any(find(body, "throw_statement", "new_expression", "lambda_expression")):
        return False
    if "static " in text(body):
        return False
    known = {text(p.name) for p in given}
    known |= {text(d.name) for n in find(body, "declaration", "for_range_loop") for d in declarations_in(n)}
    constants = {
        text(d.name)
        for node in program.all("declaration")
        if "const" in text(node).split("=")[0]
        for d in declarations_in(node)
    }
    for call in find(body, "call_expression"):
        callee = field(call, "function")
        if (
            callee is not None
            and callee.type == "identifier"
            and function_named(program, text(callee)) is None
        ):
            return False
        own = (
            function_named(program, text(callee))
            if callee is not None and callee.type == "identifier"
            else None
        )
        if own is not None and (own == function or not _reads_arguments_only(program, own)):
            return False
    functions = {function_name(f) for f in program.all("function_definition")}
    names = {
        text(n) for n in find(body, "identifier") if n.parent is not None and "qualified" not in n.parent.type
    }
    return names <= known | constants | functions
