"""Rewrites of loops that test each element and process the few that pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, inside, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import declarations_in, function_named
from pytest_aiopt.rewriter.program.effects import callee_name, is_pure, is_pure_call, written_names
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_cheap
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.purity import callees, is_pure_function
from pytest_aiopt.rewriter.rules.shapes import change, condition_of, counted_loop, include, leaves_early

_BLOCK = 256


@dataclass(frozen=True, slots=True)
class _Filter:
    """``for (...) { declarations; if (test) work }`` over the indices ``first`` to ``last``."""

    loop: Node
    test: Node
    work: Node
    index: str
    first: str
    last: str
    setup: str


@rewrite(Kind.STRUCTURAL, "B")
def select_then_apply(program: Program) -> Iterator[Change]:
    """List the elements of a block that pass a test without branches, then process the listed ones.

    Only if the test is pure and reads nothing that the work writes.
    """
    for loop in program.all("for_statement", "for_range_loop"):
        found = _filter(program, loop)
        if found is None or leaves_early(found.work) or any(find(found.work, *LOOPS)):
            continue
        if not _test_stays(program, found) or "chosen" in text(loop):
            continue
        edits = [replace(loop, _two_passes(program, found)), *include(program, "cstddef")]
        edits += include(program, "cstdint")
        yield change(edits, [loop], "First list what passes the test, block by block, then work on the list.")


def _filter(program: Program, loop: Node) -> _Filter | None:
    body = statements(field(loop, "body"))
    if not body or body[-1].type != "if_statement" or loop.parent is None:
        return None
    test, work = condition_of(body[-1]), field(body[-1], "consequence")
    if test is None or work is None or field(body[-1], "alternative") is not None:
        return None
    before = body[:-1]
    if loop.parent.type != "compound_statement" or not all(_only_names(program, each) for each in before):
        return None
    if loop.type == "for_range_loop":
        return _over_vector(program, loop, test, work, before)
    counted = counted_loop(program, loop)
    if counted is None or type_of(program, counted.variable.name) not in ("std::size_t", "size_t"):
        return None
    setup = " ".join(text(each) for each in before)
    return _Filter(loop, test, work, counted.name, text(counted.start), text(counted.bound), setup)


def _only_names(program: Program, statement: Node) -> bool:
    """Whether a statement only names values that it reads."""
    if statement.type != "declaration":
        return False
    declared = list(declarations_in(statement))
    return all(each.const or not each.reference for each in declared) and is_pure(program, statement)


def _over_vector(program: Program, loop: Node, test: Node, work: Node, before: list[Node]) -> _Filter | None:
    vector, shape = field(loop, "right"), field(loop, "declarator")
    if vector is None or shape is None or vector.type != "identifier":
        return None
    if not (type_of(program, vector) or "").startswith(("std::vector<", "std::array<")):
        return None
    if "bool" in (type_of(program, vector) or "") or shape.type != "reference_declarator":
        return None
    head = program.data[loop.start_byte : vector.start_byte].decode()
    element = re.sub(r"^for\s*\(\s*(.*?)\s*:\s*$", r"\1", head, flags=re.DOTALL)
    if not element.startswith("const "):
        return None
    index = program.unused("index")
    setup = " ".join([f"{element} = {text(vector)}[{index}];", *map(text, before)])
    return _Filter(loop, test, work, index, "0", f"{text(vector)}.size()", setup)


def _test_stays(program: Program, found: _Filter) -> bool:
    """Whether the test is pure, cannot fail, and does not depend on earlier work."""
    written = written_names(program, found.work)
    if "*" in written or not _pure_with_own(program, found.test):
        return False
    declared = {text(d.name) for node in find(found.work, "declaration") for d in declarations_in(node)}
    written -= declared
    fields = {name.removeprefix(".") for name in written if name.startswith(".")}
    reads = {text(node) for node in find(found.loop, "identifier") if inside(node, found.test)}
    setup = {text(node) for node in find(found.loop, "identifier") if node.end_byte < found.test.start_byte}
    bodies = [
        body
        for call in find(found.test, "call_expression")
        if (body := function_named(program, callee_name(call))) is not None
    ]
    fields_read = {text(node) for scope in (found.test, *bodies) for node in find(scope, "field_identifier")}
    if "()" in written and not _writes_own_arguments(program, found.work, reads | setup):
        return False
    return not (written & (reads | setup)) and not (fields & fields_read)


def _writes_own_arguments(program: Program, work: Node, kept: set[str]) -> bool:
    """Whether the work calls only free functions that receive the test's inputs as const."""
    for call in find(work, "call_expression"):
        function = function_named(program, callee_name(call))
        if function is None or is_pure_call(program, call):
            continue
        if text(field(call, "function")) != callee_name(call) or _touches_globals(program, function):
            return False
    return not (written_names(program, work) & kept)


def _touches_globals(program: Program, function: Node) -> bool:
    """Whether a function (or one of its callees) writes anything but its parameters and locals."""
    names = {text(node) for node in find(function, "identifier")}
    outside = {
        text(d.name)
        for node in program.all("declaration")
        if enclosing(node, "function_definition") is None
        for d in declarations_in(node)
        if not d.const and "const" not in text(node).split("=")[0]
    }
    functions = [
        found for name in sorted(callees(program, function)) if (found := function_named(program, name))
    ]
    return bool(outside & names) or any(
        outside & {text(node) for node in find(each, "identifier")} for each in functions
    )


def _pure_with_own(program: Program, test: Node) -> bool:
    """Whether a test has no side effects, including calls of pure functions of the program."""
    changing = ("assignment_expression", "update_expression", "lambda_expression", "new_expression")
    if any(find(test, *changing)):
        return False
    for call in find(test, "call_expression"):
        own = function_named(program, callee_name(call))
        if not (is_pure_function(program, own) if own is not None else is_pure_call(program, call)):
            return False
    return True


def _two_passes(program: Program, found: _Filter) -> str:
    pad, start = program.indent(found.loop), program.unused("block_start")
    end, chosen, count = (program.unused(name) for name in ("block_end", "chosen", "chosen_count"))
    again, i = program.unused("turn"), found.index
    old = program.indent(found.work)
    work = [text(node).replace("\n" + old, "\n" + pad) for node in statements(found.work)]
    setup = [found.setup] if found.setup else []
    lines = [
        f"for (std::size_t {start} = {found.first}; {start} < {found.last}; {start} += {_BLOCK}) {{",
        f"    const std::size_t {end} =",
        f"        {start} + {_BLOCK} < {found.last} ? {start} + {_BLOCK} : {found.last};",
        f"    std::uint32_t {chosen}[{_BLOCK}];",
        f"    std::size_t {count} = 0;",
        f"    for (std::size_t {i} = {start}; {i} < {end}; ++{i}) {{",
        *(f"        {line}" for line in setup),
        f"        {chosen}[{count}] = static_cast<std::uint32_t>({i} - {start});",
        f"        {count} += ({text(found.test)}) ? 1 : 0;",
        "    }",
        f"    for (std::size_t {again} = 0; {again} < {count}; ++{again}) {{",
        f"        const std::size_t {i} = {start} + {chosen}[{again}];",
        *(f"        {line}" for line in setup),
        *(f"        {line}" for line in work),
        "    }",
        "}",
    ]
    return f"\n{pad}".join(lines)


@rewrite(Kind.LOCAL, "LLM-micro")
def bitwise_and(program: Program) -> Iterator[Change]:
    """Evaluate both sides of a && or || between cheap tests instead of branching."""
    for node in program.all("binary_expression"):
        operator, parent = text(field(node, "operator")), node.parent
        if operator not in ("&&", "||") or parent is None or _in_chain(parent):
            continue
        tests = list(_tests(node, operator))
        if len(tests) < 2 or not all(_cheap_test(program, test) for test in tests):
            continue
        sign = operator[0]
        inner = f" {sign} ".join(f"static_cast<unsigned>({_bare(test)})" for test in tests)
        yield change([replace(node, f"({inner}) != 0")], [node], "Combine the tests without a jump.")


def _in_chain(parent: Node) -> bool:
    while parent.type == "parenthesized_expression" and parent.parent is not None:
        parent = parent.parent
    return parent.type == "binary_expression" and text(field(parent, "operator")) in ("&&", "||")


def _tests(node: Node, operator: str) -> Iterator[Node]:
    """Yield the operands of a chain of one operator from left to right."""
    if node.type == "binary_expression" and text(field(node, "operator")) == operator:
        for side in ("left", "right"):
            operand = field(node, side)
            if operand is not None:
                yield from _tests(operand, operator)
    else:
        yield node


def _bare(node: Node) -> str:
    inner = text(node)
    wrapped = node.type == "parenthesized_expression"
    return inner[1:-1] if wrapped else inner


def _cheap_test(program: Program, test: Node) -> bool:
    """Whether a comparison may be evaluated although an earlier one has decided the result."""
    node = test.named_children[0] if test.type == "parenthesized_expression" else test
    if node.type != "binary_expression" or text(field(node, "operator")) not in (
        "==",
        "!=",
        "<",
        ">",
        "<=",
        ">=",
    ):
        return False
    if any(find(node, "call_expression", "subscript_expression", "pointer_expression")):
        return False
    if "->" in text(node) or any(s in text(node) for s in ("/", "%", "<<")):
        return False
    return is_pure(program, node) and all(
        is_cheap(type_of(program, field(node, s))) for s in ("left", "right")
    )
