"""Resolve calls to functions of the program."""

from __future__ import annotations

from functools import cached_property

from pytest_aiopt.cpp.grammar import RECORDS, words
from pytest_aiopt.cpp.source import Source, last_name
from pytest_aiopt.cpp.tree import Node, Tree, once, text, walk, within

_OF_CONTAINERS = words(
    "size empty begin end push_back emplace_back insert emplace clear at back front data count find get "
    "erase reserve resize substr append swap assign pop_back top push pop length reset load store str"
)


class Calls:
    """The calls of one program, resolved by name, receiver and number of arguments."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._reached: dict[Node, list[Node]] = {}

    def callee(self, call: Node) -> str:
        """Return the unqualified name of the callee."""
        return last_name(call.child_by_field_name("function"))

    def is_plain(self, call: Node) -> bool:
        """Whether a call names a free function and not a member of an object."""
        function = call.child_by_field_name("function")
        return function is not None and function.type != "field_expression"

    def of(self, node: Node) -> list[Node]:
        """Return the definitions that a call expression, or a constructor call in a declaration, reaches."""
        if node not in self._reached:
            self._reached[node] = self._found(node)
        return self._reached[node]

    def _found(self, node: Node) -> list[Node]:
        if node.type == "declaration":
            return self._constructors(node)
        name, function = self.callee(node), node.child_by_field_name("function")
        found = self._source.functions.get(name, [])
        if not found or function is None:
            return []
        if function.type == "field_expression":
            found = [each for each in found if within(each, *RECORDS) is not None]
            if name in _OF_CONTAINERS and not self._holds_own(function.child_by_field_name("argument")):
                return []
        listed = node.child_by_field_name("arguments")
        count = len(listed.named_children) if listed is not None else 0
        return [each for each in found if _parameters(each) == count][:1] or found[:1]

    def _constructors(self, declaration: Node) -> list[Node]:
        name = text(declaration.child_by_field_name("type"))
        return self._source.functions.get(name, [])[:1] if name in self._source.records else []

    def _holds_own(self, receiver: Node | None) -> bool:
        """Whether the receiver is declared here with a type defined in the program."""
        return receiver is not None and text(receiver) in self._objects

    @cached_property
    def _objects(self) -> frozenset[str]:
        """Variables, parameters and members whose type is a record defined in the program."""
        kinds = ("declaration", "parameter_declaration", "field_declaration")
        return frozenset(
            text(leaf)
            for node in self._source.all(*kinds)
            if text(node.child_by_field_name("type")) in self._source.records
            for child in node.children_by_field_name("declarator")
            for leaf in walk(child)
            if leaf.type in ("identifier", "field_identifier")
        )

    def roots(self) -> list[Node]:
        """Return the entry points: exported functions, and those only passed on or called implicitly.

        A function whose name occurs nowhere else is dead code and is ignored.
        """
        every = [
            (name, each) for name in sorted(self._source.functions) for each in self._source.functions[name]
        ]
        exported = [f for name, f in every if name == "main" or within(f, "linkage_specification")]
        uncalled = [f for name, f in every if f not in self._called and self._is_named(name)]
        return (
            exported + [f for f in uncalled if f not in exported]
            if exported
            else [f for _, f in every if f not in self._called]
        )

    @cached_property
    def _called(self) -> frozenset[Node]:
        return frozenset(
            each
            for node in self._source.all("call_expression", "declaration")
            for each in self.of(node)
            if within(node, "function_definition") is not each
        )

    def _is_named(self, name: str) -> bool:
        """Whether the name occurs outside definitions, or its function can be called without being named."""
        return not name.isidentifier() or name in self._source.records or name in self._mentioned

    @cached_property
    def _mentioned(self) -> frozenset[str]:
        """Every name that occurs outside function declarators."""
        return frozenset().union(*(once(_mentioned, tree) for tree in self._source.trees))


def _mentioned(tree: Tree) -> frozenset[str]:
    named = tree.all(("identifier", "field_identifier"))
    return frozenset(
        text(each) for each in named if each.parent is not None and each.parent.type != "function_declarator"
    )


def _parameters(function: Node) -> int:
    for node in walk(function):
        if node.type == "parameter_list":
            kinds = ("parameter_declaration", "optional_parameter_declaration")
            return sum(child.type in kinds for child in node.named_children)
    return 0
