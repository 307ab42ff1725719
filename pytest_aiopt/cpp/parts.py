"""Sources as trees that they share: a program and its mutation differ in few of their functions.

Every declaration at namespace level is a tree of its own, which sources with the same declaration use again.
A tree belongs to the source that took it last, so one source is read at a time.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator

import tree_sitter

from pytest_aiopt.cpp.grammar import RECORDS
from pytest_aiopt.cpp.tree import Node, Tree, role_of

MOST = 20_000
"""Nodes that stay."""

_AROUND = frozenset({"translation_unit", "namespace_definition", "linkage_specification", "declaration_list"})
"""What holds declarations and is no declaration itself."""
_CLASSES = RECORDS | {"field_declaration_list"}

LARGE = 1000
"""Bytes from which on a class is taken apart as well."""

_Key = tuple[str, str, bytes, int]
"""What decides a tree: the types of what holds it and of itself, its text, and how often that came before."""


class Parts:
    """The trees of declarations by their text; those that were used last stay."""

    def __init__(self) -> None:
        self._trees: OrderedDict[_Key, Tree] = OrderedDict()
        self._count = 0

    def trees(self, data: bytes, root: tree_sitter.Node) -> list[Tree]:
        """Return the trees of a source that has no errors, in its order."""
        found = list(self._below(data, root, None, Counter()))
        for number, tree in enumerate(found):
            tree.number = number
        return found

    def trim(self) -> None:
        """Free the trees that were not used for the longest time."""
        while self._count > MOST:
            tree = self._trees.popitem(last=False)[1]
            self._count -= len(tree.nodes)
            tree.close()

    def _below(
        self, data: bytes, found: tree_sitter.Node, parent: Node | None, seen: Counter[_Key]
    ) -> Iterator[Tree]:
        """Yield a tree for what holds declarations, with its own node alone, and those of what it holds."""
        own = Tree.alone(found)
        own.root.parent = parent
        yield own
        cursor = found.walk()
        more = cursor.goto_first_child()
        while more:
            child = cursor.node
            assert child is not None
            if child.type != "comment":
                trees = (
                    self._below(data, child, own.root, seen)
                    if child.type in _AROUND or _is_large(child)
                    else iter((self._taken(data, child, found.type, seen),))
                )
                first = next(trees)
                first.root.parent, first.root.role = own.root, role_of(cursor)
                own.root.children.append(first.root)
                yield first
                yield from trees
            more = cursor.goto_next_sibling()

    def _taken(self, data: bytes, child: tree_sitter.Node, holder: str, seen: Counter[_Key]) -> Tree:
        start, end = child.byte_range
        text = data[start:end]
        once = (holder, child.type, text, 0)
        key = (*once[:3], seen[once])
        seen[once] += 1
        tree = self._trees.get(key)
        if tree is None:
            tree = self._trees[key] = Tree(text, child)
            self._count += len(tree.nodes)
        else:
            self._trees.move_to_end(key)
        tree.first_row = child.start_point[0]
        return tree


def _is_large(node: tree_sitter.Node) -> bool:
    return node.type in _CLASSES and node.end_byte - node.start_byte > LARGE
