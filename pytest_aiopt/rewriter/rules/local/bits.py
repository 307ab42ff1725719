"""Rewrites for special instructions: bit scans, wide comparisons, prefetching."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, find, replace, statements, text
from pytest_aiopt.rewriter.program.effects import is_invariant, is_pure, uses, written_names
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    change,
    condition_of,
    counted_loops,
    expression_of,
    include,
    leaves_early,
    sole_statement,
)


@rewrite(Kind.STRUCTURAL, "H")
def set_bits_only(program: Program) -> Iterator[Change]:
    """Iterate over the set bits of a number instead of testing every bit."""
    for loop in counted_loops(program):
        node = sole_statement(loop.body)
        test = condition_of(node) if node is not None and node.type == "if_statement" else None
        if test is None or node is None or field(node, "alternative") is not None or leaves_early(loop.body):
            continue
        form = re.fullmatch(rf"\(?(\w+) >> {loop.name}\)? & 1[uUlL]*(?: != 0)?", text(test))
        then, parent = field(node, "consequence"), loop.node.parent
        if form is None or then is None or parent is None or text(loop.start) != "0":
            continue
        bits = form.group(1)
        name = next(use for use in uses(test, bits))
        kind = type_of(program, name)
        if (
            not is_unsigned(kind)
            or bits in written_names(program, loop.body)
            or "*" in written_names(program, then)
        ):
            continue
        if not is_invariant(program, loop.bound, loop.node):
            continue
        yield change(
            [replace(loop.node, _scan(program, loop, bits, then))],
            [loop.node],
            f"Visit the set bits of {bits} only.",
        )


def _scan(program: Program, loop: CountedLoop, bits: str, then: Node) -> str:
    pad, left, i = program.indent(loop.node), program.unused("left"), loop.name
    kind = text(field(loop.variable.node, "type"))
    old = program.indent(then)
    work = [text(each).replace("\n" + old, "\n" + pad) for each in statements(then)]
    lines = [
        f"for (unsigned long long {left} = {bits}; {left} != 0; {left} &= {left} - 1) {{",
        f"    const {kind} {i} = static_cast<{kind}>(__builtin_ctzll({left}));",
        f"    if (!({i} < {text(loop.bound)})) break;",
        *(f"    {line}" for line in work),
        "}",
    ]
    return f"\n{pad}".join(lines)


_BYTES = ("std::uint8_t", "uint8_t", "unsigned char", "char", "signed char")


@rewrite(Kind.STRUCTURAL, "H")
def compare_words(program: Program) -> Iterator[Change]:
    """Find the length of the common prefix of two byte ranges by comparing eight bytes at a time.

    Compilers turn the comparison into one of two numbers.
    """
    for loop in program.all("while_statement"):
        test, step = condition_of(loop), expression_of(sole_statement(field(loop, "body")))
        counter = re.fullmatch(r"\+\+(\w+)|(\w+)\+\+|(\w+) \+= 1", text(step))
        if test is None or counter is None or text(field(test, "operator")) != "&&":
            continue
        name = next(each for each in counter.groups() if each)
        limit, equal = field(test, "left"), field(test, "right")
        bound = re.fullmatch(rf"{name} < (.+)", text(limit))
        if bound is None or equal is None or text(field(equal, "operator")) != "==":
            continue
        sides = [_stretch(program, field(equal, side), name) for side in ("left", "right")]
        if sides[0] is None or sides[1] is None or not is_pure(program, test):
            continue
        most = bound.group(1)
        if re.search(rf"\b{name}\b", most) or any(op in most for op in ("&&", "||", "?")):
            continue
        same = f"std::memcmp({sides[0]} + {name}, {sides[1]} + {name}, 8) == 0"
        line = f"while ({name} + 8 <= {most} && {same}) {name} += 8;"
        above = loop.prev_named_sibling
        if loop.parent is None or loop.parent.type != "compound_statement" or text(above) == line:
            continue
        edits = [program.insert_before(loop, line), *include(program, "cstring")]
        yield change(edits, [loop], "Compare eight bytes at a time.")


def _stretch(program: Program, node: Node | None, counter: str) -> str | None:
    """Return the address of ``xs[a + i]`` for i = 0, if elements are bytes."""
    owner, listed = field(node, "argument"), field(node, "indices")
    if node is None or node.type != "subscript_expression" or owner is None or listed is None:
        return None
    if type_of(program, node) not in _BYTES or not listed.named_children:
        return None
    kind, index = type_of(program, owner) or "", listed.named_children[0]
    start = owner if kind.endswith("*") else None
    base = text(owner) if start is not None else f"{text(owner)}.data()"
    if text(index) == counter:
        return base
    if index.type != "binary_expression" or text(field(index, "operator")) != "+":
        return None
    left, right = field(index, "left"), field(index, "right")
    for one, other in ((left, right), (right, left)):
        if one is not None and other is not None and text(one) == counter and not uses(other, counter):
            return f"{base} + ({text(other)})"
    return None


@rewrite(Kind.STRUCTURAL, "H")
def prefetch_gather(program: Program) -> Iterator[Change]:
    """Prefetch the element that a later iteration reads through an index list."""
    for loop in counted_loops(program):
        if "__builtin_prefetch" in text(loop.node) or loop.body.type != "compound_statement":
            continue
        for node in find(loop.body, "subscript_expression"):
            listed, owner = field(node, "indices"), field(node, "argument")
            inner = (
                listed.named_children[0] if listed is not None and len(listed.named_children) == 1 else None
            )
            if owner is None or inner is None or inner.type != "subscript_expression":
                continue
            if text(field(inner, "indices")) != f"[{loop.name}]" or not is_pure(program, node):
                continue
            kinds = [type_of(program, each) or "" for each in (owner, field(inner, "argument"))]
            fixed = all(is_invariant(program, each, loop.node) for each in (owner, loop.bound))
            if (
                not fixed
                or not all(k.startswith("std::vector<") or k.endswith("*") for k in kinds)
                or "bool" in kinds[0]
            ):
                continue
            ahead = f"{text(field(inner, 'argument'))}[{loop.name} + 8]"
            base = text(owner) if kinds[0].endswith("*") else f"{text(owner)}.data()"
            line = f"if ({loop.name} + 8 < {text(loop.bound)}) __builtin_prefetch({base} + {ahead});"
            first = loop.body.named_children[0]
            yield change(
                [program.insert_before(first, line)], [loop.node], f"Ask for {text(owner)} ahead of its use."
            )
            break
