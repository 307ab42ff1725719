"""Common code patterns used by several rewrites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, lines_of, statements, strip_parens, text
from pytest_aiopt.rewriter.program.declarations import Declaration, declarations_in
from pytest_aiopt.rewriter.program.effects import is_invariant, may_write
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change


@dataclass(frozen=True, slots=True)
class CountedLoop:
    """``for (T i = start; i < bound; ++i)``, where the body does not write ``i``."""

    node: Node
    variable: Declaration
    start: Node
    bound: Node
    body: Node

    @property
    def name(self) -> str:
        """The counter's name."""
        return text(self.variable.name)


class Loop(Protocol):
    """A parsed loop of any form."""

    @property
    def node(self) -> Node:
        """The whole loop."""

    @property
    def body(self) -> Node:
        """What it repeats."""


def head_of(program: Program, loop: Loop) -> str:
    """Return ``for (...)`` of a loop without its body."""
    return program.data[loop.node.start_byte : loop.body.start_byte].decode().rstrip()


def counted_loop(program: Program, loop: Node) -> CountedLoop | None:
    """Parse a for statement as a counted loop; None for any other loop."""
    first, condition, step, body = (field(loop, n) for n in ("initializer", "condition", "update", "body"))
    if loop.type != "for_statement" or first is None or condition is None or step is None or body is None:
        return None
    declared = list(declarations_in(first))
    if first.type != "declaration" or len(declared) != 1 or declared[0].value is None:
        return None
    name, bound = text(declared[0].name), field(condition, "right")
    counts = re.fullmatch(rf"\+\+{name}|{name}\+\+|{name} \+= 1", text(step))
    compares = condition.type == "binary_expression" and text(field(condition, "operator")) == "<"
    if not counts or not compares or text(field(condition, "left")) != name or bound is None:
        return None
    if may_write(program, body, name):
        return None
    return CountedLoop(loop, declared[0], declared[0].value, bound, body)


def counted_loops(program: Program) -> Iterator[CountedLoop]:
    """Yield the counted loops of a program."""
    for node in program.all("for_statement"):
        loop = counted_loop(program, node)
        if loop is not None:
            yield loop


def counts_up(step: Node | None, name: str) -> bool:
    """Whether an expression is ``++name`` or ``name++``."""
    return text(step) in (f"++{name}", f"{name}++")


def loops_in(program: Program) -> list[Node]:
    """Return every loop within a function."""
    return [loop for loop in program.all(*LOOPS) if enclosing(loop, "function_definition")]


def is_fixed(program: Program, bound: Node, loop: Node) -> bool:
    """Whether a bound stays the same during a loop; elements of a vector may change, not its size."""
    called = method_call(bound)
    if called is not None and called[1] == "size" and called[0].type == "identifier":
        named = [node for node in find(loop, "identifier") if text(node) == text(called[0])]
        return all(_keeps_size(node) for node in named)
    return is_invariant(program, bound, loop)


def _keeps_size(name: Node) -> bool:
    """Whether a use of a vector reads or writes one element, or reads its size."""
    parent = name.parent
    if parent is None:
        return False
    if parent.type == "field_expression":
        return text(field(parent, "field")) in ("size", "empty", "data")
    return parent.type == "subscript_expression" and field(parent, "argument") == name


def innermost(loop: Node) -> bool:
    """Whether a loop contains no other loop."""
    return sum(1 for _ in find(loop, *LOOPS)) == 1


def leaves_early(body: Node) -> bool:
    """Whether the code may leave its loop or function: break, return, goto, throw, continue."""
    kinds = ("break_statement", "return_statement", "goto_statement", "throw_statement", "continue_statement")
    return any(find(body, *kinds))


def sole_statement(body: Node | None) -> Node | None:
    """Return the only statement of a body; None if there are several or none."""
    found = statements(body)
    return found[0] if len(found) == 1 else None


def expression_of(statement: Node | None) -> Node | None:
    """Return the expression of an expression statement."""
    if statement is None or statement.type != "expression_statement" or not statement.named_children:
        return None
    return strip_parens(statement.named_children[0])


def assignment(statement: Node | None) -> tuple[Node, str, Node] | None:
    """Return (left, operator, right) of an assignment statement."""
    expression = expression_of(statement)
    if expression is None or expression.type != "assignment_expression":
        return None
    left, operator, right = (field(expression, n) for n in ("left", "operator", "right"))
    return (left, text(operator), right) if left is not None and right is not None else None


def method_call(node: Node | None) -> tuple[Node, str] | None:
    """Return (object, method name) of ``object.method(...)``."""
    callee = field(node, "function")
    if node is None or node.type != "call_expression" or callee is None or callee.type != "field_expression":
        return None
    owner = field(callee, "argument")
    return (owner, text(field(callee, "field"))) if owner is not None and "->" not in text(callee) else None


def condition_of(node: Node) -> Node | None:
    """Return the bare condition of an if or while statement; None if it declares something."""
    clause = field(node, "condition")
    value = field(clause, "value") if clause is not None and clause.type == "condition_clause" else clause
    if clause is not None and field(clause, "initializer") is not None:
        return None
    return None if value is None or value.type == "declaration" else strip_parens(value)


def change(edits: list[Edit], about: list[Node], description: str) -> Change:
    """Build a Change for the lines of some nodes."""
    return Change(tuple(edits), lines_of(*about), description)


def include(program: Program, header: str) -> list[Edit]:
    """Return the edit that includes a standard header; none if it is already included."""
    includes = program.all("preproc_include")
    if any(text(field(node, "path")) == f"<{header}>" for node in includes):
        return []
    system = [node for node in includes if text(field(node, "path")).startswith("<")]
    at = program.next_line((system or includes)[-1]) - 1 if includes else 0
    line = f"#include <{header}>"
    if not includes:
        return [Edit(0, 0, line + "\n")]
    anchor = (system or includes)[-1]
    newline = program.data[anchor.end_byte - 1 : anchor.end_byte] == b"\n"
    at = anchor.end_byte if newline else at
    return [Edit(at, at, f"{line}\n" if newline else f"\n{line}")]


def is_vector(program: Program, expression: Node) -> bool:
    """Whether an expression is known to be a std::vector."""
    return (type_of(program, expression) or "").startswith("std::vector<")


def whole_vector(program: Program, first: Node, last: Node) -> Node | None:
    """Return the name of the vector whose begin and end two iterators are; None for any others."""
    owner = method_call(first)
    if owner is None or owner[1] != "begin" or owner[0].type != "identifier":
        return None
    whole = text(last) == f"{text(owner[0])}.end()"
    return owner[0] if whole and is_vector(program, owner[0]) else None


def top_level(node: Node) -> Node:
    """Return the declaration at namespace level that contains the node."""
    while node.parent is not None and node.parent.type not in ("translation_unit", "declaration_list"):
        node = node.parent
    return node


def insert_helper(program: Program, user: Node, helper: str) -> Edit:
    """Return the edit that puts a helper's definition above the first declaration using it.

    Comments directly above the declaration stay with it.
    """
    first = top_level(user)
    while first.prev_sibling is not None and first.prev_sibling.type == "comment":
        if first.prev_sibling.end_point[0] + 1 < first.start_point[0]:
            break
        first = first.prev_sibling
    at = program.line_start(first)
    return Edit(at, at, helper.rstrip("\n") + "\n\n")
