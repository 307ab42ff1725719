"""A C++ source as a syntax tree: its nodes, functions, records and aliases. Comments are nowhere in it."""

from __future__ import annotations

from functools import cached_property

from pytest_aiopt.cpp.grammar import NAMES, RECORDS
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
    """A parsed program. ``names`` are the functions it defines, by unqualified name."""

    def __init__(self, program: str) -> None:
        self.tree = Tree(program)

    @property
    def nodes(self) -> list[Node]:
        """Every node in source order."""
        return self.tree.nodes

    def all(self, *types: str) -> list[Node]:
        """Return the nodes of these types in source order."""
        if len(types) == 1:
            return self._by_type.get(types[0], [])
        found = [node for kind in types for node in self._by_type.get(kind, [])]
        return sorted(found, key=lambda node: node.id)

    @cached_property
    def _by_type(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.type, []).append(node)
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
    """Return the unqualified name of a function definition, "" where it has none."""
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
