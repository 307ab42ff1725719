"""Extrema of a window that moves along an array, from a queue of the elements that may still become one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, field, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import declaration_of, declarations_in
from pytest_aiopt.rewriter.program.effects import may_write, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.stability import is_stable
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    assignment,
    change,
    condition_of,
    counted_loop,
    counted_loops,
    include,
    sole_statement,
)

_ORDERS = (">=", "<=", ">", "<")


@dataclass(frozen=True, slots=True)
class _Window:
    """``rescan``: ``if (best < first) ...`` for a window; ``update``: ``if (v[i] >= v[best]) best = i``."""

    loop: CountedLoop
    rescan: Node
    update: Node
    best: str
    first: str


@rewrite(Kind.STRUCTURAL, "ALG")
def window_queue(program: Program) -> Iterator[Change]:
    """Keep the candidates for a window's extremum in a queue instead of scanning the window again.

    A candidate leaves at the front when the window passes it, and at the back when a better one follows.
    """
    for loop in counted_loops(program):
        for rescan in statements(loop.body):
            found = _window(program, loop, rescan)
            if found is not None and _is_safe(program, found):
                yield _queued(program, found)


def _window(program: Program, loop: CountedLoop, rescan: Node) -> _Window | None:
    """Return the window of ``if (best < first) { best = first; for (j = first; j < i; ++j) ... }``."""
    test = condition_of(rescan) if rescan.type == "if_statement" else None
    body = statements(field(rescan, "consequence"))
    if test is None or text(field(test, "operator")) != "<" or len(body) != 2 or field(rescan, "alternative"):
        return None
    best, first, start = text(field(test, "left")), text(field(test, "right")), assignment(body[0])
    scan = counted_loop(program, body[1])
    if start is None or [text(start[0]), start[1], text(start[2])] != [best, "=", first] or scan is None:
        return None
    if text(scan.start) != first or text(scan.bound) != loop.name:
        return None
    order = _order_of(sole_statement(scan.body), scan.name, best)
    for update in statements(loop.body):
        later = update.start_byte > rescan.start_byte
        if order is not None and later and _order_of(update, loop.name, best) == order:
            return _Window(loop, rescan, update, best, first)
    return None


def _order_of(update: Node | None, place: str, best: str) -> tuple[str, str] | None:
    """Return the elements ``v[]`` and the operator of ``if (v[place] >= v[best]) best = place;``."""
    test = condition_of(update) if update is not None and update.type == "if_statement" else None
    done = assignment(sole_statement(field(update, "consequence")))
    if test is None or done is None or field(update, "alternative") is not None:
        return None
    left, right, operator = (text(field(test, part)) for part in ("left", "right", "operator"))
    if [text(done[0]), done[1], text(done[2])] != [best, "=", place] or operator not in _ORDERS:
        return None
    element = left.replace(f"[{place}]", "[]")
    same = element.count("[]") == 1 and right == element.replace("[]", f"[{best}]")
    return (element, operator) if same else None


def _is_safe(program: Program, found: _Window) -> bool:
    """Whether the window moves forwards from 0 on, and its best place is used after the update only."""
    loop, test = found.loop, condition_of(found.update)
    element, name = field(test, "left"), field(condition_of(found.rescan), "left")
    parent = loop.node.parent
    if element is None or name is None or parent is None or parent.type != "compound_statement":
        return False
    declared = declaration_of(program, name)
    if declared is None or text(declared.value) != "0" or declared.node.parent != parent:
        return False
    if not is_stable(program, element, loop.node, frozenset({loop.name})) or text(loop.start) != "0":
        return False
    if not is_stable(program, loop.bound, loop.node) or not _moves_forwards(program, found):
        return False
    if not is_unsigned(type_of(program, loop.variable.name)) or not is_unsigned(type_of(program, name)):
        return False
    own = [use for part in (found.rescan, found.update) for use in uses(part, found.best)]
    early = [use for use in uses(parent, found.best) if use.start_byte < found.update.start_byte]
    others = [each for each in statements(loop.body) if each not in (found.rescan, found.update)]
    if any(may_write(program, each, found.best) for each in others):
        return False
    return all(use in own or use == declared.name for use in early)


def _moves_forwards(program: Program, found: _Window) -> bool:
    """Whether the window's first place never decreases: ``i < width ? 0 : i + 1 - width``, or the like."""
    for statement in statements(found.loop.body):
        declared = next(declarations_in(statement), None) if statement.type == "declaration" else None
        if declared is None or text(declared.name) != found.first or declared.value is None:
            continue
        i = found.loop.name
        form = re.fullmatch(
            rf"{i}( \+ 1)? < (\w+) \? 0 : (?:{i}( \+ 1)? - \2|{i} - \2 \+ 1)", text(declared.value)
        )
        if form is None or not declared.const or statement.start_byte > found.rescan.start_byte:
            return False
        width = next(use for use in uses(declared.value, form[2]))
        overflows = form[1] is not None and text(declared.value).endswith(f"{i} - {form[2]}")
        return (
            not overflows
            and is_unsigned(type_of(program, width))
            and is_stable(program, width, found.loop.node)
        )
    return False


def _queued(program: Program, found: _Window) -> Change:
    held, head, tail = (program.unused(name) for name in ("held", "head", "tail"))
    i, best, test = found.loop.name, found.best, text(condition_of(found.update))
    kind = text(field(found.loop.variable.node, "type"))
    last = test.replace(f"[{best}]", f"[{held}[{tail} - 1]]")
    above = [
        f"std::vector<{kind}> {held}({text(found.loop.bound)});",
        f"std::size_t {head} = 0, {tail} = 0;",
    ]
    lines = [
        f"while ({head} < {tail} && {last}) --{tail};",
        f"{held}[{tail}++] = {i};",
        f"while ({head} + 1 < {tail} && {held}[{head}] < {found.first}) ++{head};",
        f"{best} = {held}[{head}];",
    ]
    gone = Edit(program.line_start(found.rescan), program.next_line(found.rescan), "")
    edits = [
        program.insert_before(found.loop.node, "\n".join(above)),
        gone,
        replace(found.update, f"\n{program.indent(found.update)}".join(lines)),
        *include(program, "vector"),
        *include(program, "cstddef"),
    ]
    return change(edits, [found.rescan, found.update], f"Keep a queue of candidates for {best}.")
