"""Search sorted ranges without branches that the processor has to guess."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import declaration_of, declarations_in
from pytest_aiopt.rewriter.program.effects import is_pure
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import element_type, is_cheap, pointee
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, insert_helper, method_call


@dataclass(frozen=True, slots=True)
class _Search:
    """A search of the standard library. ``test``: whether the place is behind the element ``next[-1]``."""

    name: str
    test: str
    test_by: str
    result: str = "first"
    result_by: str = "first"


_SEARCHES = {
    "std::lower_bound": _Search("lower_place", "next[-1] < key", "less(next[-1], key)"),
    "std::upper_bound": _Search("upper_place", "!(key < next[-1])", "!less(key, next[-1])"),
    "std::binary_search": _Search(
        "is_among",
        "next[-1] < key",
        "less(next[-1], key)",
        "first != last && !(key < *first)",
        "first != last && !less(key, *first)",
    ),
}

_FOUND = ("std::lower_bound", "std::upper_bound", "lower_place", "upper_place")


@rewrite(Kind.STRUCTURAL, "H")
def branchless_search(program: Program) -> Iterator[Change]:
    """Halve a sorted range by a conditional move instead of a branch, which a random key makes unpredictable.

    Only for ranges behind pointers, vectors and arrays, whose elements are quick to compare.
    """
    for function in program.all("function_definition"):
        found: dict[tuple[str, bool], list[Node]] = {}
        for call in find(function, "call_expression"):
            name, given = text(field(call, "function")), arguments(call)
            if name in _SEARCHES and _is_quick(program, given):
                found.setdefault((name, len(given) == 4), []).append(call)
        if enclosing(function, "linkage_specification", "template_declaration") is not None:
            continue
        for (name, by), calls in found.items():
            yield _searched(program, _SEARCHES[name], by, calls)


def _is_quick(program: Program, given: list[Node]) -> bool:
    """Whether the range allows random access and its elements are compared as numbers."""
    if len(given) not in (3, 4):
        return False
    element = _element(program, given[0])
    if element is None:
        return False
    return is_cheap(element) if len(given) == 3 else _compares_numbers(program, given[3])


def _element(program: Program, first: Node) -> str | None:
    """Return the type of the elements from a pointer, a search's result, or an iterator of a vector on."""
    known = pointee(type_of(program, first))
    declared = declaration_of(program, first) if first.type == "identifier" else None
    value = declared.value if declared is not None and declared.type == "auto" else None
    if known is None and value is not None and text(field(value, "function")) in _FOUND and arguments(value):
        return _element(program, arguments(value)[0])
    called = method_call(first)
    if known is not None or called is None or called[1] not in ("begin", "cbegin", "data"):
        return known
    kind = type_of(program, called[0]) or ""
    return element_type(kind) if kind.startswith(("std::vector<", "std::array<", "std::span<")) else None


def _compares_numbers(program: Program, order: Node) -> bool:
    """Whether a comparator is ``[](a, b) { return left < right; }`` of two numbers."""
    body = statements(field(order, "body"))
    given = [d for each in find(order, "parameter_declaration") for d in declarations_in(each)]
    if order.type != "lambda_expression" or len(body) != 1 or body[0].type != "return_statement":
        return False
    test = body[0].named_children[0] if body[0].named_children else None
    if test is None or text(field(test, "operator")) not in ("<", ">") or len(given) != 2:
        return False
    sides = [type_of(program, field(test, side)) for side in ("left", "right")]
    return is_pure(program, test) and all(is_cheap(kind) for kind in sides)


def _searched(program: Program, search: _Search, by: bool, calls: list[Node]) -> Change:
    name = search.name + "_by" * by
    known = _helper(search, by, name).encode() in program.data[: calls[0].start_byte]
    name = name if known else program.unused(name)
    edits = [replace(callee, name) for call in calls if (callee := field(call, "function")) is not None]
    if not known:
        edits.append(insert_helper(program, calls[0], _helper(search, by, name)))
    return change(edits, calls, "Halve a sorted range without branches.")


def _helper(search: _Search, by: bool, name: str) -> str:
    result = "bool" if search.name == "is_among" else "At"
    lines = [
        f"template <class At, class Key{', class Less' * by}>",
        f"{result} {name}(At first, At last, const Key& key{', Less less' * by}) {{",
        "    for (auto size = last - first; size > 0; size /= 2) {",
        "        const At next = first + (size - size / 2);",
        f"        first = {search.test_by if by else search.test} ? next : first;",
        "    }",
        f"    return {search.result_by if by else search.result};",
        "}",
    ]
    return "\n".join(lines)
