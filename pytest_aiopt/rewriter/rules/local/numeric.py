"""Rewrites of floating-point arithmetic; some change the last bits of a result."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, inside, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import declaration_of, function_name
from pytest_aiopt.rewriter.program.effects import is_invariant, root_name, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import FLOATS
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    assignment,
    change,
    counted_loops,
    include,
    insert_helper,
    leaves_early,
)

_FLUSH = """\
// While one lives, floating-point values too small for a full mantissa count as zero.
struct {name} {{
    {name}() : before(_mm_getcsr()) {{ _mm_setcsr(before | 0x8040); }}
    ~{name}() {{ _mm_setcsr(before); }}
    const unsigned before;
}};
"""


@rewrite(Kind.STRUCTURAL, "H")
def flush_tiny_values(program: Program) -> Iterator[Change]:
    """Flush denormal numbers to zero while the program runs.

    Only for programs that repeatedly compute a floating-point value from its previous value.
    """
    fading = [node for node in program.all("assignment_expression") if _fades(program, node)]
    entry = entry_of(program)
    body = field(entry, "body")
    if not fading or entry is None or body is None or not body.named_children or "_mm_setcsr" in program.text:
        return
    name = program.unused("FlushTinyValues")
    first = next((node for node in body.named_children if node.type != "comment"), None)
    if first is None:
        return
    edits = [
        program.insert_before(first, f"const {name} flush;"),
        insert_helper(program, entry, _FLUSH.format(name=name)),
        *include(program, "xmmintrin.h"),
    ]
    users = [user for node in fading if (user := enclosing(node, "function_definition")) is not None]
    yield change(edits, [entry, *users], "Count values that have almost faded away as zero.")


def _fades(program: Program, node: Node) -> bool:
    """Whether a loop computes a floating-point value by a product with its previous value."""
    left, right = field(node, "left"), field(node, "right")
    root = root_name(left)
    if left is None or right is None or root is None or type_of(program, left) not in FLOATS:
        return False
    loop, declared = enclosing(node, *LOOPS), declaration_of(program, root)
    if loop is None or declared is None or inside(declared.node, loop):
        return False
    products = [n for n in find(right, "binary_expression") if text(field(n, "operator")) in ("*", "/")]
    return bool(products) and any(uses(each, text(root)) for each in products)


def entry_of(program: Program) -> Node | None:
    """Return the one function that is called from outside."""
    found = [
        node
        for node in program.all("function_definition")
        if enclosing(node, "linkage_specification") is not None or function_name(node) == "main"
    ]
    return found[0] if len(found) == 1 else None


@rewrite(Kind.STRUCTURAL, "R")
def reciprocal(program: Program) -> Iterator[Change]:
    """Multiply by the reciprocal of a loop-invariant floating-point divisor."""
    for loop in program.all(*LOOPS):
        body = field(loop, "body")
        if body is None or loop.parent is None or loop.parent.type != "compound_statement":
            continue
        for node in find(body, "binary_expression"):
            divisor = field(node, "right")
            if (
                divisor is None
                or text(field(node, "operator")) != "/"
                or not is_invariant(program, divisor, loop)
            ):
                continue
            kind = type_of(program, divisor)
            if kind not in FLOATS or type_of(program, node) != kind or divisor.type == "call_expression":
                continue
            if enclosing(node, *LOOPS) != loop:
                continue
            name, operator = program.unused("inverse"), field(node, "operator")
            assert operator is not None
            edits = [
                program.insert_before(loop, f"const {kind} {name} = {_one(kind)} / {text(divisor)};"),
                replace(operator, "*"),
                replace(divisor, name),
            ]
            yield change(edits, [loop], f"Multiply by the reciprocal of {text(divisor)}.")


def _one(kind: str) -> str:
    return "1.0f" if kind == "float" else "1.0"


@rewrite(Kind.STRUCTURAL, "X")
def skip_zero_factor(program: Program) -> Iterator[Change]:
    """Test a factor first: if it is zero, skip the inner loop that adds its products."""
    for outer in counted_loops(program):
        body = statements(outer.body)
        if not body or body[-1].type != "for_statement" or leaves_early(outer.body):
            continue
        inner = next((each for each in counted_loops(program) if each.node == body[-1]), None)
        done = assignment(only[0]) if inner is not None and len(only := statements(inner.body)) == 1 else None
        if inner is None or done is None or done[1] != "+=" or done[2].type != "binary_expression":
            continue
        if text(field(done[2], "operator")) != "*":
            continue
        for side in ("left", "right"):
            factor = field(done[2], side)
            fixed = factor is not None and is_invariant(program, factor, inner.node)
            if factor is None or not fixed or factor.type in ("number_literal", "call_expression"):
                continue
            guard = f"if ({text(factor)} == 0) continue;"
            varies = not is_invariant(program, factor, outer.node)  # a constant factor is hardly ever zero
            if guard not in text(outer.body) and varies:
                edits = [program.insert_before(inner.node, guard)]
                yield change(edits, [outer.node], f"Skip the products of {text(factor)} where it is zero.")
