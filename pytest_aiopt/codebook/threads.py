"""The work that a program hands to threads, as shapes that no name changes."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.codebook.facts import Fact, Kind
from pytest_aiopt.cpp.source import Source, declared_name, leaves, line, text, walk

_STARTS = frozenset({"thread", "jthread", "async", "pthread_create"})
_NAMES = frozenset({"identifier", "field_identifier", "type_identifier", "namespace_identifier"})


def work(source: Source) -> Iterator[Fact]:
    """Yield one fact per place where a thread gets its work."""
    lambdas, pools = _lambdas(source), _pools(source)
    for call in source.all("call_expression"):
        called, listed = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if called is None or listed is None or not listed.named_children:
            continue
        receiver = text(called.child_by_field_name("argument"))
        if receiver in pools or text(called).split(" :: ")[-1] in _STARTS:
            shape = " ".join(_shape(each, lambdas) for each in listed.named_children)
            yield Fact(Kind.WORK, shape, line(call))


def _pools(source: Source) -> frozenset[str]:
    """Names of variables and members that hold threads."""
    return frozenset(
        text(declared_name(child))
        for node in source.all("declaration", "field_declaration")
        if any(text(leaf) in _STARTS for leaf in _of_type(node))
        for child in node.children_by_field_name("declarator")
    )


def _of_type(node: Node) -> Iterator[Node]:
    """Yield the tokens of a declaration's type."""
    kind = node.child_by_field_name("type")
    if kind is not None:
        yield from leaves(kind)


def _lambdas(source: Source) -> dict[str, Node]:
    """Lambdas that have a name."""
    found = {}
    for node in source.all("init_declarator"):
        value = node.child_by_field_name("value")
        if value is not None and value.type == "lambda_expression":
            found[text(declared_name(node))] = value
    return found


def _shape(node: Node, lambdas: dict[str, Node]) -> str:
    """The tokens below a node without names; a named lambda that it uses counts as written there."""
    used = [lambdas[text(each)] for each in walk(node) if each.type == "identifier" and text(each) in lambdas]
    tokens = [leaf for part in (node, *used) for leaf in leaves(part)]
    return " ".join("v" if leaf.type in _NAMES else text(leaf) for leaf in tokens)
