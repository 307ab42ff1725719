"""Loops over rows behind pointers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, find, text
from pytest_aiopt.rewriter.program.declarations import declaration_of, declarations_in, known_struct
from pytest_aiopt.rewriter.program.effects import is_pure
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.rules.purity import only_reads

_LEAVING = ("break_statement", "continue_statement", "goto_statement", "return_statement")


@dataclass(frozen=True, slots=True)
class PointerLoop:
    """``for (const T* at = first; at != last; ++at)``, where the body does not write ``at``.

    ``more``: what else must hold for the loop to go on, as in ``at != last && more``.
    """

    node: Node
    at: str
    rows: str
    first: Node
    last: Node
    body: Node
    more: Node | None


def pointer_loop(loop: Node) -> PointerLoop | None:
    """Parse a for statement as a walk over rows that it only reads; None for any other loop."""
    start, test, step, body = (field(loop, n) for n in ("initializer", "condition", "update", "body"))
    if loop.type != "for_statement" or start is None or test is None or body is None:
        return None
    declared = list(declarations_in(start)) if start.type == "declaration" else []
    more = field(test, "right") if text(field(test, "operator")) == "&&" else None
    test = field(test, "left") if more is not None else test
    last = field(test, "right")
    if len(declared) != 1 or not declared[0].const or declared[0].value is None or last is None:
        return None
    name, rows = text(declared[0].name), declared[0].type
    if text(test) != f"{name} != {text(last)}" or text(step) != f"++{name}" or rows.count("*") != 1:
        return None
    changed = find(body, "assignment_expression", "update_expression")
    if any(text(field(each, "left") or field(each, "argument")) == name for each in changed):
        return None
    return PointerLoop(loop, name, rows.removesuffix("*"), declared[0].value, last, body, more)


def among_rows(program: Program, outer: PointerLoop, inner: PointerLoop) -> bool:
    """Whether the scan stays among the rows of the outer loop, or a test of its end can tell."""
    block, first = inner.node.parent, text(outer.first)
    if known_struct(program, outer.rows) is None or outer.rows != inner.rows:
        return False
    if block is None or block != outer.body or block.type != "compound_statement":
        return False
    if any(each.type != "identifier" for each in (outer.first, outer.last, inner.last)):
        return False
    named = inner.first.type == "identifier" and type_of(program, inner.first) == f"{outer.rows}*"
    if not starts_among(outer, inner) and not (named and text(inner.last) == text(outer.last)):
        return False
    if text(inner.last) == outer.at and text(inner.first) != first:
        return False
    if outer.more is not None or (inner.more is not None and not _ends_among(program, outer, inner)):
        return False
    if (
        text(inner.last) not in (outer.at, text(outer.last))
        and type_of(program, inner.last) != f"{outer.rows}*"
    ):
        return False
    names = [text(d.name) for each in find(outer.node, "declaration") for d in declarations_in(each)]
    return (
        names.count(inner.at) == 1
        and not {first, text(outer.last)} & set(names)
        and keeps_rows(program, outer)
    )


def starts_among(outer: PointerLoop, inner: PointerLoop) -> bool:
    """Whether a scan starts at the first row of the outer loop, or at its current one or behind."""
    first = text(outer.first)
    return re.fullmatch(rf"{outer.at}( \+ \d+)?|{first}", text(inner.first)) is not None


def _ends_among(program: Program, outer: PointerLoop, inner: PointerLoop) -> bool:
    """Whether a scan with a further condition ends at the last row; the condition may be tested before."""
    more = inner.more
    if more is None or text(inner.last) != text(outer.last) or not is_pure(program, more):
        return False
    changed = {text(field(each, "left")) for each in find(inner.body, "assignment_expression")}
    named = {text(each) for each in find(more, "identifier")}
    updated = any(find(inner.body, "update_expression"))
    return not updated and not changed & named and all(each.isidentifier() for each in changed)


def keeps_rows(program: Program, outer: PointerLoop) -> bool:
    """Whether the outer loop and the functions that it calls write only numbers in locals."""
    for each in find(outer.body, "assignment_expression", "update_expression"):
        target = field(each, "left") or field(each, "argument")
        if target is not None and target.type == "subscript_expression":
            target = field(target, "argument")
            if not (type_of(program, target) or "").startswith("std::vector<std::uint"):
                return False
        declared = (
            declaration_of(program, target) if target is not None and target.type == "identifier" else None
        )
        if declared is None or declared.reference or text(target) in (text(outer.first), text(outer.last)):
            return False
    if any(find(outer.body, *_LEAVING, "lambda_expression")):
        return False
    return all(only_reads(program, call) for call in find(outer.body, "call_expression"))
