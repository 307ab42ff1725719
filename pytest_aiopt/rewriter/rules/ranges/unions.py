"""The union of many sorted ranges of small numbers, from a table of all numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, inside, statements, text
from pytest_aiopt.rewriter.program.declarations import declaration_of
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.ranges.numbers import NUMBERS, element_of_range
from pytest_aiopt.rewriter.rules.shapes import change, expression_of, include


@dataclass(frozen=True, slots=True)
class _Growth:
    """``next.clear(); std::set_union(all, range, next); all.swap(next);`` in a loop."""

    loop: Node
    steps: list[Node]
    all: Node
    next: Node
    range: str
    kind: str


@rewrite(Kind.STRUCTURAL, "ALG")
def union_by_table(program: Program) -> Iterator[Change]:
    """Count how often a range has each number at most, instead of merging it with all numbers so far.

    Only for numbers of up to 16 bits.
    """
    for call in program.all("call_expression"):
        found = _growth(program, call) if text(field(call, "function")) == "std::set_union" else None
        if found is not None and _is_alone(program, found):
            yield _counted(program, found)


def _growth(program: Program, call: Node) -> _Growth | None:
    statement, loop = call.parent, enclosing(call, *LOOPS)
    before = statement.prev_named_sibling if statement is not None else None
    after = statement.next_named_sibling if statement is not None else None
    given = field(call, "arguments")
    if statement is None or before is None or after is None or given is None or loop is None:
        return None
    names = [node for node in find(given, "identifier") if node.parent is not None]
    if len(names) < 5 or expression_of(statement) != call:
        return None
    everything, member, following = text(names[0]), text(names[2]), text(names[-1])
    merged = (
        f"({everything}.begin(), {everything}.end(), {member}.begin(), {member}.end(), "
        f"std::back_inserter({following}))"
    )
    if " ".join(text(given).split()) != merged or text(expression_of(before)) != f"{following}.clear()":
        return None
    swaps = (f"{everything}.swap({following})", f"std::swap({everything}, {following})")
    if text(expression_of(after)) not in swaps or statement not in statements(field(loop, "body")):
        return None
    kind = element_of_range(program, names[2])
    if kind not in NUMBERS or len({everything, member, following}) != 3:
        return None
    return _Growth(loop, [before, statement, after], names[0], names[-1], member, kind)


def _is_alone(program: Program, found: _Growth) -> bool:
    """Whether both vectors are empty locals before the loop, and nothing else in the loop uses them."""
    parent = found.loop.parent
    if parent is None or parent.type != "compound_statement":
        return False
    for vector in (found.all, found.next):
        declared = declaration_of(program, vector)
        if declared is None or declared.reference or declared.value is not None:
            return False
        if declared.node.parent != parent or type_of(program, vector) != f"std::vector<{found.kind}>":
            return False
        for use in uses(parent, text(vector)):
            after = use.start_byte > found.loop.end_byte and vector is found.all
            if not after and use != declared.name and not any(inside(use, step) for step in found.steps):
                return False
    return True


def _counted(program: Program, found: _Growth) -> Change:
    times, run, last, x = (program.unused(name) for name in ("times", "run", "last", "x"))
    everything, kind = text(found.all), found.kind
    lines = [
        f"std::uint32_t {run} = 0;",
        f"{kind} {last} = 0;",
        f"for (const {kind} {x} : {found.range}) {{",
        f"    {run} = {x} == {last} ? {run} + 1 : 1;",
        f"    {last} = {x};",
        f"    {times}[{x}] = std::max({times}[{x}], {run});",
        "}",
    ]
    after = [
        "",
        f"for (std::size_t {x} = 0; {x} < {times}.size(); ++{x}) {{",
        f"    for (; {times}[{x}] != 0; --{times}[{x}]) {everything}.push_back(static_cast<{kind}>({x}));",
        "}",
    ]
    pad, inner = program.indent(found.loop), program.indent(found.steps[0])
    merge = Edit(found.steps[0].start_byte, found.steps[-1].end_byte, f"\n{inner}".join(lines))
    next_declared = declaration_of(program, found.next)
    assert next_declared is not None
    edits = [
        program.insert_before(found.loop, f"std::vector<std::uint32_t> {times}({NUMBERS[kind]});"),
        merge,
        Edit(found.loop.end_byte, found.loop.end_byte, f"\n{pad}".join(after)),
        *include(program, "algorithm"),
        *include(program, "cstdint"),
    ]
    line = Edit(program.line_start(next_declared.node), program.next_line(next_declared.node), "")
    if program.data[line.start : line.end].decode().strip() == f"std::vector<{kind}> {text(found.next)};":
        edits.append(line)
    return change(edits, [found.loop], f"Unite the ranges in a table of {NUMBERS[kind]} counts.")
