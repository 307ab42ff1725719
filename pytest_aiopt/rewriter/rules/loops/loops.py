"""Local rewrites of loops: hoisting, counters, references to elements, unrolling."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, inside, replace, text
from pytest_aiopt.rewriter.program.declarations import (
    declarations_in,
    function_name,
    function_named,
    return_type,
)
from pytest_aiopt.rewriter.program.effects import is_invariant, is_pure, may_write, uses, writes_only_locals
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_cheap, is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.purity import callees, is_pure_function
from pytest_aiopt.rewriter.rules.shapes import (
    assignment,
    change,
    condition_of,
    counted_loop,
    counted_loops,
    expression_of,
    innermost,
    leaves_early,
    loops_in,
    method_call,
    sole_statement,
)


@rewrite(Kind.LOCAL, "LLM-micro")
def hoist_size(program: Program) -> Iterator[Change]:
    """Read the size of a container once instead of in every iteration of a counted loop."""
    for loop in counted_loops(program):
        called = method_call(loop.bound)
        if called is None or called[1] not in ("size", "length") or not _block_level(loop.node):
            continue
        if not is_invariant(program, loop.bound, loop.node):
            continue
        name = program.unused(f"{re.sub(r'[^A-Za-z0-9]', '_', text(called[0])).strip('_')}_size")
        edits = [
            program.insert_before(loop.node, f"const std::size_t {name} = {text(loop.bound)};"),
            replace(loop.bound, name),
        ]
        yield change(edits, [loop.node], f"Hoist the loop bound {text(loop.bound)} out of the loop.")


@rewrite(Kind.LOCAL, "LLM-micro")
def hoist_expression(program: Program) -> Iterator[Change]:
    """Compute a loop-invariant arithmetic expression once before the loop."""
    for loop in loops_in(program):
        body = field(loop, "body")
        if body is None or not _block_level(loop):
            continue
        for node in find(body, "binary_expression"):
            if _worth_hoisting(program, node, loop):
                name = program.unused("invariant")
                declared = f"const auto {name} = {text(node)};"
                edits = [program.insert_before(loop, declared), replace(node, name)]
                yield change(edits, [loop], f"Hoist the loop-invariant {text(node)} out of the loop.")


def _worth_hoisting(program: Program, node: Node, loop: Node) -> bool:
    parent = node.parent
    if text(field(node, "operator")) not in ("+", "-", "*", "&", "|", "^", "<<", ">>"):
        return False
    if not any(find(node, "identifier")) or type_of(program, node) is None:
        return False
    if any(find(node, "call_expression", "subscript_expression", "pointer_expression")):
        return False  # hoisting it past a test could fault
    if any("->" in text(each) for each in find(node, "field_expression")):
        return False
    if parent is not None and parent.type == "binary_expression" and is_invariant(program, parent, loop):
        return False
    return is_invariant(program, node, loop)


@rewrite(Kind.LOCAL, "LLM-micro")
def pre_increment(program: Program) -> Iterator[Change]:
    """Write ``++i`` for ``i++`` if the value is unused."""
    for node in program.all("update_expression"):
        parent = node.parent
        used = parent is None or parent.type not in ("expression_statement", "for_statement")
        argument, operator = field(node, "argument"), text(field(node, "operator"))
        if used or argument is None or not text(node).endswith(operator):
            continue
        yield change([replace(node, operator + text(argument))], [node], "Use pre-increment.")


@rewrite(Kind.LOCAL, "LLM-micro")
def range_for_reference(program: Program) -> Iterator[Change]:
    """Iterate by const reference instead of copying each element."""
    for loop in program.all("for_range_loop"):
        declared = next(declarations_in(loop), None)
        kind, body = field(loop, "type"), field(loop, "body")
        if declared is None or kind is None or body is None or declared.reference or declared.pointer:
            continue
        element = type_of(program, declared.name)
        written = may_write(program, body, text(declared.name))
        if element is None or is_cheap(element) or written or declared.const:
            continue
        container = field(loop, "right")
        if (
            container is None
            or may_write(program, body, text(container))
            or not writes_only_locals(program, body)
        ):
            continue
        edit = Edit(kind.start_byte, declared.name.start_byte, f"const {text(kind)}& ")
        yield change([edit], [loop], f"Take {text(declared.name)} by const reference; no copy a turn.")


@rewrite(Kind.LOCAL, "LLM-micro")
def bind_element(program: Program) -> Iterator[Change]:
    """Bind ``xs[i]`` to a const reference if an iteration uses it several times."""
    for loop in counted_loops(program):
        groups: dict[str, list[Node]] = {}
        for node in find(loop.body, "subscript_expression"):
            if text(field(node, "indices")) == f"[{loop.name}]":
                groups.setdefault(text(node), []).append(node)
        for expression, nodes in groups.items():
            edits = _bind(program, loop.body, expression, nodes)
            if edits:
                yield change(edits, [loop.node], f"Bind {expression} to a reference once a turn.")


def _bind(program: Program, body: Node, expression: str, nodes: list[Node]) -> list[Edit]:
    container = field(nodes[0], "argument")
    if (
        len(nodes) < 2
        or container is None
        or container.type != "identifier"
        or body.type != "compound_statement"
    ):
        return []
    if may_write(program, body, text(container)) or not body.named_children:
        return []
    first = body.named_children[0]
    if not inside(nodes[0], first) or not (type_of(program, container) or "").startswith("std::vector<"):
        return []
    if type_of(program, container) == "std::vector<bool>":
        return []
    name = program.unused("element")
    return [program.insert_before(first, f"const auto& {name} = {expression};")] + [
        replace(n, name) for n in nodes
    ]


@rewrite(Kind.LOCAL, "LLM-micro")
def branchless_add(program: Program) -> Iterator[Change]:
    """Add a masked value instead of branching on a comparison of integers."""
    for node in program.all("if_statement"):
        condition, done = condition_of(node), assignment(sole_statement(field(node, "consequence")))
        if condition is None or done is None or field(node, "alternative") is not None:
            continue
        left, operator, right = done
        if operator not in ("+=", "|=", "^=") or not enclosing(node, *LOOPS):
            continue
        if left.type != "identifier" or not _harmless(program, condition) or not _harmless(program, right):
            continue
        kind = type_of(program, left)
        if not is_integer(kind) or kind == "bool" or not is_integer(type_of(program, right)):
            continue
        masked = (
            f"{text(left)} {operator} static_cast<{kind}>({text(right)}) * "
            f"static_cast<{kind}>({text(condition)} ? 1 : 0);"
        )
        yield change([replace(node, masked)], [node], "Replace the unpredictable branch by arithmetic.")


def _harmless(program: Program, node: Node) -> bool:
    """Whether an expression can be evaluated speculatively: it cannot fault."""
    risky = ("call_expression", "subscript_expression", "pointer_expression")
    if any(find(node, *risky)) or not is_pure(program, node):
        return False
    if any("->" in text(each) for each in find(node, "field_expression")):
        return False
    return not any(
        text(field(each, "operator")) in ("/", "%", "<<") for each in find(node, "binary_expression")
    )


@rewrite(Kind.LOCAL, "LLM-micro")
def early_continue(program: Program) -> Iterator[Change]:
    """Skip an iteration early instead of wrapping the whole body in an if."""
    for loop in loops_in(program):
        body = field(loop, "body")
        node = sole_statement(body)
        if body is None or body.type != "compound_statement" or node is None or node.type != "if_statement":
            continue
        condition, block = condition_of(node), field(node, "consequence")
        if condition is None or block is None or field(node, "alternative") is not None:
            continue
        if block.type != "compound_statement" or not block.named_children:
            continue
        first, last = block.named_children[0], block.named_children[-1]
        inner = program.data[first.start_byte : last.end_byte].decode()
        outdented = inner.replace("\n    ", "\n")
        skip = f"if (!({text(condition)})) continue;\n{program.indent(node)}{outdented}"
        yield change([replace(node, skip)], [loop], "Skip the turn early when the condition fails.")


@rewrite(Kind.LOCAL, "LLM-micro")
def unroll(program: Program) -> Iterator[Change]:
    """Unroll a short counted loop four times, with a remainder loop."""
    for loop in counted_loops(program):
        if not innermost(loop.node) or leaves_early(loop.body) or not _block_level(loop.node):
            continue
        kind = type_of(program, loop.variable.name)
        step = expression_of(sole_statement(loop.body))
        if step is None or not is_integer(kind) or not is_invariant(program, loop.bound, loop.node):
            continue
        if loop.variable.name.type != "identifier" or len(text(step)) > 120:
            continue
        yield change(
            [replace(loop.node, _unrolled(program, loop.node, step))], [loop.node], "Unroll by four."
        )


def _unrolled(program: Program, node: Node, step: Node) -> str:
    loop = counted_loop(program, node)
    assert loop is not None
    outer, name = program.indent(node), loop.name
    pad = outer + "    "
    first, bound = text(field(node, "initializer")), text(loop.bound)
    body = "\n".join(f"{pad}    {_shifted(step, name, k)};" for k in range(4))
    # i + 3 < bound could wrap only for a bound near the type's limit
    return (
        f"{{\n{pad}{first}\n{pad}for (; {name} + 3 < {bound}; {name} += 4) {{\n{body}\n{pad}}}\n"
        f"{pad}for (; {name} < {bound}; ++{name}) {{\n{pad}    {text(step)};\n{pad}}}\n{outer}}}"
    )


def _shifted(step: Node, name: str, by: int) -> str:
    if by == 0:
        return text(step)
    source = step.text or b""
    for node in reversed(uses(step, name)):
        at = node.start_byte - step.start_byte
        source = source[:at] + f"({name} + {by})".encode() + source[at + len(name) :]
    return source.decode().replace("[(", "[").replace(f"{name} + {by})]", f"{name} + {by}]")


def _block_level(loop: Node) -> bool:
    """Whether statements may be inserted before the loop."""
    return loop.parent is not None and loop.parent.type == "compound_statement"


@rewrite(Kind.STRUCTURAL, "C")
def hoist_pure_call(program: Program) -> Iterator[Change]:
    """Call a pure function of the program once before a loop that repeats the same call."""
    for loop in loops_in(program):
        body = field(loop, "body")
        for call in find(body, "call_expression") if body is not None and _block_level(loop) else ():
            function = function_named(program, text(field(call, "function")))
            if function is None or not all(is_invariant(program, given, loop) for given in arguments(call)):
                continue
            if not is_pure_function(program, function) or _may_fault(program, function):
                continue
            if not is_cheap(return_type(function)) or any(
                find(field(call, "arguments") or call, "call_expression")
            ):
                continue
            name = program.unused(f"{function_name(function)}_once")
            edits = [program.insert_before(loop, f"const auto {name} = {text(call)};"), replace(call, name)]
            yield change(edits, [loop, function], f"Call {text(call)} once, before the loop.")


def _may_fault(program: Program, function: Node) -> bool:
    """Whether a speculative call could fail: it may index, divide or never end."""
    names = sorted({function_name(function)} | callees(program, function))
    risky = ("subscript_expression", "pointer_expression", "while_statement", "do_statement")
    bodies = [found for name in names if (found := function_named(program, name)) is not None]
    divides = any(
        text(field(node, "operator")) in ("/", "%") and not text(field(node, "right")).isdigit()
        for body in bodies
        for node in find(body, "binary_expression")
    )
    return divides or len(names) > 1 or any(any(find(body, *risky)) for body in bodies)
