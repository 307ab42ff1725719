"""Rewrites that defer work until it is needed, or test cheap conditions first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import (
    Program,
    enclosing,
    field,
    find,
    inside,
    replace,
    statements,
    strip_parens,
    text,
)
from pytest_aiopt.rewriter.program.declarations import declarations_in, function_named
from pytest_aiopt.rewriter.program.effects import callee_name, is_pure, is_pure_call, uses, written_names
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_cheap, is_integer, is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.purity import is_pure_function
from pytest_aiopt.rewriter.rules.shapes import change, condition_of


@rewrite(Kind.STRUCTURAL, "D")
def put_off(program: Program) -> Iterator[Change]:
    """Compute a value in the only branch that reads it."""
    for statement in program.all("declaration"):
        block, declared = statement.parent, list(declarations_in(statement))
        if block is None or block.type != "compound_statement" or len(declared) != 1:
            continue
        value, name = declared[0].value, text(declared[0].name)
        if value is None or "static" in text(statement) or not _worth_while(program, value):
            continue
        read = [use for use in uses(block, name) if use != declared[0].name]
        branch = _only_branch(statement, read)
        if branch is None or not _unchanged(program, statement, value, branch):
            continue
        first = statements(branch)[0]
        edits = [
            Edit(program.line_start(statement), program.next_line(statement), ""),
            program.insert_before(first, text(statement)),
        ]
        yield change(edits, [statement, branch], f"Find {name} only where it is needed.")


def _worth_while(program: Program, value: Node) -> bool:
    """Whether a value is the pure result of a call to one of the program's functions, which takes time."""
    calls = list(find(value, "call_expression"))
    own = [f for call in calls if (f := function_named(program, callee_name(call))) is not None]
    pure = all(is_pure_call(program, c) or function_named(program, callee_name(c)) is not None for c in calls)
    return bool(own) and pure and all(is_pure_function(program, function) for function in own)


def _only_branch(statement: Node, read: list[Node]) -> Node | None:
    """Return the braced branch of the if statement after ``statement`` that contains all reads."""
    after = statement.next_named_sibling
    while after is not None and after.type == "declaration" and not any(inside(r, after) for r in read):
        after = after.next_named_sibling
    if after is None or after.type != "if_statement" or not read:
        return None
    branch = field(after, "consequence")
    if branch is None or branch.type != "compound_statement" or not statements(branch):
        return None
    return branch if all(inside(each, branch) for each in read) else None


def _unchanged(program: Program, statement: Node, value: Node, branch: Node) -> bool:
    """Whether nothing between the two places writes the value's operands."""
    names = {text(node) for node in find(value, "identifier")}
    node, written = statement.next_named_sibling, set[str]()
    while node is not None and not inside(branch, node):
        written |= written_names(program, node)
        node = node.next_named_sibling
    condition = field(node, "condition") if node is not None else None
    written |= written_names(program, condition) if condition is not None else set()
    return not written & (names | {"*", "()"})


@rewrite(Kind.STRUCTURAL, "L1")
def cheap_test_first(program: Program) -> Iterator[Change]:
    """Test a comparison of numbers before a pure call in a condition, which may then be skipped."""
    for node in program.all("binary_expression"):
        left, right = field(node, "left"), field(node, "right")
        if text(field(node, "operator")) not in ("&&", "||") or left is None or right is None:
            continue
        if not _is_call(program, left) or not _is_comparison(program, right):
            continue
        if any(text(field(each, "operator")) in ("&&", "||") for each in (left, right)):
            continue
        edits = [replace(left, text(right)), replace(right, text(left))]
        yield change(edits, [node], f"Test {text(right)} before the call.")


def _is_call(program: Program, node: Node) -> bool:
    """Whether a test contains a call of a pure function of the program."""
    return _worth_while(program, node) and is_pure(program, _without_calls(node))


def _without_calls(node: Node) -> Node:
    return (
        field(node, "arguments") or node if node.type == "call_expression" else field(node, "right") or node
    )


def _is_comparison(program: Program, node: Node) -> bool:
    """Whether a test compares two numbers and may be evaluated at any time."""
    if node.type != "binary_expression" or any(find(node, "call_expression", "pointer_expression")):
        return False
    if (
        any(find(node, "subscript_expression"))
        or "->" in text(node)
        or "/" in text(node)
        or "%" in text(node)
    ):
        return False
    comparing = text(field(node, "operator")) in ("<", ">", "<=", ">=", "==", "!=")
    return comparing and all(is_cheap(type_of(program, field(node, side))) for side in ("left", "right"))


@rewrite(Kind.STRUCTURAL, "L1")
def stop_when_found(program: Program) -> Iterator[Change]:
    """Leave a loop after setting the flag that is its only effect."""
    for loop in program.all(*LOOPS):
        only = statements(field(loop, "body"))
        if len(only) != 1 or only[0].type != "if_statement" or field(only[0], "alternative") is not None:
            continue
        then, test = field(only[0], "consequence"), condition_of(only[0])
        inner = statements(then)
        if test is None or then is None or len(inner) != 1 or not is_pure(program, test):
            continue
        done = inner[0].named_children[0] if inner[0].type == "expression_statement" else None
        if done is None or done.type != "assignment_expression" or text(field(done, "operator")) != "=":
            continue
        flag, value = field(done, "left"), text(field(done, "right"))
        if (
            flag is None
            or flag.type != "identifier"
            or value not in ("true", "false")
            or uses(test, text(flag))
        ):
            continue
        if enclosing(flag, "lambda_expression") is not None or type_of(program, flag) != "bool":
            continue
        pad = program.indent(only[0])
        new = f"{{\n{pad}    {text(inner[0])}\n{pad}    break;\n{pad}}}"
        yield change([replace(then, new)], [loop], f"Stop as soon as {text(flag)} is settled.")


@rewrite(Kind.STRUCTURAL, "L1")
def skip_modulo(program: Program) -> Iterator[Change]:
    """Divide for a remainder only if a sum has reached the modulus; below it the sum is the remainder."""
    for node in program.all("assignment_expression"):
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None or text(field(node, "operator")) != "=" or left.type != "identifier":
            continue
        total, modulus = field(right, "left"), field(right, "right")
        if text(field(right, "operator")) != "%" or total is None or modulus is None:
            continue
        total, name, kind = strip_parens(total), text(left), type_of(program, left)
        statement = node.parent
        if statement is None or statement.type != "expression_statement" or not is_unsigned(kind):
            continue
        if text(field(total, "operator")) != "+" or not uses(total, name) or enclosing(node, *LOOPS) is None:
            continue
        if modulus.type not in ("number_literal", "identifier") or text(modulus) == name:
            continue
        if _width(kind) < 4 or not all(_no_wider(program, field(total, s), kind) for s in ("left", "right")):
            continue
        late = f"if ({name} >= {text(modulus)}) {name} %= {text(modulus)};"
        new = f"{name} = {text(total)};\n{program.indent(statement)}{late}"
        if statement.parent is not None and statement.parent.type == "compound_statement":
            yield change([replace(statement, new)], [statement], f"Take {name} modulo only where it matters.")


def _width(kind: str | None) -> int:
    """Return the bytes of an unsigned type."""
    return (
        8
        if re.search(r"64|size_t|long", kind or "")
        else 1
        if re.search(r"8|16|char|short", kind or "")
        else 4
    )


def _no_wider(program: Program, node: Node | None, kind: str | None) -> bool:
    found = type_of(program, node)
    return is_integer(found) and (_width(found) < _width(kind) or found == kind)
