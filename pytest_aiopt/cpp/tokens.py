"""A program's tokens with its own names replaced by numbers: equal for programs that differ in names alone.

Comments and layout are no tokens. Local names are resolved by scope, members, functions and types by name;
what the program does not declare (library, header) keeps its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pytest_aiopt.cpp.grammar import RECORDS
from pytest_aiopt.cpp.source import Source, declared_name, function_name
from pytest_aiopt.cpp.tree import Node, text

_SCOPES = frozenset(
    {
        "compound_statement",
        "for_statement",
        "for_range_loop",
        "if_statement",
        "while_statement",
        "function_definition",
        "lambda_expression",
        "catch_clause",
    }
)
_LOCAL = frozenset(
    {"init_declarator", "declaration", "parameter_declaration", "optional_parameter_declaration"}
)
_NAMES = frozenset({"identifier", "field_identifier", "type_identifier", "namespace_identifier"})


def alpha_tokens(source: Source) -> tuple[str, ...]:
    """Return the tokens, own names as ``v0``, ``v1``... by first occurrence."""
    return tuple(_Renamer(_global_names(source)).tokens(source.nodes))


def _global_names(source: Source) -> frozenset[str]:
    """Members, functions, types and namespace-level variables; never the interface's extern "C" functions."""
    names = {text(node.child_by_field_name("name")) for node in source.all(*RECORDS, "enum_specifier")}
    names |= {
        text(node.child_by_field_name("name")) for node in source.all("enumerator", "alias_declaration")
    }
    for node in source.all("field_declaration"):
        names |= {text(declared_name(child)) for child in node.children_by_field_name("declarator")}
    for node in source.all("function_definition"):
        if not _exported(node):
            names.add(function_name(node))
    for node in source.all("declaration"):
        if not any(parent.type in _SCOPES for parent in _parents(node)):
            names |= {text(declared_name(child)) for child in node.children_by_field_name("declarator")}
    return frozenset(names - {"", "operator", "main"})


def _exported(node: Node) -> bool:
    return any(parent.type == "linkage_specification" for parent in _parents(node))


def _parents(node: Node) -> Iterator[Node]:
    while (parent := node.parent) is not None:
        yield parent
        node = parent


@dataclass(slots=True)
class _Renamer:
    known: frozenset[str]
    scopes: list[dict[str, str]] = field(default_factory=lambda: [{}])
    globals: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def tokens(self, nodes: Sequence[Node]) -> Iterator[str]:
        """Yield the tokens of nodes in source order; scopes end where their last node does."""
        ends: list[int] = []
        for node in nodes:
            while ends and node.id >= ends[-1]:
                ends.pop()
                self.scopes.pop()
            kind = node.type
            if not node.children:
                yield self._name(node) if kind in _NAMES else node.joined or ""
            elif kind in _SCOPES:
                ends.append(node.end_id)
                self.scopes.append({})

    def _name(self, node: Node) -> str:
        word = text(node)
        if node.type == "identifier" and _introduces(node):
            if len(self.scopes) == 1 and word in self.known:
                return self._global(word)
            if len(self.scopes) > 1:
                self.scopes[-1][word] = self._fresh()
        outer = node.parent.type if node.parent is not None else ""
        qualified = outer == "qualified_identifier" and node.role == "name"
        # T x(U(y)) may be read as a function: y as a type.
        if node.type in ("identifier", "type_identifier") and not qualified:
            for scope in reversed(self.scopes):
                if word in scope:
                    return scope[word]
        return self._global(word) if word in self.known else word

    def _global(self, word: str) -> str:
        if word not in self.globals:
            self.globals[word] = self._fresh()
        return self.globals[word]

    def _fresh(self) -> str:
        self.count += 1
        return f"v{self.count - 1}"


def _introduces(name: Node) -> bool:
    """Whether this identifier is being declared as a variable or parameter."""
    child, parent = name, name.parent
    while parent is not None and parent.type in (
        "reference_declarator",
        "pointer_declarator",
        "array_declarator",
    ):
        if parent.type == "array_declarator" and parent.child_by_field_name("declarator") != child:
            return False
        child, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type == "function_declarator" and parent.parent is not None:
        return parent.parent.type == "declaration" and any(
            p.type == "compound_statement" for p in _parents(parent)
        )
    if parent.type == "structured_binding_declarator":
        return True
    if parent.type == "lambda_capture_initializer":
        return parent.named_children[:1] == [child]
    if parent.type in _LOCAL or parent.type == "for_range_loop":
        return child in parent.children_by_field_name("declarator")
    return False
