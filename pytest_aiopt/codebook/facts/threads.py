"""The work of a program's threads, described by the calls that they make."""

from __future__ import annotations

from collections.abc import Container, Iterator

from pytest_aiopt.codebook.facts.fact import Fact, Kind
from pytest_aiopt.cpp.source import Source, declared_name, last_name
from pytest_aiopt.cpp.tree import Node, Tree, leaves, line, once, text, walk

_STARTS = frozenset({"thread", "jthread", "async", "pthread_create"})


def work(source: Source) -> Iterator[Fact]:
    """Yield one fact per place that gives work to a thread."""
    lambdas, pools = _lambdas(source), _pools(source)
    own = source.functions.keys() | lambdas.keys()
    for call, listed, receiver, starts in (each for tree in source.trees for each in once(_calls, tree)):
        if starts or receiver in pools:
            shape = " ".join(_shape(each, lambdas, own) for each in listed.named_children)
            yield Fact(Kind.WORK, shape, line(call))


def _calls(tree: Tree) -> list[tuple[Node, Node, str, bool]]:
    """The calls with arguments: the arguments, the receiver, and whether the function starts a thread."""
    found = []
    for call in tree.all(("call_expression",)):
        called, listed = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if called is not None and listed is not None and listed.named_children:
            receiver = text(called.child_by_field_name("argument"))
            starts = text(called).split(" :: ")[-1] in _STARTS
            if receiver or starts:
                found.append((call, listed, receiver, starts))
    return found


def _pools(source: Source) -> frozenset[str]:
    """Names of variables and members that hold threads."""
    return frozenset().union(*(once(_holding, tree) for tree in source.trees))


def _holding(tree: Tree) -> frozenset[str]:
    return frozenset(
        text(declared_name(child))
        for node in tree.all(("declaration", "field_declaration"))
        if any(text(leaf) in _STARTS for leaf in _of_type(node))
        for child in node.children_by_field_name("declarator")
    )


def _of_type(node: Node) -> Iterator[Node]:
    """Yield the tokens of a declaration's type."""
    kind = node.child_by_field_name("type")
    if kind is not None:
        yield from leaves(kind)


def _lambdas(source: Source) -> dict[str, Node]:
    """The named lambdas."""
    found = {}
    for node in source.all("init_declarator"):
        value = node.child_by_field_name("value")
        if value is not None and value.type == "lambda_expression":
            found[text(declared_name(node))] = value
    return found


def _shape(node: Node, lambdas: dict[str, Node], own: Container[str]) -> str:
    """The calls of a thread: own functions by number, others by name; named lambdas are expanded."""
    used = [lambdas[text(each)] for each in walk(node) if each.type == "identifier" and text(each) in lambdas]
    calls = {
        last_name(each.child_by_field_name("function"))
        for part in (node, *used)
        for each in walk(part)
        if each.type == "call_expression"
    }
    outside = sorted(name for name in calls if name not in own and not name.startswith("__builtin"))
    return " ".join([str(sum(name in own for name in calls)), *outside])
