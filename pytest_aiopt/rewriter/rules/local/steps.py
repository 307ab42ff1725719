"""Take two steps of a shift register at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, replace, strip_parens, swap_within, text
from pytest_aiopt.rewriter.program.declarations import declaration_of
from pytest_aiopt.rewriter.program.effects import is_local, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import element_type, is_integer, pointee
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    assignment,
    change,
    counted_loops,
    include,
    insert_helper,
    sole_statement,
)

_UNSIGNED = ("std::uint16_t", "std::uint32_t", "std::uint64_t")


@dataclass(frozen=True, slots=True)
class _Steps:
    """``for (i = 0; i < count; ++i) x = x >> bits ^ table[x & mask];`` where the mask has so many bits."""

    loop: CountedLoop
    statement: Node
    state: str
    kind: str
    table: str
    bits: int
    count: int


@rewrite(Kind.STRUCTURAL, "P")
def double_steps(program: Program) -> Iterator[Change]:
    """Tabulate two steps of a register that shifts out bits and adds a constant chosen by them.

    The bits that both steps shift out determine what both add, so one larger table replaces two look-ups.
    """
    for loop in counted_loops(program):
        steps = _steps(program, loop)
        if steps is not None:
            name = program.unused(f"two_steps_{steps.table}")
            new = _doubled(program, steps, name)
            edits = [replace(loop.node, new), insert_helper(program, loop.node, _table(steps, name))]
            edits += include(program, "array")
            yield change(edits, [loop.node], f"Take two steps with {steps.table} at once.")


def _steps(program: Program, loop: CountedLoop) -> _Steps | None:
    statement = sole_statement(loop.body)
    done = assignment(statement)
    count = re.fullmatch(r"(\d*[02468])u?", text(loop.bound))
    if statement is None or done is None or done[1] != "=" or count is None or text(loop.start) != "0":
        return None
    state, kind, value = text(done[0]), type_of(program, done[0]), strip_parens(done[2])
    left, right = field(value, "left"), field(value, "right")
    if kind not in _UNSIGNED or done[0].type != "identifier" or not is_local(program, done[0]):
        return None
    if left is None or right is None or text(field(value, "operator")) != "^":
        return None
    shifted, looked_up = sorted(map(strip_parens, (left, right)), key=lambda each: each.type)
    bits = re.fullmatch(rf"{state} >> ([1-4])", text(shifted))
    table = field(looked_up, "argument")
    if bits is None or looked_up.type != "subscript_expression" or table is None:
        return None
    place = text(field(looked_up, "indices")).removesuffix("u]").removesuffix("]")
    if place not in (f"[{state} & {2 ** int(bits[1]) - 1}", f"[{state} & {hex(2 ** int(bits[1]) - 1)}"):
        return None
    if not _constant(program, table):
        return None
    return _Steps(loop, statement, state, kind, text(table), int(bits[1]), int(count[1]))


def _constant(program: Program, table: Node) -> bool:
    """Whether a name is a table of integers that is known before the program runs."""
    declared = declaration_of(program, table) if table.type == "identifier" else None
    if declared is None or is_local(program, table) or declared.is_field:
        return False
    kind = type_of(program, table)
    fixed = text(declared.node).startswith(("constexpr ", "static constexpr ", "inline constexpr "))
    return fixed and is_integer(element_type(kind) or pointee(kind))


def _doubled(program: Program, steps: _Steps, name: str) -> str:
    x, bits = steps.state, 2 * steps.bits
    body = f"{x} = {x} >> {bits} ^ {name}[{x} & {2**bits - 1}];"
    if steps.count == 2:
        return body
    edits = [
        replace(steps.loop.bound, str(steps.count // 2)),
        replace(steps.statement, body),
    ]
    return swap_within(steps.loop.node, edits)


def _table(steps: _Steps, name: str) -> str:
    state = "x" if steps.table != "x" else "y"
    step = swap_within(steps.statement, [replace(use, state) for use in uses(steps.statement, steps.state)])
    size = 4**steps.bits
    lines = [
        f"// Two steps with {steps.table}, by the {2 * steps.bits} bits that they shift out.",
        f"constexpr auto {name} = [] {{",
        f"    std::array<{steps.kind}, {size}> steps{{}};",
        f"    for ({steps.kind} i = 0; i < {size}; ++i) {{",
        f"        {steps.kind} {state} = i;",
        f"        {step}",
        f"        {step}",
        f"        steps[i] = {state};",
        "    }",
        "    return steps;",
        "}();",
    ]
    return "\n".join(lines)
