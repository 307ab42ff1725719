"""Shorten the chain of operations from one cell of a table of edit distances to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, enclosing, field, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import Declaration, declaration_of, declarations_in
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.inference import declared_type, type_of
from pytest_aiopt.rewriter.program.types import element_type
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, counted_loops
from pytest_aiopt.rewriter.rules.texts.distances import CELL, WIDE, flat


@rewrite(Kind.STRUCTURAL, "ALG")
def last_cell_last(program: Program) -> Iterator[Change]:
    """Compare the cell before last: ``min(min(a, b) + 1, c)`` becomes ``min(a + 1, min(b + 1, c))``.

    Cells count steps from 0, so that adding one never exceeds their type of at least 32 bits.
    """
    for loop in counted_loops(program):
        body = statements(loop.body)
        found = re.fullmatch(CELL, " ".join(map(flat, body)))
        function = enclosing(loop.node, "function_definition")
        if found is None or found["k"] != loop.name or function is None or len(body) != 4:
            continue
        (step,), (other,) = declarations_in(body[0]), declarations_in(body[1])
        if step.value is None or other.value is None or not _counts_steps(program, function, body, found):
            continue
        row, k = found["row"], loop.name
        edits = [
            replace(step.value, f"{row}[{k}] + 1"),
            replace(other.value, f"std::min({row}[{k} + 1] + 1, {text(other.value)})"),
        ]
        yield change(edits, [loop.node], f"Add to the last cell of {row} before it is compared.")


def _counts_steps(program: Program, function: Node, body: list[Node], found: re.Match[str]) -> bool:
    """Whether a row is local, counts from 0 or one more per turn, and is written by its cells alone."""
    used = uses(function, found["row"])
    owner = declaration_of(program, used[-1])
    kind = element_type(declared_type(program, owner)) if owner is not None else None
    if owner is None or owner.is_parameter or owner.reference or kind not in WIDE:
        return False
    corner = next(use for use in uses(body[1], found["corner"]))
    names = {type_of(program, corner), *(d.type for each in body[:2] for d in declarations_in(each))}
    return names == {kind} and all(_is_plain(use, owner, body[3]) for use in used)


def _is_plain(use: Node, owner: Declaration, cell: Node) -> bool:
    """Whether a use of a row keeps its cells small."""
    parent = use.parent
    if use == owner.name or parent is None:
        return True
    if parent.type == "field_expression":
        method, call = text(field(parent, "field")), enclosing(parent, "argument_list")
        filled = f"({text(use)}.begin(), {text(use)}.end(), 0)"
        if method == "back":
            whole = parent.parent.parent if parent.parent is not None else None
            return whole is not None and whole.type in ("assignment_expression", "return_statement")
        return method in ("resize", "size") or (method in ("begin", "end") and text(call) == filled)
    around = parent.parent
    if parent.type != "subscript_expression" or around is None:
        return False
    if around.type == "update_expression":
        return text(around) == f"{text(use)}[0]++"
    if around.type == "assignment_expression":
        return field(around, "right") == parent or around.parent == cell
    least = around.parent is not None and text(field(around.parent, "function")) == "std::min"
    return around.type == "binary_expression" or (around.type == "argument_list" and least)
