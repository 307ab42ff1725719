"""Count facts along every call path: a fact in a callee counts at the loop depth of its callers.

Each function is read once; its facts are then repeated for every path that reaches it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pytest_aiopt.codebook.facts import lexicon
from pytest_aiopt.codebook.facts.calls import Calls
from pytest_aiopt.codebook.facts.fact import Fact, Kind
from pytest_aiopt.codebook.facts.types import CONTAINERS, Types, plain_array, without_digests
from pytest_aiopt.codebook.facts.unrolling import repeats, series, written_twice
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.source import Source
from pytest_aiopt.cpp.tree import Node, line, once, text, within

MOST_FACTS = 20_000
"""Maximum number of facts along call paths; far more than any program of a few hundred lines has."""

_NOT_HELD = frozenset({"reference_declarator", "pointer_declarator", "function_declarator"})
_HANDLES = frozenset({"span", "unique_ptr", "shared_ptr"})
_KEPT = frozenset({"static", "thread_local"})
_READ = frozenset({"declaration", "call_expression", "new_expression"})


@dataclass(frozen=True, slots=True)
class _Item:
    """A fact of a function at a depth of its own loops, or (without a kind) the functions called there."""

    kind: Kind | None
    key: str
    depth: int
    line: int
    callees: tuple[Node, ...] = ()


def along_calls(source: Source, types: Types, calls: Calls) -> list[Fact]:
    """Return the facts along every call path from the entry points."""
    reader = _Functions(source, types, calls)
    found: list[Fact] = []
    for root in calls.roots():
        reader.enter(root, 0, (), found)
    return found


class _Functions:
    def __init__(self, source: Source, types: Types, calls: Calls) -> None:
        self.source = source
        self.types = types
        self.calls = calls
        self.known: dict[Node, list[_Item]] = {}

    def enter(self, function: Node, depth: int, stack: tuple[Node, ...], found: list[Fact]) -> None:
        """Add the facts of a function that is called inside ``depth`` loops."""
        if len(found) > MOST_FACTS:
            return
        stack = (*stack, function)
        for item in self._items(function):
            for callee in item.callees:
                if callee in stack:
                    found.append(Fact(Kind.RECURSION, "", item.line))
                else:
                    self.enter(callee, depth + item.depth, stack, found)
            if item.kind is not None:
                found.append(Fact(item.kind, _placed(item, depth), item.line))

    def _items(self, function: Node) -> list[_Item]:
        if function not in self.known:
            found: list[_Item] = []
            for node, depth in _visited(function):
                found += self._at(node, depth)
            self.known[function] = found
        return self.known[function]

    def _at(self, node: Node, depth: int) -> Iterator[_Item]:
        if node.type == "declaration":
            yield from self._made(node, depth)
            yield from self._called(node, depth)
        elif node.type == "call_expression":
            yield from self._library(node, depth)
            yield from self._called(node, depth)
        elif node.type == "new_expression":
            yield _Item(Kind.OWNER, "heap", depth, line(node))
        else:
            yield _Item(Kind.LOOP, "", depth, line(node))

    def _called(self, node: Node, depth: int) -> Iterator[_Item]:
        callees = tuple(self.calls.of(node))
        if callees:
            yield _Item(None, "", depth, line(node), callees)

    def _made(self, node: Node, depth: int) -> Iterator[_Item]:
        """Yield the containers and strings that a declaration creates."""
        if within(node, "function_definition") is None or any(text(c) in _KEPT for c in node.children):
            return
        for child in node.children_by_field_name("declarator"):
            held = child.child_by_field_name("declarator") if child.type == "init_declarator" else child
            if held is None or held.type in _NOT_HELD:
                continue
            name = without_digests(plain_array(self.types.canonical(self._type_of(node, child))))
            if held.type == "array_declarator":
                yield _Item(Kind.OWNER, f"array<{name}>", depth, line(node))
            elif name == "string" or name.split("<")[0] in CONTAINERS - _HANDLES:
                yield _Item(Kind.OWNER, name, depth, line(node))

    def _type_of(self, declaration: Node, declarator: Node) -> str:
        """Return the declared type; for ``auto``, the return type of the called function of the program."""
        declared = text(declaration.child_by_field_name("type"))
        value = declarator.child_by_field_name("value")
        if declared == "auto" and value is not None and value.type == "call_expression":
            for callee in self.calls.of(value):
                return text(callee.child_by_field_name("type"))
        return declared

    def _library(self, node: Node, depth: int) -> Iterator[_Item]:
        name = self.calls.callee(node)
        if name in self.source.functions or name in self.source.records:
            return
        if name in lexicon.LIKE_LOOPS and node.child_by_field_name("function") is not None:
            if self.calls.is_plain(node):
                yield _Item(Kind.LOOP, "", depth + 1, line(node))
        elif name in lexicon.ALGORITHMS:
            yield _Item(Kind.ALGORITHM, name, depth, line(node))
        elif name in lexicon.HEAP:
            yield _Item(Kind.OWNER, "heap", depth, line(node))


def _visited(function: Node) -> list[tuple[Node, int]]:
    """Return the loops, declarations, calls and new expressions of a function with their loop depths.

    A series counts as a loop at its first statement.
    """
    memo, key = function.tree.memo, (_visited, function.id)
    if key not in memo:
        found: list[tuple[Node, int]] = []
        body = function.child_by_field_name("body")
        lists = [child for child in function.children if child.type == "field_initializer_list"]
        for part in ([body] if body is not None else []) + lists:
            _visit(part, 0, once(written_twice, function.tree), found)
        memo[key] = found
    visited: list[tuple[Node, int]] = memo[key]
    return visited


def _visit(node: Node, depth: int, skipped: Collection[Node], found: list[tuple[Node, int]]) -> None:
    if node in skipped:
        return
    kind, children = node.type, node.children
    if kind in LOOPS:
        depth += 1
        children = _one_turn(node)
        found.append((node, depth))
    elif kind == "compound_statement":
        again = series(node)
        found += [(first, depth + 1) for first in {first.own_row: first for first in again.values()}.values()]
        children = [child for child in children if child not in again] if again else children
    elif kind in _READ:
        found.append((node, depth))
    for child in children:
        if child.children:
            _visit(child, depth, skipped, found)


def _one_turn(loop: Node) -> list[Node]:
    """Return the children of a loop; for an unrolled body, only those of the first copy."""
    turn = repeats(loop)
    if turn is None:
        return loop.children
    body = loop.child_by_field_name("body")
    return [child for child in loop.children if child is not body] + turn


def _placed(item: _Item, depth: int) -> str:
    """Return the key of a fact inside ``depth`` loops."""
    if item.kind is Kind.LOOP:
        return str(depth + item.depth)
    return f"{item.key}@{depth + item.depth}" if item.kind is Kind.OWNER else item.key
