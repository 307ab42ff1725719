"""A C++ source as a syntax tree: its nodes, functions, records and aliases. Comments are nowhere in it."""

from __future__ import annotations

from functools import cached_property

from pytest_aiopt.cpp.grammar import NAMES, RECORDS, parse
from pytest_aiopt.cpp.parts import Parts
from pytest_aiopt.cpp.tree import Node, Tree, text


def last_name(node: Node | None) -> str:
    """Return the unqualified name of a callee or declarator: ``f`` of ``a.b->ns::f<T>``."""
    while node is not None:
        inner = (
            node.child_by_field_name("field")
            or node.child_by_field_name("name")
            or node.child_by_field_name("declarator")
        )
        if inner is None:
            break
        node = inner
    return text(node) if node is not None and not node.children else ""


class Source:
    """A parsed program; with ``parts``, those of its trees that lie there already are not made again."""

    def __init__(self, program: str, parts: Parts | None = None) -> None:
        data = program.encode()
        root = parse(data).root_node
        self.has_error = root.has_error
        whole = parts is None or root.has_error
        self.trees = [Tree(data, root)] if parts is None or whole else parts.trees(data, root)
        self._parts = None if whole else parts
        self._found: dict[tuple[str, ...], list[Node]] = {}

    @property
    def tree(self) -> Tree:
        """The tree of a source that is read without parts."""
        (tree,) = self.trees
        return tree

    @property
    def words(self) -> list[str]:
        """The tokens in source order."""
        return [word for tree in self.trees for word in tree.words]

    def close(self) -> None:
        """Free the memory of the trees that stay in no store."""
        if self._parts is None:
            self.tree.close()
        else:
            self._parts.trim()

    def all(self, *types: str) -> list[Node]:
        """Return the nodes of these types in source order."""
        found = self._found.get(types)
        if found is None:
            lists = [nodes for tree in self.trees if (nodes := tree.all(types))]
            found = self._found[types] = [node for nodes in lists for node in nodes]
        return found

    @cached_property
    def functions(self) -> dict[str, list[Node]]:
        """The functions and methods with a body, by unqualified name; constructors by their class."""
        found: dict[str, list[Node]] = {}
        for node in self.all("function_definition"):
            if node.child_by_field_name("body") is not None and (name := function_name(node)):
                found.setdefault(name, []).append(node)
        return found

    @cached_property
    def records(self) -> dict[str, Node]:
        """The structs, classes and unions defined here, by name."""
        found = {}
        for node in self.all(*RECORDS):
            if node.child_by_field_name("body") is not None and (name := node.child_by_field_name("name")):
                found[text(name)] = node
        return found

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What ``using`` and ``typedef`` give names to, as text."""
        found = {}
        for node in self.all("alias_declaration"):
            found[text(node.child_by_field_name("name"))] = text(node.child_by_field_name("type"))
        for node in self.all("type_definition"):
            found[text(node.child_by_field_name("declarator"))] = text(node.child_by_field_name("type"))
        return found


def function_name(definition: Node) -> str:
    """Return the unqualified name of a function definition, "" if it has none."""
    declarator = definition.child_by_field_name("declarator")
    while declarator is not None and declarator.type != "function_declarator":
        declarator = declarator.child_by_field_name("declarator") or next(
            (child for child in declarator.named_children if child.type.endswith("declarator")), None
        )
    if declarator is None:
        return ""
    return last_name(declarator.child_by_field_name("declarator")) or text(
        declarator.child_by_field_name("declarator")
    )


def declared_name(declarator: Node | None) -> Node | None:
    """Return the identifier that a declarator introduces."""
    while declarator is not None and declarator.type not in NAMES:
        declarator = declarator.child_by_field_name("declarator") or next(
            (c for c in declarator.named_children if c.type in NAMES or c.type.endswith("declarator")), None
        )
    return declarator
