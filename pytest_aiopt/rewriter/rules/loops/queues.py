"""Stop a breadth-first search as soon as the element that ends it is in the queue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, inside, statements, text
from pytest_aiopt.rewriter.program.declarations import (
    Declaration,
    declaration_of,
    declarations_in,
    function_named,
)
from pytest_aiopt.rewriter.program.effects import (
    callee_name,
    is_pure,
    is_pure_call,
    root_name,
    uses,
    written_names,
)
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import element_type
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.purity import is_pure_function
from pytest_aiopt.rewriter.rules.shapes import (
    assignment,
    change,
    condition_of,
    counted_loops,
    expression_of,
    method_call,
)


@dataclass(frozen=True, slots=True)
class _Walk:
    """``for (i...) { from = q[i]; if (test(from)) { ... break; } for (...) { ... q.push_back(x); } }``."""

    loop: Node
    queue: str
    taken: Declaration
    goal: Node
    inner: Node
    guard: str
    marks: str
    element: str
    push: Node


@rewrite(Kind.STRUCTURAL, "L1")
def stop_at_discovery(program: Program) -> Iterator[Change]:
    """Add nothing more to a queue once it holds the element at which the search will end.

    Elements between are still taken, as they would be without the change; what they lead to never is.
    """
    for loop in counted_loops(program):
        queue = method_call(loop.bound)
        if queue is None or queue[1] != "size" or queue[0].type != "identifier" or text(loop.start) != "0":
            continue
        walk = _walk(program, loop.node, loop.body, text(queue[0]), loop.name)
        if walk is None or not _dead_afterwards(program, walk) or not _only_grows(program, walk):
            continue
        found, test = program.unused("found"), condition_of(walk.goal)
        seen = re.sub(rf"\b{text(walk.taken.name)}\b", f"{walk.queue}.back()", text(test))
        stays = walk.guard.replace(walk.element, f"{walk.marks}[{walk.queue}.back()]")
        line = f"\n{program.indent(walk.push)}{found} = {found} || ({stays} && {seen});"
        edits = [
            program.insert_before(loop.node, f"bool {found} = false;"),
            program.insert_before(walk.inner, f"if ({found}) continue;"),
            Edit(walk.push.end_byte, walk.push.end_byte, line),
        ]
        yield change(edits, [loop.node], f"Stop filling {walk.queue} once it holds the element looked for.")


def _walk(program: Program, loop: Node, body: Node, queue: str, counter: str) -> _Walk | None:
    parts = statements(body)
    if len(parts) != 3 or loop.parent is None or loop.parent.type != "compound_statement":
        return None
    taken = list(declarations_in(parts[0])) if parts[0].type == "declaration" else []
    goal, inner = parts[1], parts[2]
    if len(taken) != 1 or taken[0].reference or text(taken[0].value) != f"{queue}[{counter}]":
        return None
    test = condition_of(goal) if goal.type == "if_statement" else None
    ends = statements(field(goal, "consequence"))
    if test is None or not ends or ends[-1].type not in ("break_statement", "return_statement"):
        return None
    if inner.type not in LOOPS or field(goal, "alternative") is not None:
        return None
    added = statements(field(inner, "body"))
    pushes = [each for each in added if _pushes(each, queue)]
    guard = _guard(program, added[0]) if added else None
    if guard is None or len(pushes) != 1 or len(uses(inner, queue)) != 1:
        return None
    marked = [each for each in added[1:] if each not in pushes]
    if any(_marked(each) != guard[2] for each in marked) or not marked or added[-1] != pushes[0]:
        return None
    walk = _Walk(loop, queue, taken[0], goal, inner, *guard, pushes[0])
    return walk if _same_test_later(program, walk, test) else None


def _pushes(statement: Node, queue: str) -> bool:
    called = method_call(expression_of(statement))
    return called is not None and text(called[0]) == queue and called[1] in ("push_back", "emplace_back")


def _guard(program: Program, statement: Node) -> tuple[str, str, str] | None:
    """Return (test, vector, element) of ``if (marks[x]) continue;``, or with ``marks[x] != value``."""
    test = condition_of(statement) if statement.type == "if_statement" else None
    skips = [each.type for each in statements(field(statement, "consequence"))] == ["continue_statement"]
    if test is None or not skips or field(statement, "alternative") is not None or not is_pure(program, test):
        return None
    element = test
    if test.type == "binary_expression":
        left = field(test, "left")
        if left is None or text(field(test, "operator")) != "!=":
            return None
        element = left
    marks = field(element, "argument")
    if element.type != "subscript_expression" or marks is None or marks.type != "identifier":
        return None
    return text(test), text(marks), text(element)


def _marked(statement: Node) -> str:
    """Return the element that a plain assignment sets."""
    done = assignment(statement)
    return text(done[0]) if done is not None and done[1] == "=" else ""


def _same_test_later(program: Program, walk: _Walk, test: Node) -> bool:
    """Whether the test of an element gives the same when it enters the queue as when it is taken."""
    queue = next(iter(uses(walk.loop, walk.queue)))
    held = element_type(type_of(program, queue))
    kind = walk.taken.type
    if held is None or kind not in ("auto", held) or not uses(test, text(walk.taken.name)):
        return False
    if not is_pure(program, test) or not _calls_are_pure(program, walk):
        return False
    changed = (written_names(program, walk.inner) | written_names(program, walk.taken.node)) - {"()", "*"}
    named = {text(each) for each in find(test, "identifier")}
    fields = {"." + text(each) for each in find(test, "field_identifier")}
    own = _names_of(walk.inner)
    return not (named | fields) & changed and not named & ({walk.queue, walk.marks} | own)


def _calls_are_pure(program: Program, walk: _Walk) -> bool:
    """Whether nothing but the queue and the marks changes while an element is followed."""
    for node in find(walk.inner, "call_expression"):
        function = function_named(program, callee_name(node))
        known = is_pure_call(program, node) or (function is not None and is_pure_function(program, function))
        if not known and not inside(node, walk.push):
            return False
    head = list(find(walk.inner, "assignment_expression", "update_expression", "lambda_expression"))
    roots = {text(root_name(field(each, "left") or field(each, "argument"))) for each in head}
    own = _names_of(walk.inner)
    jumps = any(find(walk.inner, "break_statement", "return_statement", "goto_statement"))
    return (
        not jumps
        and roots <= own | {walk.marks}
        and all(is_pure(program, a) for a in _arguments_of(walk.push))
    )


def _names_of(loop: Node) -> set[str]:
    """Return the names that a loop declares."""
    holders = find(loop, "declaration", "for_range_loop")
    return {text(declared.name) for each in holders for declared in declarations_in(each)}


def _arguments_of(push: Node) -> list[Node]:
    call = expression_of(push)
    return arguments(call) if call is not None else []


def _only_grows(program: Program, walk: _Walk) -> bool:
    """Whether the search's end reads of the queue and the marks nothing but the mark of the element found."""
    end = field(walk.goal, "consequence")
    if end is None or uses(walk.goal, walk.queue):
        return False
    own = f"[{text(walk.taken.name)}]"
    return all(text(use.parent) == walk.marks + own for use in uses(end, walk.marks))


def _dead_afterwards(program: Program, walk: _Walk) -> bool:
    """Whether the queue and the marks are local, and set anew before the loop whenever it is reached."""
    function, block = enclosing(walk.loop, "function_definition"), walk.loop.parent
    if function is None or block is None or enclosing(walk.loop, "lambda_expression") is not None:
        return False
    for name in (walk.queue, walk.marks):
        declared = declaration_of(program, next(iter(uses(walk.loop, name))))
        if declared is None or declared.is_parameter or declared.reference or declared.pointer:
            return False
        if not declared.type.startswith("std::vector<") or not inside(declared.node, function):
            return False
        if "static" in text(declared.node):
            return False
        others = [use for use in uses(function, name) if not inside(use, walk.loop) and use != declared.name]
        if any(use.start_byte > walk.loop.end_byte for use in others):
            return False
        if inside(declared.node, block):
            continue
        first = next((each for each in statements(block) if uses(each, name)), None)
        set_anew = method_call(expression_of(first))
        outer = [use for use in others if not inside(use, block)]
        if set_anew is None or text(set_anew[0]) != name or set_anew[1] not in ("assign", "clear") or outer:
            return False
        if len(uses(first, name) if first is not None else []) != 1:
            return False
    return True
