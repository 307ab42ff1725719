"""A C++ source as a tree-sitter tree, and edits of it by byte range."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from tree_sitter import Node

from pytest_aiopt.cpp import edits
from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import NAMES, parse


class Program:
    """A parsed source. Offsets are bytes of its UTF-8 form, lines are 1-based.

    ``header``: declarations the source may use but not change, as far as the prompt shows any.
    """

    def __init__(self, text: str, header: str = "") -> None:
        self.text = text
        self.header = header
        self.data = text.encode()
        self.types: dict[int, str | None] = {}
        """The types inferred so far by node id; see inference.type_of."""
        self.functions: dict[str, list[Node]] = {}
        """The functions by name, once asked for; see declarations.functions_named."""
        self.aliases: dict[str, str] | None = None
        """The short names of types, once asked for; see inference.aliases."""
        self.root = parse(self.data).root_node

    @cached_property
    def nodes(self) -> dict[str, list[Node]]:
        """Every node of the tree by type, in source order."""
        found: dict[str, list[Node]] = {}
        for node in walk(self.root):
            found.setdefault(node.type, []).append(node)
        return found

    @cached_property
    def declared_outside(self) -> Program:
        """The parsed header."""
        return Program(self.header)

    def all(self, *types: str) -> list[Node]:
        """Return the nodes of these types in source order."""
        found = [node for kind in types for node in self.nodes.get(kind, [])]
        return sorted(found, key=lambda node: (node.start_byte, -node.end_byte))

    def indent(self, node: Node) -> str:
        """Return the white space the node's first line starts with."""
        start = self.data.rfind(b"\n", 0, node.start_byte) + 1
        line = self.data[start : node.start_byte].decode()
        return line[: len(line) - len(line.lstrip())]

    def line_start(self, node: Node) -> int:
        """Return the offset of the first byte of the node's first line."""
        return self.data.rfind(b"\n", 0, node.start_byte) + 1

    def next_line(self, node: Node) -> int:
        """Return the offset of the line after the node's last line."""
        end = self.data.find(b"\n", node.end_byte)
        return len(self.data) if end < 0 else end + 1

    def insert_before(self, node: Node, line: str) -> Edit:
        """Return an insertion of one line (or several) above the node's own, indented like it."""
        body = line.replace("\n", "\n" + self.indent(node))
        return Edit(node.start_byte, node.start_byte, f"{body}\n{self.indent(node)}")

    def apply(self, changes: Iterable[Edit]) -> str:
        """Return the source with the edits made. Raises ValueError if two overlap."""
        return edits.apply(self.data, changes)

    def unused(self, name: str) -> str:
        """Return ``name``, or ``name2``, ``name3``... where the source already uses it."""
        taken = {text(node) for kind in _NAME_TYPES for node in self.nodes.get(kind, [])}
        candidates = (f"{name}{n}" if n > 1 else name for n in range(1, len(taken) + 3))
        return next(candidate for candidate in candidates if candidate not in taken)


_NAME_TYPES = (*NAMES, "namespace_identifier")


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and all below it, parents first, in source order."""
    yield node
    for child in node.children:
        yield from walk(child)


def find(node: Node, *types: str) -> Iterator[Node]:
    """Yield the nodes of these types at or below ``node``."""
    return (each for each in walk(node) if each.type in types)


def text(node: Node | None) -> str:
    """Return the node's source text ("" for None)."""
    return "" if node is None or node.text is None else node.text.decode()


def field(node: Node | None, *names: str) -> Node | None:
    """Follow child fields one after another; None as soon as one is missing."""
    for name in names:
        node = None if node is None else node.child_by_field_name(name)
    return node


def ancestors(node: Node) -> Iterator[Node]:
    """Yield the parents of a node, nearest first."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def enclosing(node: Node, *types: str) -> Node | None:
    """Return the nearest ancestor of one of these types."""
    return next((each for each in ancestors(node) if each.type in types), None)


def inside(node: Node, outer: Node) -> bool:
    """Whether ``node`` lies within ``outer`` (or is it)."""
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def strip_parens(node: Node) -> Node:
    """Return what a parenthesised expression holds."""
    while node.type == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


def lines_of(*nodes: Node) -> frozenset[int]:
    """Return the 1-based lines the nodes span."""
    return frozenset(line for node in nodes for line in range(node.start_point[0] + 1, node.end_point[0] + 2))


def statements(block: Node | None) -> list[Node]:
    """Return the statements of a body, whether braced or single; comments are left out."""
    if block is None:
        return []
    if block.type != "compound_statement":
        return [block]
    return [node for node in block.named_children if node.type != "comment"]


def arguments(call: Node) -> list[Node]:
    """Return the argument expressions of a call."""
    found = field(call, "arguments")
    return [] if found is None else [node for node in found.named_children if node.type != "comment"]


def replace(node: Node, new: str) -> Edit:
    """Return the edit that puts ``new`` in the node's place."""
    return Edit(node.start_byte, node.end_byte, new)


def swap_within(node: Node, changes: Iterable[Edit]) -> str:
    """Return the node's text with edits inside it made."""
    offset = node.start_byte
    moved = [Edit(change.start - offset, change.end - offset, change.text) for change in changes]
    return edits.apply(node.text or b"", moved)
