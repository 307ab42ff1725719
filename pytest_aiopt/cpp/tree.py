"""The syntax tree of a C++ source as plain objects, which are walked much faster than those of the parser.

Nodes stand in source order in one list: everything below a node is a slice of it, and so are its words.
Comments are no nodes. A source is one tree, or several that are shared with other sources (parts.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

import tree_sitter

from pytest_aiopt.cpp.grammar import CPP

_ERROR = CPP.node_kind_count
"""The parser's numbers for kinds of nodes end here; what it cannot read has a greater one."""
_KINDS = [(CPP.node_kind_for_id(at) or "", bool(CPP.node_kind_is_named(at))) for at in range(_ERROR)]
_COMMENT = CPP.id_for_node_kind("comment", True)
_FIELDS = ["", *(CPP.field_name_for_id(number) or "" for number in range(1, CPP.field_count + 1))]
_END_OF_LINE = re.compile(rb"\n")
_WHOLE = frozenset({"string_literal", "raw_string_literal", "char_literal", "system_lib_string"})


class Node:
    """A node of the tree. ``id``: its place in source order; ``end_id`` and the words: what lies below it.

    Bytes and ``own_row`` count from where its tree starts. ``role``: the parent's field that it fills, "" for
    none.
    """

    __slots__ = (
        "children",
        "end_byte",
        "end_id",
        "end_word",
        "first_word",
        "id",
        "is_named",
        "joined",
        "own_row",
        "parent",
        "role",
        "start_byte",
        "tree",
        "type",
    )

    tree: Tree
    id: int
    type: str
    is_named: bool
    start_byte: int
    end_byte: int
    own_row: int
    role: str
    parent: Node | None
    children: list[Node]
    end_id: int
    first_word: int
    end_word: int
    joined: str | None

    @property
    def named_children(self) -> list[Node]:
        """The children that are no punctuation or keyword."""
        return [child for child in self.children if child.is_named]

    @property
    def raw(self) -> str:
        """The source text as it is written."""
        return self.tree.data[self.start_byte : self.end_byte].decode()

    @property
    def row(self) -> int:
        """The line on which the node starts, from 0."""
        return self.tree.first_row + self.own_row

    @property
    def end_row(self) -> int:
        """The line on which the node ends, from 0."""
        return self.tree.first_row + bisect_right(self.tree.lines, self.end_byte) - 1

    @property
    def place(self) -> tuple[int, int]:
        """A key that sorts nodes of a source into its order."""
        return self.tree.number, self.id

    @property
    def next_named_sibling(self) -> Node | None:
        """The next named child of the same parent."""
        return next((each for each in self._siblings() if each.place > self.place), None)

    @property
    def prev_named_sibling(self) -> Node | None:
        """The named child of the same parent before this one."""
        return next((each for each in reversed(self._siblings()) if each.place < self.place), None)

    def _siblings(self) -> Sequence[Node]:
        return self.parent.named_children if self.parent is not None else ()

    def child_by_field_name(self, name: str) -> Node | None:
        """Return the first child that fills a field of this node."""
        for child in self.children:
            if child.role == name:
                return child
        return None

    def children_by_field_name(self, name: str) -> list[Node]:
        """Return the children that fill a field of this node."""
        return [child for child in self.children if child.role == name]


_CHILDLESS: list[Node] = []
_ID = attrgetter("id")
_Made = TypeVar("_Made")


class Tree:
    """The nodes below one of the parser's. ``words`` are its tokens, a literal being one; ``comments`` are
    byte ranges.

    ``first_row``, ``number``: the line of the source on which it starts, and its place among the trees of the
    source. ``memo``: what was computed from the nodes of this tree alone.
    """

    def __init__(self, data: bytes, root: tree_sitter.Node) -> None:
        self._empty(data)
        self._build(root)

    def _empty(self, data: bytes) -> None:
        self.data = data
        self.nodes: list[Node] = []
        self.leaves: list[Node] = []
        self.words: list[str] = []
        self.comments: list[tuple[int, int]] = []
        self.memo: dict[object, Any] = {}
        self.first_row = self.number = 0

    @classmethod
    def alone(cls, found: tree_sitter.Node) -> Tree:
        """Return a tree of one node without what lies below it, which other trees hold."""
        tree = cls.__new__(cls)
        tree._empty(b"")
        node = Node.__new__(Node)
        node.tree, node.type, node.is_named, node.parent, node.role = tree, found.type, True, None, ""
        node.children, node.joined = [], None
        node.id = node.own_row = node.start_byte = node.end_byte = node.first_word = node.end_word = 0
        node.end_id = 1
        tree.nodes.append(node)
        tree.first_row = found.start_point[0]
        return tree

    @property
    def root(self) -> Node:
        """The node above all others."""
        return self.nodes[0]

    @cached_property
    def lines(self) -> list[int]:
        """The offsets at which lines start."""
        return [0, *(found.end() for found in _END_OF_LINE.finditer(self.data))]

    @cached_property
    def by_type(self) -> dict[str, list[Node]]:
        """The nodes by type, in source order."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.type, []).append(node)
        return found

    def all(self, types: Sequence[str]) -> list[Node]:
        """Return the nodes of these types in source order."""
        if len(types) == 1:
            return self.by_type.get(types[0], _CHILDLESS)
        lists = [nodes for kind in types if (nodes := self.by_type.get(kind)) is not None]
        if len(lists) < 2:
            return lists[0] if lists else []
        return sorted((node for nodes in lists for node in nodes), key=_ID)

    def close(self) -> None:
        """Take the nodes apart, so that their memory is free at once, without the garbage collector."""
        for node in self.nodes:
            node.parent, node.children = None, _CHILDLESS
        self.nodes.clear()
        self.leaves.clear()
        self.memo.clear()
        self.by_type.clear()

    def _build(self, root: tree_sitter.Node) -> None:
        """Copy the parser's nodes; written out in one loop, as it runs for every token of every program."""
        cursor, first = root.walk(), root.start_byte if root.parent is not None else 0
        down, along, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
        data, nodes, leaves_, words = self.data, self.nodes, self.leaves, self.words
        new, row, lines = Node.__new__, 0, [*self.lines[1:], len(data) + 1]
        parent: Node | None = None
        siblings: list[Node] = []
        while True:
            found = cursor.node
            assert found is not None
            kind = found.kind_id
            if kind == _COMMENT:
                start, end = found.byte_range
                self.comments.append((start - first, end - first))
            else:
                node = new(Node)
                siblings.append(node)
                node.tree, node.parent, node.id = self, parent, len(nodes)
                nodes.append(node)
                node.type, node.is_named = _KINDS[kind] if kind < _ERROR else ("ERROR", True)
                start, end = found.byte_range
                node.start_byte, node.end_byte = start, end = start - first, end - first
                while start >= lines[row]:
                    row += 1
                node.own_row, node.role = row, _FIELDS[cursor.field_id or 0]
                node.first_word = len(words)
                if node.type not in _WHOLE and down():
                    node.children = siblings = []
                    node.joined, parent = None, node
                    continue
                word = data[start:end].decode("utf-8", "replace")
                node.joined, node.children = word, _CHILDLESS
                leaves_.append(node)
                words.append(word)
                node.end_id, node.end_word = len(nodes), len(words)
            while not along():
                if not up():
                    return
                assert parent is not None
                parent.end_id, parent.end_word = len(nodes), len(words)
                parent = parent.parent
                siblings = parent.children if parent is not None else []


def once(make: Callable[[Tree], _Made], tree: Tree) -> _Made:
    """Return what a function makes of a tree; made once, so of the nodes of this tree alone."""
    memo = tree.memo
    if make not in memo:
        memo[make] = make(tree)
    made: _Made = memo[make]
    return made


def role_of(cursor: tree_sitter.TreeCursor) -> str:
    """Return the field that the node at a cursor of the parser fills."""
    return _FIELDS[cursor.field_id or 0]


def walk(node: Node) -> list[Node]:
    """Return the node and all below it in source order."""
    return node.tree.nodes[node.id : node.end_id]


def leaves(node: Node) -> list[Node]:
    """Return the tokens below a node; a literal is one token, and so is a preprocessor argument."""
    return node.tree.leaves[node.first_word : node.end_word]


def text(node: Node | None) -> str:
    """Return the node's tokens separated by one blank; "" for None."""
    if node is None:
        return ""
    if node.joined is None:
        node.joined = " ".join(node.tree.words[node.first_word : node.end_word])
    return node.joined


def line(node: Node) -> int:
    """Return the 1-based line on which a node starts."""
    return node.row + 1


def ancestors(node: Node) -> Iterator[Node]:
    """Yield the parents of a node, nearest first."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def within(node: Node, *types: str) -> Node | None:
    """Return the nearest ancestor of one of these types."""
    parent = node.parent
    while parent is not None and parent.type not in types:
        parent = parent.parent
    return parent
