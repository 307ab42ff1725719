"""Checksums of bits, taken eight bits at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import (
    Program,
    ancestors,
    arguments,
    enclosing,
    field,
    replace,
    statements,
    strip_parens,
    text,
)
from pytest_aiopt.rewriter.program.declarations import declaration_of, declarations_in
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_integer, is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import assignment, change, include

_STEPS = re.compile(
    r"for \(\w+(?:::\w+)? (?P<i>\w+) = (?:0; (?P=i) < (?P<end>\d+); (?:\+\+(?P=i)|(?P=i)\+\+)"
    r"|(?P<start>\d+); (?P=i) > 0; (?:--(?P=i)|(?P=i)--))\)"
)


@dataclass(frozen=True, slots=True)
class _Steps:
    """A loop of ``rest = rest >> 1 ^ ((rest ^ bits) & 1 ? poly : 0); bits >>= 1;``, perhaps without bits."""

    loop: Node
    head: re.Match[str]
    rest: Node
    bits: str
    poly: str

    @property
    def count(self) -> int:
        """The number of bits."""
        return int(self.head["end"] or self.head["start"])


@rewrite(Kind.STRUCTURAL, "P")
def bytewise_remainder(program: Program) -> Iterator[Change]:
    """Advance a cyclic redundancy check by a table of the 256 remainders of a byte (Sarwate, CACM 1988)."""
    for loop in program.all("for_statement"):
        found = _steps(program, loop)
        if found is None or found.count % 8 != 0 or found.count == 0:
            continue
        if enclosing(loop, "lambda_expression") is None and not _fills_table(program, found):
            yield _by_bytes(program, found)


def _steps(program: Program, loop: Node) -> _Steps | None:
    body = field(loop, "body")
    head = (
        _STEPS.fullmatch(program.data[loop.start_byte : body.start_byte].decode().strip()) if body else None
    )
    if head is None or body is None or uses(body, head["i"]):
        return None
    done = statements(body)
    named = next(declarations_in(done[0]), None) if done and done[0].type == "declaration" else None
    steps = [assignment(each) for each in (done if named is None else done[1:])]
    update = next((each for each in steps if each is not None and each[1] == "="), None)
    if update is None or update[0].type != "identifier" or not is_unsigned(type_of(program, update[0])):
        return None
    rest = update[0]
    test, poly = _shifted(update[2], text(rest))
    if named is not None and named.value is not None and test is not None and text(test) == text(named.name):
        test = named.value
    elif named is not None:
        return None
    bits = _lowest_bit(test, text(rest))
    shifts = [each for each in steps if each is not update]
    if bits is None or poly is None or len(shifts) != (bits != ""):
        return None
    for shift in shifts:
        in_order = named is not None or shift is steps[-1]
        if shift is None or not in_order or [text(shift[0]), shift[1], text(shift[2])] != [bits, ">>=", "1"]:
            return None
        if not is_integer(type_of(program, shift[0])):
            return None
    return _Steps(loop, head, rest, bits, poly)


def _shifted(value: Node, rest: str) -> tuple[Node | None, str | None]:
    """Return the test and the constant of ``rest >> 1 ^ (test ? constant : 0)``."""
    value = strip_parens(value)
    shifted, chosen = field(value, "left"), field(value, "right")
    if shifted is None or chosen is None or text(field(value, "operator")) != "^":
        return None, None
    chosen, poly = strip_parens(chosen), field(strip_parens(chosen), "consequence")
    none = re.fullmatch("0[uUlL]*", text(field(chosen, "alternative")))
    if text(strip_parens(shifted)) != f"{rest} >> 1" or none is None or poly is None:
        return None, None
    test = field(chosen, "condition")
    if test is None or poly.type != "number_literal":
        return None, None
    test = strip_parens(test)
    left = field(test, "left")
    if (
        text(field(test, "operator")) == "!="
        and text(field(test, "right")) in ("0", "0u")
        and left is not None
    ):
        test = strip_parens(left)
    return test, text(poly)


def _lowest_bit(test: Node | None, rest: str) -> str | None:
    """Return ``bits`` of ``(rest ^ bits) & 1``, "" for ``rest & 1``; None for any other test."""
    left = field(test, "left")
    if left is None or text(field(test, "operator")) != "&" or text(field(test, "right")) not in ("1", "1u"):
        return None
    left = strip_parens(left)
    if text(left) == rest:
        return ""
    other = field(left, "right")
    if text(field(left, "operator")) != "^" or text(field(left, "left")) != rest or other is None:
        return None
    if other.type == "call_expression" and text(field(other, "function")).startswith("static_cast<std::uint"):
        other = arguments(other)[0]
    return text(other) if other.type == "identifier" and text(other) != rest else None


def _fills_table(program: Program, found: _Steps) -> bool:
    """Whether the steps start from a counter: they compute such a table already."""
    declared = declaration_of(program, found.rest)
    start = declared.value if declared is not None else None
    counters = [
        text(each.name)
        for loop in ancestors(found.loop)
        if loop.type == "for_statement" and (first := field(loop, "initializer")) is not None
        for each in declarations_in(first)
    ]
    return start is not None and any(uses(start, name) for name in counters)


def _by_bytes(program: Program, found: _Steps) -> Change:
    rest, kind = text(found.rest), type_of(program, found.rest)
    rests, byte = program.unused("rests"), program.unused("byte")
    table = [
        f"static const auto {rests} = [] {{",
        f"    std::array<{kind}, 256> found{{}};",
        f"    for (int {byte} = 0; {byte} < 256; ++{byte}) {{",
        f"        {kind} rest = static_cast<{kind}>({byte});",
        f"        for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ ((rest & 1) != 0 ? {found.poly} : 0);",
        f"        found[{byte}] = rest;",
        "    }",
        "    return found;",
        "}();",
    ]
    key = f"({rest} ^ {found.bits})" if found.bits else rest
    steps = [f"{rest} = {rests}[{key} & 255] ^ {rest} >> 8;"]
    if found.bits:
        steps.append(f"{found.bits} >>= 8;")
    pad = program.indent(found.loop)
    head = re.sub(r"\+\+\w+|\w+\+\+", f"{found.head['i']} += 8", found.head[0])
    head = re.sub(r"--\w+|\w+--", f"{found.head['i']} -= 8", head)
    new = "\n".join([f"{head} {{", *(f"{pad}    {each}" for each in steps), f"{pad}}}"])
    inside = found.loop.parent is not None and found.loop.parent.type == "compound_statement"
    if found.count == 8 and inside:
        new = f"\n{pad}".join(steps)
    loops = [each for each in ancestors(found.loop) if each.type in LOOPS]
    outer = [
        each
        for each in [*reversed(loops), found.loop]
        if each.parent and each.parent.type == "compound_statement"
    ]
    edits = [
        program.insert_before(outer[0], "\n".join(table)),
        replace(found.loop, new),
        *include(program, "array"),
    ]
    return change(edits, [found.loop], f"Advance {rest} by bytes instead of bits.")
