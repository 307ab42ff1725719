"""Rewrites of recurrences that follow a signal: shorter dependency chains, different rounding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, field, find, replace, statements, strip_parens, swap_within, text
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.effects import is_invariant, is_pure, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import FLOATS
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import CountedLoop, assignment, change, counted_loops, leaves_early


@dataclass(frozen=True, slots=True)
class _Follow:
    """``state += share * (target - state);`` as the first statement of a counted loop."""

    loop: CountedLoop
    statement: Node
    kind: str
    state: str
    share: str
    target: Node


def _follows(program: Program) -> Iterator[_Follow]:
    for loop in counted_loops(program):
        body = statements(loop.body)
        done = assignment(body[0]) if body else None
        if done is None or done[1] != "+=" or done[0].type != "identifier":
            continue
        state, kind, product = text(done[0]), type_of(program, done[0]), done[2]
        if kind is None or kind not in FLOATS or text(field(product, "operator")) != "*":
            continue
        share, gap = field(product, "left"), field(product, "right")
        gap = strip_parens(gap) if gap is not None else None
        if share is None or gap is None or text(field(gap, "operator")) != "-":
            continue
        target = field(gap, "left")
        same = text(field(gap, "right")) == state and type_of(program, share) == kind
        if target is None or not same or uses(target, state) or not is_pure(program, target):
            continue
        if is_invariant(program, share, loop.node) and not leaves_early(loop.body):
            yield _Follow(loop, body[0], kind, state, text(share), target)


@rewrite(Kind.STRUCTURAL, "R")
def shorten_recurrence(program: Program) -> Iterator[Change]:
    """Write ``s += a * (x - s)`` as ``s = s * (1 - a) + a * x``: a chain of two operations, not three."""
    for found in _follows(program):
        one = "1.0f" if found.kind == "float" else "1.0"
        new = (
            f"{found.state} = {found.state} * ({one} - {found.share}) + {found.share} * {text(found.target)};"
        )
        yield change(
            [replace(found.statement, new)], [found.loop.node], f"Shorten the chain of {found.state}."
        )


@rewrite(Kind.STRUCTURAL, "R")
def look_ahead(program: Program) -> Iterator[Change]:
    """Advance a recurrence by two iterations at once: two iterations cost one step of its chain.

    Every subscript in the loop must be the counter alone.
    """
    for found in _follows(program):
        loop, rest = found.loop, statements(found.loop.body)[1:]
        parent = loop.node.parent
        if parent is None or parent.type != "compound_statement" or not _by_counter(loop):
            continue
        plain = all(
            each.type == "expression_statement" and (done := assignment(each)) is not None
            and text(done[0]) != found.state and done[1] == "=" and done[0].type == "subscript_expression"
            for each in rest
        )  # fmt: skip
        if plain and text(loop.variable.node).startswith(("std::size_t", "size_t")):
            new = _doubled(program, found, rest)
            yield change(
                [replace(loop.node, new)], [loop.node], f"Take {found.state} two turns further at once."
            )


def _by_counter(loop: CountedLoop) -> bool:
    """Whether every subscript in the loop is the counter, and nothing is declared or called."""
    subscripts = [text(node) for node in find(loop.body, "subscript_argument_list")]
    return (
        all(each == f"[{loop.name}]" for each in subscripts)
        and not any(find(loop.body, "declaration", "call_expression", "pointer_expression"))
        and not any(declarations_in(node) for node in find(loop.body, "for_statement"))
    )


def _doubled(program: Program, found: _Follow, rest: list[Node]) -> str:
    pad, kind, i = program.indent(found.loop.node), found.kind, found.loop.name
    keep, both, now, then = (program.unused(name) for name in ("keep", "keep_both", "now", "then"))
    one = "1.0f" if kind == "float" else "1.0"
    first, second = text(found.target), _at_next(found.target, i)
    head = text(field(found.loop.node, "initializer"))
    bound = text(found.loop.bound)
    lines = [
        "{",
        f"    const {kind} {keep} = {one} - {found.share}, {both} = {keep} * {keep};",
        f"    {head}",
        f"    for (; {i} + 1 < {bound}; {i} += 2) {{",
        f"        const {kind} {now} = {found.state} * {keep} + {found.share} * {first};",
        f"        const {kind} {then} =",
        f"            {found.state} * {both} +",
        f"            ({keep} * ({found.share} * {first}) + {found.share} * {second});",
        *(f"        {_renamed(each, found.state, now)}" for each in rest),
        *(f"        {_at_next(each, i, found.state, then)}" for each in rest),
        f"        {found.state} = {then};",
        "    }",
        f"    for (; {i} < {bound}; ++{i}) {{",
        f"        {text(found.statement)}",
        *(f"        {text(each)}" for each in rest),
        "    }",
        "}",
    ]
    return f"\n{pad}".join(lines)


def _renamed(node: Node, old: str, new: str) -> str:
    return swap_within(node, [replace(use, new) for use in uses(node, old)])


def _at_next(node: Node, counter: str, old: str = "", new: str = "") -> str:
    edits: list[Edit] = [replace(use, f"{counter} + 1") for use in uses(node, counter)]
    edits += [replace(use, new) for use in uses(node, old)] if old else []
    return swap_within(node, edits)
