"""A program's tokens with its own names replaced by numbers: equal for programs that differ in names alone.

Comments and layout are no tokens. Local names are resolved by scope, members, functions and types by name;
what the program does not declare (library, header) keeps its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pytest_aiopt.cpp.grammar import RECORDS
from pytest_aiopt.cpp.source import Source, declared_name, function_name
from pytest_aiopt.cpp.tree import Node, Tree, once, text

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
_NAMED = ("enum_specifier", "enumerator", "alias_declaration")
_NAMES = frozenset({"identifier", "field_identifier", "type_identifier", "namespace_identifier"})


def alpha_tokens(source: Source) -> tuple[str, ...]:
    """Return the tokens, own names as ``v0``, ``v1``... by first occurrence."""
    return tuple(word for words in renamed(source).values() for word in words)


def renamed(source: Source) -> dict[Tree, list[str]]:
    """Return the tokens of each tree, own names as ``v0``, ``v1``... by first occurrence in the source."""
    known = _global_names(source)
    names: dict[str, str] = {}
    found, count = {}, 0
    for tree in source.trees:
        template = _template(tree, known)
        words, own = list(template.words), []
        for name in template.names:
            number = names.get(name) if name else None
            if number is None:
                number = f"v{count}"
                count += 1
                if name:
                    names[name] = number
            own.append(number)
        for at, name_at in template.places:
            words[at] = own[name_at]
        found[tree] = words
    return found


@dataclass(slots=True)
class _Template:
    """The tokens of a tree; at ``places``, (token, name), stand ``names``: names of the program, "" for local
    ones."""

    words: list[str] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def _template(tree: Tree, known: frozenset[str]) -> _Template:
    """Return the template of a tree, which the names of the program that occur in it decide."""
    key = (_template, known & once(_names_in, tree))
    if (found := tree.memo.get(key)) is None:
        found = tree.memo[key] = _Renamer(known).template(tree.nodes)
    assert isinstance(found, _Template)
    return found


def _names_in(tree: Tree) -> frozenset[str]:
    return frozenset(text(leaf) for leaf in tree.leaves if leaf.type in _NAMES)


def _global_names(source: Source) -> frozenset[str]:
    """Members, functions, types and namespace-level variables; never the interface's extern "C" functions."""
    found: set[str] = set()
    for tree in source.trees:
        found |= once(_names_exported if _exported(tree.root) else _names_of, tree)
    return frozenset(found - {"", "operator", "main"})


def _names_exported(tree: Tree) -> frozenset[str]:
    """The names of a tree below a linkage specification."""
    return _names_of(tree)


def _names_of(tree: Tree) -> frozenset[str]:
    nodes = tree.by_type
    named = [node for kind in (*RECORDS, *_NAMED) for node in nodes.get(kind, ())]
    names = {text(node.child_by_field_name("name")) for node in named}
    for node in nodes.get("field_declaration", ()):
        names |= {text(declared_name(child)) for child in node.children_by_field_name("declarator")}
    for node in nodes.get("function_definition", ()):
        if not _exported(node):
            names.add(function_name(node))
    for node in nodes.get("declaration", ()):
        if not any(parent.type in _SCOPES for parent in _parents(node)):
            names |= {text(declared_name(child)) for child in node.children_by_field_name("declarator")}
    return frozenset(names)


def _exported(node: Node) -> bool:
    return any(parent.type == "linkage_specification" for parent in _parents(node))


def _parents(node: Node) -> Iterator[Node]:
    while (parent := node.parent) is not None:
        yield parent
        node = parent


@dataclass(slots=True)
class _Renamer:
    known: frozenset[str]
    scopes: list[dict[str, int]] = field(default_factory=lambda: [{}])
    globals: dict[str, int] = field(default_factory=dict)
    made: _Template = field(default_factory=_Template)

    def template(self, nodes: Sequence[Node]) -> _Template:
        """Read nodes in source order; scopes end where their last node does."""
        ends: list[int] = []
        words, places = self.made.words, self.made.places
        for node in nodes:
            while ends and node.id >= ends[-1]:
                ends.pop()
                self.scopes.pop()
            kind = node.type
            if not node.children:
                number = self._number(node) if kind in _NAMES else None
                if number is not None:
                    places.append((len(words), number))
                words.append(node.joined or "")
            elif kind in _SCOPES:
                ends.append(node.end_id)
                self.scopes.append({})
        return self.made

    def _number(self, node: Node) -> int | None:
        """The number of a name of the program's own; None for others."""
        word = text(node)
        if node.type == "identifier" and _introduces(node):
            if len(self.scopes) == 1 and word in self.known:
                return self._global(word)
            if len(self.scopes) > 1:
                self.scopes[-1][word] = self._fresh("")
        outer = node.parent.type if node.parent is not None else ""
        qualified = outer == "qualified_identifier" and node.role == "name"
        # T x(U(y)) may be read as a function: y as a type.
        if node.type in ("identifier", "type_identifier") and not qualified:
            for scope in reversed(self.scopes):
                if word in scope:
                    return scope[word]
        return self._global(word) if word in self.known else None

    def _global(self, word: str) -> int:
        if word not in self.globals:
            self.globals[word] = self._fresh(word)
        return self.globals[word]

    def _fresh(self, name: str) -> int:
        self.made.names.append(name)
        return len(self.made.names) - 1


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
