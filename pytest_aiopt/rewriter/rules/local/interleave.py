"""Interleave the bits of numbers with masks instead of bit by bit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, field, replace, statements, strip_parens, text
from pytest_aiopt.rewriter.program.declarations import declaration_of
from pytest_aiopt.rewriter.program.effects import is_invariant, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import CountedLoop, assignment, change, counted_loops, insert_helper

_WIDE = ("std::uint64_t", "uint64_t")
_BITS = {"std::uint8_t": "8", "std::uint16_t": "16", "std::uint32_t": "32"}
_HELPER = """\
// Puts each of the 32 lowest bits of a number at twice its place.
inline std::uint64_t spread_bits(std::uint64_t x) {
    x = (x | x << 16) & 0x0000ffff0000ffff;
    x = (x | x << 8) & 0x00ff00ff00ff00ff;
    x = (x | x << 4) & 0x0f0f0f0f0f0f0f0f;
    x = (x | x << 2) & 0x3333333333333333;
    return (x | x << 1) & 0x5555555555555555;
}"""


@rewrite(Kind.STRUCTURAL, "ALG")
def spread_by_masks(program: Program) -> Iterator[Change]:
    """Double the places of all bits of a number in five steps, each of which moves half of the bits.

    The loop shifts out one bit after the other and adds it at twice its place, or at a fixed distance above.
    """
    for loop in counted_loops(program):
        done = [_spread(program, loop, each) for each in statements(loop.body)]
        known = _HELPER in program.text
        if not done or None in done or not (known or program.unused("spread_bits") == "spread_bits"):
            continue
        parent = loop.node.parent
        if parent is None or parent.type != "compound_statement":
            continue
        lines = f"\n{program.indent(loop.node)}".join(each for each in done if each is not None)
        edits = [replace(loop.node, lines)]
        edits += [] if known else [insert_helper(program, loop.node, _HELPER)]
        yield change(edits, [loop.node], "Spread the bits of a number by masks.")


def _spread(program: Program, loop: CountedLoop, statement: Node) -> str | None:
    """Return ``code |= spread_bits(x) << c;`` for ``code |= T{x >> i & 1} << (2 * i + c);``."""
    done = assignment(statement)
    if done is None or done[1] != "|=" or type_of(program, done[0]) not in _WIDE:
        return None
    declared = declaration_of(program, done[0]) if done[0].type == "identifier" else None
    value = strip_parens(done[2])
    shift, bit = field(value, "right"), _widened(field(value, "left"))
    if declared is None or declared.reference or text(field(value, "operator")) != "<<" or shift is None:
        return None
    number = _shifted_out(program, loop, bit)
    above = _distance(loop.name, text(strip_parens(shift)))
    if number is None or above is None:
        return None
    return f"{text(done[0])} |= spread_bits({text(number)}){f' << {above}' if above else ''};"


def _widened(value: Node | None) -> Node | None:
    """Return the number that an expression converts to 64 bits."""
    if value is None:
        return None
    if value.type == "compound_literal_expression" and text(field(value, "type")) in _WIDE:
        held = field(value, "value")
        given = held.named_children if held is not None else []
    elif value.type == "call_expression" and text(field(value, "function")) in (
        *_WIDE,
        *(f"static_cast<{each}>" for each in _WIDE),
    ):
        given = arguments(value)
    else:
        return None
    return strip_parens(given[0]) if len(given) == 1 else None


def _shifted_out(program: Program, loop: CountedLoop, bit: Node | None) -> Node | None:
    """Return ``x`` of ``x >> i & 1`` if the loop takes all bits of it."""
    shifted, one = field(bit, "left"), field(bit, "right")
    if shifted is None or text(one) != "1" or text(field(bit, "operator")) != "&":
        return None
    shifted = strip_parens(shifted)
    number = field(shifted, "left")
    if text(field(shifted, "operator")) != ">>" or text(field(shifted, "right")) != loop.name or not number:
        return None
    bits = _BITS.get(type_of(program, number) or "")
    whole = bits is not None and text(loop.start) == "0" and text(loop.bound) == bits
    fixed = is_invariant(program, number, loop.node) and not uses(number, loop.name)
    return number if whole and fixed else None


def _distance(counter: str, shift: str) -> int | None:
    """Return ``c`` of ``2 * i + c``, 0 or 1; None for another shift."""
    found = re.fullmatch(rf"(?:2 \* {counter}|{counter} \* 2)(?: \+ ([01]))?", shift)
    return None if found is None else int(found[1] or 0)
