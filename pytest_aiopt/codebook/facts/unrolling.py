"""Recognise loops that are written out several times."""

from __future__ import annotations

import re

from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.tree import Node, Tree, leaves, text

_WORDS = frozenset({"identifier", "field_identifier", "number_literal"})
_LEAST = 3
_IDLE = re.compile(r"\( void \) \w+ ;")
_OFFSET = re.compile(r"_ \+ _(?= [\])])|\( _ \)(?! [_({])")


def step_of(loop: Node) -> int:
    """Return the constant step of a for loop's variable; 1 if it is not a larger constant."""
    update = loop.child_by_field_name("update")
    found = re.search(r"[+-]= (\d+)|= (?:\w+) [+-] (\d+)$", text(update)) if update is not None else None
    return int(found[1] or found[2]) if found else 1


def body_of(loop: Node) -> list[Node]:
    """Return the statements of a loop's body that have an effect."""
    body = loop.child_by_field_name("body")
    if body is None:
        return []
    if body.type != "compound_statement":
        return [body]
    return [node for node in body.named_children if not _is_idle(node)]


def _is_idle(node: Node) -> bool:
    """Whether a statement is empty or casts a constant to void."""
    return text(node) == ";" or _IDLE.fullmatch(text(node)) is not None


def shape(node: Node) -> str:
    """Return the node's tokens with names and numbers blanked, so that ``x[i + 1]`` equals ``x[i]``."""
    memo, key = node.tree.memo, (shape, node.id)
    if (known := memo.get(key)) is None:
        known = memo[key] = _shape(node)
    return str(known)


def _shape(node: Node) -> str:
    tokens = " ".join("_" if leaf.type in _WORDS else text(leaf) for leaf in leaves(node))
    while (simpler := _OFFSET.sub("_", tokens)) != tokens:
        tokens = simpler
    return tokens


def repeats(loop: Node) -> list[Node] | None:
    """Return the statements of one iteration of an unrolled loop; None if a loop is not unrolled."""
    step, body = step_of(loop), body_of(loop)
    if step < 2 or len(body) < step or len(body) % step:
        return None
    size = len(body) // step
    shapes = [shape(node) for node in body]
    if all(shapes[i] == shapes[i % size] for i in range(len(body))):
        return body[:size]
    return None


def remainder_of(loop: Node) -> Node | None:
    """Return the loop that runs the last iterations of an unrolled loop; None if there is none."""
    turn = repeats(loop)
    following = loop.next_named_sibling if turn is not None else None
    if turn is None or following is None or following.type not in LOOPS:
        return None
    same = [shape(node) for node in body_of(following)] == [shape(node) for node in turn]
    return following if same else None


def written_twice(tree: Tree) -> frozenset[Node]:
    """Return the unrolled loops with a remainder loop; the two count as one loop."""
    return frozenset(loop for loop in tree.all(tuple(LOOPS)) if remainder_of(loop) is not None)


def series(block: Node) -> dict[Node, Node]:
    """Return the statements of a block that repeat the first one of a series, mapped to that first one.

    A series is a run of at least three statements that differ only in numbers, by equal steps: a fully
    unrolled loop over a constant range.
    """
    statements = [node for node in block.named_children if node.type == "expression_statement"]
    found: dict[Node, Node] = {}
    start = 0
    for at in range(1, len(statements) + 1):
        if at < len(statements) and _continues(statements[start : at + 1]):
            continue
        if at - start >= _LEAST:
            found |= dict.fromkeys(statements[start + 1 : at], statements[start])
        start = at
    return found


def _continues(run: list[Node]) -> bool:
    """Whether the last statement of a run continues the steps of the ones before it."""
    before, last = run[-2], run[-1]
    old, new = _words(before), _words(last)
    if before.next_named_sibling != last or shape(before) != shape(last) or len(old) != len(new):
        return False
    step = _step(old, new)
    return step is not None and (len(run) == 2 or step == _step(_words(run[-3]), old))


def _words(node: Node) -> list[str]:
    return [text(leaf) for leaf in leaves(node)]


def _step(old: list[str], new: list[str]) -> tuple[int, ...] | None:
    """Return the differences of the numbers; None if another word differs or no number changes."""
    pairs = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    if not pairs or not all(a.isdigit() and b.isdigit() for a, b in pairs):
        return None
    return tuple(int(b) - int(a) for a, b in pairs)
