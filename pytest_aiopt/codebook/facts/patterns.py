"""Small predicates on nodes of a syntax tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.source import declared_name
from pytest_aiopt.cpp.tree import Node, text


def lexical(node: Node) -> Iterator[Node]:
    """Yield the ancestors of a node up to its enclosing function."""
    parent = node.parent
    while parent is not None and parent.type not in ("function_definition", "lambda_expression"):
        yield parent
        parent = parent.parent


def left_by(exit_: Node) -> Node | None:
    """Return the loop that a break or return leaves; None if a break belongs to a switch."""
    for parent in lexical(exit_):
        if parent.type == "switch_statement" and exit_.type == "break_statement":
            return None
        if parent.type in LOOPS:
            return parent
    return None


def bound(loop: Node, words: Sequence[str]) -> str:
    """Return the source text of a loop's bound: the range, or the end in the condition."""
    if loop.type == "for_range_loop":
        return _spelled(loop.child_by_field_name("right"), words)
    condition = _spelled(loop.child_by_field_name("condition"), words).strip("() ;")
    return condition.split(" < ")[-1].split(" != ")[-1].split(" <= ")[-1]


def _spelled(node: Node | None, words: Sequence[str]) -> str:
    return "" if node is None else " ".join(words[node.first_word : node.end_word])


def starts_at_a_variable(loop: Node) -> bool:
    """Whether an index (no pointer or iterator) starts at another variable, as in ``j = i + 1``."""
    declaration = loop.child_by_field_name("initializer")
    if declaration is None or declaration.type != "declaration":
        return False
    init = declaration.child_by_field_name("declarator")
    kind = text(declaration.child_by_field_name("type"))
    if (
        init is None
        or declared_name(init) is None
        or kind.startswith("auto")
        or "*" in text(init).split("=")[0]
    ):
        return False
    value = init.child_by_field_name("value")
    return value is not None and value.type in ("identifier", "binary_expression")


def is_called(node: Node) -> bool:
    """Whether a name is the callee of a call, or part of it; an object whose member is used is not."""
    parent = node.parent
    if parent is not None and parent.type == "field_expression":
        field = parent.child_by_field_name("field")
        return field is not None and field.start_byte == node.start_byte
    return parent is not None and parent.type in ("call_expression", "qualified_identifier")


def folds_bits(node: Node) -> bool:
    """Whether an expression is ``x ^ (x >> n)``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or "^" not in [text(c) for c in node.children]:
        return False
    folded = text(right).strip("() ").split(" >> ")
    return len(folded) == 2 and folded[0] == text(left)
