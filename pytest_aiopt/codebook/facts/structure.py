"""Countable facts about a program: loops, data, storage, dataflow, concurrency, instructions.

Facts ignore names, comments, layout, const, references, kinds of loops and manual inlining: a fact in a
callee counts at the loop depth of its callers, along every call path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pytest_aiopt.codebook.facts import lexicon
from pytest_aiopt.codebook.facts.along_calls import along_calls
from pytest_aiopt.codebook.facts.calls import Calls
from pytest_aiopt.codebook.facts.carried import carried
from pytest_aiopt.codebook.facts.fact import Fact, Kind, Structure
from pytest_aiopt.codebook.facts.patterns import (
    bound,
    folds_bits,
    is_called,
    left_by,
    lexical,
    starts_at_a_variable,
)
from pytest_aiopt.codebook.facts.threads import work
from pytest_aiopt.codebook.facts.types import CONTAINERS, Types, plain_array, without_digests
from pytest_aiopt.codebook.facts.unrolling import repeats, shape, step_of, written_twice
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.source import Source
from pytest_aiopt.cpp.tree import Node, Tree, line, once, text, walk, within

_CONST = frozenset({"const", "constexpr", "constinit"})
_KEPT = frozenset({"static", "thread_local"})


def structure(source: Source, tokens: Mapping[Tree, Sequence[str]]) -> Structure:
    """Return the facts of a program; ``tokens`` are the words of its trees with its own names numbered."""
    types, calls = Types(source), Calls(source)
    flat = _Flat(source, types, tokens)
    return Structure((*flat.facts(), *along_calls(source, types, calls), *work(source), *carried(source)))


class _Flat:
    """Facts that do not depend on the call graph."""

    def __init__(self, source: Source, types: Types, tokens: Mapping[Tree, Sequence[str]]) -> None:
        self.tokens = tokens
        self.source = source
        self.types = types

    def facts(self) -> Iterator[Fact]:
        for name, node in self.source.records.items():
            held = self.types.fields(name)
            if held:
                yield Fact(Kind.RECORD, ";".join(held), line(node))
        for tree in self.source.trees:
            first = tree.first_row
            yield from (Fact(each.kind, each.key, first + each.line) for each in once(_own_facts, tree))
            yield from self._words(tree)
            yield from self._orders(tree)
        for kind, rule in self._rules().items():
            for node in self.source.all(kind):
                yield from rule(node)

    def _rules(self) -> dict[str, Callable[[Node], Iterator[Fact]]]:
        """Return the rule for each node type whose facts depend on the program's types."""
        return {
            "template_type": self._template,
            "array_declarator": self._array,
            "declaration": self._storage,
        }

    def _words(self, tree: Tree) -> Iterator[Fact]:
        """Library names that indicate a kind of facts."""
        for kind, node in once(_library, tree):
            word = text(node)
            if word not in self.source.functions and word not in self.source.records:
                yield Fact(kind, word, line(node))

    def _orders(self, tree: Tree) -> Iterator[Fact]:
        """The bounds of nested loops, with names numbered."""
        for outer, inner in once(_nested, tree):
            words = self.tokens[tree]
            yield Fact(Kind.ORDER, f"{bound(outer, words)}|{bound(inner, words)}", line(inner))

    def _template(self, node: Node) -> Iterator[Fact]:
        name = text(node.child_by_field_name("name"))
        if name in CONTAINERS:
            held = without_digests(plain_array(self.types.canonical(text(node))))
            yield Fact(Kind.CONTAINER, held, line(node))
        elif name == "function":
            yield Fact(Kind.INDIRECT, "", line(node))

    def _array(self, node: Node) -> Iterator[Fact]:
        parent = within(node, "declaration", "field_declaration")
        if parent is not None:
            held = without_digests(self.types.canonical(text(parent.child_by_field_name("type"))))
            if held != "char":
                yield Fact(Kind.CONTAINER, f"array<{held}>", line(node))

    def _storage(self, node: Node) -> Iterator[Fact]:
        """Data that outlives a call (static, or at namespace scope), and constant tables."""
        if any(c.type == "function_declarator" for c in node.children):
            return
        words = {text(c) for c in node.children if c.type in ("storage_class_specifier", "type_qualifier")}
        outside = within(node, "function_definition", "lambda_expression") is None
        if not (outside or words & _KEPT):
            return
        name = self.types.canonical(text(node.child_by_field_name("type")))
        declarator = text(node.child_by_field_name("declarator"))
        is_array = "[" in declarator.split("=")[0] or "array<" in name or name[:1] == "R" or "<" in name
        if words & _CONST:
            if is_array and ("=" in declarator or "{" in declarator or "(" in declarator):
                yield Fact(Kind.TABLE, name, line(node))
        elif name != "void" and "(" not in declarator.split("=")[0]:
            yield Fact(Kind.STATIC, name, line(node))


def _library(tree: Tree) -> list[tuple[Kind, Node]]:
    """The names that indicate a kind of facts, if they come from the library."""
    found = []
    for node in tree.all(("identifier", "type_identifier", "field_identifier")):
        kind = lexicon.kind_of(text(node))
        if kind is not None and (kind is not Kind.IO or is_called(node)):
            found.append((kind, node))
    return found


def _nested(tree: Tree) -> list[tuple[Node, Node]]:
    """The nested loops, each with its enclosing loop."""
    loops = ((_outer(loop), loop) for loop in _loops(tree))
    return [(outer, loop) for outer, loop in loops if outer is not None]


def _loops(tree: Tree) -> list[Node]:
    skipped = once(written_twice, tree)
    return [loop for loop in tree.all(tuple(LOOPS)) if loop not in skipped]


def _outer(loop: Node) -> Node | None:
    return next((parent for parent in lexical(loop) if parent.type in LOOPS), None)


def _own_facts(tree: Tree) -> list[Fact]:
    """The facts that depend on nothing outside a tree; lines count from 0 at its start."""
    rules: dict[str, Callable[[Node], Iterator[Fact]]] = {
        "number_literal": _spreading,
        "binary_expression": _folding,
        "preproc_call": _openmp,
        "primitive_type": _floating,
        **dict.fromkeys(("virtual", "virtual_function_specifier"), _virtual),
        **dict.fromkeys(("break_statement", "return_statement"), _exit),
    }
    found = [fact for loop in _loops(tree) for fact in _loop(loop)]
    for kind, rule in rules.items():
        for node in tree.all((kind,)):
            found += rule(node)
    return [Fact(each.kind, each.key, each.line - tree.first_row) for each in found]


def _loop(node: Node) -> Iterator[Fact]:
    if step_of(node) > 1 and repeats(node) is None:
        yield Fact(Kind.STEP, "", line(node))
    outer, words = _outer(node), node.tree.words
    if outer is None:
        yield Fact(Kind.PASS, "\n".join(sorted(set(_statements(node)))), line(node))
    else:
        yield Fact(Kind.NEST, f"{bound(outer, words)}|{bound(node, words)}", line(node))
    if node.type == "for_statement" and starts_at_a_variable(node):
        yield Fact(Kind.START, "", line(node))


def _exit(node: Node) -> Iterator[Fact]:
    loop = left_by(node)
    if loop is not None and loop not in once(written_twice, node.tree):
        yield Fact(Kind.EXIT, "", line(node))


def _virtual(node: Node) -> Iterator[Fact]:
    yield Fact(Kind.INDIRECT, "", line(node))


def _spreading(node: Node) -> Iterator[Fact]:
    if (value := lexicon.spreading(text(node))) is not None:
        yield Fact(Kind.MIXING, value, line(node))


def _folding(node: Node) -> Iterator[Fact]:
    if folds_bits(node):
        yield Fact(Kind.MIXING, "x ^ x >> n", line(node))


def _openmp(node: Node) -> Iterator[Fact]:
    if "omp" in text(node):
        yield Fact(Kind.PARALLEL, "omp", line(node))


def _floating(node: Node) -> Iterator[Fact]:
    if text(node) in ("float", "double"):
        yield Fact(Kind.FLOAT, text(node), line(node))


def _statements(loop: Node) -> Iterator[str]:
    """The shapes of the plain statements in a loop's body."""
    body = loop.child_by_field_name("body")
    for node in walk(body) if body is not None else ():
        if node.type in ("expression_statement", "declaration"):
            yield shape(node)
