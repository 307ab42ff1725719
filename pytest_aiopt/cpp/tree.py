"""The syntax tree of a C++ source as plain objects, which are walked much faster than those of the parser.

Nodes stand in source order in one list: everything below a node is a slice of it, and so are its words.
Comments are no nodes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from pytest_aiopt.cpp.grammar import CPP, parse

_ERROR = CPP.node_kind_count
"""The parser's numbers for kinds of nodes end here; what it cannot read has a greater one."""
_KINDS = [(CPP.node_kind_for_id(at) or "", bool(CPP.node_kind_is_named(at))) for at in range(_ERROR)]
_COMMENT = CPP.id_for_node_kind("comment", True)
_FIELDS = ["", *(CPP.field_name_for_id(number) or "" for number in range(1, CPP.field_count + 1))]
_END_OF_LINE = re.compile(rb"\n")
_WHOLE = frozenset({"string_literal", "raw_string_literal", "char_literal", "system_lib_string"})


class Node:
    """A node of the tree. ``id``: its place in source order; ``end_id`` and the words: what lies below it.

    ``row``: the line on which it starts, from 0. ``role``: the parent's field that it fills, "" for none.
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
        "parent",
        "role",
        "row",
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
    row: int
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
    def end_row(self) -> int:
        """The line on which the node ends, from 0."""
        return bisect_right(self.tree.lines, self.end_byte) - 1

    @property
    def next_named_sibling(self) -> Node | None:
        """The next named child of the same parent."""
        return next((each for each in self._siblings() if each.id > self.id), None)

    @property
    def prev_named_sibling(self) -> Node | None:
        """The named child of the same parent before this one."""
        return next((each for each in reversed(self._siblings()) if each.id < self.id), None)

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


class Tree:
    """A parsed source. ``words`` are its tokens, a literal being one; ``comments`` are byte ranges.

    ``shapes``: of nodes, where they were computed.
    """

    def __init__(self, program: str) -> None:
        self.data = program.encode()
        self.nodes: list[Node] = []
        self.leaves: list[Node] = []
        self.words: list[str] = []
        self.comments: list[tuple[int, int]] = []
        self.shapes: dict[int, str] = {}
        self.has_error = False
        self._build()

    @property
    def root(self) -> Node:
        """The node of the whole source."""
        return self.nodes[0]

    @cached_property
    def lines(self) -> list[int]:
        """The offsets at which lines start."""
        return [0, *(found.end() for found in _END_OF_LINE.finditer(self.data))]

    def close(self) -> None:
        """Take the nodes apart, so that their memory is free at once, without the garbage collector."""
        for node in self.nodes:
            node.parent, node.children = None, _CHILDLESS
        self.nodes.clear()
        self.leaves.clear()

    def _build(self) -> None:
        """Copy the parser's tree; written out in one loop, as it runs for every token of every program."""
        parsed = parse(self.data)
        self.has_error = parsed.root_node.has_error
        cursor = parsed.walk()
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
                self.comments.append(found.byte_range)
            else:
                node = new(Node)
                siblings.append(node)
                node.tree, node.parent, node.id = self, parent, len(nodes)
                nodes.append(node)
                node.type, node.is_named = _KINDS[kind] if kind < _ERROR else ("ERROR", True)
                node.start_byte, node.end_byte = start, end = found.byte_range
                while start >= lines[row]:
                    row += 1
                node.row, node.role = row, _FIELDS[cursor.field_id or 0]
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
