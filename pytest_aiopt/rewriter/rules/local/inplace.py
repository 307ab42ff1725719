"""Rewrites of functions from vector to vector: overwrite data that is no longer needed."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import (
    Program,
    arguments,
    enclosing,
    field,
    find,
    inside,
    replace,
    statements,
    text,
)
from pytest_aiopt.rewriter.program.declarations import (
    Declaration,
    declaration_of,
    declarations_in,
    function_name,
    parameters,
)
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.inference import declared_type, plain, type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.data.pools import takes_by_value
from pytest_aiopt.rewriter.rules.local.calls import declared_elsewhere
from pytest_aiopt.rewriter.rules.purity import calls_of
from pytest_aiopt.rewriter.rules.shapes import assignment, change, counted_loop, include

_OWNING = ("std::vector<", "std::string", "std::map<", "std::set<", "std::deque<")


@rewrite(Kind.STRUCTURAL, "L2")
def transform_in_place(program: Program) -> Iterator[Change]:
    """Write a function's result over its by-value argument instead of into a new vector.

    Each iteration of its only loop may read the argument at its own index only.
    """
    for function in program.all("function_definition"):
        body, given = statements(field(function, "body")), parameters(function)
        if len(body) < 3 or declared_elsewhere(program, function):
            continue
        made = _made(program, body[0], given)
        if made is None or text(body[-1]) != f"return {text(made[0].name)};":
            continue
        new, old = made
        loops = [node for node in body if node.type == "for_statement"]
        loop = counted_loop(program, loops[0]) if len(loops) == 1 else None
        if loop is None or text(loop.bound) not in (f"{text(old.name)}.size()", f"{text(new.name)}.size()"):
            continue
        reads = [use for use in uses(function, text(old.name)) if use != old.name]
        reads = [use for use in reads if not inside(use, body[0]) and not _asks_size(use)]
        writes = [use for use in uses(function, text(new.name)) if use != new.name]
        writes = [use for use in writes if not _asks_size(use) and not inside(use, body[-1])]
        if not all(_at(use, loop.name) and inside(use, loop.body) for use in (*reads, *writes)):
            continue
        if _read_after_write(loop.body, text(old.name), text(new.name)):
            continue
        kind = text(field(old.node, "type"))
        edits = [
            Edit(old.node.start_byte, old.name.start_byte, f"{kind} "),
            Edit(program.line_start(body[0]), program.next_line(body[0]), ""),
            *(
                replace(use, text(old.name))
                for use in uses(function, text(new.name))
                if not inside(use, body[0])
            ),
        ]
        yield change(edits, [function], f"Write the result of {function_name(function)} over its argument.")


def _made(
    program: Program, statement: Node, given: list[Declaration]
) -> tuple[Declaration, Declaration] | None:
    """Return (local, parameter) of ``T out(in.size());``, with ``in`` a const reference to such a vector."""
    declared = list(declarations_in(statement)) if statement.type == "declaration" else []
    if len(declared) != 1:
        return None
    kind, value = declared_type(program, declared[0]) or "", text(field(statement, "declarator", "value"))
    if not kind.startswith("std::vector<") or kind == "std::vector<bool>":
        return None
    for parameter in given:
        same = plain(program, parameter.type) == kind and parameter.const and parameter.reference
        if same and value == f"({text(parameter.name)}.size())":
            return declared[0], parameter
    return None


def _asks_size(use: Node) -> bool:
    parent = use.parent
    return parent is not None and parent.type == "field_expression" and text(field(parent, "field")) == "size"


def _at(use: Node, counter: str) -> bool:
    parent = use.parent
    return (
        parent is not None
        and parent.type == "subscript_expression"
        and field(parent, "argument") == use
        and text(field(parent, "indices")) == f"[{counter}]"
    )


def _read_after_write(body: Node, old: str, new: str) -> bool:
    """Whether an iteration may read its old element after writing the new one."""
    writes = [
        done
        for statement in find(body, "expression_statement")
        if (done := assignment(statement)) is not None and text(field(done[0], "argument")) == new
    ]
    if not writes or len(writes) != len(uses(body, new)):
        return True  # the new element is read, or written in a different way
    last_read = max((use.start_byte for use in uses(body, old)), default=0)
    return any(last_read > done[2].end_byte for done in writes)


@rewrite(Kind.STRUCTURAL, "L2")
def hand_over(program: Program) -> Iterator[Change]:
    """Move a vector into a by-value call if it is overwritten or destroyed right afterwards."""
    for call in program.all("call_expression"):
        for index, given in enumerate(arguments(call)):
            if given.type != "identifier" or not takes_by_value(program, call, index):
                continue
            if not (type_of(program, given) or "").startswith(_OWNING):
                continue
            if _ends(program, call, given) and len(uses(call, text(given))) == 1:
                edits = [replace(given, f"std::move({text(given)})"), *include(program, "utility")]
                yield change(edits, [call], f"Hand {text(given)} over instead of copying it.")


def _ends(program: Program, call: Node, given: Node) -> bool:
    """Whether the variable's value is dead after the call: the variable is assigned, or a return follows."""
    declared = declaration_of(program, given)
    if declared is None or declared.reference or declared.const or declared.is_field or declared.pointer:
        return False
    if enclosing(declared.node, "function_definition") != enclosing(call, "function_definition"):
        return False
    if "static" in text(declared.node):
        return False
    done = enclosing(call, "assignment_expression", "return_statement", "lambda_expression")
    if done is None or done.type == "lambda_expression":
        return False
    if done.type == "return_statement":
        others = [
            use for use in uses(done, text(given)) if use != given and not _other_branch(use, given, done)
        ]
        return not others
    whole = done.parent is not None and done.parent.type == "expression_statement"
    target = field(done, "left")
    return (
        whole
        and text(target) == text(given)
        and text(field(done, "operator")) == "="
        and len(uses(done, text(given))) == 2
    )


def _other_branch(use: Node, given: Node, scope: Node) -> bool:
    """Whether two uses are on different sides of a conditional expression."""
    for node in find(scope, "conditional_expression"):
        yes, no = field(node, "consequence"), field(node, "alternative")
        if yes is not None and no is not None:
            sides = [inside(use, yes), inside(use, no), inside(given, yes), inside(given, no)]
            if sides in ([True, False, False, True], [False, True, True, False]):
                return True
    return False


@rewrite(Kind.STRUCTURAL, "L2")
def pass_through(program: Program) -> Iterator[Change]:
    """Take a vector by value if it is only passed on by value in a return."""
    for function in program.all("function_definition"):
        if declared_elsewhere(program, function) or not calls_of(program, function_name(function)):
            continue
        for given in parameters(function):
            if not (given.const and given.reference) or not plain(program, given.type).startswith(_OWNING):
                continue
            body = field(function, "body")
            found = uses(body, text(given.name)) if body is not None else []
            if not found or not all(_handed_on(program, use) for use in found):
                continue
            kind = text(field(given.node, "type"))
            edits = [
                Edit(given.node.start_byte, given.name.start_byte, f"{kind} "),
                *(replace(use, f"std::move({text(use)})") for use in found),
                *include(program, "utility"),
            ]
            yield change(edits, [function], f"Take {text(given.name)} by value and hand it on.")


def _handed_on(program: Program, use: Node) -> bool:
    """Whether a use is a by-value argument of a call in a return statement, alone on its side."""
    listed = use.parent
    call = listed.parent if listed is not None and listed.type == "argument_list" else None
    returned = enclosing(use, "return_statement")
    if listed is None or call is None or call.type != "call_expression" or returned is None:
        return False
    if not takes_by_value(program, call, listed.named_children.index(use)):
        return False
    return all(_other_branch(each, use, returned) for each in uses(returned, text(use)) if each != use)
